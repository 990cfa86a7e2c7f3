import { createLogSumExpGrad, logSumExpGrad } from "../models/lse.grad.ts";
import { logSumExp } from "../models/lse.ts";
import { itself, listOf, workload } from "../workload.ts";

interface Input {
  readonly x: number[];
}

export const lse = {
  primal: (input: Input) => {
    const x = Float64Array.from(input.x);
    return workload(() => logSumExp(x), itself);
  },
  gradient: (input: Input) => {
    const x = Float64Array.from(input.x);
    const out = createLogSumExpGrad(x);
    return workload(() => logSumExpGrad(x, out).grad.x, listOf);
  },
};
