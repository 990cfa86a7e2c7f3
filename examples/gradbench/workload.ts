/** What an eval asks for, with its input made ready: `run` is what is timed. */
export interface Workload {
  run(): void;
  /** What the last run gave, as JSON. */
  output(): unknown;
}

export function workload<Result>(run: () => Result, toJson: (result: Result) => unknown): Workload {
  let result: Result | undefined;
  return {
    run: () => {
      result = run();
    },
    output: () => (result === undefined ? null : toJson(result)),
  };
}

export const itself = (value: number): number => value;

export function listOf(array: Float64Array): number[] {
  return Array.from(array);
}

/** All rows, one after the other. */
export function flat(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rows.flat());
}

/** The rows of so many columns. */
export function rowsOf(array: Float64Array, columns: number): number[][] {
  return Array.from({ length: columns === 0 ? 0 : array.length / columns }, (_, row) =>
    listOf(array.subarray(row * columns, (row + 1) * columns)),
  );
}
