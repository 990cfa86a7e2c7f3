/**
 * Regular expressions: known values, which are run on texts that are known. Those that keep where they were (`g` and `y`)
 * are not followed from one use to the next.
 */
import type { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { type Binding, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { insteadOfNew } from "./instead.ts";
import { settledText } from "./number-texts.ts";

/** Not names that a program can give to a member. */
const [source, flags] = ["#source", "#flags"];

export function newExpression(context: Context, { source: text, flags: letters }: RegExp): Binding {
  const members = [
    [source, { kind: "known", value: text }],
    [flags, { kind: "known", value: letters }],
  ] as const;
  return newCell(context, "object", members, undefined, true);
}

/** `/pattern/flags`. */
export function lowerExpressionLiteral(context: Context, node: ts.RegularExpressionLiteral): Binding {
  const end = node.text.lastIndexOf("/");
  return made(context, node.text.slice(1, end), node.text.slice(end + 1)) ?? refuse(context, node, node.text);
}

/** `new RegExp(pattern, flags)`. */
export function lowerNewExpression(
  context: Context,
  [given, letters]: readonly Binding[],
  node: ts.NewExpression | ts.CallExpression,
): Binding {
  const before = given && expressionOf(context, given);
  const pattern = before?.source ?? textIn(given);
  const marks = letters === undefined ? (before?.flags ?? "") : textIn(letters);
  const result = pattern === undefined || marks === undefined ? undefined : made(context, pattern, marks);
  return result ?? refuse(context, node, "new RegExp");
}

function made(context: Context, pattern: string, letters: string): Binding | undefined {
  try {
    return newExpression(context, new RegExp(pattern, letters));
  } catch {
    return undefined;
  }
}

export function isExpression(binding: Binding): boolean {
  return binding.kind === "aggregate" && binding.cell.members.has(source);
}

function expressionOf({ state }: Context, binding: Binding): RegExp | undefined {
  if (binding.kind !== "aggregate") return undefined;
  const [text, letters] = [source, flags].map((name) => {
    const member = binding.cell.members.get(name);
    return member && textIn(state.read(member));
  });
  return text === undefined || letters === undefined ? undefined : new RegExp(text, letters);
}

function textIn(binding: Binding | undefined): string | undefined {
  return binding?.kind === "known" && typeof binding.value === "string" ? binding.value : undefined;
}

/** What has been matched, a list has as members besides its entries. */
export const besideMatches: ReadonlySet<string> = new Set(["index", "input", "groups", "indices"]);

/** `pattern.source`, `pattern.global`; undefined where it is no expression, or has no such member. */
export function memberOfExpression(
  context: Context,
  base: Binding,
  name: string,
): Binding | "not followed" | undefined {
  const pattern = expressionOf(context, base);
  if (pattern === undefined) return isExpression(base) ? "not followed" : undefined;
  if (!(name in pattern)) return undefined;
  if (name === "constructor") return { kind: "builtin", name: "RegExp" };
  const value: unknown = Reflect.get(pattern, name);
  if (typeof value === "string" || typeof value === "boolean") return { kind: "known", value };
  return typeof value === "function" ? { kind: "builtin", name: `RegExp.prototype.${name}` } : "not followed";
}

/** A method of a regular expression. */
export function methodOfExpression(
  context: Context,
  expression: Binding,
  name: string,
  values: readonly Binding[],
  node: ts.CallExpression,
): Binding {
  const pattern = expressionOf(context, expression);
  const [given] = values;
  const text = given === undefined ? undefined : textIn(settledText(context, given));
  if (pattern !== undefined && text !== undefined && !keepsPlace(pattern)) {
    if (name === "test") return { kind: "known", value: pattern.test(text) };
    if (name === "exec") return listed(context, pattern.exec(text));
  }
  if (given?.kind === "poison") return poison;
  const what = text === undefined ? "of a text that is not known" : "with the flag g or y";
  return refuse(context, node, `the method ${name} of a regular expression ${what}`);
}

/** `"a-b".split(/-/)`; undefined where no regular expression is given, or one that cannot be run. */
export function methodWithExpression(
  context: Context,
  text: string,
  name: string,
  values: readonly Binding[],
): Binding | undefined {
  const pattern = values[0] && expressionOf(context, values[0]);
  if (pattern === undefined || pattern.sticky) return undefined;
  const second = textIn(values[1]);
  switch (name) {
    case "match":
      return listed(context, text.match(pattern));
    case "search":
      return { kind: "known", value: text.search(pattern) };
    case "split":
      return values.length === 1 ? listed(context, text.split(pattern)) : undefined;
    case "replace":
      return second === undefined ? undefined : { kind: "known", value: text.replace(pattern, second) };
    case "replaceAll":
      return second === undefined || !pattern.global
        ? undefined
        : { kind: "known", value: text.replaceAll(pattern, second) };
    default:
      return undefined;
  }
}

function keepsPlace({ global, sticky }: RegExp): boolean {
  return global || sticky;
}

/** Texts as a tuple; a group that took no part is undefined. */
function listed(context: Context, texts: readonly (string | undefined)[] | null): Binding {
  if (texts === null) return { kind: "known", value: null };
  const members = texts.map((value, k) => [String(k), { kind: "known", value }] as const);
  return newCell(context, "tuple", members);
}

function refuse(context: Context, node: ts.Node, what: string): Binding {
  context.reporter.report("ADJ2014", node, { what }, insteadOfNew("RegExp"));
  return poison;
}
