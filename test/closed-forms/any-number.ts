/** The problems of fixtures/problems/more-garbow-hillstrom/any-number.ts. */
import { count, type Problem, type Residual } from "./problem.ts";

type Slopes = Residual["slopes"];
type Curvatures = NonNullable<Residual["curvatures"]>;

const { cos, exp, sin } = Math;
const root = Math.sqrt(1e-5);

export const anyNumber: readonly Problem[] = [
  {
    name: "watson",
    points: [
      [0, 0, 0, 0, 0, 0],
      [-0.1, 1.1, -0.3, 1.2, -1.4, 0.9],
    ],
    residuals: (x) => [
      ...count(29, (i) => {
        const t = i / 29;
        const sum = x.reduce((total, each, j) => total + each * t ** j, 0);
        const slope = x.reduce((total, each, j) => total + (j === 0 ? 0 : j * each * t ** (j - 1)), 0);
        return {
          r: slope - sum ** 2 - 1,
          slopes: x.map((_, j) => [j, (j === 0 ? 0 : j * t ** (j - 1)) - 2 * sum * t ** j] as const),
          curvatures: x.flatMap((_, k) => count(k + 1, (j) => [j - 1, k, -2 * t ** (j - 1 + k)] as const)),
        };
      }),
      { r: x[0]!, slopes: [[0, 1]] },
      {
        r: x[1]! - x[0]! ** 2 - 1,
        slopes: [
          [0, -2 * x[0]!],
          [1, 1],
        ],
        curvatures: [[0, 0, -2]],
      },
    ],
  },
  {
    name: "extendedRosenbrock",
    points: [
      [-1.2, 1, -1.2, 1, -1.2, 1],
      [0.3, -0.8, 1.1, 0.9],
    ],
    residuals: (x) =>
      count(x.length / 2, (pair): readonly Residual[] => {
        const i = 2 * pair - 2;
        return [
          {
            r: 10 * (x[i + 1]! - x[i]! ** 2),
            slopes: [
              [i, -20 * x[i]!],
              [i + 1, 10],
            ],
            curvatures: [[i, i, -20]],
          },
          { r: 1 - x[i]!, slopes: [[i, -1]] },
        ];
      }).flat(),
  },
  {
    name: "extendedPowell",
    points: [
      [3, -1, 0, 1, 3, -1, 0, 1],
      [0.4, 0.2, -0.9, 1.3],
    ],
    residuals: (x) =>
      count(x.length / 4, (block): readonly Residual[] => {
        const i = 4 * block - 4;
        const [p, q] = [x[i + 1]! - 2 * x[i + 2]!, x[i]! - x[i + 3]!];
        const [five, ten] = [Math.sqrt(5), Math.sqrt(10)];
        return [
          {
            r: x[i]! + 10 * x[i + 1]!,
            slopes: [
              [i, 1],
              [i + 1, 10],
            ],
          },
          {
            r: five * (x[i + 2]! - x[i + 3]!),
            slopes: [
              [i + 2, five],
              [i + 3, -five],
            ],
          },
          {
            r: p * p,
            slopes: [
              [i + 1, 2 * p],
              [i + 2, -4 * p],
            ],
            curvatures: [
              [i + 1, i + 1, 2],
              [i + 1, i + 2, -4],
              [i + 2, i + 2, 8],
            ],
          },
          {
            r: ten * q * q,
            slopes: [
              [i, 2 * ten * q],
              [i + 3, -2 * ten * q],
            ],
            curvatures: [
              [i, i, 2 * ten],
              [i, i + 3, -2 * ten],
              [i + 3, i + 3, 2 * ten],
            ],
          },
        ];
      }).flat(),
  },
  {
    name: "penaltyOne",
    points: [
      [1, 2, 3, 4],
      [0.2, -0.4, 0.1, 0.3],
    ],
    residuals: (x) => [
      ...x.map((each, j): Residual => ({ r: root * (each - 1), slopes: [[j, root]] })),
      {
        r: x.reduce((sum, each) => sum + each * each, -0.25),
        slopes: x.map((each, j) => [j, 2 * each] as const),
        curvatures: x.map((_, j) => [j, j, 2] as const),
      },
    ],
  },
  {
    name: "penaltyTwo",
    points: [
      [0.5, 0.5, 0.5, 0.5],
      [0.2, 1.1, -0.7, 3],
    ],
    residuals: (x) => {
      const n = x.length;
      const slope = (j: number) => (root / 10) * exp(x[j]! / 10);
      const curvature = (j: number) => (root / 100) * exp(x[j]! / 10);
      return [
        { r: x[0]! - 0.2, slopes: [[0, 1]] },
        ...count(n - 1, (j): Residual => ({
          r: root * (exp(x[j]! / 10) + exp(x[j - 1]! / 10) - exp((j + 1) / 10) - exp(j / 10)),
          slopes: [j, j - 1].map((k) => [k, slope(k)] as const),
          curvatures: [j, j - 1].map((k) => [k, k, curvature(k)] as const),
        })),
        ...count(n - 1, (j): Residual => ({
          r: root * (exp(x[j]! / 10) - exp(-0.1)),
          slopes: [[j, slope(j)]],
          curvatures: [[j, j, curvature(j)]],
        })),
        {
          r: x.reduce((sum, each, j) => sum + (n - j) * each * each, -1),
          slopes: x.map((each, j) => [j, 2 * (n - j) * each] as const),
          curvatures: x.map((_, j) => [j, j, 2 * (n - j)] as const),
        },
      ];
    },
  },
  {
    name: "variablyDimensioned",
    points: [
      [0.75, 0.5, 0.25, 0],
      [1.1, 0.8, 0.9, 1.3, 0.7],
    ],
    residuals: (x) => {
      const s = x.reduce((sum, each, j) => sum + (j + 1) * (each - 1), 0);
      return [
        ...x.map((each, j): Residual => ({ r: each - 1, slopes: [[j, 1]] })),
        { r: s, slopes: x.map((_, j) => [j, j + 1] as const) },
        {
          r: s * s,
          slopes: x.map((_, j) => [j, 2 * s * (j + 1)] as const),
          curvatures: x.flatMap((_, k) => count(k + 1, (j) => [j - 1, k, 2 * j * (k + 1)] as const)),
        },
      ];
    },
  },
  {
    name: "trigonometric",
    points: [
      [0.2, 0.2, 0.2, 0.2, 0.2],
      [0.7, -0.3, 1.9],
    ],
    residuals: (x) => {
      const n = x.length;
      const sum = x.reduce((total, each) => total + cos(each), 0);
      return x.map((own, k): Residual => {
        const i = k + 1;
        return {
          r: n - sum + i * (1 - cos(own)) - sin(own),
          slopes: x.map((each, j) => [j, sin(each) + (j === k ? i * sin(own) - cos(own) : 0)] as const),
          curvatures: x.map((each, j) => [j, j, cos(each) + (j === k ? i * cos(own) + sin(own) : 0)] as const),
        };
      });
    },
  },
  {
    name: "brownAlmostLinear",
    points: [
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.9, 1.1, 0, 1.3],
    ],
    residuals: (x) => {
      const n = x.length;
      const sum = x.reduce((total, each) => total + each, 0);
      const without = (...left: number[]) => x.reduce((p, each, j) => (left.includes(j) ? p : p * each), 1);
      return [
        ...count(n - 1, (i): Residual => ({
          r: x[i - 1]! + sum - (n + 1),
          slopes: x.map((_, j) => [j, j === i - 1 ? 2 : 1] as const),
        })),
        {
          r: without() - 1,
          slopes: x.map((_, j) => [j, without(j)] as const),
          curvatures: x.flatMap((_, k) => count(k, (j) => [j - 1, k, without(j - 1, k)] as const)),
        },
      ];
    },
  },
  {
    name: "linearZeros",
    rest: [6],
    points: [
      [1, 1, 1, 1],
      [0.2, -0.8, 0.5, 1.7],
    ],
    residuals: (x) => {
      const inner = x.slice(1, -1);
      const sum = inner.reduce((total, each, j) => total + (j + 2) * each, 0);
      return [
        { r: -1, slopes: [] },
        ...count(4, (i): Residual => ({
          r: i * sum - 1,
          slopes: inner.map((_, j) => [j + 1, i * (j + 2)] as const),
        })),
        { r: -1, slopes: [] },
      ];
    },
  },
  {
    // T(2x - 1) = cos(i φ) where 2x - 1 = cos φ: its slope is 2 i sin(i φ) / sin φ.
    name: "chebyquad",
    points: [
      [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6],
      [0.1, 0.35, 0.8, 0.93],
    ],
    residuals: (x) => {
      const n = x.length;
      return count(n, (i): Residual => {
        const angles = x.map((each) => Math.acos(2 * each - 1));
        const integral = i % 2 === 1 ? 0 : -1 / (i * i - 1);
        const slopes: Slopes = angles.map((a, j) => [j, (2 * i * sin(i * a)) / sin(a) / n]);
        const curvatures: Curvatures = angles.map((a, j) => [
          j,
          j,
          (-4 * i * (i * cos(i * a) * sin(a) - sin(i * a) * cos(a))) / sin(a) ** 3 / n,
        ]);
        return { r: angles.reduce((sum, a) => sum + cos(i * a), 0) / n - integral, slopes, curvatures };
      });
    },
  },
];
