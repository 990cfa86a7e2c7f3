/** z[0] = x[0], and z[i] = x[i] y[i - 1] after that. */
function slope(x: Float64Array, y: Float64Array, z: Float64Array): void {
  z[0] = x[0];
  for (let i = 1; i < x.length; i++) z[i] = x[i] * y[i - 1];
}

/** y(2) by the classical method of Runge and Kutta, in `steps` steps from y(0) = 0. */
export function integrate(x: Float64Array, steps: number): Float64Array {
  const n = x.length;
  const h = 2 / steps;
  const y = new Float64Array(n);
  const between = new Float64Array(n);
  const k1 = new Float64Array(n);
  const k2 = new Float64Array(n);
  const k3 = new Float64Array(n);
  const k4 = new Float64Array(n);
  for (let step = 0; step < steps; step++) {
    slope(x, y, k1);
    for (let i = 0; i < n; i++) between[i] = y[i] + (h / 2) * k1[i];
    slope(x, between, k2);
    for (let i = 0; i < n; i++) between[i] = y[i] + (h / 2) * k2[i];
    slope(x, between, k3);
    for (let i = 0; i < n; i++) between[i] = y[i] + h * k3[i];
    slope(x, between, k4);
    for (let i = 0; i < n; i++) y[i] += (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  return y;
}

/**
 * The last entry of y(2).
 *
 * @grad x
 */
export function lastEntry(x: Float64Array, steps: number): number {
  return integrate(x, steps)[x.length - 1];
}
