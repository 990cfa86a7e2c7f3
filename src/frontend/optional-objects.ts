/**
 * Objects that may be missing while they go round a loop:
 *
 *     let last: Point | undefined;
 *     for (const p of points) { if (last) length += distance(last, p); last = p; }
 *
 * A boolean says whether there is one, beside its members. What structure it has is only known at the end of the body: the
 * round of lowering in which that is found out is the last that takes the variable to stay undefined (assumptions.ts).
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import { newCell, readMember } from "./aggregates.ts";
import { type Aggregate, type Binding, type Cell, isAbsent, isValue, known, scalar } from "./binding.ts";
import { branch } from "./branch.ts";
import { cellsOf, frozenCell, isAlike, structureOf } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { typeOf } from "./emit.ts";
import type { Location } from "./state.ts";

/** The structure of an object or tuple of numbers and booleans, or of a place in a nested parameter. */
export interface ObjectTemplate {
  readonly shape: Cell["shape"];
  readonly nest: string | undefined;
  readonly members: readonly (readonly [string, "number" | "boolean"])[];
}

function templateOf(context: Context, binding: Binding): ObjectTemplate | undefined {
  const [like] = cellsOf(binding);
  const structure = structureOf(binding);
  if (like === undefined || structure === undefined || structure.prototype !== undefined) return undefined;
  if (like.nest !== undefined && context.nests.get(like.nest.key) !== like.nest) return undefined;
  const members = [...like.members].flatMap(([name, { current }]) =>
    isValue(current) ? [[name, typeOf(context, current)] as const] : [],
  );
  return members.length < like.members.size ? undefined : { shape: like.shape, nest: like.nest?.key, members };
}

/** An object of the structure in which nothing is set. */
function emptyOf(context: Context, { shape, nest, members }: ObjectTemplate): Binding {
  const parts = members.map(([name, type]) => [name, known(type === "boolean" ? false : 0)] as const);
  const nestOf = nest === undefined ? undefined : context.nests.get(nest);
  return newCell(context, shape, parts, undefined, false, undefined, nestOf);
}

/** An object of the same structure in which nothing is set, if its members are numbers and booleans. */
export function emptyLike(context: Context, binding: Binding): Binding | undefined {
  const template = templateOf(context, binding);
  return template && emptyOf(context, template);
}

/** The first of the objects that a binding may be where it is not missing. */
function presentPart(binding: Binding): Binding | undefined {
  if (binding.kind === "aggregate") return binding;
  if (binding.kind !== "choice") return undefined;
  return structureOf(binding) === undefined ? (presentPart(binding.then) ?? presentPart(binding.else)) : binding;
}

/** Notes that the variable, undefined before the loop, is an object later. Gives whether its structure can go round. */
export function noteOptional({ context, loop, path, final }: OptionalFound): boolean {
  const part = presentPart(final);
  const template = part && templateOf(context, part);
  return template !== undefined && context.assumptions.noteObjectInLoop(loop, path, template);
}

interface OptionalFound {
  readonly context: Context;
  readonly loop: ts.Node;
  readonly path: string;
  readonly final: Binding;
}

/** What stands for the object before there is one, if one was noted. */
export function optionalBefore(context: Context, loop: ts.Node, path: string): Aggregate | undefined {
  const template = context.assumptions.objectInLoop(loop, path);
  const empty = template && emptyOf(context, template);
  return empty?.kind === "aggregate" ? empty : undefined;
}

/** In the body: whether there is an object at its end, and one that has the members of whichever it is. */
export function settleOptional(
  context: Context,
  node: ts.Node,
  location: Location,
  { object, absent }: { readonly object: Aggregate; readonly absent: Binding },
): void {
  const { state } = context;
  const { current } = location;
  const structure = present(structureOf(object));
  if (!hasStructure(current, object)) return;
  const isThere = presence(context, current);
  const members = structure.names.map((name) => [name, memberOf(context, current, object, name, node)] as const);
  if (members.some(([, member]) => !isValue(member)) || !isValue(isThere)) return;
  if (isThere.kind === "known" && isThere.value !== true) return;
  const settled = frozenCell(state, object.cell, members);
  state.write(
    location,
    isThere.kind === "scalar" ? { kind: "choice", condition: isThere.id, then: settled, else: absent } : settled,
  );
}

/** Whether all that the binding may be is missing, or has the structure. */
function hasStructure(binding: Binding, like: Binding): boolean {
  if (isAbsent(binding)) return true;
  if (binding.kind === "choice") return hasStructure(binding.then, like) && hasStructure(binding.else, like);
  return isAlike(structureOf(binding), structureOf(like));
}

function presence(context: Context, binding: Binding): Binding {
  if (binding.kind !== "choice") return known(!isAbsent(binding));
  const side = (part: Binding) => () => presence(context, part);
  return branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
}

function memberOf(context: Context, binding: Binding, object: Aggregate, name: string, node: ts.Node): Binding {
  if (isAbsent(binding)) return readMember(context, object, name, node);
  if (binding.kind !== "choice") return readMember(context, binding, name, node);
  const side = (part: Binding) => () => memberOf(context, part, object, name, node);
  return branch(context, scalar(binding.condition), side(binding.then), side(binding.else), name);
}
