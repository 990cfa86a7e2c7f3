/**
 * Pools (pools.ts) that begin empty and grow, `ps.push({ x, y })`, `A.push(row)`. Which members the entries have, and how long
 * the arrays in them are, is learnt from the first one that is added; the next round of the lowering makes the pool so.
 */
import { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { asOne } from "./aggregates.ts";
import { rootLength, storeAt } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  isValue,
  known,
  poison,
  type Root,
  scalar,
  type Value,
  type View,
} from "./binding.ts";
import { wayTo } from "./calls-around.ts";
import type { Context } from "./context.ts";
import { startsBeyond } from "./count-facts.ts";
import { add, idOf, isSameNumber, operate } from "./emit.ts";
import { makeRoom, setCount } from "./growth.ts";
import { isEqualForm } from "./linear-forms.ts";
import { isNeverNegative } from "./loop-counts.ts";
import { arraysWithin, countIn, isRow, putEntry, shapeOfEntry, sizeOf } from "./make-rows.ts";
import {
  countOfPool,
  elementOfLeaf,
  filledOf,
  leafName,
  leavesOfShape,
  newPool,
  partIn,
  refuseRows,
  viewsOfPool,
  widthName,
} from "./pools.ts";
import { nameOfLeaf } from "./optional-members.ts";
import { fromRecipe, type Recipe, recipeOf } from "./recipes.ts";
import {
  addRow,
  type List,
  listOf,
  mayVary,
  rowOfLength,
  slopeInLoop,
  slopingSpan,
  type Span,
  spanBehind,
  variationOf,
} from "./row-layout.ts";

type Rows = Extract<Shape, { kind: "rows" }>;

/** What the entries of an array are that begins empty. */
export interface Entries {
  readonly shape: Rows;
  readonly widths: readonly (readonly [string, Recipe])[];
}

/** Whether it is something that an array of rows or objects may get. */
export function isEntryOfRows(context: Context, given: Binding, node: ts.Node): boolean {
  const shape = shapeOfEntry(context, asOne(context, given, node), node);
  return shape !== undefined && shape.kind !== "number" && shape.kind !== "boolean";
}

/** Learns from an entry what the array that is made on this way holds. */
export function noteEntries(context: Context, way: string, given: Binding, node: ts.Node): Binding {
  const entry = asOne(context, given, node);
  const of = shapeOfEntry(context, entry, node);
  if (of === undefined) return poison;
  const widths: (readonly [string, Recipe])[] = [];
  for (const { path, width } of arraysWithin(context, entry, of, [each], node)) {
    const recipe = recipeOf(context, width);
    if (recipe === undefined) {
      if (mayVary({ kind: "rows", of })) return noteVarying(context, way, of, width);
      const reason = "how long what is added is must be known before: a parameter, a length, or made of these";
      return refuseRows(context, node, reason);
    }
    widths.push([widthName(path), recipe]);
  }
  context.assumptions.noteEntries(way, { shape: { kind: "rows", of }, widths });
  return poison;
}

/** The same of rows of numbers that have different lengths. */
function noteVarying(context: Context, way: string, of: Shape, length: Value): Binding {
  const sloping = slopeInLoop(context, length);
  const first = sloping && recipeOf(context, sloping.first);
  const shape: Rows = { kind: "rows", of };
  context.assumptions.noteEntries(way, { shape, widths: first === undefined ? [] : [[widthName([each]), first]] });
  context.assumptions.noteRowsVary(way, first === undefined || sloping === undefined ? "listed" : sloping.slope);
  return poison;
}

/** The empty pool of an array that is made here, if it is known to hold rows or objects. */
export function emptyPool(context: Context, site: ts.Node): Binding | undefined {
  const entries = context.assumptions.entriesOf(wayTo(context, site));
  if (entries === undefined) return undefined;
  const { shape: noted } = entries;
  const shape: Rows = { ...noted, of: context.assumptions.joinedShape(wayTo(context, site)) ?? noted.of };
  const variation = mayVary(shape) ? context.assumptions.rowsVary(wayTo(context, site)) : undefined;
  if (typeof variation === "string") return emptyList(context, shape, site, variation === "growing");
  const widths = new Map(entries.widths.map(([name, recipe]) => [name, fromRecipe(context, recipe)] as const));
  const count = context.state.createCount("length", known(0), site);
  const head = headOf(context, site);
  const views = leavesOfShape(shape).map(({ path, of }) => {
    const view = emptyLeaf(context, elementOfLeaf(of), nameOfLeaf(path), { count, head }, site);
    const size = sizeOf(context, path, of, widths);
    // How long it is is not known as long as it grows.
    return [leafName(path), size === undefined ? view : { ...view, length: known(0) }] as const;
  });
  const places: (readonly [string, Binding])[] = [...views, ...widths];
  if (context.assumptions.rowsMove(site)) {
    const { root, ...starts } = emptyLeaf(context, "i32", "starts", { count }, site);
    places.push(["#starts", { ...starts, root: { ...root, pool: undefined } }]);
  }
  return newPool(context, shape, places, site, variation);
}

/** The same, of rows whose places are listed. */
export function emptyList(context: Context, shape: Rows, site: ts.Node, isGrowing = false): Binding {
  const count = context.state.createCount("length", known(0), site);
  const end = context.state.createCount("end", known(0), site);
  const head = headOf(context, site);
  const leaf = (element: Root["element"], name: string | undefined, length: Root["count"]): View => {
    return emptyLeaf(context, element, name, { count: length, head }, site);
  };
  const index = (name: string): View => {
    const { root, ...view } = leaf("i32", name, count);
    return { ...view, root: { ...root, pool: undefined } };
  };
  const element = shape.of.kind === "array" ? shape.of.element : "number";
  const members = [
    [leafName([each]), { ...leaf(element, undefined, end), length: known(0) }],
    ["#starts", index("starts")],
    ["#lengths", index("lengths")],
    ...(isGrowing ? [["#rooms", index("rooms")] as const] : []),
  ] as const;
  return newPool(context, shape, members, site);
}

/** Where it is counted how many are gone at the begin, if some are taken out there. */
function headOf({ assumptions, state }: Context, site: ts.Node): Root["head"] {
  return assumptions.takesFirst(site) ? state.createCount("head", known(0), site) : undefined;
}

function emptyLeaf(
  context: Context,
  element: Root["element"],
  name: string | undefined,
  { count, head }: Pick<Root, "count" | "head">,
  site: ts.Node,
): View {
  const { builder, state } = context;
  const allocated: ValueId = builder.fresh({ kind: "array", element }, name);
  const place = builder.place();
  builder.push({
    kind: "allocate",
    element,
    length: idOf(context, known(0)),
    role: { kind: "local" },
    filled: false,
    keepsCount: true,
    result: allocated,
    ...place,
  });
  const root: Root = {
    element,
    name,
    memory: state.create("memory", name ?? "array", scalar(allocated)),
    kind: "local",
    length: undefined,
    count,
    head,
    source: site,
    way: wayTo(context, site),
    pool: site,
    readOnly: false,
    origin: undefined,
    allocated,
    entries: undefined,
  };
  return { kind: "view", root, offset: undefined, length: undefined };
}

export function isGrowing(cell: Cell): boolean {
  return cell.nest?.site !== undefined && cell.nest.path.length === 0 && !cell.members.has("#count");
}

/** Whether it is a literal with all its rows, `[[x]]`: the next round of the lowering knows that it gets others. */
export function growNextTime(context: Context, { nest }: Cell): boolean {
  if (nest?.site === undefined || nest.path.length > 0 || !ts.isArrayLiteralExpression(nest.site)) return false;
  if (context.assumptions.changesLength(nest.site)) return false;
  context.assumptions.noteLengthChanges(nest.site);
  return true;
}

/** A literal of rows or objects that gets others: they are added one by one. Undefined for what holds no such. */
export function growingLiteral(context: Context, entries: readonly Binding[], node: ts.Node): Binding | undefined {
  const [first] = entries;
  if (first === undefined || !isEntryOfRows(context, first, node)) return undefined;
  const pool = emptyPool(context, node);
  if (pool?.kind !== "aggregate") return noteEntries(context, wayTo(context, node), first, node);
  pushRows(context, pool, entries, node);
  return pool;
}

/** `rows.push(entry, …)`; gives how many there are then. */
export function pushRows(context: Context, { cell }: Aggregate, entries: readonly Binding[], node: ts.Node): Binding {
  const shape = cell.nest?.shape;
  if (!isGrowing(cell) || shape?.kind !== "rows") {
    if (growNextTime(context, cell)) return poison;
    return refuseRows(context, node, "this one was made with all its rows, and gets another");
  }
  for (const entry of entries) {
    const list = listOf(context, cell);
    if (list !== undefined) pushListed(context, cell, list, shape, entry, node);
    else if (!pushEntry(context, cell, shape, entry, node)) return poison;
  }
  return countOfPool(context, cell);
}

/** Gives false where the next round of the lowering makes the array otherwise. */
function pushEntry(context: Context, cell: Cell, shape: Rows, entry: Binding, node: ts.Node): boolean {
  const { views, widths } = filledOf(context, cell);
  const [first] = views.values();
  if (first === undefined) return false;
  const { root } = first;
  const count = rootLength(context, root);
  const next = add(context, count, known(1));
  const span = spanOfNew(context, cell, shape, entry, count, node);
  if (span === "later") return false;
  for (const { path, of } of leavesOfShape(shape)) {
    const view = views.get(leafName(path));
    const size = sizeOf(context, path, of, widths);
    const room = span?.end ?? roomFor(context, next, size);
    if (view !== undefined) makeRoom(context, view.root, room, node);
  }
  putEntry(context, { shape, views, widths, node, isNew: false, span }, entry, count);
  noteStart(context, cell, shape, widths, count, node);
  setCount(context, root, next);
  return true;
}

/** Where a row goes that is added, if not all have one length. */
function spanOfNew(
  context: Context,
  cell: Cell,
  shape: Rows,
  given: Binding,
  count: Value,
  node: ts.Node,
): (Span & { readonly end: Value }) | undefined | "later" {
  const entry = asOne(context, given, node);
  const base = partIn(context, cell, widthName([each]));
  const way = viewsOfPool(context, cell)[0]?.root.way;
  if (!mayVary(shape) || !isRow(entry) || !isValue(base) || way === undefined) return undefined;
  const length = countIn(context, entry);
  const { assumptions, orders } = context;
  const slope = cell.nest?.slope;
  if (slope === undefined) {
    const variation = variationOf(context, length, base, count);
    if (variation === undefined) return undefined;
    assumptions.noteRowsVary(way, variation);
    return "later";
  }
  const index = rowOfLength(context, base, slope, length);
  if (index === undefined || !assumptions.fillsInOrder(node)) {
    assumptions.noteRowsVary(way, "listed");
    return "later";
  }
  orders.push({ node, index, count });
  const end = slopingSpan(context, base, slope, add(context, index, known(1))).start;
  return { ...slopingSpan(context, base, slope, index), end };
}

function pushListed(context: Context, cell: Cell, list: List, shape: Rows, given: Binding, node: ts.Node): void {
  const entry = asOne(context, given, node);
  const length = isRow(entry) ? countIn(context, entry) : known(0);
  const { views, widths } = filledOf(context, cell);
  const count = countOfPool(context, cell);
  const span = spanBehind(context, list, length, node, (to) =>
    putEntry(context, { shape, views, widths, node, isNew: false, span: to }, given, count),
  );
  addRow(context, list, span, node);
}

/** Where rows change places, a new one begins after all others. */
function noteStart(
  context: Context,
  cell: Cell,
  shape: Rows,
  widths: ReadonlyMap<string, Value>,
  count: Value,
  node: ts.Node,
): void {
  const starts = partIn(context, cell, "#starts");
  if (starts.kind !== "view") return;
  const unit = shape.of.kind === "array" ? widths.get(widthName([each])) : undefined;
  makeRoom(context, starts.root, add(context, count, known(1)), node);
  storeAt(context, starts, count, unit === undefined ? count : operate(context, "mul", count, unit), node);
}

function roomFor(context: Context, count: Value, size: Value | undefined): Value {
  if (size === undefined) return count;
  const safe = isNeverNegative(context, size) ? size : operate(context, "max", known(0), size);
  return operate(context, "mul", count, safe);
}

/** `rows[i] = entry`: where that is the next one, it is added. */
export function storeNext(context: Context, rows: Aggregate, index: Value, entry: Binding, node: ts.Node): boolean {
  const { cell } = rows;
  const count = countOfPool(context, cell);
  if (!isGrowing(cell)) {
    const isNext = isEqualForm(context, index, count) || startsBeyond(context, index, count);
    return isNext && growNextTime(context, cell);
  }
  const isNext = isSameNumber(context, index, count);
  const mayBeNext = context.state.frame.loop !== undefined && index.kind === "scalar";
  if (!isNext && !(mayBeNext && context.assumptions.fillsInOrder(node))) return false;
  const added = pushRows(context, rows, [entry], node);
  // Where nothing was added, the next round of the lowering does it.
  if (!isNext && added.kind !== "poison") context.orders.push({ node, index, count });
  return true;
}
