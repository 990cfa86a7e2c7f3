/** Copies of the arrays of rows and objects that the function makes (pools.ts). */
import type { ts } from "ts-morph";
import { each } from "../ir/nested.ts";
import { type Aggregate, type Binding, isValue, known, poison, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { allocatePool } from "./make-rows.ts";
import { arrayPaths, countOfPool, elementOfPool, refuseRows, widthName } from "./pools.ts";
import { isVaried } from "./row-layout.ts";

/** A new pool with the rows or objects of another, in the order that they have now. */
export function copyPool(context: Context, { cell }: Aggregate, node: ts.Node): Binding {
  const shape = cell.nest?.shape;
  if (shape?.kind !== "rows") return poison;
  if (isVaried(cell)) return refuseRows(context, node, "rows of different lengths are copied, or given back");
  const widths = new Map<string, Value>([[widthName([]), countOfPool(context, cell)]]);
  const inner = cell.nest?.path ?? [];
  for (const path of arrayPaths(shape.of, [each])) {
    const width = cell.members.get(widthName([...inner, ...path]));
    const value = width === undefined ? known(0) : context.state.read(width);
    widths.set(widthName(path), isValue(value) ? value : known(0));
  }
  const rows = allocatePool(context, shape, widths, node, false);
  const count = countOfPool(context, cell);
  countedLoop(context, node, known(0), count, "i", (i) => rows.copy(elementOfPool(context, cell, i, node), i));
  return rows.whole();
}
