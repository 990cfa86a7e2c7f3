/**
 * What is done to a matrix in compressed rows, as calls of functions that no graph has: the back end prints them as calls
 * of its helpers. Only compress-rows.ts makes them, after the last pass.
 *
 *   note(row, column, count)      the structure has so many entries of the row, from the column on
 *   compress(rows, columns)       the structure is whole; gives `rowStart` and `column`, and the values are zeros then
 *   place(rowStart, column, r, c) where the value of an entry stands
 *   clear(value, rowStart, r, r + 1)      the values of a row are zeros again
 *   clear(value, rowStart, column, r, c, end)     those from a column up to another
 */
export type RowVerb = "note" | "compress" | "place" | "clear";

export interface RowCall {
  readonly verb: RowVerb;
  /** Which of the matrices of the derivative. */
  readonly matrix: number;
}

/** No function of a graph is called so. */
export function calleeOf({ verb, matrix }: RowCall): string {
  return `${verb} ${matrix}`;
}

export function rowCallOf(callee: string): RowCall | undefined {
  const [, verb, matrix] = /^(note|compress|place|clear) (\d+)$/.exec(callee) ?? [];
  return isVerb(verb) ? { verb, matrix: Number(matrix) } : undefined;
}

function isVerb(text: string | undefined): text is RowVerb {
  return text === "note" || text === "compress" || text === "place" || text === "clear";
}
