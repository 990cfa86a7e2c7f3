import { createLogPosteriorGrad, logPosteriorGrad } from "../models/gmm.grad.ts";
import { logPosterior, logPriorConstant } from "../models/gmm.ts";
import { flat, itself, listOf, rowsOf, workload } from "../workload.ts";

interface Input {
  readonly d: number;
  readonly k: number;
  readonly n: number;
  readonly x: number[][];
  readonly m: number;
  readonly gamma: number;
  readonly alpha: number[];
  readonly mu: number[][];
  readonly q: number[][];
  readonly l: number[][];
}

export const gmm = {
  objective: (input: Input) => {
    const args = argumentsOf(input);
    return workload(() => logPosterior(...args), itself);
  },
  jacobian: (input: Input) => {
    const args = argumentsOf(input);
    const out = createLogPosteriorGrad(...args);
    const { d, k } = input;
    const below = (d * (d - 1)) / 2;
    return workload(
      () => logPosteriorGrad(...args, out).grad,
      ({ alpha, mu, q, l }) => ({
        alpha: listOf(alpha),
        mu: rowsOf(mu, d),
        q: rowsOf(q, d),
        l: below === 0 ? Array.from({ length: k }, () => []) : rowsOf(l, below),
      }),
    );
  },
};

function argumentsOf({ d, k, x, m, gamma, alpha, mu, q, l }: Input): Parameters<typeof logPosterior> {
  const constant = logPriorConstant(k, d, m, gamma);
  return [Float64Array.from(alpha), flat(mu), flat(q), flat(l), flat(x), d, m, gamma, constant];
}
