/**
 * Texts of numbers: `String(x)`, `x.toString()`. Read back (`Number(text)`, `parseFloat(text)`) they are the number, but for
 * the sign of a zero. What else such a text says is only known where the number is: a constant, or NaN on this way.
 */
import { type Binding, known, scalar, type Text, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { operate, resolve, typeOf } from "./emit.ts";

/** What a number or boolean is as a text. */
export function textOfValue(context: Context, value: Value): Binding {
  if (value.kind === "known") return { kind: "known", value: String(value.value) };
  if (typeOf(context, value) === "number") {
    return { kind: "text", values: undefined, equals: (text) => equalsNumber(context, value, text), number: value };
  }
  const text = (word: string) => (): Binding => ({ kind: "known", value: word });
  return branch(context, scalar(value.id), text("true"), text("false"));
}

/** Another way to write a number is not its text: `1.0`. */
function equalsNumber(context: Context, value: Value, text: string): Value {
  if (String(Number(text)) !== text) return known(false);
  return text === "NaN" ? isNotNumber(context, value) : operate(context, "eq", value, known(Number(text)));
}

/** Whether two texts of numbers are the same. */
export function areSameNumbers(context: Context, x: Value, y: Value): Value {
  const areNaN = operate(context, "and", isNotNumber(context, x), isNotNumber(context, y));
  return operate(context, "or", operate(context, "eq", x, y), areNaN);
}

/** `isNaN(x)`. */
export function isNotNumber(context: Context, value: Value): Value {
  const fact = nanFact(context, value);
  return fact === undefined ? operate(context, "ne", value, value) : known(fact);
}

/** Whether it is known here that a number is NaN, or that it is not. */
export function nanFact(context: Context, value: Value): boolean | undefined {
  if (value.kind === "known") return Number.isNaN(value.value);
  const id = resolve(context, value.id);
  for (const length of context.lengths.values()) if (length === id) return false;
  const says = (isNaN: boolean): boolean =>
    context.facts.some(({ operation, operands }, holds) => {
      if (operation !== "eq" && operation !== "ne") return false;
      return operands.every((each) => resolve(context, each) === id) && ((operation === "ne") === holds) === isNaN;
    });
  return says(true) ? true : says(false) ? false : undefined;
}

/** The text of a number, as the text that it is on this way, where that is known. */
export function settledText(context: Context, binding: Binding): Binding {
  const isNaN = isNumberText(binding) && nanFact(context, binding.number) === true;
  return isNaN ? { kind: "known", value: "NaN" } : binding;
}

export function isNumberText(binding: Binding): binding is Text & { readonly number: Value } {
  return binding.kind === "text" && binding.number !== undefined;
}

/** Methods after which the text of a number is what it was. */
export const keepingMethods: ReadonlySet<string> = new Set(["toString", "valueOf", "trim", "trimStart", "trimEnd"]);
