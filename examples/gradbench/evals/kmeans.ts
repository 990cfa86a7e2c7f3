import { costHvp, createCostHvp } from "../models/kmeans.grad.ts";
import { cost } from "../models/kmeans.ts";
import { flat, itself, rowsOf, workload } from "../workload.ts";

interface Input {
  readonly points: number[][];
  readonly centroids: number[][];
}

export const kmeans = {
  cost: (input: Input) => {
    const args = argumentsOf(input);
    return workload(() => cost(...args), itself);
  },
  /** Newton's step: the Hessian is diagonal, so that its product with ones is its diagonal. */
  dir: (input: Input) => {
    const [points, centroids, d] = argumentsOf(input);
    const ones = { centroids: new Float64Array(centroids.length).fill(1) };
    const out = createCostHvp(points, centroids, d);
    const step = new Float64Array(centroids.length);
    return workload(
      () => {
        const { grad, hvp } = costHvp(points, centroids, d, ones, out);
        for (let k = 0; k < step.length; k++) step[k] = grad.centroids[k] / hvp.centroids[k];
        return step;
      },
      (rows) => rowsOf(rows, d),
    );
  },
};

function argumentsOf({ points, centroids }: Input): Parameters<typeof cost> {
  return [flat(points), flat(centroids), centroids[0].length];
}
