/**
 * What is done to a matrix in compressed rows, as calls of functions that no graph has: the back end prints them as calls
 * of its helpers. Only compress-rows.ts makes them, after the last pass.
 *
 *   compare(number or array)      the structure is decided by it: one that was found from another is not known
 *   isUnknown()                   whether it is to be found
 *   note(row, column, count)      the structure has so many entries of the row, from the column on
 *   compress(rows, columns)       the structure of one matrix is whole
 *   colour(columns)               its columns have colours: those of one have no row in common
 *   keep()                        that of all of them is known from now on
 *   start()                       gives `rowStart` and `column`, and the values are zeros then
 *   colours()                     gives the colour of each column, and how many there are
 *   place(rowStart, column, r, c) where the value of an entry stands
 *   clear(value, rowStart, r, r + 1)      the values of a row are zeros again
 *   clear(value, rowStart, column, r, c, end)     those from a column up to another
 */
import type { Graph } from "./graph.ts";

const verbs = [
  "compare",
  "isUnknown",
  "note",
  "compress",
  "colour",
  "keep",
  "start",
  "colours",
  "place",
  "clear",
] as const;

export type RowVerb = (typeof verbs)[number];

export interface RowCall {
  readonly verb: RowVerb;
  /** Which of the matrices of the derivative; the first, where it is said of all of them. */
  readonly matrix: number;
}

/** No function of a graph is called so. */
export function calleeOf({ verb, matrix }: RowCall): string {
  return `${verb} ${matrix}`;
}

export function rowCallOf(callee: string): RowCall | undefined {
  const [, name, matrix] = /^(\w+) (\d+)$/.exec(callee) ?? [];
  const verb = verbs.find((each) => each === name);
  return verb && { verb, matrix: Number(matrix) };
}

/** Whether something of the kind is done in the body itself. */
export function usesVerb({ body }: Graph, verb: RowVerb): boolean {
  return body.nodes.some((node) => node.kind === "call" && rowCallOf(node.callee)?.verb === verb);
}
