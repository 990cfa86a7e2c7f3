/** Texts put together of others, of which it is known what they may be: `rates[`${region}:${kind}`]`. */
import { type Binding, isValue, known, scalar, type Text, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import { textsIn } from "./coded-texts.ts";
import type { Context } from "./context.ts";
import { operate } from "./emit.ts";

/** A text may be one of no more than these. */
const most = 64;

/** `x + y`, where it is one of a few texts; undefined where that is not known. */
export function joinedText(context: Context, x: Binding, y: Binding): Binding | undefined {
  if (x.kind === "known" && y.kind === "known") return { kind: "known", value: textOf(x.value) + textOf(y.value) };
  const [firsts, seconds] = [optionsOf(x), optionsOf(y)];
  if (firsts === undefined || seconds === undefined || firsts.length * seconds.length > most) return undefined;
  const pairs = firsts.flatMap((first) => seconds.map((second) => ({ first, second, text: first + second })));
  const equals = (text: string): Value =>
    pairs
      .filter((pair) => pair.text === text)
      .map(({ first, second }) => operate(context, "and", isText(context, x, first), isText(context, y, second)))
      .reduce((some, one) => operate(context, "or", some, one), known(false));
  const joined: Text = { kind: "text", values: [...new Set(pairs.map(({ text }) => text))], equals };
  return joined;
}

function optionsOf(binding: Binding): readonly string[] | undefined {
  if (binding.kind === "known") return [textOf(binding.value)];
  const texts = textsIn(binding);
  return texts && [...texts];
}

function textOf(value: unknown): string {
  return `${value as string | number | boolean | null | undefined}`;
}

function isText(context: Context, binding: Binding, text: string): Value {
  if (binding.kind === "known") return known(textOf(binding.value) === text);
  if (binding.kind === "text") return binding.values?.length === 1 ? known(true) : binding.equals(text);
  if (binding.kind !== "choice") return known(false);
  const side = (part: Binding) => () => isText(context, part, text);
  const either = branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
  return isValue(either) ? either : known(false);
}
