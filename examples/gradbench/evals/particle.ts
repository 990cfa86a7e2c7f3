import { descend, type Slope } from "../models/descent.ts";
import { createFf, createFr, createRf, createRr, ff, fr, rf, rr } from "../models/particle.grad.ts";
import { itself, workload } from "../workload.ts";

interface Input {
  readonly w: number;
}

/** The shift that has the particle land nearest to 0: the first letter is the mode of the derivative in it. */
export const particle = {
  rr: ({ w }: Input) => nearest(byGrad(rr, createRr(w)), w),
  rf: ({ w }: Input) => nearest(byGrad(rf, createRf(w)), w),
  fr: ({ w }: Input) => nearest(byJvp(fr, createFr(w)), w),
  ff: ({ w }: Input) => nearest(byJvp(ff, createFf(w)), w),
};

function nearest(slopeAt: (x: Float64Array) => Slope, w: number) {
  return workload(() => descend(slopeAt, Float64Array.of(w))[0], itself);
}

function byGrad<Out>(landing: (w: number, out: Out) => { value: number; grad: { w: number } }, out: Out) {
  return ([w]: Float64Array): Slope => {
    const { value, grad } = landing(w, out);
    return { value, gradient: Float64Array.of(grad.w) };
  };
}

function byJvp<Out>(
  landing: (w: number, tangent: { w: number }, out: Out) => { value: number; tangent: number },
  out: Out,
) {
  return ([w]: Float64Array): Slope => {
    const { value, tangent } = landing(w, { w: 1 }, out);
    return { value, gradient: Float64Array.of(tangent) };
  };
}
