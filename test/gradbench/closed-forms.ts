/** Values and gradients of the evals that have closed forms. */

type Matrix = readonly (readonly number[])[];

/** By elimination with pivots. */
export function determinantOf(given: Matrix): number {
  const rows = given.map((row) => [...row]);
  let product = 1;
  rows.forEach((_, k) => {
    const pivot = rows.reduce(
      (best, row, r) => (r >= k && Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? r : best),
      k,
    );
    if (pivot !== k) product = -product;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]!;
    product *= head[k]!;
    for (const row of rows.slice(k + 1)) {
      const factor = head[k] === 0 ? 0 : row[k]! / head[k]!;
      head.forEach((entry, j) => (row[j]! -= factor * entry));
    }
  });
  return product;
}

/** The signed minors, row by row. */
export function cofactors(A: Matrix): number[] {
  return A.flatMap((row, r) =>
    row.map((_, c) => {
      const minor = A.filter((__, k) => k !== r).map((other) => other.filter((__, k) => k !== c));
      return (-1) ** (r + c) * determinantOf(minor);
    }),
  );
}

export interface Mixture {
  readonly d: number;
  readonly k: number;
  readonly n: number;
  readonly x: Matrix;
  readonly m: number;
  readonly gamma: number;
  readonly alpha: readonly number[];
  readonly mu: Matrix;
  readonly q: Matrix;
  readonly l: Matrix;
}

/** From the responsibility of each component for each point. */
export function mixture({ d, k, n, x, m, gamma, alpha, mu, q, l }: Mixture) {
  const factors = q.map((logs, c) => lowerTriangle(logs, l[c]!));
  const dmu = mu.map((row) => row.map(() => 0));
  const dfactors = factors.map((Q) => Q.map((row) => row.map(() => 0)));
  const dalpha = softmax(alpha).map((share) => -n * share);
  const dlogs = q.map((row) => row.map(() => m));
  let value = -n * (d / 2) * Math.log(2 * Math.PI) - n * logSum(alpha);
  for (const point of x) {
    const away = mu.map((centre) => point.map((entry, j) => entry - centre[j]!));
    const turned = factors.map((Q, c) => times(Q, away[c]!));
    const terms = alpha.map((a, c) => a + sum(q[c]!) - 0.5 * sum(turned[c]!.map((entry) => entry ** 2)));
    value += logSum(terms);
    softmax(terms).forEach((share, c) => {
      dalpha[c]! += share;
      const [Q, z, y] = [factors[c]!, away[c]!, turned[c]!];
      for (let r = 0; r < d; r++) {
        dlogs[c]![r]! += share;
        for (let j = 0; j < d; j++) {
          dfactors[c]![r]![j]! -= share * y[r]! * z[j]!;
          dmu[c]![j]! += share * y[r]! * Q[r]![j]!;
        }
      }
    });
  }
  const degrees = d + m + 1;
  let logGammas = ((d * (d - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= d; j++) logGammas += logGammaOfHalves(degrees + 1 - j);
  value += k * (degrees * d * (Math.log(gamma) - Math.log(2) / 2) - logGammas);
  factors.forEach((Q, c) => {
    value += m * sum(q[c]!) - 0.5 * gamma ** 2 * sum(Q.flat().map((entry) => entry ** 2));
    Q.forEach((row, r) => row.forEach((entry, j) => (dfactors[c]![r]![j]! -= gamma ** 2 * entry)));
  });
  const dq = dlogs.map((row, c) => row.map((entry, j) => entry + dfactors[c]![j]![j]! * Math.exp(q[c]![j]!)));
  const dl = dfactors.map((Q) => Q.flatMap((_, j) => Q.slice(j + 1).map((row) => row[j]!)));
  return { value, gradient: { alpha: dalpha, mu: dmu, q: dq, l: dl } };
}

function lowerTriangle(logs: readonly number[], below: readonly number[]): number[][] {
  const Q = logs.map((log, r) => logs.map((_, j) => (j === r ? Math.exp(log) : 0)));
  let next = 0;
  for (let j = 0; j < logs.length; j++) for (let r = j + 1; r < logs.length; r++) Q[r]![j] = below[next++]!;
  return Q;
}

/** log Γ(n / 2). */
function logGammaOfHalves(n: number): number {
  if (n === 1) return 0.5 * Math.log(Math.PI);
  return n === 2 ? 0 : Math.log(n / 2 - 1) + logGammaOfHalves(n - 2);
}

/** What the centroids are away from the means of the points that are nearest to them. */
export function clusters(points: Matrix, centroids: Matrix) {
  const distances = points.map((point) => centroids.map((c) => sum(c.map((entry, j) => (entry - point[j]!) ** 2))));
  const nearest = distances.map((row) => row.indexOf(Math.min(...row)));
  return {
    cost: sum(distances.map((row) => Math.min(...row))),
    steps: centroids.map((centroid, c) => {
      const own = points.filter((_, i) => nearest[i] === c);
      return centroid.map((entry, j) => entry - sum(own.map((point) => point[j]!)) / own.length);
    }),
  };
}

/** The residuals of the polynomial, and what each power has in common with them. */
export function squares(x: readonly number[], n: number) {
  const t = Array.from({ length: n }, (_, i) => -1 + (2 * i) / (n - 1));
  const residuals = t.map((at) => Math.sign(at) - sum(x.map((coefficient, j) => coefficient * at ** j)));
  return {
    value: 0.5 * sum(residuals.map((r) => r ** 2)),
    gradient: x.map((_, j) => -sum(residuals.map((r, i) => r * t[i]! ** j))),
  };
}

export function logSum(x: readonly number[]): number {
  const largest = largestOf(x);
  return largest + Math.log(sum(x.map((entry) => Math.exp(entry - largest))));
}

export function softmax(x: readonly number[]): number[] {
  const largest = largestOf(x);
  const shares = x.map((entry) => Math.exp(entry - largest));
  const total = sum(shares);
  return shares.map((share) => share / total);
}

/** What descent on |x|² leaves of the start, by the rules that particle and saddle share. */
export function descentOnSquares(start: readonly number[]): number[] {
  let x = [...start];
  let rate = 1e-5;
  for (let accepted = 0; ;) {
    if (Math.hypot(...x.map((entry) => 2 * entry)) <= 1e-5) return x;
    if (accepted === 10) {
      [rate, accepted] = [2 * rate, 0];
      continue;
    }
    const next = x.map((entry) => entry - rate * 2 * entry);
    if (Math.hypot(...x.map((entry, k) => entry - next[k]!)) <= 1e-5) return x;
    if (sum(next.map((entry) => entry ** 2)) < sum(x.map((entry) => entry ** 2))) [x, accepted] = [next, accepted + 1];
    else [rate, accepted] = [rate / 2, 0];
  }
}

const largestOf = (x: readonly number[]): number => x.reduce((a, b) => Math.max(a, b));
const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
const times = (Q: Matrix, x: readonly number[]): number[] => Q.map((row) => sum(row.map((entry, j) => entry * x[j]!)));
