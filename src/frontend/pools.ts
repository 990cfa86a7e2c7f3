/**
 * Arrays of rows that the function makes itself. All rows have one length, and lie one after the other in one array, the
 * pool: a row is a part of it. Where rows change places, `M[k] = M[p]`, an array of whole numbers says where each begins, so
 * that two names of one row stay that.
 *
 *     const M = A.map((row) => row.slice());      pool of n · m entries
 *     [M[k], M[p]] = [M[p], M[k]];                starts[k] and starts[p] change places
 *
 * Rows of several lengths are found out when the function runs, and throw.
 */
import type { ts } from "ts-morph";
import type { ElementType, ValueId } from "../ir/graph.ts";
import { isOperationName } from "../operations/table.ts";
import { newCell } from "./aggregates.ts";
import { allocate, elementOf, isArray, isIndexOf, lengthOf, load, partOf, store } from "./arrays.ts";
import { type Aggregate, type Binding, type Cell, isValue, known, poison, type Value, type View } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { add, isSameNumber, operate, quoted } from "./emit.ts";

/** The rows that `rowAt` gives; undefined where it gives no arrays. */
export function makeRows(
  context: Context,
  count: Value,
  node: ts.Node,
  rowAt: (index: Value) => Binding,
): Binding | undefined {
  const { builder, state, facts, assumptions } = context;
  let first = poison as Binding;
  let changed = 0;
  const mark = builder.fresh("number");
  builder.region([], () => {
    changed = state.branch(() => facts.within(() => void (first = rowAt(known(0))))).size;
    return [];
  });
  if (!isArray(first)) return undefined;
  if (changed > 0) return refuseRows(context, node, "the function that makes them changes something else too");
  const element = elementOf(first);
  const inner = first.kind === "view" && first.rows === undefined ? (first.length ?? first.root.length) : undefined;
  const width = (inner && madeOutside(context, inner, mark)) ?? widthOf(context, count, rowAt);
  const pool = allocate(context, element, operate(context, "mul", count, width), undefined);
  countedLoop(context, node, known(0), count, "i", (i) => {
    const row = rowAt(i);
    if (!isArray(row)) return void refuseRows(context, node, "not all of them are arrays");
    const length = lengthOf(context, row);
    if (!isSameNumber(context, length, width)) {
      const isOther = operate(context, "ne", length, width);
      throwIf(context, isOther, [`row `, i, ` of ${quoted(node)} has length `, length, ", but row 0 has ", width]);
    }
    const start = operate(context, "mul", i, width);
    if (!isZero(context, row)) copyRow(context, row, partOf(context, pool, start, width), width, node);
    take(context, row, node);
  });
  const starts = assumptions.rowsMove(node) ? startsOf(context, count, width, node) : undefined;
  return rowsIn(context, element, pool, count, width, starts, node);
}

/** The number again, if it is made of what was there before `mark`. */
function madeOutside(context: Context, value: Value, mark: ValueId, depth = 6): Value | undefined {
  if (value.kind === "known" || value.id < mark || context.everywhere.has(value.id)) return value;
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return known(node.value);
  if (node?.kind !== "operation" || depth === 0 || !isOperationName(node.operation)) return undefined;
  const operands = node.operands.map((id) => madeOutside(context, { kind: "scalar", id }, mark, depth - 1));
  const found = operands.filter((each) => each !== undefined);
  return found.length < operands.length ? undefined : operate(context, node.operation, ...found);
}

function widthOf(context: Context, count: Value, rowAt: (index: Value) => Binding): Value {
  const isAny = operate(context, "gt", count, known(0));
  const length = (): Binding => {
    const row = rowAt(known(0));
    return isArray(row) ? lengthOf(context, row) : known(0);
  };
  const width = branch(context, isAny, length, () => known(0), "width");
  return isValue(width) ? width : known(0);
}

function copyRow(context: Context, row: Binding, to: Binding, width: Value, node: ts.Node): void {
  if (!isArray(row) || !isArray(to)) return;
  countedLoop(context, node, known(0), width, "j", (j) => store(context, to, j, load(context, row, j, node), node));
}

function startsOf(context: Context, count: Value, width: Value, node: ts.Node): View {
  const starts = allocate(context, "i32", count, "starts");
  countedLoop(context, node, known(0), count, "i", (i) => {
    store(context, starts, i, operate(context, "mul", i, width), node);
  });
  return starts;
}

/** Numbers in rows of one length, as a literal has them; undefined for other literals. */
export function rowsOfLiteral(
  context: Context,
  entries: readonly Binding[],
  node: ts.Node,
  make: (numbers: readonly Binding[]) => Binding,
): Binding | undefined {
  const rows = entries.map((entry) =>
    entry.kind === "aggregate" && entry.cell.shape === "tuple"
      ? [...entry.cell.members.values()].map((member) => context.state.read(member))
      : undefined,
  );
  const [first] = rows;
  const isEven = rows.every((row) => row !== undefined && row.length === first?.length && row.every((x) => isValue(x)));
  if (first === undefined || !isEven || first.length === 0) return undefined;
  const pool = make(rows.flatMap((row) => row ?? []));
  if (pool.kind !== "view") return pool;
  const [count, width] = [known(rows.length), known(first.length)];
  const starts = context.assumptions.rowsMove(node) ? startsOf(context, count, width, node) : undefined;
  return rowsIn(context, pool.root.element, pool, count, width, starts, node);
}

function rowsIn(
  context: Context,
  element: ElementType,
  pool: View,
  count: Value,
  width: Value,
  starts: View | undefined,
  site: ts.Node,
): Binding {
  const members: (readonly [string, Binding])[] = [
    ["#pool", pool],
    ["#count", count],
    ["#width", width],
    ...(starts === undefined ? [] : [["#starts", starts] as const]),
  ];
  const key = `pool ${element} ${starts === undefined ? "" : "moving"}`;
  const nest = {
    key,
    shape: { kind: "rows", of: { kind: "array", element } },
    path: [],
    leaves: new Map(),
    site,
  } as const;
  return newCell(context, "nested", members, undefined, false, undefined, nest);
}

/** A new array that nothing was stored to. */
function isZero(context: Context, row: Binding): boolean {
  if (row.kind !== "view" || row.root.kind !== "local" || row.offset !== undefined) return false;
  const version = context.state.read(row.root.memory);
  return version.kind === "scalar" && version.id === row.root.allocated;
}

/** What becomes a row is not used under the name that it had before: it is in the pool now. */
function take(context: Context, row: Binding, node: ts.Node): void {
  const { state, reporter } = context;
  const isNew = row.kind === "view" && row.root.kind === "local" && row.root.memory.age >= state.frame.age;
  if (!isNew) return void refuseRows(context, node, "one of them is known under another name");
  const report = (at: ts.Node) =>
    reporter.report("ADJ2061", at, { reason: "this one is used under the name that it had before" });
  state.write(row.root.memory, { kind: "poison", report });
}

function refuseRows(context: Context, node: ts.Node, reason: string): Binding {
  context.reporter.report("ADJ2061", node, { reason });
  return poison;
}

export function isPool(cell: Cell): boolean {
  return cell.members.has("#pool");
}

function partIn(context: Context, cell: Cell, name: string): Binding {
  const member = cell.members.get(name);
  return member === undefined ? poison : context.state.read(member);
}

export function countOfPool(context: Context, cell: Cell): Value {
  const count = partIn(context, cell, "#count");
  return isValue(count) ? count : known(0);
}

export function rowOfPool(context: Context, cell: Cell, index: Value, node: ts.Node): Binding {
  const [pool, width] = [partIn(context, cell, "#pool"), partIn(context, cell, "#width")];
  const starts = partIn(context, cell, "#starts");
  if (pool.kind !== "view" || !isValue(width)) return poison;
  const start = isArray(starts) ? load(context, starts, index, node) : operate(context, "mul", index, width);
  const offset = add(context, pool.offset ?? known(0), start);
  return { kind: "view", root: pool.root, offset, length: width, among: { index, count: countOfPool(context, cell) } };
}

/** `M[k] = row`, where the row is one of the same pool. */
export function writeRow(context: Context, cell: Cell, index: Value, row: Binding, node: ts.Node): void {
  const [pool, starts] = [partIn(context, cell, "#pool"), partIn(context, cell, "#starts")];
  const site = cell.nest?.site;
  if (row.kind === "poison") return row.report?.(node);
  const isOwn = pool.kind === "view" && row.kind === "view" && row.root === pool.root && row.among !== undefined;
  if (!isOwn || site === undefined) {
    return void refuseRows(context, node, "a row is replaced by another array: write its entries one by one");
  }
  if (!isArray(starts)) return context.assumptions.moveRows(site);
  store(context, starts, index, row.offset ?? known(0), node);
}

/** Throws where an entry is stored beyond the end of a row: it would be one of the next. */
export function demandWithinRow(context: Context, row: View, index: Value): void {
  const { length } = row;
  if (row.among === undefined || length === undefined || isWithin(context, index, length)) return;
  const isOutside = operate(
    context,
    "or",
    operate(context, "lt", index, known(0)),
    operate(context, "ge", index, length),
  );
  throwIf(context, isOutside, ["entry ", index, " of a row of length ", length, " is stored"]);
}

function isWithin(context: Context, index: Value, length: Value): boolean {
  if (isIndexOf(context, index, length)) return true;
  if (index.kind === "known")
    return length.kind === "known" && isCount(context, index) && Number(index.value) < Number(length.value);
  const counted = context.counters.get(index.id);
  if (counted === undefined || counted.step < 0 || !isCount(context, counted.start)) return false;
  if (!counted.inclusive) return isSameNumber(context, counted.bound, length);
  // `j <= m` in a row of m + 1.
  const sum = length.kind === "known" ? undefined : context.definitions.get(length.id);
  if (sum?.kind !== "operation" || sum.operation !== "add") return false;
  const isBound = (id: ValueId) => isSameNumber(context, counted.bound, { kind: "scalar", id });
  return sum.operands.some(
    (id, k) => isBound(id) && isSameNumber(context, known(1), { kind: "scalar", id: sum.operands[1 - k] ?? id }),
  );
}

/** Whether it is a whole number that is not negative, by how it is made. */
function isCount(context: Context, value: Value): boolean {
  if (value.kind === "known") return Number.isInteger(value.value) && Number(value.value) >= 0;
  const counted = context.counters.get(value.id);
  if (counted !== undefined) return counted.step > 0 && isCount(context, counted.start);
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return isCount(context, known(Number(node.value)));
  if (node?.kind !== "operation" || node.operation !== "add") return false;
  return node.operands.every((id) => isCount(context, { kind: "scalar", id }));
}

/** The rows of a pool are numbers that one can return, or hand to nobody else. */
export function poolOf(context: Context, { cell }: Aggregate): Binding {
  return partIn(context, cell, "#pool");
}
