/** Comparing lists of numbers. */

export const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const list = (values: readonly number[]) => values.map((value) => value.toPrecision(10)).join(", ");

/** Equal to the tolerance, relative to the largest entry; NaN where the other is NaN. */
export function close(actual: readonly number[], expected: readonly number[], tolerance: number): boolean {
  if (actual.length !== expected.length) return false;
  const scale = largest(expected.filter(Number.isFinite)) || 1;
  return actual.every((entry, k) => {
    const other = expected[k] ?? NaN;
    return Object.is(entry, other) || entry === other || Math.abs(entry - other) <= tolerance * scale;
  });
}

export function total(terms: readonly number[]): number {
  return terms.reduce((sum, term) => sum + term, 0);
}
