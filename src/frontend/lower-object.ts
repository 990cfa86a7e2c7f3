/** Functions of `Object`: on objects whose members are known. */
import { ts } from "ts-morph";
import { presentMembers, refusePresence, spreadMembers } from "./added-members.ts";
import { asOne, newCell, readMember } from "./aggregates.ts";
import type { ValueId } from "../ir/graph.ts";
import { type Aggregate, type Binding, isAbsent, isValue, poison, scalar, undefinedValue } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { lowerExpression } from "./lower-expression.ts";
import { isNestedCell, isRows, namesIn } from "./nested.ts";
import { unknownPresence } from "./chosen-members.ts";
import { mayLackInPool } from "./optional-members.ts";
import { eitherMember, type Member, overwritten } from "./presence.ts";
import { memberReference, writeReference } from "./reference.ts";

/** `Object.keys`, `Object.values`, `Object.entries`: a tuple. */
export function listed(context: Context, object: Aggregate, name: string, at: ts.Node): Binding {
  const entries = ownMembers(context, object, at).map(([key, value], k): readonly [string, Binding] => {
    const label: Binding = { kind: "known", value: key };
    if (name === "Object.keys") return [String(k), label];
    const pair: readonly (readonly [string, Binding])[] = [
      ["0", label],
      ["1", value],
    ];
    return [String(k), name === "Object.values" ? value : newCell(context, "tuple", pair)];
  });
  return newCell(context, "tuple", entries);
}

/** The members that there are: all but private ones; of accessors of a literal, what they give. */
function ownMembers(context: Context, object: Aggregate, at: ts.Node): readonly (readonly [string, Binding])[] {
  if (isNestedCell(object)) {
    for (const name of namesIn(object.cell)) if (mayLackInPool(object.cell, name)) refusePresence(context, name, at);
    return membersOf(context, object, at);
  }
  return [...presentMembers(context, object.cell, membersOf(context, object, at), at), ...given(context, object, at)];
}

/** What a spread copies. */
function copied(context: Context, object: Aggregate, at: ts.Node): readonly (readonly [string, Member])[] {
  const members = membersOf(context, object, at);
  const always = ([name, value]: readonly [string, Binding]) => [name, { value, presence: undefined }] as const;
  if (isNestedCell(object)) {
    return members.map(([name, value]) => {
      return [name, { value, presence: mayLackInPool(object.cell, name) ? unknownPresence : undefined }] as const;
    });
  }
  return [...spreadMembers(context, object.cell, members, at), ...given(context, object, at).map(always)];
}

function membersOf(context: Context, object: Aggregate, at: ts.Node): readonly (readonly [string, Binding])[] {
  if (isNestedCell(object)) {
    return namesIn(object.cell).map((name) => [name, readMember(context, object, name, at)] as const);
  }
  const own = [...object.cell.members].filter(([name]) => !name.startsWith("#"));
  return own.map(([name, member]) => [name, context.state.read(member)] as const);
}

/** What the accessors of a literal give. */
function given(context: Context, object: Aggregate, at: ts.Node): readonly (readonly [string, Binding])[] {
  const { prototype } = object.cell;
  const isLiteral = prototype !== undefined && ts.isObjectLiteralExpression(prototype.owner);
  const accessors = isLiteral ? [...prototype.members.keys()] : [];
  return accessors.map((name) => [name, readMember(context, object, name, at)] as const);
}

/** The members of a literal, as far as it is lowered. */
export type Members = ReadonlyMap<string, Member>;

/** `{ …, ...source }`; undefined where it is neither an object nor nothing. */
export function spreadInto(context: Context, members: Members, source: Binding, at: ts.Node): Members | undefined {
  if (isAbsent(source) || isValue(source) || source.kind === "poison") return members;
  if (source.kind === "choice") {
    const one = asOne(context, source, at);
    const isWhole = one.kind === "aggregate" && (one.cell.mayLack?.size ?? 0) === 0;
    if (isWhole) return spreadInto(context, members, one, at);
    const parts = [source.then, source.else].map((part) => spreadInto(context, members, part, at));
    const [then, otherwise] = parts;
    return then && otherwise && eitherOf(context, source.condition, then, otherwise);
  }
  if (source.kind !== "aggregate" || isRows(source)) return undefined;
  const all = new Map(members);
  for (const [name, member] of copied(context, source, at)) {
    all.set(name, over(context, name, all.get(name), member, at));
  }
  return all;
}

function over(context: Context, name: string, before: Member | undefined, after: Member, at: ts.Node): Member {
  if (before === undefined) return after;
  const member = overwritten(context, name, before, after, at);
  if (member === undefined) refusePresence(context, name, at);
  return member ?? before;
}

/** The members on two ways; what is there on one of them alone is undefined on the other. */
function eitherOf(context: Context, condition: ValueId, then: Members, otherwise: Members): Members {
  const members = new Map<string, Member>();
  for (const name of new Set([...then.keys(), ...otherwise.keys()])) {
    const [a, b] = [then.get(name), otherwise.get(name)];
    const side = (member: Member | undefined) => () => member?.value ?? undefinedValue;
    const isOne = a?.value === b?.value;
    const value = isOne ? side(a)() : branch(context, scalar(condition), side(a), side(b), name);
    members.set(name, eitherMember(context, scalar(condition), value, a, b));
  }
  return members;
}

/** `Object.assign(target, ...sources)`; undefined where the target is no object that is known. */
export function lowerAssign(context: Context, node: ts.CallExpression): Binding | undefined {
  const [first, ...others] = node.arguments;
  if (first === undefined || node.arguments.some(ts.isSpreadElement)) return undefined;
  const target = lowerExpression(context, first);
  if (target.kind === "poison") return poison;
  if (target.kind !== "aggregate") return undefined;
  for (const each of others) {
    const source = asOne(context, lowerExpression(context, each), each);
    if (isAbsent(source) || source.kind === "poison") continue;
    if (source.kind !== "aggregate") {
      context.reporter.report("ADJ2014", each, { what: "a copy of what is no object" });
      continue;
    }
    for (const [name, member] of copied(context, source, each)) {
      const location = target.cell.members.get(name);
      const value = location && context.state.read(location);
      const before = value && { value, presence: target.cell.mayLack?.get(name) };
      const now = over(context, name, before, member, each);
      writeReference(context, memberReference(context, target, name, first), now.value, first);
      const lacking = new Map(target.cell.mayLack);
      if (now.presence === undefined) lacking.delete(name);
      else lacking.set(name, now.presence);
      target.cell.mayLack = lacking;
    }
  }
  return target;
}
