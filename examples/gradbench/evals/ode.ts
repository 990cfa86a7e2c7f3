import { createLastEntryGrad, lastEntryGrad } from "../models/ode.grad.ts";
import { integrate } from "../models/ode.ts";
import { listOf, workload } from "../workload.ts";

interface Input {
  readonly x: number[];
  readonly s: number;
}

export const ode = {
  primal: (input: Input) => {
    const x = Float64Array.from(input.x);
    return workload(() => integrate(x, input.s), listOf);
  },
  gradient: (input: Input) => {
    const x = Float64Array.from(input.x);
    const out = createLastEntryGrad(x, input.s);
    return workload(() => lastEntryGrad(x, input.s, out).grad.x, listOf);
  },
};
