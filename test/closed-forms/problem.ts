/**
 * A sum of squares of residuals, with derivatives written down by hand: the gradient is 2 Jᵀ r, and the Hessian
 * 2 (Jᵀ J + Σ rᵢ ∇²rᵢ).
 */

/** What is not named is 0; of two second derivatives that are the same, one is named. */
export interface Residual {
  readonly r: number;
  readonly slopes: readonly (readonly [variable: number, slope: number])[];
  readonly curvatures?: readonly (readonly [variable: number, other: number, curvature: number])[];
}

export interface Problem {
  /** The function in the model; what follows the variables among its arguments. */
  readonly name: string;
  readonly rest?: readonly unknown[];
  /** How it takes the variables: one after the other, as a tuple, or as an object; else as a typed array. */
  readonly takes?: "numbers" | "tuple" | ((x: readonly number[]) => unknown);
  /** The standard starting point of the paper, and another. */
  readonly points: readonly (readonly number[])[];
  readonly residuals: (x: readonly number[]) => readonly Residual[];
}

export interface Derivatives {
  readonly value: number;
  readonly residuals: readonly number[];
  /** Row after row, as the Hessian is. */
  readonly jacobian: readonly number[];
  readonly gradient: readonly number[];
  readonly hessian: readonly number[];
  /** The largest sums of the magnitudes that were added up for an entry: what rounding is relative to. */
  readonly scales: { readonly gradient: number; readonly hessian: number };
}

export function derivativesOf({ residuals }: Problem, x: readonly number[]): Derivatives {
  const n = x.length;
  const found = residuals(x);
  const [gradient, gradientSize] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  const [hessian, hessianSize] = [new Array<number>(n * n).fill(0), new Array<number>(n * n).fill(0)];
  const jacobian = new Array<number>(found.length * n).fill(0);
  const add = (to: number[], sizes: number[], at: number, term: number): void => {
    to[at]! += term;
    sizes[at]! += Math.abs(term);
  };
  found.forEach(({ r, slopes, curvatures = [] }, row) => {
    for (const [j, slope] of slopes) {
      jacobian[row * n + j]! += slope;
      add(gradient, gradientSize, j, 2 * r * slope);
      for (const [k, other] of slopes) add(hessian, hessianSize, j * n + k, 2 * slope * other);
    }
    for (const [j, k, curvature] of curvatures) {
      add(hessian, hessianSize, j * n + k, 2 * r * curvature);
      if (j !== k) add(hessian, hessianSize, k * n + j, 2 * r * curvature);
    }
  });
  return {
    value: found.reduce((sum, { r }) => sum + r * r, 0),
    residuals: found.map(({ r }) => r),
    jacobian,
    gradient,
    hessian,
    scales: { gradient: Math.max(...gradientSize), hessian: Math.max(...hessianSize) },
  };
}

/** Counted from 1, as the paper does. */
export function count<T>(n: number, make: (i: number) => T): readonly T[] {
  return Array.from({ length: n }, (_, i) => make(i + 1));
}
