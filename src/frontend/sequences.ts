/** What has entries that are gone through one by one: arrays of numbers, and arrays of arrays and objects. */
import type { ts } from "ts-morph";
import { type ArrayBinding, isArray, lengthOf, load } from "./arrays.ts";
import type { Aggregate, Binding, Nest, Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { throwIf } from "./demand.ts";
import { operate, quoted } from "./emit.ts";
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

/** The entry for a round of the method at `node`, which has found out how many there are before the first. */
export function entryInRound(context: Context, sequence: Sequence, index: Value, node: ts.CallExpression): Binding {
  if (sequence.kind === "view" && sequence.root.source !== undefined) {
    if (context.assumptions.changesLengthIn(node, sequence.root.source)) {
      const length = lengthOf(context, sequence);
      const isGone = operate(context, "ge", index, length);
      throwIf(context, isGone, [
        "entry ",
        index,
        ` is gone: ${quoted(node.expression)} goes on, and there are `,
        length,
      ]);
    }
  }
  return entryOf(context, sequence, index, node);
}

export function entryOf(context: Context, sequence: Sequence, index: Value, node: ts.Node): Binding {
  if (sequence.kind === "aggregate") return elementOfRows(context, sequence.cell, index, node);
  return load(context, sequence, index, node);
}
