/** log Σ exp(v[i]), with the maximum taken out. */
function logSumExp(v: Float64Array): number {
  let largest = -Infinity;
  for (const each of v) largest = Math.max(largest, each);
  let sum = 0;
  for (const each of v) sum += Math.exp(each - largest);
  return largest + Math.log(sum);
}

/**
 * The log posterior of a Gaussian mixture with a Wishart prior. Component c has the weight `alpha[c]`, the mean `mu[c]` and
 * the lower triangular Q: exp(q[c]) on its diagonal, and `l[c]` below, column by column.
 *
 * @grad alpha, mu, q, l
 */
export function logPosterior(
  alpha: Float64Array,
  mu: Float64Array,
  q: Float64Array,
  l: Float64Array,
  x: Float64Array,
  d: number,
  m: number,
  gamma: number,
  constant: number,
): number {
  const k = alpha.length;
  const n = x.length / d;
  const below = (d * (d - 1)) / 2;
  const centered = new Float64Array(d);
  const y = new Float64Array(d);
  const terms = new Float64Array(k);
  let likelihood = -n * (d / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      let logDeterminant = 0;
      for (let j = 0; j < d; j++) {
        centered[j] = x[i * d + j] - mu[c * d + j];
        logDeterminant += q[c * d + j];
        y[j] = Math.exp(q[c * d + j]) * centered[j];
      }
      let entry = c * below;
      for (let j = 0; j < d; j++) {
        for (let r = j + 1; r < d; r++) y[r] += l[entry++] * centered[j];
      }
      let square = 0;
      for (let j = 0; j < d; j++) square += y[j] * y[j];
      terms[c] = alpha[c] + logDeterminant - 0.5 * square;
    }
    likelihood += logSumExp(terms);
  }

  let prior = constant;
  for (let c = 0; c < k; c++) {
    let square = 0;
    let logDeterminant = 0;
    for (let j = 0; j < d; j++) {
      logDeterminant += q[c * d + j];
      square += Math.exp(q[c * d + j]) ** 2;
    }
    for (let e = 0; e < below; e++) square += l[c * below + e] ** 2;
    prior += m * logDeterminant - 0.5 * gamma * gamma * square;
  }
  return likelihood - n * logSumExp(alpha) + prior;
}

/** What the prior has that does not depend on the components. */
export function logPriorConstant(k: number, d: number, m: number, gamma: number): number {
  const degrees = d + m + 1;
  let logGammaOfMany = ((d * (d - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= d; j++) logGammaOfMany += logGamma((degrees + 1 - j) / 2);
  return k * (degrees * d * (Math.log(gamma) - 0.5 * Math.LN2) - logGammaOfMany);
}

/** log Γ(x) by Stirling's series, from where it is exact to the last digits, and Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  if (x < 15) return logGamma(x + 1) - Math.log(x);
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = 1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + inverse * series;
}
