/** Texts that are known: their methods, and the names that JavaScript has for kinds of values. */
import { capitalized } from "../ir/capitalized.ts";
import { isArray, elementOf } from "./arrays.ts";
import { type Binding, isValue, poison, scalar } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { isDate } from "./dates.ts";
import { typeOf } from "./emit.ts";
import { isRows } from "./nested.ts";
import { isExpression } from "./regular-expressions.ts";
import { arrayTypeText } from "./shapes.ts";

/** Methods that give a text, a number or a boolean, of arguments that are texts and numbers. */
const methods: ReadonlySet<string> = new Set([
  ...["at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "includes", "indexOf", "lastIndexOf"],
  ...["padEnd", "padStart", "repeat", "slice", "startsWith", "substr", "substring", "toLowerCase", "toString"],
  ...["toUpperCase", "trim", "trimEnd", "trimStart", "valueOf"],
]);

/** A method of a text, where both are known; undefined where that cannot be told. */
export function methodOfText(text: string, method: string, values: readonly Binding[]): Binding | undefined {
  if (!methods.has(method)) return undefined;
  const given = values.flatMap((value) => (value.kind === "known" ? [value.value] : []));
  if (given.length < values.length) return undefined;
  const run: unknown = Reflect.get(String.prototype, method);
  if (typeof run !== "function") return undefined;
  try {
    const value: unknown = Reflect.apply(run, text, given);
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isPlain || value === undefined ? { kind: "known", value } : undefined;
  } catch {
    return undefined;
  }
}

/** `typeof x`. What the name of nothing that is known stands for, only the run knows. */
export function typeName(context: Context, binding: Binding): string | undefined {
  if (isValue(binding)) return typeOf(context, binding);
  switch (binding.kind) {
    case "text":
      return "string";
    case "known":
      return typeof binding.value;
    case "function":
    case "class":
      return "function";
    case "builtin":
      return binding.name.startsWith("globalThis.") ? undefined : typeof valueOfBuiltin(binding.name);
    case "unknown":
    case "poison":
      return undefined;
    default:
      return "object";
  }
}

/** JavaScript's own value of that name: here it is the same as where the output runs. */
function valueOfBuiltin(name: string): unknown {
  return name
    .split(".")
    .reduce<unknown>((value, part) => (value === undefined ? undefined : Reflect.get(Object(value), part)), globalThis);
}

/** `Object.prototype.toString.call(x)`: `[object Array]`. */
export function tagOf(context: Context, binding: Binding): Binding {
  if (binding.kind === "choice" && !isArray(binding)) {
    const side = (part: Binding) => () => tagOf(context, part);
    return branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
  }
  const tag = tagName(context, binding);
  return tag === undefined ? poison : { kind: "known", value: `[object ${tag}]` };
}

function tagName(context: Context, binding: Binding): string | undefined {
  if (isArray(binding)) {
    const type = arrayTypeText(elementOf(binding));
    return type === "number[]" ? "Array" : type;
  }
  if (isDate(binding)) return "Date";
  if (isExpression(binding)) return "RegExp";
  if (binding.kind === "aggregate") return isRows(binding) || binding.cell.shape === "tuple" ? "Array" : "Object";
  if (binding.kind === "known" && binding.value === null) return "Null";
  const name = typeName(context, binding);
  if (name === undefined || binding.kind === "builtin") return undefined;
  return capitalized(name);
}
