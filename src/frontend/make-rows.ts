/**
 * Pools (pools.ts) that are made at once: `A.map((row) => row.slice())`, `Array.from({ length: n }, () => ({ x: 0, y: 0 }))`.
 * Arrays of several lengths at one place are found out when the function runs, and throw; but for rows of numbers whose lengths
 * are seen to differ (row-layout.ts).
 */
import type { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { isOperationName } from "../operations/table.ts";
import { asOne, readMember } from "./aggregates.ts";
import { allocate, elementOf, isArray, lengthOf, load, partOf, store } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  type Choice,
  isAbsent,
  isValue,
  known,
  poison,
  scalar,
  type Value,
  type View,
} from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import { cellsOf } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { add, isSameNumber, numberOf, operate, quoted, typeOf } from "./emit.ts";
import { emptyList, pushRows } from "./grow-rows.ts";
import { wayTo } from "./calls-around.ts";
import { isEqualForm } from "./linear-forms.ts";
import { isThere, joined, nameOfLeaf, optionalShape, partsOf } from "./optional-members.ts";
import { mayVary, slopingSpan, type Span, type Variation, variationOf } from "./row-layout.ts";
import {
  arrayPaths,
  countOfPool,
  elementOfLeaf,
  elementOfPool,
  isPool,
  leafName,
  leavesOfShape,
  newPool,
  type Path,
  refuseRows,
  shapeKey,
  startsOf,
  viewsOfPool,
  widthName,
} from "./pools.ts";

type Rows = Extract<Shape, { kind: "rows" }>;

/** The rows that `rowAt` gives; undefined where it gives no arrays or objects. */
export function makeRows(
  context: Context,
  count: Value,
  node: ts.Node,
  rowAt: (index: Value) => Binding,
): Binding | undefined {
  const { builder, state, facts } = context;
  let first = poison as Binding;
  let of: Shape | undefined;
  let changed = 0;
  const mark = builder.fresh("number");
  builder.region([], () => {
    const run = (): void => {
      first = asOne(context, rowAt(known(0)), node);
      of = context.assumptions.joinedShape(wayTo(context, node)) ?? shapeOfEntry(context, first, node);
    };
    changed = state.branch(() => facts.within(run)).size;
    return [];
  });
  if (of === undefined || of.kind === "number" || of.kind === "boolean") return undefined;
  if (changed > 0) return refuseRows(context, node, "the function that makes them changes something else too");
  const widths = new Map<string, Value>([[widthName([]), count]]);
  for (const { path, width } of arraysWithin(context, first, of, [each], node)) {
    const atFirst = (): Value => {
      const row = arrayAt(context, asOne(context, rowAt(known(0)), node), path.slice(1), node);
      return row === undefined ? known(0) : countIn(context, row);
    };
    widths.set(widthName(path), madeOutside(context, width, mark) ?? widthOf(context, count, atFirst));
  }
  const shape: Rows = { kind: "rows", of };
  const variation = mayVary(shape) ? context.assumptions.rowsVary(wayTo(context, node)) : undefined;
  if (typeof variation === "string") return listRows(context, shape, count, node, rowAt, variation === "growing");
  const rows = allocatePool(context, shape, widths, node, true, variation);
  countedLoop(context, node, known(0), count, "i", (i) => {
    const row = rowAt(i);
    if (!mayVary(shape) || !noteVariation(context, row, i, widths, variation, node)) rows.put(row, i, true);
  });
  return rows.whole();
}

/** Rows whose lengths follow no rule. */
function listRows(
  context: Context,
  shape: Rows,
  count: Value,
  node: ts.Node,
  rowAt: (index: Value) => Binding,
  isGrowing: boolean,
): Binding {
  const rows = emptyList(context, shape, node, isGrowing);
  if (rows.kind !== "aggregate") return poison;
  countedLoop(context, node, known(0), count, "i", (i) => void pushRows(context, rows, [rowAt(i)], node));
  return rows;
}

/** Whether the next round of the lowering makes these rows otherwise: here one has another length than was expected. */
function noteVariation(
  context: Context,
  given: Binding,
  index: Value,
  widths: ReadonlyMap<string, Value>,
  before: Variation | undefined,
  node: ts.Node,
): boolean {
  const row = asOne(context, given, node);
  const first = widths.get(widthName([each]));
  if (!isRow(row) || first === undefined) return false;
  const length = countIn(context, row);
  const way = wayTo(context, node);
  if (before === undefined) {
    const variation = variationOf(context, length, first, index);
    if (variation !== undefined) context.assumptions.noteRowsVary(way, variation);
    return variation !== undefined;
  }
  const isExpected =
    typeof before === "number" && isEqualForm(context, length, slopingSpan(context, first, before, index).length);
  if (!isExpected) context.assumptions.noteRowsVary(way, "listed");
  return !isExpected;
}

/** The number again, if it is made of what was there before `mark`. */
function madeOutside(context: Context, value: Value, mark: ValueId, depth = 6): Value | undefined {
  if (value.kind === "known" || value.id < mark || context.everywhere.has(value.id)) return value;
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return known(node.value);
  if (node?.kind !== "operation" || depth === 0 || !isOperationName(node.operation)) return undefined;
  const operands = node.operands.map((id) => madeOutside(context, { kind: "scalar", id }, mark, depth - 1));
  const found = operands.filter((operand) => operand !== undefined);
  return found.length < operands.length ? undefined : operate(context, node.operation, ...found);
}

function widthOf(context: Context, count: Value, atFirst: () => Value): Value {
  const isAny = operate(context, "gt", count, known(0));
  const width = branch(context, isAny, atFirst, () => known(0), "width");
  return isValue(width) ? width : known(0);
}

/** The shape that a value has as an entry of an array; undefined for what is nothing of the kind. */
export function shapeOfEntry(context: Context, binding: Binding, node: ts.Node): Shape | undefined {
  if (isValue(binding)) return { kind: typeOf(context, binding) };
  if (isArray(binding)) return { kind: "array", element: elementOf(binding) };
  if (binding.kind === "choice") return shapeOfEither(context, binding, node);
  if (binding.kind !== "aggregate") return undefined;
  const { cell } = binding;
  if (cell.nest !== undefined) return isPool(cell) && !cell.members.has("#selected") ? cell.nest.shape : undefined;
  if (cell.prototype !== undefined) return undefined;
  const members = [...cell.members].map(([name, location]) => {
    const member = asOne(context, context.state.read(location), node);
    const own = shapeOfEntry(context, member, node);
    return { name, shape: own ?? (cell.shape === "object" ? optionalShape(context, member) : undefined) };
  });
  const shapes = members.flatMap(({ shape }) => shape ?? []);
  const [first] = shapes;
  // What an empty array gets is numbers, unless it is refused.
  if (cell.shape === "tuple" && members.length === 0) return { kind: "array", element: "number" };
  if (first === undefined || shapes.length < members.length) return undefined;
  if (cell.shape === "object") {
    return { kind: "object", members: members.map(({ name }, k) => ({ name, shape: shapes[k] ?? first })) };
  }
  if (shapes.some((shape) => shapeKey(shape) !== shapeKey(first)) || first.kind === "boolean") {
    return { kind: "tuple", elements: shapes };
  }
  return first.kind === "number" ? { kind: "array", element: "number" } : { kind: "rows", of: first };
}

/** `isLast ? { x } : { x, weight }`: objects of numbers of which only some have a member. */
function shapeOfEither(context: Context, { then, else: other }: Choice, node: ts.Node): Shape | undefined {
  const [a, b] = [then, other].map((part) => shapeOfEntry(context, part, node));
  const all = a?.kind === "object" && b?.kind === "object" ? joined(a, b) : undefined;
  return all !== undefined && arrayPaths(all, []).length === 0 ? all : undefined;
}

interface ArrayWithin {
  readonly path: Path;
  readonly width: Value;
}

/** The arrays within an entry, and how long they are. */
export function arraysWithin(
  context: Context,
  given: Binding,
  shape: Shape,
  path: Path,
  node: ts.Node,
): readonly ArrayWithin[] {
  const binding = asOne(context, given, node);
  switch (shape.kind) {
    case "array":
      return [{ path, width: countIn(context, binding) }];
    case "rows": {
      const first = entryIn(context, binding, known(0), node);
      const inner = arraysWithin(context, first, shape.of, [...path, each], node);
      return [{ path, width: countIn(context, binding) }, ...inner];
    }
    case "object":
      return shape.members.flatMap(({ name, shape: inner }) =>
        arraysWithin(context, memberIn(context, binding, name, node), inner, [...path, name], node),
      );
    case "tuple":
      return shape.elements.flatMap((inner, k) =>
        arraysWithin(context, memberIn(context, binding, String(k), node), inner, [...path, k], node),
      );
    default:
      return [];
  }
}

function memberIn(context: Context, binding: Binding, name: string, node: ts.Node): Binding {
  if (binding.kind !== "aggregate") return poison;
  const member = binding.cell.members.get(name);
  if (member !== undefined) return context.state.read(member);
  return readMember(context, binding, name, node);
}

/** Whether it is an array of numbers, or a literal of some. */
export function isRow(binding: Binding): boolean {
  return isArray(binding) || (binding.kind === "aggregate" && binding.cell.shape === "tuple");
}

/** The length of an array, of rows, or of a literal. */
export function countIn(context: Context, binding: Binding): Value {
  if (isArray(binding)) return lengthOf(context, binding);
  if (binding.kind !== "aggregate") return known(0);
  return isPool(binding.cell) ? countOfPool(context, binding.cell) : known(binding.cell.members.size);
}

function entryIn(context: Context, binding: Binding, index: Value, node: ts.Node): Binding {
  if (binding.kind !== "aggregate") return poison;
  if (isPool(binding.cell)) return elementOfPool(context, binding.cell, index, node);
  return index.kind === "known" ? memberIn(context, binding, String(index.value), node) : poison;
}

function arrayAt(context: Context, binding: Binding, path: Path, node: ts.Node): Binding | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return binding;
  const inner =
    key === each ? entryIn(context, binding, known(0), node) : memberIn(context, binding, String(key), node);
  return inner.kind === "poison" ? undefined : arrayAt(context, inner, rest, node);
}

export interface PoolBuilder {
  /** Puts an entry at a place. `isNew`: nothing was stored in the arrays before. */
  readonly put: (entry: Binding, at: Value, isNew: boolean) => void;
  /** The same, but the entry stays what it is. */
  readonly copy: (entry: Binding, at: Value) => void;
  readonly whole: () => Binding;
}

/** The arrays of a pool, with these lengths by their names. */
export function allocatePool(
  context: Context,
  shape: Rows,
  widths: ReadonlyMap<string, Value>,
  node: ts.Node,
  mayMove = true,
  slope?: number,
): PoolBuilder {
  const views = new Map<string, View>();
  const count = widths.get(widthName([])) ?? known(0);
  const first = widths.get(widthName([each])) ?? known(0);
  const spanAt = (at: Value): Span | undefined =>
    slope === undefined ? undefined : slopingSpan(context, first, slope, at);
  for (const { path, of } of leavesOfShape(shape)) {
    const size = sizeOf(context, path, of, widths);
    const length = spanAt(count)?.start ?? (size === undefined ? count : operate(context, "mul", count, size));
    const view = allocate(context, elementOfLeaf(of), length, nameOfLeaf(path));
    views.set(leafName(path), { ...view, root: { ...view.root, pool: node, way: wayTo(context, node) } });
  }
  const whole = (): Binding => {
    const width = shape.of.kind === "array" ? widths.get(widthName([each])) : undefined;
    const isMoving = mayMove && slope === undefined && context.assumptions.rowsMove(node);
    const starts = isMoving ? startsOf(context, count, width ?? known(1), node) : undefined;
    const members: (readonly [string, Binding])[] = [...views, ...widths];
    if (starts !== undefined) members.push(["#starts", starts]);
    return newPool(context, shape, members, node, slope);
  };
  const filled = { shape, views, widths, node };
  return {
    put: (entry, at, isNew) => putEntry(context, { ...filled, isNew, span: spanAt(at) }, entry, at),
    copy: (entry, at) => put(context, { ...filled, isNew: false }, entry, shape.of, [each], at),
    whole,
  };
}

/** How many numbers of a leaf an entry has; undefined for one. */
export function sizeOf(context: Context, path: Path, of: Shape, widths: ReadonlyMap<string, Value>): Value | undefined {
  let size: Value | undefined;
  const times = (at: Path): void => {
    const width = widths.get(widthName(at)) ?? known(0);
    size = size === undefined ? width : operate(context, "mul", size, width);
  };
  path.forEach((key, k) => k > 0 && key === each && times(path.slice(0, k)));
  if (of.kind === "array") times(path);
  return size;
}

export interface Filled {
  readonly shape: Rows;
  readonly views: ReadonlyMap<string, View>;
  readonly widths: ReadonlyMap<string, Value>;
  readonly node: ts.Node;
  readonly isNew: boolean;
  /** Of rows that have different lengths: where this one goes. */
  readonly span?: Span | undefined;
}

/** Puts an entry at a place, and forgets it under the name that it had before. */
export function putEntry(context: Context, pool: Filled, given: Binding, at: Value): void {
  if (given.kind === "poison") return given.report?.(pool.node);
  const entry = asOne(context, given, pool.node);
  if (entry.kind === "choice" && !isArray(entry)) {
    const side = (part: Binding) => (): void => putEntry(context, pool, part, at);
    return branchEffects(context, scalar(entry.condition), side(entry.then), side(entry.else));
  }
  const isTaken = entry.kind === "aggregate" && membersOf(context, entry).some(({ kind }) => kind === "poison");
  if (isTaken) return void refuseRows(context, pool.node, knownElsewhere);
  const shape = shapeOfEntry(context, entry, pool.node);
  const all = shape && joined(pool.shape.of, shape);
  const way = [...pool.views.values()][0]?.root.way;
  if (all !== undefined && way !== undefined && shapeKey(all) !== shapeKey(pool.shape.of)) {
    return context.assumptions.noteJoinedShape(way, all);
  }
  if (all === undefined || shapeKey(all) !== shapeKey(pool.shape.of)) {
    return void refuseRows(
      context,
      pool.node,
      "not all of them have the same members, all with numbers or arrays of numbers",
    );
  }
  put(context, pool, entry, pool.shape.of, [each], at);
  take(context, given, pool.node);
}

function put(context: Context, pool: Filled, binding: Binding, shape: Shape, path: Path, at: Value): void {
  const { node, views, widths } = pool;
  switch (shape.kind) {
    case "object":
      return shape.members.forEach(({ name, shape: inner }) =>
        put(context, pool, asOne(context, memberIn(context, binding, name, node), node), inner, [...path, name], at),
      );
    case "tuple":
      return shape.elements.forEach((inner, k) =>
        put(context, pool, asOne(context, memberIn(context, binding, String(k), node), node), inner, [...path, k], at),
      );
    case "optional": {
      const parts = partsOf(shape, binding);
      if (parts === undefined) return void refuseRows(context, node, "what a member is is not known");
      put(context, pool, parts.value, shape.of, path, at);
      return put(context, pool, parts.isSet, { kind: "boolean" }, [...path, isThere], at);
    }
    case "array":
    case "rows":
      break;
    default: {
      const view = views.get(leafName(path));
      if (view !== undefined) storeOne(context, view, at, numberOf(context, binding, node), node);
      return;
    }
  }
  const { span } = pool;
  const width = span?.length ?? widths.get(widthName(path)) ?? known(0);
  if (span === undefined) demandLength(context, binding, width, at, node);
  const start = span?.start ?? operate(context, "mul", at, width);
  if (shape.kind === "rows") {
    if (pool.isNew && binding.kind === "aggregate" && isPool(binding.cell)) {
      if (viewsOfPool(context, binding.cell).every((view) => isZero(context, view))) return;
    }
    const inner = (j: Value): void => {
      const entry = asOne(context, entryIn(context, binding, j, node), node);
      put(context, pool, entry, shape.of, [...path, each], add(context, start, j));
    };
    if (binding.kind === "aggregate" && !isPool(binding.cell)) {
      for (let j = 0; j < binding.cell.members.size; j++) inner(known(j));
    } else countedLoop(context, node, known(0), width, "j", inner);
    return;
  }
  const view = views.get(leafName(path));
  if (view === undefined) return;
  if (isArray(binding)) {
    const isZeros = isZero(context, binding);
    if (isZeros && pool.isNew) return;
    const to = partOf(context, { ...view, among: unaliased }, start, width);
    const entryAt = (j: Value): Value => (isZeros ? known(0) : load(context, binding, j, node));
    return countedLoop(context, node, known(0), width, "j", (j) => store(context, to, j, entryAt(j), node));
  }
  if (binding.kind !== "aggregate") return;
  [...binding.cell.members.values()].forEach((member, j) => {
    const entry = numberOf(context, context.state.read(member), node);
    storeOne(context, view, add(context, start, known(j)), entry, node);
  });
}

/** What is put into its place is not stored under another name. */
const unaliased = { index: known(0), count: known(1), made: Infinity };

function storeOne(context: Context, view: View, at: Value, value: Value, node: ts.Node): void {
  const offset = add(context, view.offset ?? known(0), at);
  store(context, { ...view, offset, length: known(1), among: unaliased }, known(0), value, node);
}

function demandLength(context: Context, binding: Binding, width: Value, at: Value, node: ts.Node): void {
  const length = countIn(context, binding);
  if (isSameNumber(context, length, width)) return;
  const isOther = operate(context, "ne", length, width);
  throwIf(context, isOther, ["row ", at, ` of ${quoted(node)} has length `, length, ", but row 0 has ", width]);
}

/** A new array that nothing was stored to. */
function isZero(context: Context, row: Binding): boolean {
  if (row.kind !== "view" || row.root.kind !== "local" || row.offset !== undefined) return false;
  const version = context.state.read(row.root.memory);
  return version.kind === "scalar" && version.id === row.root.allocated;
}

/** Whether nothing but the entry itself knows what it holds: all of it was made in this round of the loop. */
export function isNew(context: Context, entry: Binding): boolean {
  const { age } = context.state.frame;
  if (isValue(entry) || isAbsent(entry)) return true;
  if (entry.kind === "view") return entry.root.kind === "local" && entry.root.memory.age >= age && isWholeRow(entry);
  if (entry.kind === "choice") return isNew(context, entry.then) && isNew(context, entry.else);
  if (entry.kind !== "aggregate") return false;
  const { cell } = entry;
  if (cell.age < age || cell.readOnly) return false;
  if (cell.nest === undefined) return membersOf(context, entry).every((member) => isNew(context, member));
  return cell.nest.path.length === 0 && membersOf(context, entry).every((member) => isNew(context, member));
}

function isWholeRow({ offset, rows, among }: View): boolean {
  return offset === undefined && rows === undefined && among === undefined;
}

function membersOf(context: Context, { cell }: Aggregate): readonly Binding[] {
  return [...cell.members.values()].map((member) => context.state.read(member));
}

const knownElsewhere = "one of them is known under another name";

/** What becomes an entry is not used under the name that it had before: it is in the pool now. */
function take(context: Context, entry: Binding, node: ts.Node): void {
  const held = new Set<object>();
  if (!isNew(context, entry) || holdsTwice(context, entry, held)) {
    return void refuseRows(context, node, knownElsewhere);
  }
  forget(context, entry, (at) =>
    context.reporter.report("ADJ2061", at, { reason: "this one is used under the name that it had before" }),
  );
}

/** Says so where it is read under the name that it had before, and lets nobody write it. */
export function forget(context: Context, entry: Binding, report: (at: ts.Node) => void): void {
  const { state } = context;
  if (entry.kind === "view") state.write(entry.root.memory, { kind: "poison", report });
  if (entry.kind === "choice") for (const side of [entry.then, entry.else]) forget(context, side, report);
  if (entry.kind !== "aggregate") return;
  for (const cell of cellsOf(entry)) {
    cell.frozen = true;
    for (const member of cell.members.values()) {
      const part = state.read(member);
      if (part.kind === "view") forget(context, part, report);
      else if (part.kind !== "aggregate") state.write(member, { kind: "poison", report });
    }
  }
}

/** Whether an array or object stands in it at two places. */
function holdsTwice(context: Context, entry: Binding, held: Set<object>): boolean {
  if (entry.kind === "choice")
    return holdsTwice(context, entry.then, new Set(held)) || holdsTwice(context, entry.else, held);
  const own = entry.kind === "view" ? entry.root : entry.kind === "aggregate" ? entry.cell : undefined;
  if (own === undefined) return false;
  if (held.has(own)) return true;
  held.add(own);
  return entry.kind === "aggregate" && membersOf(context, entry).some((member) => holdsTwice(context, member, held));
}
