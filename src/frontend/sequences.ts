/** What has entries that are gone through one by one: arrays of numbers, and arrays of arrays and objects. */
import type { ts } from "ts-morph";
import { type ArrayBinding, isArray, lengthOf, load } from "./arrays.ts";
import type { Aggregate, Binding, Nest, Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { elementOfRows, isRows, lengthOfRows } from "./nested.ts";

export type Sequence = ArrayBinding | RowsBinding;
/** An aggregate that is an array of arrays or objects. */
export type RowsBinding = Aggregate & { readonly cell: { readonly nest: Nest } };

export function isSequence(binding: Binding): binding is Sequence {
  return isArray(binding) || isRows(binding);
}

export function countOf(context: Context, sequence: Sequence): Value {
  return sequence.kind === "aggregate" ? lengthOfRows(context, sequence.cell) : lengthOf(context, sequence);
}

export function entryOf(context: Context, sequence: Sequence, index: Value, node: ts.Node): Binding {
  if (sequence.kind === "aggregate") return elementOfRows(context, sequence.cell, index, node);
  return load(context, sequence, index, node);
}
