import { createLossGrad, lossGrad } from "../models/lstm.grad.ts";
import { loss } from "../models/lstm.ts";
import { flat, itself, workload } from "../workload.ts";

interface Input {
  readonly main_params: number[][];
  readonly extra_params: number[][];
  readonly state: number[][];
  readonly sequence: number[][];
}

export const lstm = {
  objective: (input: Input) => {
    const args = argumentsOf(input);
    return workload(() => loss(...args), itself);
  },
  jacobian: (input: Input) => {
    const args = argumentsOf(input);
    const out = createLossGrad(...args);
    return workload(
      () => lossGrad(...args, out).grad,
      ({ main, extra }) => [...main, ...extra],
    );
  },
};

function argumentsOf({ main_params, extra_params, state, sequence }: Input): Parameters<typeof loss> {
  return [flat(main_params), flat(extra_params), flat(state), flat(sequence), extra_params[0].length];
}
