/**
 * Objects and tuples of one structure of which a branch chooses one. Which of them it is stays a choice, so that what is
 * written to one is seen under all its names; what each member is, the branch merges as it merges a variable:
 *
 *     if (c) o = { p: x };   // o is the new object or the old one; o.p is `c ? x : p`
 *
 * What was merged holds as long as nobody has written to a member that it was made from.
 */
import {
  type Aggregate,
  type Binding,
  type Cell,
  type Chosen,
  known,
  type Presence,
  type Prototype,
} from "./binding.ts";
import type { Context } from "./context.ts";
import { sameBinding } from "./emit.ts";
import type { Frame, Location, State } from "./state.ts";

export interface Structure {
  readonly shape: Cell["shape"];
  /** The key of what it is a place in. */
  readonly nest: string | undefined;
  readonly names: readonly string[];
  readonly prototype: Prototype | undefined;
}

/** What an object has, or all objects of a choice. */
export function structureOf(binding: Binding): Structure | undefined {
  if (binding.kind === "aggregate") {
    const { shape, members, prototype, nest } = binding.cell;
    return { shape, nest: nest?.key, names: [...members.keys()], prototype };
  }
  if (binding.kind !== "choice") return undefined;
  const then = structureOf(binding.then);
  // What was merged by members is of one structure.
  if (then === undefined || binding.members !== undefined) return then;
  return isAlike(then, structureOf(binding.else)) ? then : undefined;
}

export function isAlike(a: Structure | undefined, b: Structure | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.prototype !== b.prototype || a.nest !== b.nest) return false;
  return a.shape === b.shape && a.names.length === b.names.length && a.names.every((name) => b.names.includes(name));
}

export interface Peeked {
  readonly value: Binding;
  /** What it was made from. */
  readonly sources: readonly Location[];
}

/** The member, if that takes no node. `seen` gives what a location is at the place that is meant. */
export function peekMember(
  context: Context,
  binding: Binding,
  name: string,
  seen: (location: Location) => Binding | undefined,
): Peeked | undefined {
  if (binding.kind === "aggregate") {
    const member = binding.cell.members.get(name);
    const value = member && seen(member);
    return member === undefined || value === undefined ? undefined : { value, sources: [member] };
  }
  const chosen = binding.kind === "choice" ? binding.members?.get(name) : undefined;
  if (chosen === undefined) return undefined;
  for (const [member, before] of chosen.sources) {
    const now = seen(member);
    if (now === undefined || !sameBinding(context, now, before)) return undefined;
  }
  return { value: chosen.value, sources: [...chosen.sources.keys()] };
}

/** What was merged, together with what it was made from. */
export function chosenFrom({ value, sources }: Peeked, state: State): Chosen | undefined {
  const now = new Map<Location, Binding>();
  for (const source of sources) {
    const binding = state.seen(source);
    if (binding === undefined) return undefined;
    now.set(source, binding);
  }
  return { value, sources: now };
}

/** What is not known of a member that may be lacking: whether it is there. */
export const unknownPresence: Presence = { of: undefined, when: () => known(false) };

/** The members of two objects of which there will be one: whether it has what either may lack is not known. */
export function lackingInEither(a: Cell["mayLack"], b: Cell["mayLack"]): Cell["mayLack"] {
  if (a === b) return a;
  const names = [...(a?.keys() ?? []), ...(b?.keys() ?? [])];
  return new Map(names.map((name) => [name, unknownPresence]));
}

/** All objects that a binding may stand for, and those in their members. */
export function cellsOf(binding: Binding, found = new Set<Cell>()): ReadonlySet<Cell> {
  if (binding.kind === "choice") for (const part of [binding.then, binding.else]) cellsOf(part, found);
  if (binding.kind !== "aggregate" || found.has(binding.cell)) return found;
  found.add(binding.cell);
  for (const member of binding.cell.members.values()) cellsOf(member.current, found);
  return found;
}

/** What a module holds, once it is made: the function writes neither to its objects nor to its arrays. */
export function seal(binding: Binding): void {
  sealArrays(binding);
  for (const cell of cellsOf(binding)) {
    cell.readOnly = true;
    for (const { current } of cell.members.values()) sealArrays(current);
  }
}

function sealArrays(binding: Binding): void {
  if (binding.kind === "choice") for (const part of [binding.then, binding.else]) sealArrays(part);
  if (binding.kind === "view") binding.root.readOnly = true;
}

/** Members may not be changed any more. */
export function freeze(binding: Binding): void {
  for (const cell of cellsOf(binding)) cell.frozen = true;
}

/**
 * Refuses an object that was written to, under whatever name, in a loop that `location` outlives: in the next round that
 * would have to be seen under the name of `location`, if it still stands for that object. Gives whether it did.
 *
 *     const keep = o;
 *     for (…) { keep.p = x; if (c) o = { p: o.p }; }
 */
export function refuseWritten({ state, reporter }: Context, location: Location, binding: Binding): boolean {
  const members = [...cellsOf(binding)].flatMap((cell) => [...cell.members.values()]);
  for (let at: Frame | undefined = state.frame; at !== undefined && at.age > location.age; at = at.parent) {
    const { imports, loop } = at;
    if (loop === undefined || !members.some((member) => imports.get(member)?.isWrittenWithin === true)) continue;
    reporter.report("ADJ2011", loop, { name: location.name });
    return true;
  }
  return false;
}

/** What is known of a place in a nested array is not written. */
export function roleIn({ shape }: Pick<Cell, "shape">): "member" | "fixed" {
  return shape === "nested" ? "fixed" : "member";
}

/** An object that nobody may change, of members that were read. */
export function frozenCell(state: State, like: Cell, members: readonly (readonly [string, Binding])[]): Aggregate {
  const cell: Cell = { ...like, members: new Map(), frozen: true, serial: state.age, age: state.age };
  for (const [name, binding] of members) cell.members.set(name, state.create(roleIn(like), name, binding));
  return { kind: "aggregate", cell };
}
