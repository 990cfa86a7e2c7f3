/**
 * Arrays of rows and objects that the function makes itself, the pools: the numbers of each leaf lie one after the other in
 * an array of its own. All arrays that stand at one place within have one length. Where rows or objects change places,
 * `M[k] = M[p]`, an array of whole numbers says where each begins, so that two names of one row stay that.
 *
 *     const M = A.map((row) => row.slice());       one array of n · m entries
 *     [M[k], M[p]] = [M[p], M[k]];                 starts[k] and starts[p] change places
 *     const ps = x.map((x) => ({ x, v: [0, 0] })); an array of n entries, and one of n · 2
 *
 * A place in a pool, as in a nested parameter, is a cell with hidden members: these arrays, the lengths, and `#at`, which of
 * all entries of its path it is.
 */
import type { ts } from "ts-morph";
import type { ElementType } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { newCell } from "./aggregates.ts";
import { allocate, type ArrayBinding, isArray, load, loadAt, rootLength, store, storeAt, valueOf } from "./arrays.ts";
import {
  type Binding,
  type Cell,
  isValue,
  known,
  type Nest,
  poison,
  type Root,
  undefinedValue,
  type Value,
  type View,
} from "./binding.ts";
import type { Context } from "./context.ts";
import { isBelow, isFromStart } from "./count-facts.ts";
import { isIndexOf } from "./arrays.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { add, numberOf, operate, subtract, typeOf } from "./emit.ts";
import type { Filled } from "./make-rows.ts";
import { isThere, joined, partsOf } from "./optional-members.ts";
import { isListed, isVaried, spanOf } from "./row-layout.ts";

export type Path = readonly (string | number)[];
type Members = readonly (readonly [string, Binding])[];

function label(path: Path): string {
  return path
    .slice(1)
    .map((key) => (key === each ? "[]" : `.${key}`))
    .join("");
}

export function leafName(path: Path): string {
  return `#pool${label(path)}`;
}

/** The member that is the length of the arrays at a path. */
export function widthName(path: Path): string {
  return path.length === 0 ? "#count" : `#width${label(path)}`;
}

/** The leaves of rows, in the order of their structure. */
export function leavesOfShape(shape: Shape, path: Path = []): readonly { readonly path: Path; readonly of: Shape }[] {
  switch (shape.kind) {
    case "rows":
      return leavesOfShape(shape.of, [...path, each]);
    case "object":
      return shape.members.flatMap(({ name, shape: of }) => leavesOfShape(of, [...path, name]));
    case "tuple":
      return shape.elements.flatMap((of, k) => leavesOfShape(of, [...path, k]));
    case "optional":
      return [
        { path, of: shape.of },
        { path: [...path, isThere], of: { kind: "boolean" } },
      ];
    default:
      return [{ path, of: shape }];
  }
}

/** Where arrays are in a shape. */
export function arrayPaths(shape: Shape, path: Path): readonly Path[] {
  switch (shape.kind) {
    case "array":
      return [path];
    case "rows":
      return [path, ...arrayPaths(shape.of, [...path, each])];
    case "object":
      return shape.members.flatMap(({ name, shape: inner }) => arrayPaths(inner, [...path, name]));
    case "tuple":
      return shape.elements.flatMap((inner, k) => arrayPaths(inner, [...path, k]));
    default:
      return [];
  }
}

export function isPool(cell: Cell): boolean {
  return cell.nest?.site !== undefined;
}

/** Whether a hidden member of a pool is how long its arrays are. */
export function isLengthOfPool(cell: Cell, member: string): boolean {
  return isPool(cell) && /^#(?:count|width)/.test(member);
}

/** What a leaf's array holds. */
export function elementOfLeaf(shape: Shape): ElementType {
  return shape.kind === "array" ? shape.element : shape.kind === "boolean" ? "u8" : "number";
}

export function newPool(
  context: Context,
  shape: Shape & { kind: "rows" },
  members: Members,
  site: ts.Node,
  slope?: number,
): Binding {
  const isMoving = members.some(([name]) => name === "#starts");
  const isInList = members.some(([name]) => name === "#lengths");
  const layout = isInList ? " listed" : slope !== undefined ? ` sloping ${slope}` : isMoving ? " moving" : "";
  const key = `pool ${shapeKey(shape)}${layout}`;
  const nest: Nest = { key, shape, path: [], leaves: new Map(), site, slope };
  return newCell(context, "nested", members, undefined, false, undefined, nest);
}

/** The same for shapes with the same members in the same order. */
export function shapeKey(shape: Shape): string {
  return JSON.stringify(shape);
}

export function partIn(context: Context, cell: Cell, name: string): Binding {
  const member = cell.members.get(name);
  return member === undefined ? poison : context.state.read(member);
}

export function numberIn(context: Context, cell: Cell, name: string): Value | undefined {
  const member = cell.members.has(name) ? partIn(context, cell, name) : undefined;
  return member !== undefined && isValue(member) ? member : undefined;
}

export function viewIn(context: Context, cell: Cell, name: string): View | undefined {
  const member = partIn(context, cell, name);
  return member.kind === "view" ? member : undefined;
}

/** The arrays of all leaves. */
export function viewsOfPool(context: Context, cell: Cell): readonly View[] {
  return [...cell.members.keys()].flatMap((name) =>
    name.startsWith("#pool") ? (viewIn(context, cell, name) ?? []) : [],
  );
}

/** Whether it is known which arrays it has: a branch may have chosen them. */
export function isOnePool(context: Context, cell: Cell): boolean {
  return [...cell.members.keys()].every(
    (name) => !name.startsWith("#pool") || viewIn(context, cell, name) !== undefined,
  );
}

/** The number of rows or objects. */
export function countOfPool(context: Context, cell: Cell): Value {
  const count = numberIn(context, cell, widthName(cell.nest?.path ?? []));
  if (count !== undefined) return count;
  const root = countingRoot(context, cell);
  if (root === undefined) return known(0);
  const all = rootLength(context, root);
  return root.head === undefined ? all : subtract(context, all, valueOf(context, context.state.read(root.head)));
}

/** The array that says how many rows or objects there are. */
export function countingRoot(context: Context, cell: Cell): Root | undefined {
  return (isListed(cell) ? viewIn(context, cell, "#starts") : viewsOfPool(context, cell)[0])?.root;
}

/** Which of those that there ever were it is, where some were taken out at the begin. */
export function indexFromFirst(context: Context, cell: Cell, index: Value): Value {
  const isWhole = cell.nest?.path.length === 0 && !cell.members.has("#selected");
  const head = isWhole ? countingRoot(context, cell)?.head : undefined;
  return head === undefined ? index : add(context, valueOf(context, context.state.read(head)), index);
}

/** Whether what lies beyond the end of the rows is something else: more rows, or room for some. */
function goesOnBeyond(cell: Cell): boolean {
  const isPart = (cell.nest?.path ?? []).length > 0 || cell.members.has("#selected");
  return isPart || isVaried(cell) || !cell.members.has("#count");
}

export function elementOfPool(context: Context, cell: Cell, index: Value, node: ts.Node): Binding {
  const { nest } = cell;
  if (nest?.shape.kind !== "rows") return undefinedValue;
  const count = countOfPool(context, cell);
  const fromFirst = indexFromFirst(context, cell, index);
  const span = spanOf(context, cell, fromFirst, node);
  if (span !== undefined) {
    const view = viewIn(context, cell, leafName([each]));
    const isList = isListed(cell);
    // Where a listed row lies no other is put.
    const made = isList && !growByThemselves(context, cell) ? { made: Infinity } : stamp(context, cell);
    const among = { index, count, isHeld: true, ...made, pool: isList ? cell : undefined };
    return view === undefined ? poison : { ...view, offset: span.start, length: span.length, among };
  }
  const outer = numberIn(context, cell, "#at");
  const starts = partIn(context, cell, "#starts");
  const own = outer === undefined ? fromFirst : add(context, operate(context, "mul", outer, count), index);
  const at = isArray(starts) ? startAt(context, starts, index, node) : own;
  const among = { index, count, isHeld: goesOnBeyond(cell), ...stamp(context, cell) };
  return placeIn(context, cell, nest.shape.of, [...nest.path, each], { at, among, isOffset: isArray(starts) }, node);
}

/** Whether a row is there at all is asked when something is done with it. */
function startAt(context: Context, starts: ArrayBinding, index: Value, node: ts.Node): Value {
  return isGrown(starts) ? loadAt(context, starts, index, node) : load(context, starts, index, node);
}

export function isGrown(starts: ArrayBinding): starts is View {
  return starts.kind === "view" && starts.root.count !== undefined;
}

/** Whether its rows, or those that it was selected from, get longer by themselves (grow-one-row.ts). */
function growByThemselves(context: Context, cell: Cell): boolean {
  const way = viewsOfPool(context, cell)[0]?.root.way;
  return way !== undefined && context.assumptions.rowsVary(way) === "growing";
}

/** When a row or object is taken, where that matters; what is within it is as old as it is. */
function stamp(context: Context, cell: Cell): { readonly made?: number } {
  const site = cell.nest?.site;
  if (site === undefined || !context.assumptions.replacesRows(site)) return {};
  const outer = numberIn(context, cell, "#made");
  return { made: outer?.kind === "known" ? Number(outer.value) : cell.members.has("#at") ? 0 : ++context.clock };
}

export function memberOfPool(context: Context, cell: Cell, shape: Shape, key: string | number, node: ts.Node): Binding {
  return placeIn(context, cell, shape, [...(cell.nest?.path ?? []), key], placeOf(context, cell), node);
}

interface Place {
  /** Which of all entries of the path. */
  readonly at: Value;
  readonly among: View["among"];
  /** `at` is where the row begins. */
  readonly isOffset?: boolean;
}

function placeOf(context: Context, cell: Cell): Place {
  const [index, count] = [numberIn(context, cell, "#index"), numberIn(context, cell, "#of")];
  const isHeld = cell.members.has("#held");
  const made = numberIn(context, cell, "#made");
  const stamped = made?.kind === "known" ? { made: Number(made.value) } : {};
  const among = index !== undefined && count !== undefined ? { index, count, isHeld, ...stamped } : undefined;
  return { at: numberIn(context, cell, "#at") ?? known(0), among };
}

/** Which of how many an object was taken as. */
export function amongInPool(context: Context, cell: Cell): View["among"] {
  return placeOf(context, cell).among;
}

/** Which of all entries of its path an object or row is; undefined for the whole. */
export function placeInPool(context: Context, cell: Cell): Value | undefined {
  return numberIn(context, cell, "#at");
}

function placeIn(context: Context, cell: Cell, shape: Shape, path: Path, place: Place, node: ts.Node): Binding {
  if (shape.kind === "optional") {
    const value = placeIn(context, cell, shape.of, path, place, node);
    const view = entryIn(context, cell, [...path, isThere], place);
    if (view === undefined) return poison;
    const isSet = operate(context, "truthy", loadAt(context, view, known(0), node));
    const absent = { kind: "known", value: shape.absent === "null" ? null : undefined } as const;
    return isSet.kind === "scalar" ? { kind: "choice", condition: isSet.id, then: value, else: absent } : value;
  }
  if (shape.kind === "number" || shape.kind === "boolean") {
    const view = entryIn(context, cell, path, place);
    if (view === undefined) return poison;
    demandWithinRow(context, view, known(0), "read", node);
    const entry = loadAt(context, view, known(0), node);
    return shape.kind === "boolean" ? operate(context, "truthy", entry) : entry;
  }
  if (shape.kind === "array") return rowIn(context, cell, path, place) ?? poison;
  const { at, among } = place;
  const inherited = [...cell.members.keys()].filter((name) => /^#(?:pool|width)/.test(name) || name === "#count");
  const members: Members = [
    ...inherited.map((name) => [name, partIn(context, cell, name)] as const),
    ["#at", at],
    ...(among === undefined
      ? []
      : ([
          ["#index", among.index],
          ["#of", among.count],
        ] as const)),
    ...(among?.isHeld === true ? [["#held", known(true)] as const] : []),
    ...(among?.made === undefined ? [] : [["#made", known(among.made)] as const]),
  ];
  const own = cell.nest;
  if (own === undefined) return poison;
  const key = `${own.key.replace(/ at .*$/, "")} at ${label(path)}`;
  return newCell(context, "nested", members, undefined, false, undefined, { ...own, key, shape, path });
}

/** A number of an object, as an array of one entry. */
function entryIn(context: Context, cell: Cell, path: Path, { at, among }: Place): View | undefined {
  const view = viewIn(context, cell, leafName(path));
  return view && { ...view, offset: add(context, view.offset ?? known(0), at), length: known(1), among };
}

function rowIn(context: Context, cell: Cell, path: Path, { at, among, isOffset }: Place): View | undefined {
  const view = viewIn(context, cell, leafName(path));
  const width = numberIn(context, cell, widthName(path));
  if (view === undefined || width === undefined) return undefined;
  const start = isOffset === true ? at : operate(context, "mul", at, width);
  return { ...view, offset: add(context, view.offset ?? known(0), start), length: width, among };
}

/** `p.x = value`, of an object or tuple in a pool. */
export function writeInPool(
  context: Context,
  cell: Cell,
  shape: Shape,
  key: string | number,
  value: Binding,
  node: ts.Node,
): void {
  if (value.kind === "poison") return value.report?.(node);
  const path = [...(cell.nest?.path ?? []), key];
  if (shape.kind === "optional") {
    const parts = partsOf(shape, value);
    const [own, isSet] = [path, [...path, isThere]].map((at) => entryIn(context, cell, at, placeOf(context, cell)));
    if (parts === undefined || own === undefined || isSet === undefined) {
      return void refuseRows(context, node, "what the member becomes is not known");
    }
    storeAt(context, own, known(0), numberOf(context, parts.value, node), node, false);
    return storeAt(context, isSet, known(0), numberOf(context, parts.isSet, node), node, false);
  }
  const isNumber = shape.kind === "number" || shape.kind === "boolean";
  const view = isNumber ? entryIn(context, cell, path, placeOf(context, cell)) : undefined;
  if (view === undefined) return void refuseRows(context, node, replacedReason);
  storeAt(context, view, known(0), numberOf(context, value, node), node, false);
}

/** `p.weight = value`, where the objects have no such member so far: the next round of the lowering gives them one. */
export function addMemberOfPool(context: Context, cell: Cell, name: string, value: Binding): boolean {
  const { nest } = cell;
  const way = viewsOfPool(context, cell)[0]?.root.way;
  const kind = isValue(value) ? typeOf(context, value) : undefined;
  if (nest?.shape.kind !== "object" || nest.path.length !== 1 || way === undefined || kind === undefined) return false;
  const all = joined(nest.shape, { kind: "object", members: [...nest.shape.members, { name, shape: { kind } }] });
  if (all !== undefined) context.assumptions.noteJoinedShape(way, all);
  return all !== undefined;
}

export const replacedSince = "this one may have been replaced since it was given its name";

export const replacedReason = "a row is replaced by another array: write its entries one by one";

export function demandRow(context: Context, index: Value, count: Value, verb = "replaced"): void {
  const parts = ["row ", index, " of ", count, ` is ${verb}: there are no more`];
  throwIf(context, isOutside(context, index, count), parts);
}

/** The arrays of a pool, and the lengths of the arrays in its entries. */
export function filledOf(context: Context, cell: Cell): Pick<Filled, "views" | "widths"> {
  const views = new Map<string, View>();
  const widths = new Map<string, Value>();
  for (const name of cell.members.keys()) {
    const part = partIn(context, cell, name);
    if (part.kind === "view") views.set(name, part);
    else if (isValue(part)) widths.set(name, part);
  }
  return { views, widths };
}

/** Where the rows or objects begin: of rows of numbers the first entry, of others how many are before. */
export function startsOf(context: Context, count: Value, unit: Value, node: ts.Node): View {
  const starts = allocate(context, "i32", count, "starts");
  countedLoop(context, node, known(0), count, "i", (i) => {
    store(context, starts, i, operate(context, "mul", i, unit), node);
  });
  return starts;
}

export function refuseRows(context: Context, node: ts.Node, reason: string): Binding {
  context.reporter.report("ADJ2061", node, { reason });
  return poison;
}

/** Throws where an entry beyond the end of a row is read or stored: it would be one of the next, or of a row that is not there. */
export function demandWithinRow(
  context: Context,
  { root, among, length }: View,
  index: Value,
  verb: string,
  node: ts.Node,
): void {
  if (root.pool === undefined || length === undefined) return;
  if ((among?.made ?? 0) < (context.replaced.get(root.pool) ?? 0)) {
    return void refuseRows(context, node, replacedSince);
  }
  const isEntry = length.kind === "known" && length.value === 1 && index.kind === "known" && index.value === 0;
  if (among?.isHeld === true) {
    const parts = [`entry `, among.index, " of an array of length ", among.count, ` is ${verb}`];
    throwIf(context, isOutside(context, among.index, among.count), parts);
  }
  if (isEntry) return;
  const parts = ["entry ", index, " of a row of length ", length, ` is ${verb}`];
  throwIf(context, isOutside(context, index, length), parts);
}

function isOutside(context: Context, index: Value, length: Value): Value {
  if (isIndexOf(context, index, length)) return known(false);
  const below = isFromStart(context, index) ? known(false) : operate(context, "lt", index, known(0));
  const above = isBelow(context, index, length) ? known(false) : operate(context, "ge", index, length);
  if (below.kind === "known") return below.value === true ? below : above;
  if (above.kind === "known") return above.value === true ? above : below;
  return operate(context, "or", below, above);
}
