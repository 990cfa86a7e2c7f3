import { grad, jvp } from "adjoint-gen";
import { descend } from "./descent.ts";

function saddle(x: Float64Array, y: Float64Array): number {
  return x[0] * x[0] + x[1] * x[1] - (y[0] * y[0] + y[1] * y[1]);
}

/**
 * What is descended on to find the largest value over y.
 *
 * @grad y
 * @jvp y
 */
export function negative(x: Float64Array, y: Float64Array): number {
  return -saddle(x, y);
}

const negativeGrad = grad(negative, "y");
const negativeJvp = jvp(negative, "y");

/** The y with the largest value, by gradients in reverse mode. */
function highestByGrad(x: Float64Array, start: Float64Array): Float64Array {
  return descend((y) => {
    const { value, grad: slope } = negativeGrad(x, y);
    return { value, gradient: slope.y };
  }, start);
}

/** The y with the largest value, by slopes in forward mode. */
function highestByJvp(x: Float64Array, start: Float64Array): Float64Array {
  return descend((y) => {
    const first = negativeJvp(x, y, { y: Float64Array.of(1, 0) });
    const second = negativeJvp(x, y, { y: Float64Array.of(0, 1) });
    return { value: first.value, gradient: Float64Array.of(first.tangent, second.tangent) };
  }, start);
}

/**
 * The largest value over y.
 *
 * @grad {as: rr} x
 * @jvp {as: fr} x
 */
export function largestByGrad(x: Float64Array, start: Float64Array): number {
  return saddle(x, highestByGrad(x, start));
}

/**
 * The largest value over y.
 *
 * @grad {as: rf} x
 * @jvp {as: ff} x
 */
export function largestByJvp(x: Float64Array, start: Float64Array): number {
  return saddle(x, highestByJvp(x, start));
}
