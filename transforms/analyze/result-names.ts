/** What kept results of operations are called. */
import type { OperationNode } from "../../src/ir/graph.ts";
import { plural, singular } from "../../src/ir/plural.ts";
import { rowOf } from "../../src/operations/table.ts";
import { wordOf } from "../../src/operations/words.ts";

/** What a stash array is called, and what the documentation of the scratch says of it. */
export interface StashName {
  readonly name: string;
  readonly note: string;
}

/** The place in a tuple (`1`) is no name. */
export function isOwnName(name: string | undefined): name is string {
  return name !== undefined && !/^\d/.test(name);
}

/** After the name that the source gives to the result; else after the operation: `cosines`, `quotients`. */
export function nameOfResult(given: string | undefined, node: OperationNode): StashName {
  const inLine = node.span === undefined ? "" : ` in line ${node.span.line}`;
  if (isOwnName(given)) return { name: plural(given), note: given + inLine };
  const word = wordOf(node.operation);
  if (word === undefined) return { name: "values", note: `a value${inLine}` };
  const { notation } = rowOf(node.operation);
  const result = notation.kind === "call" ? notation.text : `a ${singular(word.many) ?? word.many}`;
  return { name: word.many, note: result + inLine };
}
