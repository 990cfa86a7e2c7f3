/** A construct of the language in a few lines (idioms/), and the variable that holds what comes of it. */
import type { Context } from "./context.ts";
import { fitted } from "./guards.ts";
import type { Idiom } from "./idioms/idiom.ts";
import { idioms } from "./idioms/all-idioms.ts";
import { toolsOf } from "./idioms/idiom.ts";
import type { StatementTree } from "./program.ts";
import { freshName, pickFrom } from "./scope.ts";

/** About how many statements one runs, and stands for. */
const weight = 12;

type IdiomTree = Extract<StatementTree, { kind: "idiom" | "use" }>;

export function printIdiom(tree: IdiomTree, context: Context): string[] {
  return printOneOf(idioms, tree, context);
}

/** An idiom where no parameter has a structured type. */
export function printUse(tree: IdiomTree, context: Context): string[] {
  const { uses } = context.scope;
  return printOneOf(uses.length === 0 ? idioms : uses, tree, context);
}

function printOneOf(choices: readonly Idiom[], tree: IdiomTree, context: Context): string[] {
  const { scope, features, tally, trips } = context;
  const idiom = pickFrom(choices, tree.form);
  if (idiom === undefined || tally.cost + trips * weight > 3000 || tally.length + weight > 150) return [];
  tally.cost += trips * weight;
  tally.length += weight;
  features.add(idiom.feature);
  const { lines, result } = idiom.print(toolsOf(tree, context));
  const value = fitted({ text: result, precedence: 1, range: { low: -20, high: 20 } }, 4, tree.squash);
  const name = freshName(scope, ["gain", "share", "drift", "slant"]);
  scope.numbers.push({ text: name, range: value.range, mutable: tree.squash % 2 === 0 });
  return [...lines, `${tree.squash % 2 === 0 ? "let" : "const"} ${name} = ${value.text};`];
}
