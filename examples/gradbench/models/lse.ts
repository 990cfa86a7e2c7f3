/**
 * log Σ exp(x[i]), with the maximum taken out.
 *
 * @grad
 */
export function logSumExp(x: Float64Array): number {
  let largest = -Infinity;
  for (const each of x) largest = Math.max(largest, each);
  let sum = 0;
  for (const each of x) sum += Math.exp(each - largest);
  return largest + Math.log(sum);
}
