import { createDeterminantGrad, determinantGrad } from "../models/det.grad.ts";
import { determinant } from "../models/det.ts";
import { itself, listOf, workload } from "../workload.ts";

interface Input {
  readonly A: number[];
  readonly ell: number;
}

export const det = {
  primal: ({ A, ell }: Input) => {
    const matrix = Float64Array.from(A);
    return workload(() => determinant(matrix, ell), itself);
  },
  gradient: ({ A, ell }: Input) => {
    const matrix = Float64Array.from(A);
    const out = createDeterminantGrad(matrix, ell);
    return workload(() => determinantGrad(matrix, ell, out).grad.A, listOf);
  },
};
