/** The problems of fixtures/problems/more-garbow-hillstrom/discretized.ts. */
import { count, type Problem, type Residual } from "./problem.ts";

/** t (t - 1) at the inner points of a grid. */
const parabola = (n: number) => count(n, (j) => (j / (n + 1)) * (j / (n + 1) - 1));

export const discretized: readonly Problem[] = [
  {
    name: "boundaryValue",
    points: [parabola(6), [0.3, -0.2, 0.5, 0.1]],
    residuals: (x) => {
      const h = 1 / (x.length + 1);
      return x.map((each, i): Residual => {
        const s = each + (i + 1) * h + 1;
        const slopes = [[i, 2 + 1.5 * h * h * s * s] as const, [i - 1, -1] as const, [i + 1, -1] as const];
        return {
          r: 2 * each - (x[i - 1] ?? 0) - (x[i + 1] ?? 0) + (h * h * s ** 3) / 2,
          slopes: slopes.filter(([j]) => j in x),
          curvatures: [[i, i, 3 * h * h * s]],
        };
      });
    },
  },
  {
    name: "integralEquation",
    points: [parabola(5), [0.4, -0.3, 0.8]],
    residuals: (x) => {
      const h = 1 / (x.length + 1);
      return x.map((each, i): Residual => {
        const t = (i + 1) * h;
        const terms = x.map((other, j) => {
          const u = (j + 1) * h;
          // Green's function.
          return { s: other + u + 1, weight: (h / 2) * (j <= i ? (1 - t) * u : t * (1 - u)) };
        });
        return {
          r: terms.reduce((sum, { s, weight }) => sum + weight * s ** 3, each),
          slopes: terms.map(({ s, weight }, j) => [j, (i === j ? 1 : 0) + 3 * weight * s * s] as const),
          curvatures: terms.map(({ s, weight }, j) => [j, j, 6 * weight * s] as const),
        };
      });
    },
  },
  {
    name: "broydenTridiagonal",
    points: [
      [-1, -1, -1, -1, -1, -1],
      [0.3, -0.6, 1.2, 0.8],
    ],
    residuals: (x) =>
      x.map((each, i): Residual => {
        const slopes = [[i, 3 - 4 * each] as const, [i - 1, -1] as const, [i + 1, -2] as const];
        return {
          r: (3 - 2 * each) * each - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1,
          slopes: slopes.filter(([j]) => j in x),
          curvatures: [[i, i, -4]],
        };
      }),
  },
  {
    name: "broydenBanded",
    points: [
      [-1, -1, -1, -1, -1, -1, -1, -1],
      [0.3, -0.6, 1.2, 0.8],
    ],
    residuals: (x) =>
      x.map((each, i): Residual => {
        const others = x.flatMap((_, j) => (j !== i && j >= i - 5 && j <= i + 1 ? [j] : []));
        return {
          r: 2 * each + 5 * each ** 3 + 1 - others.reduce((sum, j) => sum + x[j]! * (1 + x[j]!), 0),
          slopes: [[i, 2 + 15 * each * each] as const, ...others.map((j) => [j, -1 - 2 * x[j]!] as const)],
          curvatures: [[i, i, 30 * each] as const, ...others.map((j) => [j, j, -2] as const)],
        };
      }),
  },
];
