/**
 * Texts that go round loops, as in a machine of states: `let state: "idle" | "busy" = "idle"; while (…) switch (state) { … }`. In
 * the graph each is a number, the same one everywhere; all that they may be is seen at the end of the body, and known in the next
 * round of the lowering.
 */
import { type Binding, isValue, known, scalar, type Text, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { operate } from "./emit.ts";

/** The text that a number stands for. */
export function textOfCode(context: Context, code: Value, values: readonly string[]): Text {
  const equals = (text: string): Value => operate(context, "eq", code, known(codeOf(context, text)));
  return { kind: "text", values, code, equals };
}

export function codeOf({ textCodes }: Context, text: string): number {
  const code = textCodes.get(text) ?? textCodes.size;
  textCodes.set(text, code);
  return code;
}

/** All texts that a binding may be; undefined where it may be something else, or any text. */
export function textsIn(binding: Binding): ReadonlySet<string> | undefined {
  if (binding.kind === "known" && typeof binding.value === "string") return new Set([binding.value]);
  if (binding.kind === "text") return binding.values && new Set(binding.values);
  if (binding.kind !== "choice") return undefined;
  const [then, otherwise] = [textsIn(binding.then), textsIn(binding.else)];
  return then && otherwise && new Set([...then, ...otherwise]);
}

/** The number that stands for it, where that takes no node. */
export function codeAtHand(context: Context, binding: Binding): Value | undefined {
  if (binding.kind === "known" && typeof binding.value === "string") return known(codeOf(context, binding.value));
  return binding.kind === "text" ? binding.code : undefined;
}

/** In the body of a loop: the text as one that a number stands for, if it is known what it may be. */
export function asCoded(context: Context, binding: Binding): Binding {
  const texts = textsIn(binding);
  const code = texts && encoded(context, binding);
  return texts && code ? textOfCode(context, code, [...texts]) : binding;
}

/** The number that stands for it. */
function encoded(context: Context, binding: Binding): Value | undefined {
  const atHand = codeAtHand(context, binding);
  if (atHand !== undefined) return atHand;
  if (binding.kind === "text") return chosenCode(context, binding, binding.values ?? []);
  if (binding.kind !== "choice") return undefined;
  let isWhole = true;
  const side = (part: Binding) => (): Value => {
    const code = encoded(context, part);
    if (code === undefined) isWhole = false;
    return code ?? known(0);
  };
  const code = branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
  return isWhole && isValue(code) ? code : undefined;
}

/** Of a text that comes in: it is one of these. */
function chosenCode(context: Context, text: Text, [first, ...others]: readonly string[]): Value | undefined {
  if (first === undefined) return undefined;
  const own = known(codeOf(context, first));
  if (others.length === 0) return own;
  const rest = (): Value => chosenCode(context, text, others) ?? known(0);
  const code = branch(context, text.equals(first), () => own, rest);
  return isValue(code) ? code : undefined;
}
