/**
 * Members that an object gets after it was made, in a branch or a loop: the object has them from the beginning, and they are
 * undefined until then. Who asks which members there are is told so only where that is sure.
 *
 *     const p = { x };
 *     if (c) p.y = 1;
 */
import type { ts } from "ts-morph";
import { type Aggregate, type Binding, type Cell, isAbsent, known, poison, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { namesIn } from "./nested.ts";
import { mayLackInPool } from "./optional-members.ts";
import { type Member, presenceOf } from "./presence.ts";

/** Whether the object has the member from the beginning in the next round of the lowering. */
export function addMemberNextTime(context: Context, cell: Cell, name: string): boolean {
  const { assumptions } = context;
  const { literal, shape, readOnly } = cell;
  if (shape !== "object" || readOnly || literal === undefined) return false;
  if (assumptions.addedMembers(literal).includes(name)) return false;
  assumptions.addMember(literal, name);
  return true;
}

/** `p.y = undefined` leaves a member there that has no value. */
export function noteWritten(context: Context, name: string, binding: Binding): void {
  if (context.assumptions.isAdded(name) && mayBeAbsent(binding)) context.assumptions.noteUndefined(name);
}

/** Whether the object has the member itself; undefined where that cannot be told. */
export function hasMember(
  { assumptions }: Context,
  mayLack: Cell["mayLack"],
  name: string,
  binding: Binding,
): Value | undefined {
  if (!mayBeAbsent(binding)) return known(true);
  const presence = mayLack?.get(name);
  if (presence !== undefined) return presenceOf(presence, binding);
  if (!assumptions.isAdded(name)) return known(true);
  return isAbsent(binding) && !assumptions.setsUndefined(name) ? known(false) : undefined;
}

/** The members that there are; which they are is refused where only the run knows it. */
export function presentMembers(
  context: Context,
  { mayLack }: Cell,
  members: readonly (readonly [string, Binding])[],
  node: ts.Node,
): readonly (readonly [string, Binding])[] {
  return members.filter(([name, binding]) => {
    const has = hasMember(context, mayLack, name, binding);
    if (has?.kind === "known") return has.value;
    refusePresence(context, name, node);
    return true;
  });
}

/** The members of an object that is spread, and those that it may lack. */
export function spreadMembers(
  context: Context,
  { mayLack }: Cell,
  members: readonly (readonly [string, Binding])[],
  node: ts.Node,
): readonly (readonly [string, Member])[] {
  return members.flatMap(([name, value]): readonly (readonly [string, Member])[] => {
    const presence = mayBeAbsent(value) ? mayLack?.get(name) : undefined;
    if (presence !== undefined) return [[name, { value, presence }]];
    const has = hasMember(context, undefined, name, value);
    if (has === undefined) refusePresence(context, name, node);
    return has?.kind === "known" && has.value === false ? [] : [[name, { value, presence: undefined }]];
  });
}

/** Whether an object has a member itself. */
export function memberTest(context: Context, { cell }: Aggregate, name: string, node: ts.Node): Binding {
  if (cell.nest !== undefined && !mayLackInPool(cell, name)) return known(namesIn(cell).includes(name));
  if (cell.nest !== undefined) {
    refusePresence(context, name, node);
    return poison;
  }
  const member = cell.members.get(name);
  if (member === undefined) return known(false);
  const has = hasMember(context, cell.mayLack, name, context.state.read(member));
  if (has !== undefined) return has;
  refusePresence(context, name, node);
  return poison;
}

export function refusePresence(context: Context, name: string, node: ts.Node): void {
  const hint = `name it: { …, ${name}: object.${name} ?? … }, or ask whether it is undefined`;
  context.reporter.report("ADJ2014", node, { what: `what depends on whether an object has the member ${name}` }, hint);
}

function mayBeAbsent(binding: Binding): boolean {
  if (binding.kind === "choice") return mayBeAbsent(binding.then) || mayBeAbsent(binding.else);
  return binding.kind === "known" && binding.value === undefined;
}
