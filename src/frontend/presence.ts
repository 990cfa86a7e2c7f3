/**
 * Members that an object may lack: who calls may leave them out. Whether one is there is asked when it runs, where it makes a
 * difference: a member that is there and is undefined replaces another one of its name.
 *
 *     { rate: 1, ...options }    ->    "rate" in options ? options.rate : 1
 */
import { ts } from "ts-morph";
import { type Binding, known, type Presence, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import { unknownPresence } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { throwIf } from "./demand.ts";
import { absenceOf, isThing, presentPart } from "./demand-present.ts";
import { operate, quoted } from "./emit.ts";

/** A member as it comes into another object, by a spread. */
export interface Member {
  readonly value: Binding;
  /** Undefined where it is there in any case. */
  readonly presence: Presence | undefined;
}

/** Whether the member is there; undefined where that cannot be told. */
export function presenceOf(presence: Presence, now: Binding): Value | undefined {
  const isAsItWas = presence.of === now && now.kind === "choice";
  return isAsItWas ? presence.when() : undefined;
}

/** The member of an object that comes later, where it is there; else the one that was there before. */
export function overwritten(
  context: Context,
  name: string,
  before: Member,
  after: Member,
  at: ts.Node,
): Member | undefined {
  if (after.presence === undefined) return after;
  const isThere = presenceOf(after.presence, after.value);
  if (isThere === undefined) return undefined;
  const later = withoutUndefined(context, name, isThere, after.value, at);
  const value = branch(
    context,
    isThere,
    () => later,
    () => before.value,
    name,
  );
  if (before.presence === undefined) return { value, presence: undefined };
  const [first, second] = [before.presence, after.presence];
  const isFirst = presenceOf(first, before.value);
  if (isFirst === undefined) return undefined;
  return { value, presence: { of: value, when: () => operate(context, "or", first.when(), second.when()) } };
}

/** Of an array or object that is there and is undefined, a copy is of no use: it throws here. */
function withoutUndefined(context: Context, name: string, isThere: Value, value: Binding, at: ts.Node): Binding {
  const isUndefined = (part: Binding): boolean => part.kind === "known" && part.value === undefined;
  const rest = presentPart(value, isUndefined);
  const thing = rest && presentPart(rest);
  if (rest === undefined || thing === undefined || rest === value || !isThing(thing)) return value;
  const isWithout = operate(context, "and", isThere, absenceOf(context, value, isUndefined));
  const owner = ts.isSpreadAssignment(at) ? quoted(at.expression) : quoted(at);
  throwIf(context, isWithout, [`${owner}.${name} is undefined: leave it out`], "TypeError");
  return rest;
}

/** The member of one of two objects, by a condition; there is none on a side where it is undefined. */
export function eitherMember(
  context: Context,
  condition: Value,
  value: Binding,
  then: Member | undefined,
  otherwise: Member | undefined,
): Member {
  const parts = [then, otherwise];
  if (parts.every((part) => part !== undefined && part.presence === undefined)) return { value, presence: undefined };
  const isKnown = parts.every(
    (part) => part?.presence === undefined || presenceOf(part.presence, part.value) !== undefined,
  );
  const side = (part: Member | undefined) => () =>
    part === undefined ? known(false) : (part.presence?.when() ?? known(true));
  const when = (): Value => {
    const either = branch(context, condition, side(then), side(otherwise));
    return either.kind === "scalar" ? scalar(either.id) : known(either.kind === "known" && either.value === true);
  };
  return { value, presence: isKnown ? { of: value, when } : unknownPresence };
}
