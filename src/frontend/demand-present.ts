/**
 * Arrays and objects that may be `undefined` or `null`, used as if they were there (`w![i]`): where one is not, the generated
 * function throws a TypeError, as JavaScript does.
 */
import type { ts } from "ts-morph";
import { type Binding, isAbsent, isValue, known, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { throwIf } from "./demand.ts";
import { ownerText } from "./owner-text.ts";
import { refined } from "./reference.ts";

/** What it is where it is there, of an array or object. `base` is what stands in the source for it. */
export function demandPresent(context: Context, binding: Binding, base: ts.Node): Binding {
  const now = refined(context, binding);
  const there = presentPart(now);
  if (now.kind !== "choice" || there === undefined || there === now || !isThing(there)) return now;
  const kinds = new Set(absentKinds(now));
  throwIf(context, absenceOf(context, now), [`${ownerText(base, "")} is ${[...kinds].join(" or ")}`], "TypeError");
  return there;
}

type Missing = (binding: Binding) => boolean;

/** The binding without what is missing; undefined where nothing is left. */
export function presentPart(binding: Binding, isMissing: Missing = isAbsent): Binding | undefined {
  if (isMissing(binding)) return undefined;
  if (binding.kind !== "choice") return binding;
  const [then, otherwise] = [presentPart(binding.then, isMissing), presentPart(binding.else, isMissing)];
  if (then === undefined || otherwise === undefined) return then ?? otherwise;
  if (then === binding.then && otherwise === binding.else) return binding;
  return { kind: "choice", condition: binding.condition, then, else: otherwise };
}

/** Whether it is missing. */
export function absenceOf(context: Context, binding: Binding, isMissing: Missing = isAbsent): Value {
  if (binding.kind !== "choice") return known(isMissing(binding));
  const side = (part: Binding) => () => absenceOf(context, part, isMissing);
  const absent = branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
  return isValue(absent) ? absent : known(false);
}

function absentKinds(binding: Binding): readonly string[] {
  if (binding.kind === "choice") return [...absentKinds(binding.then), ...absentKinds(binding.else)];
  return isAbsent(binding) ? [String(binding.value)] : [];
}

/** An array, an object or a choice of such. */
export function isThing(binding: Binding): boolean {
  if (binding.kind === "choice") return isThing(binding.then) && isThing(binding.else);
  return binding.kind === "view" || binding.kind === "aggregate";
}
