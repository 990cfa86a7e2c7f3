/** The problems of fixtures/problems/more-garbow-hillstrom/few-variables.ts. */
import type { Problem } from "./problem.ts";

const root5 = Math.sqrt(5);
const root10 = Math.sqrt(10);
const root90 = Math.sqrt(90);

export const fewVariables: readonly Problem[] = [
  {
    name: "rosenbrock",
    takes: "numbers",
    points: [
      [-1.2, 1],
      [0.7, -0.3],
    ],
    residuals: ([a, b]) => [
      {
        r: 10 * (b! - a! * a!),
        slopes: [
          [0, -20 * a!],
          [1, 10],
        ],
        curvatures: [[0, 0, -20]],
      },
      { r: 1 - a!, slopes: [[0, -1]] },
    ],
  },
  {
    name: "freudensteinRoth",
    takes: "tuple",
    points: [
      [0.5, -2],
      [11, -0.9],
    ],
    residuals: ([a, b]) => [
      {
        r: -13 + a! - 2 * b! + 5 * b! ** 2 - b! ** 3,
        slopes: [
          [0, 1],
          [1, -2 + 10 * b! - 3 * b! ** 2],
        ],
        curvatures: [[1, 1, 10 - 6 * b!]],
      },
      {
        r: -29 + a! - 14 * b! + b! ** 2 + b! ** 3,
        slopes: [
          [0, 1],
          [1, -14 + 2 * b! + 3 * b! ** 2],
        ],
        curvatures: [[1, 1, 2 + 6 * b!]],
      },
    ],
  },
  {
    name: "powellBadlyScaled",
    points: [
      [0, 1],
      [1.1e-5, 9.1],
    ],
    residuals: ([a, b]) => [
      {
        r: 1e4 * a! * b! - 1,
        slopes: [
          [0, 1e4 * b!],
          [1, 1e4 * a!],
        ],
        curvatures: [[0, 1, 1e4]],
      },
      {
        r: Math.exp(-a!) + Math.exp(-b!) - 1.0001,
        slopes: [
          [0, -Math.exp(-a!)],
          [1, -Math.exp(-b!)],
        ],
        curvatures: [
          [0, 0, Math.exp(-a!)],
          [1, 1, Math.exp(-b!)],
        ],
      },
    ],
  },
  {
    name: "brownBadlyScaled",
    takes: ([x1, x2]) => ({ x1, x2 }),
    points: [
      [1, 1],
      [1e6, 3e-6],
    ],
    residuals: ([a, b]) => [
      { r: a! - 1e6, slopes: [[0, 1]] },
      { r: b! - 2e-6, slopes: [[1, 1]] },
      {
        r: a! * b! - 2,
        slopes: [
          [0, b!],
          [1, a!],
        ],
        curvatures: [[0, 1, 1]],
      },
    ],
  },
  {
    name: "beale",
    takes: "numbers",
    points: [
      [1, 1],
      [2.5, -0.4],
    ],
    residuals: ([a, b]) =>
      [1.5, 2.25, 2.625].map((y, k) => {
        const i = k + 1;
        return {
          r: y - a! + a! * b! ** i,
          slopes: [
            [0, b! ** i - 1],
            [1, a! * i * b! ** (i - 1)],
          ],
          curvatures: [
            [0, 1, i * b! ** (i - 1)],
            [1, 1, i === 1 ? 0 : a! * i * (i - 1) * b! ** (i - 2)],
          ],
        };
      }),
  },
  {
    name: "helicalValley",
    points: [
      [-1, 0, 0],
      [0.8, -1.3, 0.4],
    ],
    residuals: ([a, b, c]) => {
      const s = a! * a! + b! * b!;
      const rho = Math.sqrt(s);
      // θ has the slopes (-b, a) / (2π s).
      const turn = 1 / (2 * Math.PI * s);
      const angle = Math.atan2(b!, a!) / (2 * Math.PI);
      const theta = a! < 0 && b! < 0 ? angle + 1 : angle;
      return [
        {
          r: 10 * c! - 100 * theta,
          slopes: [
            [0, 100 * b! * turn],
            [1, -100 * a! * turn],
            [2, 10],
          ],
          curvatures: [
            [0, 0, (-200 * a! * b! * turn) / s],
            [0, 1, (100 * (a! * a! - b! * b!) * turn) / s],
            [1, 1, (200 * a! * b! * turn) / s],
          ],
        },
        {
          r: 10 * (rho - 1),
          slopes: [
            [0, (10 * a!) / rho],
            [1, (10 * b!) / rho],
          ],
          curvatures: [
            [0, 0, (10 * b! * b!) / rho ** 3],
            [0, 1, (-10 * a! * b!) / rho ** 3],
            [1, 1, (10 * a! * a!) / rho ** 3],
          ],
        },
        { r: c!, slopes: [[2, 1]] },
      ];
    },
  },
  {
    name: "powellSingular",
    points: [
      [3, -1, 0, 1],
      [0.2, 0.5, -0.7, 1.1],
    ],
    residuals: ([a, b, c, d]) => [
      {
        r: a! + 10 * b!,
        slopes: [
          [0, 1],
          [1, 10],
        ],
      },
      {
        r: root5 * (c! - d!),
        slopes: [
          [2, root5],
          [3, -root5],
        ],
      },
      {
        r: (b! - 2 * c!) ** 2,
        slopes: [
          [1, 2 * (b! - 2 * c!)],
          [2, -4 * (b! - 2 * c!)],
        ],
        curvatures: [
          [1, 1, 2],
          [1, 2, -4],
          [2, 2, 8],
        ],
      },
      {
        r: root10 * (a! - d!) ** 2,
        slopes: [
          [0, 2 * root10 * (a! - d!)],
          [3, -2 * root10 * (a! - d!)],
        ],
        curvatures: [
          [0, 0, 2 * root10],
          [0, 3, -2 * root10],
          [3, 3, 2 * root10],
        ],
      },
    ],
  },
  {
    name: "wood",
    takes: "numbers",
    points: [
      [-3, -1, -3, -1],
      [0.4, 1.2, -0.6, 0.9],
    ],
    residuals: ([a, b, c, d]) => [
      {
        r: 10 * (b! - a! * a!),
        slopes: [
          [0, -20 * a!],
          [1, 10],
        ],
        curvatures: [[0, 0, -20]],
      },
      { r: 1 - a!, slopes: [[0, -1]] },
      {
        r: root90 * (d! - c! * c!),
        slopes: [
          [2, -2 * root90 * c!],
          [3, root90],
        ],
        curvatures: [[2, 2, -2 * root90]],
      },
      { r: 1 - c!, slopes: [[2, -1]] },
      {
        r: root10 * (b! + d! - 2),
        slopes: [
          [1, root10],
          [3, root10],
        ],
      },
      {
        r: (b! - d!) / root10,
        slopes: [
          [1, 1 / root10],
          [3, -1 / root10],
        ],
      },
    ],
  },
];
