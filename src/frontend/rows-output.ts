/** What a function gives back where that is an array of arrays, objects or tuples: the arrays of the leaves of its pool. */
import type { ts } from "ts-morph";
import type { ArrayType, Output, RowsLeaf } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { isArray, versionOf } from "./arrays.ts";
import { type Aggregate, isValue, known, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf } from "./emit.ts";
import { copyPool } from "./copy-rows.ts";
import { leavesOfNested } from "./nested.ts";
import { holdsOptional } from "./optional-members.ts";
import { countingRoot, countOfPool, leafName, partIn, type Path, refuseRows, widthName } from "./pools.ts";
import { isVaried } from "./row-layout.ts";

export function rowsOutput(
  context: Context,
  binding: Aggregate,
  declared: Shape | undefined,
  node: ts.Node,
): Output | undefined {
  const { cell } = binding;
  const { nest } = cell;
  if (nest?.shape.kind !== "rows") return undefined;
  if (holdsOptional(nest.shape)) {
    refuseRows(context, node, "objects of which only some have a member are given back");
    return undefined;
  }
  const isPlain =
    nest.isConstant !== true &&
    countingRoot(context, cell)?.head === undefined &&
    nest.path.length === 0 &&
    !isArray(partIn(context, cell, "#starts")) &&
    !isVaried(cell);
  if (!isPlain) {
    // The rows in the order that they have now.
    const copy = copyPool(context, binding, node);
    return copy.kind === "aggregate" && copy !== binding ? rowsOutput(context, copy, declared, node) : undefined;
  }
  const leaves: RowsLeaf[] = [];
  for (const { path, type } of leavesOfNested(withSizes(nest.shape, declared), [])) {
    const view = partIn(context, cell, leafName(path));
    const value = view.kind === "view" ? versionOf(context, view.root, node) : undefined;
    if (view.kind !== "view" || value === undefined) return undefined;
    const lengths = arraysAlong(path, type).map((at) => idOf(context, lengthIn(context, binding, at)));
    leaves.push({ path, value, type, lengths, ...(isBooleanAt(nest.shape, path) && { isBoolean: true }) });
  }
  return { kind: "rows", leaves };
}

function lengthIn(context: Context, { cell }: Aggregate, path: Path): Value {
  const length = path.length === 0 ? countOfPool(context, cell) : partIn(context, cell, widthName(path));
  return length.kind !== "poison" && isValue(length) ? length : known(0);
}

/** The paths of the arrays that lead to a leaf, its own included. */
function arraysAlong(path: Path, { layers }: ArrayType): readonly Path[] {
  const found = path.flatMap((key, k) => (key === each ? [path.slice(0, k)] : []));
  return found.length < (layers?.length ?? 0) ? [...found, path] : found;
}

/** Arrays that the declared type has as tuples are such. */
function withSizes(shape: Shape, declared: Shape | undefined): Shape {
  if (shape.kind === "rows" && declared?.kind === "rows") {
    const { size } = declared;
    return { kind: "rows", of: withSizes(shape.of, declared.of), ...(size !== undefined && { size }) };
  }
  if (shape.kind === "array" && declared?.kind === "array" && declared.size !== undefined) {
    return { ...shape, size: declared.size };
  }
  if (shape.kind === "object" && declared?.kind === "object") {
    const members = shape.members.map(({ name, shape: inner }) => {
      return { name, shape: withSizes(inner, declared.members.find((member) => member.name === name)?.shape) };
    });
    return { kind: "object", members };
  }
  if (shape.kind !== "tuple" || declared?.kind !== "tuple") return shape;
  return { kind: "tuple", elements: shape.elements.map((inner, k) => withSizes(inner, declared.elements[k])) };
}

function isBooleanAt(shape: Shape, path: Path): boolean {
  let at: Shape | undefined = shape;
  for (const key of path) {
    if (at?.kind === "rows") at = at.of;
    else if (at?.kind === "object") at = at.members.find(({ name }) => name === key)?.shape;
    else if (at?.kind === "tuple") at = at.elements[Number(key)];
  }
  return at?.kind === "boolean";
}
