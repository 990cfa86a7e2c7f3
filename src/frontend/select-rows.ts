/**
 * Rows and objects of an array in another order, or some of them: `filter`, `slice`, `sort`, `[...ps]`. They stay the same rows and
 * objects, so that what is written to one is seen under all its names: an array of whole numbers says which they are.
 *
 *     const near = ps.filter((p) => p.cell === c);    order[0 … count] are indices into ps
 *     near[k].x                                       ps[order[k]].x
 */
import type { ts } from "ts-morph";
import { each } from "../ir/nested.ts";
import { newCell } from "./aggregates.ts";
import { allocate, type ArrayBinding, isArray, load, loadInside, lengthOf, storeAt, storeInside } from "./arrays.ts";
import { type Binding, isValue, known, type Nest, poison, type Value, type View } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, conditionOf, operate, subtract } from "./emit.ts";
import { emptyArray, setCount } from "./growth.ts";
import { orderIn as orderOfPlaces } from "./nested.ts";
import { indexFromFirst, isPool, partIn, placeInPool, refuseRows, widthName } from "./pools.ts";
import { isVaried } from "./row-layout.ts";
import { countOf, entryOf, type RowsBinding } from "./sequences.ts";
import { orderOf } from "./sort-array.ts";

type Node = ts.CallExpression | ts.ArrayLiteralExpression;

/** The array that says which rows they are, of a selection of rows; in a pool, where each begins. */
function orderIn(context: Context, { cell }: RowsBinding): ArrayBinding | undefined {
  if (!isPool(cell)) return orderOfPlaces(context, cell);
  const order = cell.members.has("#starts") ? partIn(context, cell, "#starts") : undefined;
  return order !== undefined && isArray(order) ? order : undefined;
}

/** Those for which the test holds. */
export function filteredRows(
  context: Context,
  rows: RowsBinding,
  test: (index: Value) => Binding,
  node: ts.CallExpression,
): Binding {
  const length = countOf(context, rows);
  const order = emptyArray(context, "i32", length, node);
  order.root.name = "kept";
  countedLoop(context, node, known(0), length, "k", (k) => {
    const keep = (): void => {
      const count = lengthOf(context, order);
      storeAt(context, order, count, nameOfRow(context, rows, k, node), node);
      setCount(context, order.root, add(context, count, known(1)));
    };
    branchEffects(context, conditionOf(context, test(k), node), keep, () => {});
  });
  return selection(context, rows, order);
}

/** The rows from `start` on, so many of them: `slice`, `[...rows]`. */
export function slicedRows(context: Context, rows: RowsBinding, start: Value, count: Value, node: Node): Binding {
  if (isVaried(rows.cell)) return refuseRows(context, node, "rows of different lengths are selected");
  const order = allocate(context, "i32", count, "order", node);
  countedLoop(context, node, known(0), count, "k", (k) => {
    storeAt(context, order, k, nameOfRow(context, rows, add(context, start, k), node), node);
  });
  return selection(context, rows, order);
}

export function reversedRows(context: Context, rows: RowsBinding, node: ts.CallExpression): Binding {
  const count = countOf(context, rows);
  const order = allocate(context, "i32", count, "order", node);
  const last = subtract(context, count, known(1));
  countedLoop(context, node, known(0), count, "k", (k) => {
    storeAt(context, order, k, nameOfRow(context, rows, subtract(context, last, k), node), node);
  });
  return selection(context, rows, order);
}

/** A sorted copy: of the array, not of what is in it. */
export function sortedRows(
  context: Context,
  rows: RowsBinding,
  compare: (x: Binding, y: Binding) => Value,
  node: ts.CallExpression,
): Binding {
  return selection(context, rows, sortedOrder(context, rows, compare, node));
}

function sortedOrder(
  context: Context,
  rows: RowsBinding,
  compare: (x: Binding, y: Binding) => Value,
  node: ts.CallExpression,
): View {
  const count = countOf(context, rows);
  const entry = (index: Value): Binding => entryOf(context, rows, index, node);
  const isAfter = (i: Value, j: Value): Value => operate(context, "gt", compare(entry(i), entry(j)), known(0));
  const order = orderOf(context, count, node, isAfter);
  const sorted = allocate(context, "i32", count, "sorted", node);
  countedLoop(context, node, known(0), count, "k", (k) => {
    storeAt(context, sorted, k, nameOfRow(context, rows, loadInside(context, order, k, node), node), node);
  });
  return sorted;
}

/** `rows.sort(compare)`: they change places. */
export function sortRows(
  context: Context,
  rows: RowsBinding,
  compare: (x: Binding, y: Binding) => Value,
  node: ts.CallExpression,
): Binding {
  return rearranged(context, rows, node, () => sortedOrder(context, rows, compare, node));
}

/** `rows.reverse()` */
export function reverseRows(context: Context, rows: RowsBinding, node: ts.CallExpression): Binding {
  return rearranged(context, rows, node, () => {
    const reversed = reversedRows(context, rows, node);
    return reversed.kind === "aggregate" ? orderIn(context, reversed as RowsBinding) : undefined;
  });
}

function rearranged(
  context: Context,
  rows: RowsBinding,
  node: ts.CallExpression,
  make: () => ArrayBinding | undefined,
): Binding {
  const order = orderIn(context, rows);
  const { site } = rows.cell.nest;
  if (order === undefined && site !== undefined) {
    context.assumptions.moveRows(site);
    return poison;
  }
  if (order === undefined) {
    const hint = "sort a copy: [...rows].sort(…)";
    context.reporter.report("ADJ2060", node, { what: "an entry of the array" }, hint);
    return poison;
  }
  const next = make();
  if (next === undefined) return poison;
  countedLoop(context, node, known(0), countOf(context, rows), "k", (k) => {
    storeInside(context, order, k, loadInside(context, next, k, node), node);
  });
  return rows;
}

/** What stands in the order for the row at an index: its index in the whole array; in a pool, where it begins. */
function nameOfRow(context: Context, rows: RowsBinding, index: Value, node: ts.Node): Value {
  const { cell } = rows;
  const order = orderIn(context, rows);
  if (order !== undefined) return load(context, order, index, node);
  if (!isPool(cell)) return index;
  const fromFirst = indexFromFirst(context, cell, index);
  const { shape, path } = cell.nest;
  const outer = placeInPool(context, cell);
  const at =
    outer === undefined ? fromFirst : add(context, operate(context, "mul", outer, countOf(context, rows)), index);
  const isOfNumbers = shape.kind === "rows" && shape.of.kind === "array";
  const width = isOfNumbers ? partIn(context, cell, widthName([...path, each])) : known(1);
  return isValue(width) ? operate(context, "mul", at, width) : at;
}

/** These rows, under the names that the order gives. */
function selection(context: Context, { cell }: RowsBinding, order: View): Binding {
  const { nest } = cell;
  const count = lengthOf(context, order);
  const members = new Map([...cell.members].map(([name, member]) => [name, context.state.read(member)] as const));
  members.set(isPool(cell) ? "#starts" : "#order", order);
  members.set("#selected", count);
  if (isPool(cell)) members.set(widthName(nest.path), count);
  if (nest.site !== undefined && context.assumptions.replacesRows(nest.site)) {
    members.set("#made", known(++context.clock));
  }
  const key = `${nest.key.replace(/ selected$/, "")} selected`;
  const own: Nest = { ...nest, key };
  return newCell(context, "nested", [...members], undefined, false, undefined, own);
}

export function isSelection({ cell }: RowsBinding): boolean {
  return cell.members.has("#selected");
}
