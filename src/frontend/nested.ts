/**
 * Arrays of arrays, objects and tuples that are parameters. Each number or array of numbers within is a leaf with a root
 * of its own; what stands between the parameter and its leaves is a place: a path into the type, and the indices chosen
 * so far. A place is a cell whose hidden members are these indices, so that branches and loops merge it as any object.
 *
 *     const row = A[i]             row: the view of the leaf of A at the index i
 *     const body = bodies[i]       body: the place ["bodies", each] at the index i
 *     body.pos[k]                  the leaf of pos at (i, k)
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { ArrayType, ElementType, Parameter, ValueId } from "../ir/graph.ts";
import { each, isNested } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { newCell } from "./aggregates.ts";
import { type ArrayBinding, isArray, isIndexOf, load, lengthAt, store } from "./arrays.ts";
import {
  type Aggregate,
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
import { numberOf, operate, quoted } from "./emit.ts";
import { storeNext } from "./grow-rows.ts";
import { writeRow } from "./replace-rows.ts";
import { ownerText } from "./owner-text.ts";
import {
  addMemberOfPool,
  countOfPool,
  elementOfPool,
  isPool,
  memberOfPool,
  partIn,
  refuseRows,
  amongInPool,
  placeInPool,
  viewsOfPool,
  writeInPool,
} from "./pools.ts";

type Path = readonly (string | number)[];

export interface NestedLeaf {
  readonly path: Path;
  readonly type: ArrayType & { readonly layers: NonNullable<ArrayType["layers"]> };
}

/** The leaves of a nested parameter, in the order of its structure; `path` is its own. */
export function leavesOfNested(shape: Shape, path: Path): readonly NestedLeaf[] {
  const leaves: NestedLeaf[] = [];
  const visit = (at: Shape, to: Path, layers: readonly Path[], sizes: readonly (number | undefined)[]): void => {
    const leaf = (element: ElementType, all: readonly Path[], lengths = sizes): void => {
      const fixed = lengths.some((size) => size !== undefined) ? { sizes: lengths } : {};
      leaves.push({ path: to, type: { kind: "array", element, layers: all, ...fixed } });
    };
    switch (at.kind) {
      case "number":
        return leaf("number", layers);
      case "boolean":
        return leaf("u8", layers);
      case "array":
        return leaf(at.element, [...layers, []], [...sizes, at.size]);
      case "rows":
        return visit(at.of, [...to, each], [...layers, []], [...sizes, at.size]);
      case "object":
        return at.members.forEach(({ name, shape: inner }) => visit(inner, [...to, name], within(layers, name), sizes));
      case "tuple":
        return at.elements.forEach((inner, k) => visit(inner, [...to, k], within(layers, k), sizes));
    }
  };
  visit(shape, path, [], []);
  return leaves;
}

function within(layers: readonly Path[], key: string | number): readonly Path[] {
  return layers.map((layer, k) => (k === layers.length - 1 ? [...layer, key] : layer));
}

/** The place that a parameter is. */
export function nestedParameter(
  context: Context,
  shape: Shape,
  path: Parameter["path"],
  leaves: ReadonlyMap<string, Root>,
): Binding {
  return placeIn(context, { key: keyOf(path), shape, path, leaves }, []);
}

export function keyOf(path: Path): string {
  return path.map(String).join(" ");
}

/** Whether it is a place within a nested array. */
export function isNestedCell(binding: Binding): binding is Aggregate & { readonly cell: { readonly nest: Nest } } {
  return binding.kind === "aggregate" && binding.cell.nest !== undefined;
}

/** Whether it is an array of arrays or objects, and not an object in one. */
export function isRows(binding: Binding): binding is Aggregate & { readonly cell: { readonly nest: Nest } } {
  return isNestedCell(binding) && binding.cell.nest.shape.kind === "rows";
}

function placeIn(context: Context, nest: Nest, at: readonly Value[]): Binding {
  const indices = at.map((index, k) => [`#${k}`, index] as const);
  context.nests.set(nest.key, nest);
  return newCell(context, "nested", indices, undefined, false, undefined, nest);
}

function indicesIn(context: Context, cell: Cell): readonly Value[] {
  const indices = [...cell.members].filter(([name]) => /^#\d+$/.test(name));
  return indices.map(([, location]) => {
    const index = context.state.read(location);
    return isValue(index) ? index : known(NaN);
  });
}

/** The number of rows or objects. */
export function lengthOfRows(context: Context, cell: Cell): Value {
  if (isPool(cell)) return countOfPool(context, cell);
  const { shape, path, leaves } = present(cell.nest);
  const selected = cell.members.has("#selected") ? partIn(context, cell, "#selected") : undefined;
  if (selected !== undefined && isValue(selected)) return selected;
  if (shape.kind === "rows" && shape.size !== undefined) return known(shape.size);
  return lengthAt(context, leafUnder(path, leaves), indicesIn(context, cell));
}

/** A leaf within a place: all of them have the outer lengths. */
function leafUnder(path: Path, leaves: ReadonlyMap<string, Root>): Root {
  const prefix = keyOf(path);
  const found = [...leaves].find(([key]) => key === prefix || key.startsWith(`${prefix} `));
  return present(found, "a leaf of a nested parameter")[1];
}

/** `rows[index]`. */
export function elementOfRows(context: Context, cell: Cell, index: Value, node: ts.Node): Binding {
  if (isPool(cell)) return elementOfPool(context, cell, index, node);
  const nest = present(cell.nest);
  if (nest.shape.kind !== "rows") return undefinedValue;
  const order = orderIn(context, cell);
  if (order === undefined && cell.members.has("#order"))
    return refuseRows(context, node, "which they are is not known");
  const own = order === undefined ? index : load(context, order, index, node);
  return placeAt(context, nest, nest.shape.of, [...nest.path, each], [...indicesIn(context, cell), own], node);
}

/** Of some of the rows, or of rows in another order (select-rows.ts): which they are. */
export function orderIn(context: Context, cell: Cell): ArrayBinding | undefined {
  const order = cell.members.has("#order") ? partIn(context, cell, "#order") : undefined;
  return order !== undefined && isArray(order) ? order : undefined;
}

/** `place.name`, of an object; `place[0]`, of a tuple. */
export function memberOfPlace(context: Context, cell: Cell, name: string, node: ts.Node): Binding {
  const nest = present(cell.nest);
  const { shape, path } = nest;
  if (shape.kind === "tuple" && name === "length") return known(shape.elements.length);
  const inner = memberShape(shape, name);
  if (inner === undefined) {
    if (shape.kind !== "rows") return undefinedValue;
    context.reporter.report("ADJ2009", node, { what: ownerText(node, name), member: name });
    return poison;
  }
  if (isPool(cell)) return memberOfPool(context, cell, inner, keyIn(shape, name), node);
  return placeAt(context, nest, inner, [...path, keyIn(shape, name)], indicesIn(context, cell), node);
}

function memberShape(shape: Shape, name: string): Shape | undefined {
  if (shape.kind === "tuple") return /^\d+$/.test(name) ? shape.elements[Number(name)] : undefined;
  return shape.kind === "object" ? shape.members.find((member) => member.name === name)?.shape : undefined;
}

function keyIn(shape: Shape, name: string): string | number {
  return shape.kind === "tuple" ? Number(name) : name;
}

/** The names of the members of an object or tuple in a nested array. */
export function namesIn(cell: Cell): readonly string[] {
  const shape = cell.nest?.shape;
  if (shape?.kind === "object") return shape.members.map(({ name }) => name);
  return shape?.kind === "tuple" ? shape.elements.map((_, k) => String(k)) : [];
}

function placeAt(context: Context, nest: Nest, shape: Shape, path: Path, at: readonly Value[], node: ts.Node): Binding {
  if (shape.kind === "number" || shape.kind === "boolean") {
    const { view, index } = entryAt(nest, path, at);
    const entry = load(context, view, index, node);
    return shape.kind === "boolean" ? operate(context, "truthy", entry) : entry;
  }
  if (shape.kind === "array") {
    const length = shape.size === undefined ? undefined : known(shape.size);
    const { isConstant } = nest;
    return { kind: "view", root: rootAt(nest, path), offset: undefined, length, rows: at, isConstant };
  }
  const key = nest.isConstant === true ? `constant ${keyOf(path)}` : keyOf(path);
  return placeIn(context, { ...nest, key, shape, path }, at);
}

function rootAt(nest: Nest, path: Path): Root {
  return present(nest.leaves.get(keyOf(path)), "a leaf of a nested parameter");
}

/** A number of an object: the last index is that of the entry in the array of all such numbers. */
function entryAt(nest: Nest, path: Path, at: readonly Value[]): { readonly view: View; readonly index: Value } {
  const view: View = {
    kind: "view",
    root: rootAt(nest, path),
    offset: undefined,
    length: undefined,
    rows: at.slice(0, -1),
    isConstant: nest.isConstant,
  };
  return { view, index: present(at.at(-1), "an index") };
}

/** `place.name = value`. */
export function writeMember(context: Context, cell: Cell, name: string, value: Binding, node: ts.Node): void {
  const nest = present(cell.nest);
  const inner = memberShape(nest.shape, name);
  if (inner === undefined) {
    if (isPool(cell) && addMemberOfPool(context, cell, name, value)) return;
    return context.reporter.report("ADJ2009", node, { what: ownerText(node, name), member: name });
  }
  if (isPool(cell)) return writeInPool(context, cell, inner, keyIn(nest.shape, name), value, node);
  if (inner.kind === "number" || inner.kind === "boolean") {
    const { view, index } = entryAt(nest, [...nest.path, keyIn(nest.shape, name)], indicesIn(context, cell));
    return store(context, view, index, numberOf(context, value, node), node);
  }
  replaced(context, node, value);
}

/** `rows[index] = value`. */
export function writeElement(context: Context, cell: Cell, index: Value, value: Binding, node: ts.Node): void {
  if (isPool(cell) && storeNext(context, { kind: "aggregate", cell }, index, value, node)) return;
  if (isPool(cell)) return writeRow(context, cell, index, value, node);
  replaced(context, node, value);
}

function replaced(context: Context, node: ts.Node, value: Binding): void {
  if (value.kind === "poison") return value.report?.(node);
  const hint =
    isArray(value) || isNestedCell(value)
      ? "write its entries, or work on a copy: A.map((row) => row.slice())"
      : undefined;
  context.reporter.report("ADJ2060", node, { what: quoted(node) }, hint);
}

/**
 * Whether a row or an object of a nested array is there: what is read beyond its ends is undefined. Undefined for what is
 * there in any case.
 */
export function presenceOf(context: Context, binding: Binding): Value | undefined {
  const among = amongOf(context, binding);
  if (among !== undefined) {
    const { index, count } = among;
    if (isIndexOf(context, index, count)) return undefined;
    const isFromStart = operate(context, "ge", index, known(0));
    return operate(context, "and", isFromStart, operate(context, "lt", index, count));
  }
  if (binding.kind === "view") {
    const { root, rows = [] } = binding;
    const type = root.allocated === undefined ? undefined : context.builder.typeOf(root.allocated);
    const isElement = isNested(type) && type.layers[rows.length - 1]?.length === 0;
    return isElement ? isThere(context, root, rows) : undefined;
  }
  if (!isNestedCell(binding) || isPool(binding.cell)) return undefined;
  const { path, leaves } = binding.cell.nest;
  return path.at(-1) === each ? isThere(context, leafUnder(path, leaves), indicesIn(context, binding.cell)) : undefined;
}

function amongOf(context: Context, binding: Binding): View["among"] {
  if (binding.kind === "view") return binding.among;
  const isElement = isNestedCell(binding) && isPool(binding.cell) && binding.cell.nest.path.at(-1) === each;
  return isElement ? amongInPool(context, binding.cell) : undefined;
}

function isThere(context: Context, root: Root, rows: readonly Value[]): Value | undefined {
  const index = rows.at(-1);
  if (index === undefined) return undefined;
  const length = lengthAt(context, root, rows.slice(0, -1));
  if (isIndexOf(context, index, length)) return undefined;
  return operate(context, "and", operate(context, "ge", index, known(0)), operate(context, "lt", index, length));
}

/** Whether two names stand for one row or object; undefined where that is not known. */
export function areOne(context: Context, x: Binding, y: Binding): Value | undefined {
  const [one, other] = [placeOf(context, x), placeOf(context, y)];
  if (one === undefined || other === undefined) return undefined;
  if (one.key !== other.key || one.indices.length !== other.indices.length) return undefined;
  const tests = one.indices.map((index, k) => operate(context, "eq", index, other.indices[k] ?? known(NaN)));
  return tests.reduce((all, test) => operate(context, "and", all, test), known(true));
}

/** Whether a binding is a row or object of a nested array. */
export function isPlace(binding: Binding): boolean {
  if (binding.kind === "view") return binding.rows !== undefined || binding.among !== undefined;
  return isNestedCell(binding);
}

function placeOf(context: Context, binding: Binding) {
  if (isNestedCell(binding) && isPool(binding.cell)) {
    const at = placeInPool(context, binding.cell);
    return at && { key: String(viewsOfPool(context, binding.cell)[0]?.root.memory.serial), indices: [at] };
  }
  if (isNestedCell(binding)) return { key: binding.cell.nest.key, indices: indicesIn(context, binding.cell) };
  if (binding.kind !== "view" || binding.rows === undefined || binding.offset !== undefined) return undefined;
  return { key: String(binding.root.memory.serial), indices: binding.rows };
}

/** The versions of all that a place holds. */
export function versionsIn(context: Context, cell: Cell): readonly ValueId[] {
  if (isPool(cell)) {
    return viewsOfPool(context, cell).flatMap(({ root }) => {
      const version = context.state.read(root.memory);
      return version.kind === "scalar" ? [version.id] : [];
    });
  }
  const prefix = keyOf(present(cell.nest).path);
  return [...present(cell.nest).leaves].flatMap(([key, { memory }]) => {
    const version = context.state.read(memory);
    const isWithin = key === prefix || key.startsWith(`${prefix} `);
    return isWithin && version.kind === "scalar" ? [version.id] : [];
  });
}
