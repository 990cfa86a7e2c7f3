/**
 * Idioms: a few lines that show one construct of the language, with random expressions in its places. They stand wherever
 * a statement may, so that each construct is met in loops, branches and helpers, and before and after every other one.
 */
import { sizeText, type Context } from "../context.ts";
import { fitted } from "../guards.ts";
import { parenthesized } from "../pieces.ts";
import { floatArrays, indexText, printCondition, printExpression } from "../print-expression.ts";
import type { ConditionTree, ExpressionTree, IndexTree } from "../program.ts";
import { freshName, pickFrom } from "../scope.ts";

export interface Idiom {
  /** What it stands for in the table of coverage. */
  readonly feature: string;
  readonly print: (tools: Tools) => Printed;
}

export interface Printed {
  readonly lines: readonly string[];
  /** An expression, of a size of about 4, that depends on what the lines did. */
  readonly result: string;
}

/** What an idiom is made from. Each call gives the next random part. */
export interface Tools {
  /** A number, in parentheses where it needs them as an operand. */
  readonly value: () => string;
  readonly condition: () => string;
  /** A name that nothing here has. */
  readonly name: (...candidates: readonly string[]) => string;
  /** `n` or `m`, as it is written here. */
  readonly size: () => string;
  /** An array of floats with `n` or `m` entries that can be read, and its length; a literal where there is none. */
  readonly array: () => { readonly text: string; readonly length: string };
  /** An index into the last array. */
  readonly index: () => string;
  /** A number below `count` that says which form to take. */
  readonly way: (count: number) => number;
  /** Lines before all functions, once. */
  readonly declare: (name: string, lines: readonly string[]) => void;
}

export interface IdiomParts {
  readonly values: readonly ExpressionTree[];
  readonly condition: ConditionTree;
  readonly index: IndexTree;
  readonly picks: readonly number[];
}

export function toolsOf(parts: IdiomParts, context: Context): Tools {
  let [nextValue, nextPick] = [0, 0];
  let size: "n" | "m" = "n";
  const pick = (): number => parts.picks[nextPick++ % parts.picks.length] ?? 0;
  const someSize = (): "n" | "m" => (pick() % 3 === 0 ? "m" : "n");
  return {
    value: () => {
      const tree = parts.values[nextValue++ % parts.values.length];
      if (tree === undefined) return "0.5";
      return parenthesized(fitted(printExpression(tree, context), 3, nextValue), 14);
    },
    condition: () => parenthesized(printCondition(parts.condition, context), 5),
    name: (...candidates) => freshName(context.scope, candidates),
    size: () => sizeText(context, (size = someSize())),
    array: () => {
      const fitting = floatArrays(context).filter((each) => each.size === "n" || each.size === "m");
      const array = pickFrom(fitting, pick());
      if (array === undefined) return { text: "[0.4, -0.7, 1.1]", length: "3" };
      size = array.size === "m" ? "m" : "n";
      return { text: array.text, length: sizeText(context, size) };
    },
    index: () => indexText(parts.index, size, context),
    way: (count) => pick() % count,
    declare: (name, lines) => context.declarations.set(name, lines),
  };
}
