import { descend, type Slope } from "../models/descent.ts";
import { ff, fr, negativeGrad, negativeJvp, rf, rr } from "../models/saddle.grad.ts";
import { workload } from "../workload.ts";

interface Input {
  readonly start: number[];
}

type Point = Float64Array;
/** A derivative in reverse mode, and one in forward mode, of a function of the first of two points. */
type Grad = (x: Point, start: Point) => { value: number; grad: { x: Point } };
type Jvp = (x: Point, start: Point, tangent: { x: Point }) => { value: number; tangent: number };

const units = [Float64Array.of(1, 0), Float64Array.of(0, 1)];

/** The saddle point: the first letter is the mode of the derivative in x, the second that in y. */
export const saddle = {
  rr: (input: Input) => saddlePoint(byGrad(rr), highestByGrad, input),
  rf: (input: Input) => saddlePoint(byGrad(rf), highestByJvp, input),
  fr: (input: Input) => saddlePoint(byJvp(fr), highestByGrad, input),
  ff: (input: Input) => saddlePoint(byJvp(ff), highestByJvp, input),
};

function saddlePoint(
  largestFrom: (start: Point) => (x: Point) => Slope,
  highest: (x: Point, start: Point) => Point,
  input: Input,
) {
  const start = Float64Array.from(input.start);
  return workload(
    () => {
      const x = descend(largestFrom(start), start);
      return [...x, ...highest(x, start)];
    },
    (point) => point,
  );
}

function byGrad(largest: Grad) {
  return (start: Point) =>
    (x: Point): Slope => {
      const { value, grad } = largest(x, start);
      return { value, gradient: grad.x };
    };
}

function byJvp(largest: Jvp) {
  return (start: Point) =>
    (x: Point): Slope => {
      const [first, second] = units.map((unit) => largest(x, start, { x: unit }));
      return { value: first.value, gradient: Float64Array.of(first.tangent, second.tangent) };
    };
}

function highestByGrad(x: Point, start: Point): Point {
  return descend((y) => {
    const { value, grad } = negativeGrad(x, y);
    return { value, gradient: grad.y };
  }, start);
}

function highestByJvp(x: Point, start: Point): Point {
  return descend((y) => {
    const [first, second] = units.map((unit) => negativeJvp(x, y, { y: unit }));
    return { value: first.value, gradient: Float64Array.of(first.tangent, second.tangent) };
  }, start);
}
