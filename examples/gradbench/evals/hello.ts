import { createDouble, double } from "../models/hello.grad.ts";
import { square } from "../models/hello.ts";
import { itself, workload } from "../workload.ts";

export const hello = {
  square: (x: number) => workload(() => square(x), itself),
  double: (x: number) => {
    const out = createDouble(x);
    return workload(() => double(x, out).grad.x, itself);
  },
};
