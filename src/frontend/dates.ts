/**
 * Dates: a time in whole milliseconds. What a date of a known time says of it are constants of control; of another, the time
 * alone is asked for. What depends on the clock or on the place of the machine is refused.
 */
import type { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { type Binding, isValue, known, poison, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { operate, quoted, toNumber } from "./emit.ts";
import { insteadOfNew } from "./instead.ts";
import { readingMethodsOfDates, timeOfText } from "./load/natives/dates.ts";

/** Not a name that a program can give to a member. */
const time = "#time";

const isTime: ReadonlySet<string> = new Set(["valueOf", "getTime"]);

/** `new Date(1720000000000)`. */
export function lowerNewDate(context: Context, values: readonly Binding[], node: ts.NewExpression): Binding {
  const [given, ...others] = values;
  const ofText = given?.kind === "known" && typeof given.value === "string" ? timeOfText(given.value) : undefined;
  if (ofText !== undefined && others.length === 0) return newDate(context, ofText);
  const from = given === undefined ? undefined : (givenTime(context, given) ?? given);
  if (from?.kind === "poison") return poison;
  if (from !== undefined && isValue(from) && others.length === 0) {
    return dateOf(context, toNumber(context, from));
  }
  context.reporter.report("ADJ2014", node, { what: quoted(node) }, insteadOfNew("Date"));
  return poison;
}

/** A date of a known time. */
export function newDate(context: Context, milliseconds: number): Binding {
  return dateOf(context, known(milliseconds));
}

function dateOf(context: Context, given: Value): Binding {
  return newCell(context, "object", [[time, given]], undefined, context.activation.isModule);
}

/** A method that is not called, but asked for. */
export function memberOfDate(name: string): Binding | undefined {
  if (name === "constructor") return { kind: "builtin", name: "Date" };
  return name in Date.prototype ? { kind: "builtin", name: `Date.prototype.${name}` } : undefined;
}

/** The milliseconds of a date: those that it was made of are cut to whole ones here, where they are asked for. */
export function timeOf(context: Context, binding: Binding): Binding | undefined {
  const given = givenTime(context, binding);
  return given !== undefined && isValue(given) ? clipped(context, given) : given;
}

function givenTime(context: Context, binding: Binding): Binding | undefined {
  const member = binding.kind === "aggregate" ? binding.cell.members.get(time) : undefined;
  return member && context.state.read(member);
}

/** NaN is the time of a date before or after all that there are. -0 is not one. */
function clipped(context: Context, given: Value): Binding {
  if (given.kind === "known") return known(new Date(Number(given.value)).getTime());
  const isDate = operate(context, "le", operate(context, "abs", given), known(lastTime));
  const whole = () => operate(context, "add", operate(context, "trunc", given), known(0));
  return branch(context, isDate, whole, () => known(NaN));
}

const lastTime = 8.64e15;

export function isDate(binding: Binding): boolean {
  return binding.kind === "aggregate" && binding.cell.members.has(time);
}

/** A method of a date. */
export function methodOfDate(context: Context, date: Binding, name: string, node: ts.CallExpression): Binding {
  const at = timeOf(context, date);
  if (at !== undefined && isTime.has(name)) return at;
  // The text of a date that is none is an error, or null.
  const isThere = at?.kind === "known" && (!Number.isNaN(at.value) || name.startsWith("getUTC"));
  if (isThere && readingMethodsOfDates.has(name)) {
    const found: unknown = Reflect.get(Date.prototype, name);
    const value: unknown =
      typeof found === "function" ? Reflect.apply(found, new Date(Number(at.value)), []) : undefined;
    if (typeof value === "number" || typeof value === "string") return { kind: "known", value };
  }
  context.reporter.report("ADJ2014", node, { what: `the method ${name} of a date` }, insteadOfNew("Date"));
  return poison;
}
