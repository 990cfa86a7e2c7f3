import { createLeastSquaresGrad, leastSquaresGrad } from "../models/llsq.grad.ts";
import { leastSquares } from "../models/llsq.ts";
import { itself, listOf, workload } from "../workload.ts";

interface Input {
  readonly x: number[];
  readonly n: number;
}

export const llsq = {
  primal: ({ x, n }: Input) => {
    const coefficients = Float64Array.from(x);
    return workload(() => leastSquares(coefficients, n), itself);
  },
  gradient: ({ x, n }: Input) => {
    const coefficients = Float64Array.from(x);
    const out = createLeastSquaresGrad(coefficients, n);
    return workload(() => leastSquaresGrad(coefficients, n, out).grad.x, listOf);
  },
};
