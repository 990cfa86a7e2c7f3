/** The problems of fixtures/problems/more-garbow-hillstrom/fits.ts. */
import {
  bardData,
  concentrations,
  gaussianData,
  velocities,
  osborne2Data,
} from "../../fixtures/problems/more-garbow-hillstrom/data.ts";
import { count, type Problem, type Residual } from "./problem.ts";

const { exp } = Math;

export const fits: readonly Problem[] = [
  {
    name: "bard",
    points: [
      [1, 1, 1],
      [0.08, 1.1, 2.3],
    ],
    residuals: ([a, b, c]) =>
      count(15, (u) => {
        const v = 16 - u;
        const w = Math.min(u, v);
        const q = v * b! + w * c!;
        return {
          r: bardData[u - 1]! - a! - u / q,
          slopes: [
            [0, -1],
            [1, (u * v) / q ** 2],
            [2, (u * w) / q ** 2],
          ],
          curvatures: [
            [1, 1, (-2 * u * v * v) / q ** 3],
            [1, 2, (-2 * u * v * w) / q ** 3],
            [2, 2, (-2 * u * w * w) / q ** 3],
          ],
        };
      }),
  },
  {
    name: "gaussian",
    takes: "tuple",
    points: [
      [0.4, 1, 0],
      [0.9, 1.4, -0.3],
    ],
    residuals: ([a, b, c]) =>
      count(15, (i) => {
        const s = (8 - i) / 2 - c!;
        const e = exp((-b! * s * s) / 2);
        return {
          r: a! * e - gaussianData[i - 1]!,
          slopes: [
            [0, e],
            [1, (-a! * e * s * s) / 2],
            [2, a! * e * b! * s],
          ],
          curvatures: [
            [0, 1, (-e * s * s) / 2],
            [0, 2, e * b! * s],
            [1, 1, (a! * e * s ** 4) / 4],
            [1, 2, a! * e * (s - (b! * s ** 3) / 2)],
            [2, 2, a! * e * (b! * b! * s * s - b!)],
          ],
        };
      }),
  },
  {
    name: "gulf",
    rest: [5],
    points: [
      [5, 2.5, 0.15],
      [40, 70, 1.2],
    ],
    residuals: ([a, b, c]) =>
      count(5, (i) => {
        const t = i / 100;
        const z = 25 + (-50 * Math.log(t)) ** (2 / 3) - b!;
        const s = Math.abs(z);
        const log = Math.log(s);
        // r = e^-g - t with g = s^c / a: its slope is -e^-g g', its curvature e^-g (g' g' - g'').
        const g = s ** c! / a!;
        const e = exp(-g);
        const along = [-g / a!, (-c! * g) / z, g * log];
        const upper = [
          [0, 0, (2 * g) / (a! * a!)],
          [0, 1, (c! * g) / (a! * z)],
          [0, 2, (-g * log) / a!],
          [1, 1, (c! * (c! - 1) * g) / (z * z)],
          [1, 2, (-g * (1 + c! * log)) / z],
          [2, 2, g * log * log],
        ] as const;
        return {
          r: e - t,
          slopes: along.map((slope, j) => [j, -e * slope] as const),
          curvatures: upper.map(([j, k, second]) => [j, k, e * (along[j]! * along[k]! - second)] as const),
        };
      }),
  },
  {
    name: "kowalikOsborne",
    points: [
      [0.25, 0.39, 0.415, 0.39],
      [0.19, 0.2, 0.12, 0.14],
    ],
    residuals: ([a, b, c, d]) =>
      concentrations.map((u, i) => {
        const y = velocities[i]!;
        const p = u * u + u * b!;
        const q = u * u + u * c! + d!;
        return {
          r: y - (a! * p) / q,
          slopes: [
            [0, -p / q],
            [1, (-a! * u) / q],
            [2, (a! * p * u) / q ** 2],
            [3, (a! * p) / q ** 2],
          ],
          curvatures: [
            [0, 1, -u / q],
            [0, 2, (p * u) / q ** 2],
            [0, 3, p / q ** 2],
            [1, 2, (a! * u * u) / q ** 2],
            [1, 3, (a! * u) / q ** 2],
            [2, 2, (-2 * a! * p * u * u) / q ** 3],
            [2, 3, (-2 * a! * p * u) / q ** 3],
            [3, 3, (-2 * a! * p) / q ** 3],
          ],
        };
      }),
  },
  {
    name: "brownDennis",
    rest: [6],
    points: [
      [25, 5, -5, -1],
      [1.1, 0.7, -0.2, 0.4],
    ],
    residuals: ([x1, x2, x3, x4]) =>
      count(6, (i) => {
        const t = i / 5;
        const s = Math.sin(t);
        const a = x1! + t * x2! - exp(t);
        const b = x3! + s * x4! - Math.cos(t);
        return {
          r: a * a + b * b,
          slopes: [
            [0, 2 * a],
            [1, 2 * a * t],
            [2, 2 * b],
            [3, 2 * b * s],
          ],
          curvatures: [
            [0, 0, 2],
            [0, 1, 2 * t],
            [1, 1, 2 * t * t],
            [2, 2, 2],
            [2, 3, 2 * s],
            [3, 3, 2 * s * s],
          ],
        };
      }),
  },
  {
    name: "biggs",
    rest: [13],
    takes: (x) => [0, 2, 4].map((k) => ({ rate: x[k], amount: x[k + 1] })),
    points: [
      [1, 1, 2, -1, 1, 1],
      [0.8, 1.1, 9, -4.5, 4.2, 2.8],
    ],
    residuals: (x) =>
      count(13, (i) => {
        const t = 0.1 * i;
        const terms = [0, 2, 4].map((k) => ({ k, e: exp(-t * x[k]!), amount: x[k + 1]! }));
        return {
          r: terms.reduce((sum, { e, amount }) => sum + amount * e, 5 * exp(-10 * t) - exp(-t) - 3 * exp(-4 * t)),
          slopes: terms.flatMap(({ k, e, amount }): Residual["slopes"] => [
            [k, -t * amount * e],
            [k + 1, e],
          ]),
          curvatures: terms.flatMap(({ k, e, amount }): NonNullable<Residual["curvatures"]> => [
            [k, k, t * t * amount * e],
            [k, k + 1, -t * e],
          ]),
        };
      }),
  },
  {
    name: "osborne2",
    points: [
      [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
      [1.2, 0.4, 0.7, 0.5, 0.8, 1, 2, 3, 2.2, 4.6, 5.7],
    ],
    residuals: (x) =>
      osborne2Data.map((y, i) => {
        const t = i / 10;
        const decay = exp(-t * x[4]!);
        const bells = [1, 2, 3].map((k) => {
          const s = t - x[k + 7]!;
          return { k, s, a: x[k]!, w: x[k + 4]!, e: exp(-s * s * x[k + 4]!) };
        });
        return {
          r: x[0]! * decay + bells.reduce((sum, { a, e }) => sum + a * e, 0) - y,
          slopes: [
            [0, decay],
            [4, -t * x[0]! * decay],
            ...bells.flatMap(({ k, s, a, w, e }): Residual["slopes"] => [
              [k, e],
              [k + 4, -s * s * a * e],
              [k + 7, 2 * s * w * a * e],
            ]),
          ],
          curvatures: [
            [0, 4, -t * decay],
            [4, 4, t * t * x[0]! * decay],
            ...bells.flatMap(({ k, s, a, w, e }): NonNullable<Residual["curvatures"]> => [
              [k, k + 4, -s * s * e],
              [k, k + 7, 2 * s * w * e],
              [k + 4, k + 4, s ** 4 * a * e],
              [k + 4, k + 7, 2 * s * a * e * (1 - s * s * w)],
              [k + 7, k + 7, 2 * w * a * e * (2 * s * s * w - 1)],
            ]),
          ],
        };
      }),
  },
];
