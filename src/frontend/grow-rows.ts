/**
 * Pools (pools.ts) that begin empty and grow, `ps.push({ x, y })`, `A.push(row)`. Which members the entries have, and how long
 * the arrays in them are, is learnt from the first one that is added; the next round of the lowering makes the pool so.
 */
import type { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { asOne } from "./aggregates.ts";
import { rootLength, storeAt } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  known,
  poison,
  type Root,
  scalar,
  type Value,
  type View,
} from "./binding.ts";
import { wayTo } from "./calls-around.ts";
import type { Context } from "./context.ts";
import { add, idOf, isSameNumber, operate } from "./emit.ts";
import { makeRoom, setCount } from "./growth.ts";
import { isNeverNegative } from "./loop-counts.ts";
import { arraysWithin, putEntry, shapeOfEntry, sizeOf } from "./make-rows.ts";
import { elementOfLeaf, filledOf, leafName, leavesOfShape, newPool, partIn, refuseRows, widthName } from "./pools.ts";
import { fromRecipe, type Recipe, recipeOf } from "./recipes.ts";

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
      const reason = "how long what is added is must be known before: a parameter, a length, or made of these";
      return refuseRows(context, node, reason);
    }
    widths.push([widthName(path), recipe]);
  }
  context.assumptions.noteEntries(way, { shape: { kind: "rows", of }, widths });
  return poison;
}

/** The empty pool of an array that is made here, if it is known to hold rows or objects. */
export function emptyPool(context: Context, site: ts.Node): Binding | undefined {
  const entries = context.assumptions.entriesOf(wayTo(context, site));
  if (entries === undefined) return undefined;
  const { shape } = entries;
  const widths = new Map(entries.widths.map(([name, recipe]) => [name, fromRecipe(context, recipe)] as const));
  const count = context.state.createCount("length", known(0), site);
  const views = leavesOfShape(shape).map(({ path, of }) => {
    const last = path.findLast((key) => typeof key === "string");
    const view = emptyLeaf(context, elementOfLeaf(of), last === undefined ? undefined : String(last), count, site);
    const size = sizeOf(context, path, of, widths);
    // How long it is is not known as long as it grows.
    return [leafName(path), size === undefined ? view : { ...view, length: known(0) }] as const;
  });
  const places: (readonly [string, Binding])[] = [...views, ...widths];
  if (context.assumptions.rowsMove(site)) {
    const { root, ...starts } = emptyLeaf(context, "i32", "starts", count, site);
    places.push(["#starts", { ...starts, root: { ...root, pool: undefined } }]);
  }
  return newPool(context, shape, places, site);
}

function emptyLeaf(
  context: Context,
  element: Root["element"],
  name: string | undefined,
  count: Root["count"],
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

/** `rows.push(entry, …)`; gives how many there are then. */
export function pushRows(context: Context, { cell }: Aggregate, entries: readonly Binding[], node: ts.Node): Binding {
  const shape = cell.nest?.shape;
  if (!isGrowing(cell) || shape?.kind !== "rows") {
    return refuseRows(context, node, "this one was made with all its rows, and gets another");
  }
  const { views, widths } = filledOf(context, cell);
  const [first] = views.values();
  if (first === undefined) return poison;
  const { root } = first;
  for (const entry of entries) {
    const count = rootLength(context, root);
    const next = add(context, count, known(1));
    for (const { path, of } of leavesOfShape(shape)) {
      const view = views.get(leafName(path));
      const size = sizeOf(context, path, of, widths);
      if (view !== undefined) makeRoom(context, view.root, roomFor(context, next, size), node);
    }
    putEntry(context, { shape, views, widths, node, isNew: false }, entry, count);
    noteStart(context, cell, shape, widths, count, node);
    setCount(context, root, next);
  }
  return rootLength(context, root);
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
  const [first] = [...cell.members.values()].map((member) => context.state.read(member));
  if (!isGrowing(cell) || first?.kind !== "view") return false;
  const count = rootLength(context, first.root);
  if (!isSameNumber(context, index, count)) {
    if (context.state.frame.loop === undefined || index.kind !== "scalar" || !context.assumptions.fillsInOrder(node)) {
      return false;
    }
    context.orders.push({ node, index, count });
  }
  pushRows(context, rows, [entry], node);
  return true;
}
