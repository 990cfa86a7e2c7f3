import { grad, jvp } from "adjoint-gen";

/** The potential of two charges, of which w shifts one. */
function potential(x: number, y: number, w: number): number {
  return 1 / Math.hypot(x - 10, y - (10 - w)) + 1 / Math.hypot(x - 10, y);
}

type Vector = readonly [number, number];

/** The square of where a particle lands that the potential moves. */
function landing(w: number, slope: (x: number, y: number, w: number) => Vector): number {
  const dt = 0.1;
  let [x, y] = [0, 8];
  let [vx, vy] = [0.75, 0];
  while (true) {
    const [ux, uy] = slope(x, y, w);
    x += dt * vx;
    y += dt * vy;
    if (y <= 0) return (x - (y / vy) * vx) ** 2;
    vx -= dt * ux;
    vy -= dt * uy;
  }
}

const potentialGrad = grad(potential, "x", "y");
const potentialJvp = jvp(potential, "x", "y");

/**
 * With the slope of the potential in reverse mode.
 *
 * @grad {as: rr}
 * @jvp {as: fr}
 */
export function landingByGrad(w: number): number {
  return landing(w, (x, y) => {
    const { grad: slope } = potentialGrad(x, y, w);
    return [slope.x, slope.y];
  });
}

/**
 * With the slope of the potential in forward mode.
 *
 * @grad {as: rf}
 * @jvp {as: ff}
 */
export function landingByJvp(w: number): number {
  return landing(w, (x, y) => [
    potentialJvp(x, y, w, { x: 1, y: 0 }).tangent,
    potentialJvp(x, y, w, { x: 0, y: 1 }).tangent,
  ]);
}
