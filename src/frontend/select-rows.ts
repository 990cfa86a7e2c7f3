/**
 * Rows and objects of an array in another order, or some of them: `filter`, `slice`, `sort`, `[...ps]`. They stay the same rows and
 * objects, so that what is written to one is seen under all its names: an array of whole numbers says which they are.
 *
 *     const near = ps.filter((p) => p.cell === c);    order[0 … count] are indices into ps
 *     near[k].x                                       ps[order[k]].x
 *
 * Of rows of different lengths (row-layout.ts) another array says how long each is.
 */
import type { ts } from "ts-morph";
import { each } from "../ir/nested.ts";
import { newCell } from "./aggregates.ts";
import { allocate, type ArrayBinding, isArray, load, loadInside, lengthOf, storeInside } from "./arrays.ts";
import { type Binding, isValue, known, type Nest, poison, type Value, type View } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, conditionOf, operate, subtract } from "./emit.ts";
import { noteGrown } from "./grow-one-row.ts";
import { emptyArray, setCount } from "./growth.ts";
import { orderIn as orderOfPlaces } from "./nested.ts";
import { countingRoot, indexFromFirst, isPool, partIn, placeInPool, refuseRows, widthName } from "./pools.ts";
import { listNextTime } from "./replace-rows.ts";
import { isVaried, listOf, spanOf } from "./row-layout.ts";
import { countOf, entryOf, type RowsBinding } from "./sequences.ts";
import { orderOf } from "./sort-array.ts";

type Node = ts.CallExpression | ts.ArrayLiteralExpression;

/** Arrays that say which rows they are: one; of rows of different lengths where each begins, and how long it is. */
type Order<Each extends ArrayBinding = View> = readonly Each[];

/** Of a selection of rows, and of rows that change places; in a pool, where each begins. */
function orderIn(context: Context, { cell }: RowsBinding): Order<ArrayBinding> | undefined {
  if (!isPool(cell)) {
    const order = orderOfPlaces(context, cell);
    return order && [order];
  }
  const list = listOf(context, cell);
  if (list !== undefined) return [list.starts, list.lengths];
  const order = cell.members.has("#starts") ? partIn(context, cell, "#starts") : undefined;
  return order !== undefined && isArray(order) ? [order] : undefined;
}

/** Those for which the test holds. */
export function filteredRows(
  context: Context,
  rows: RowsBinding,
  test: (index: Value) => Binding,
  node: ts.CallExpression,
): Binding {
  const length = countOf(context, rows);
  const first = emptyArray(context, "i32", length, node);
  first.root.name = "kept";
  const order = [first, ...(isVaried(rows.cell) ? [emptyArray(context, "i32", length, node, first.root.count)] : [])];
  countedLoop(context, node, known(0), length, "k", (k) => {
    const keep = (): void => {
      const count = lengthOf(context, first);
      nameRow(context, order, count, namesOfRow(context, rows, k, node), node);
      setCount(context, first.root, add(context, count, known(1)));
    };
    branchEffects(context, conditionOf(context, test(k), node), keep, () => {});
  });
  return selection(context, rows, order);
}

/** The rows from `start` on, so many of them: `slice`, `[...rows]`. */
export function slicedRows(context: Context, rows: RowsBinding, start: Value, count: Value, node: Node): Binding {
  const order = newOrder(context, rows, count, "order", node);
  countedLoop(context, node, known(0), count, "k", (k) => {
    nameRow(context, order, k, namesOfRow(context, rows, add(context, start, k), node), node);
  });
  return selection(context, rows, order);
}

export function reversedRows(context: Context, rows: RowsBinding, node: ts.CallExpression): Binding {
  return selection(context, rows, reversedOrder(context, rows, node));
}

function reversedOrder(context: Context, rows: RowsBinding, node: ts.CallExpression): Order {
  const count = countOf(context, rows);
  const order = newOrder(context, rows, count, "order", node);
  const last = subtract(context, count, known(1));
  countedLoop(context, node, known(0), count, "k", (k) => {
    nameRow(context, order, k, namesOfRow(context, rows, subtract(context, last, k), node), node);
  });
  return order;
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
): Order {
  const count = countOf(context, rows);
  const entry = (index: Value): Binding => entryOf(context, rows, index, node);
  const isAfter = (i: Value, j: Value): Value => operate(context, "gt", compare(entry(i), entry(j)), known(0));
  const order = orderOf(context, count, node, isAfter);
  const sorted = newOrder(context, rows, count, "sorted", node);
  countedLoop(context, node, known(0), count, "k", (k) => {
    nameRow(context, sorted, k, namesOfRow(context, rows, loadInside(context, order, k, node), node), node);
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
  return rearranged(context, rows, node, () => reversedOrder(context, rows, node));
}

function rearranged(context: Context, rows: RowsBinding, node: ts.CallExpression, make: () => Order): Binding {
  const { cell } = rows;
  const order = orderIn(context, rows);
  const { site } = cell.nest;
  if (order === undefined && site !== undefined) {
    if (cell.nest.slope !== undefined) listNextTime(context, cell);
    else context.assumptions.moveRows(site);
    return poison;
  }
  if (order === undefined) {
    const hint = "sort a copy: [...rows].sort(…)";
    context.reporter.report("ADJ2060", node, { what: "an entry of the array" }, hint);
    return poison;
  }
  if (countingRoot(context, cell)?.head !== undefined && !isSelection(rows)) {
    return refuseRows(context, node, "rows or objects change places that are taken out at the begin");
  }
  const next = make();
  const { rooms } = listOf(context, cell) ?? {};
  countedLoop(context, node, known(0), countOf(context, rows), "k", (k) => {
    const names = next.map((each) => loadInside(context, each, k, node));
    nameRow(context, order, k, names, node);
    const length = names[1];
    // How much room a row has is forgotten.
    if (rooms !== undefined && length !== undefined) storeInside(context, rooms, k, length, node);
  });
  const list = listOf(context, cell);
  if (list !== undefined && rooms !== undefined && site !== undefined) {
    context.assumptions.moveRows(site);
    noteGrown(context, list);
  }
  return rows;
}

function newOrder(context: Context, { cell }: RowsBinding, count: Value, name: string, node: ts.Node): Order {
  const names = isVaried(cell) ? [name, "orderLengths"] : [name];
  return names.map((each) => allocate(context, "i32", count, each, node));
}

function nameRow(
  context: Context,
  order: Order<ArrayBinding>,
  index: Value,
  names: readonly Value[],
  node: ts.Node,
): void {
  order.forEach((each, k) => storeInside(context, each, index, names[k] ?? known(0), node));
}

/**
 * What stands in the order for the row at an index: its index in the whole array; in a pool, where it begins; of rows of
 * different lengths, how long it is too.
 */
function namesOfRow(context: Context, rows: RowsBinding, index: Value, node: ts.Node): readonly Value[] {
  const { cell } = rows;
  const span = isPool(cell) ? spanOf(context, cell, indexFromFirst(context, cell, index), node) : undefined;
  if (span !== undefined) return [span.start, span.length];
  const [order] = orderIn(context, rows) ?? [];
  if (order !== undefined) return [load(context, order, index, node)];
  if (!isPool(cell)) return [index];
  const fromFirst = indexFromFirst(context, cell, index);
  const { shape, path } = cell.nest;
  const outer = placeInPool(context, cell);
  const at =
    outer === undefined ? fromFirst : add(context, operate(context, "mul", outer, countOf(context, rows)), index);
  const isOfNumbers = shape.kind === "rows" && shape.of.kind === "array";
  const width = isOfNumbers ? partIn(context, cell, widthName([...path, each])) : known(1);
  return [isValue(width) ? operate(context, "mul", at, width) : at];
}

/** These rows, under the names that the order gives. */
function selection(context: Context, { cell }: RowsBinding, [order, lengths]: Order): Binding {
  const { nest } = cell;
  if (order === undefined) return poison;
  const count = lengthOf(context, order);
  const members = new Map([...cell.members].map(([name, member]) => [name, context.state.read(member)] as const));
  members.set(isPool(cell) ? "#starts" : "#order", order);
  if (lengths !== undefined) members.set("#lengths", lengths);
  members.delete("#rooms");
  members.set("#selected", count);
  if (isPool(cell)) members.set(widthName(nest.path), count);
  if (nest.site !== undefined && context.assumptions.replacesRows(nest.site)) {
    members.set("#made", known(++context.clock));
  }
  const key = `${nest.key.replace(/ selected$/, "")} selected`;
  const own: Nest = { ...nest, key, slope: undefined };
  return newCell(context, "nested", [...members], undefined, false, undefined, own);
}

export function isSelection({ cell }: RowsBinding): boolean {
  return cell.members.has("#selected");
}
