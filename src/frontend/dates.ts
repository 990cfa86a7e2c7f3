/** Dates of a known time: constants of control. What depends on the clock or on the place of the machine is refused. */
import type { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { type Binding, known, poison, undefinedValue } from "./binding.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";
import { insteadOfNew } from "./instead.ts";

/** Not a name that a program can give to a member. */
const time = "#time";

const asked: ReadonlySet<string> = new Set([
  ...["valueOf", "getTime", "getUTCFullYear", "getUTCMonth", "getUTCDate", "getUTCDay", "getUTCHours"],
  ...["getUTCMinutes", "getUTCSeconds", "getUTCMilliseconds"],
]);

/** `new Date(1720000000000)`. */
export function lowerNewDate(context: Context, values: readonly Binding[], node: ts.NewExpression): Binding {
  const [given, ...others] = values;
  const from = given === undefined ? undefined : (timeOf(context, given) ?? given);
  if (from?.kind === "poison") return poison;
  if (from?.kind === "known" && typeof from.value === "number" && others.length === 0) {
    return newCell(context, "object", [[time, known(new Date(from.value).getTime())]], undefined, true);
  }
  context.reporter.report("ADJ2014", node, { what: quoted(node) }, insteadOfNew("Date"));
  return poison;
}

/** The milliseconds of a date. */
export function timeOf({ state }: Context, binding: Binding): Binding | undefined {
  const member = binding.kind === "aggregate" ? binding.cell.members.get(time) : undefined;
  return member && state.read(member);
}

export function isDate(binding: Binding): boolean {
  return binding.kind === "aggregate" && binding.cell.members.has(time);
}

/** A method of a date. */
export function methodOfDate(context: Context, date: Binding, name: string, node: ts.CallExpression): Binding {
  const at = timeOf(context, date);
  if (at?.kind === "known" && typeof at.value === "number" && asked.has(name)) {
    const found: unknown = Reflect.get(Date.prototype, name);
    const value: unknown = typeof found === "function" ? Reflect.apply(found, new Date(at.value), []) : undefined;
    return typeof value === "number" ? known(value) : undefinedValue;
  }
  context.reporter.report("ADJ2014", node, { what: `the method ${name} of a date` }, insteadOfNew("Date"));
  return poison;
}
