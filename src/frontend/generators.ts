/**
 * Generators: what one gives is gone through once, and there its body runs, with what is done with each value in the place
 * of each `yield`. So `for (const x of walk(tree)) …` is the loops of `walk` with that body in them.
 */
import { ts } from "ts-morph";
import {
  type Binding,
  type FunctionValue,
  type GeneratorValue,
  known,
  poison,
  type Value,
  type View,
} from "./binding.ts";
import type { Activation, Context } from "./context.ts";
import { rootLength } from "./arrays.ts";
import { append, emptyArray } from "./growth.ts";
import { numberOf } from "./emit.ts";
import { countedLoop } from "./counted-loop.ts";
import { generatorHint } from "./generator-hint.ts";
import { inlineCall } from "./lower-call.ts";
import { lowerExpression } from "./lower-expression.ts";
import { countOf, entryOf, isSequence } from "./sequences.ts";

/** The call of a generator: what it is given is known from here on. */
export function generatorOf(
  context: Context,
  target: FunctionValue,
  values: readonly Binding[],
  node: ts.Node,
  receiver: Binding | undefined,
): Binding {
  // A default that is more than a constant would have to be computed here.
  const hasDefaults = target.declaration.parameters.some(
    ({ initializer }, k) => initializer !== undefined && !ts.isNumericLiteral(initializer) && k >= values.length,
  );
  if (hasDefaults) return refuseGenerator(context, target.declaration);
  const age = context.state.create("hidden", "generator", poison).age;
  return { kind: "generator", target, values, receiver, node, age, use: { isOver: false } };
}

export function goThrough(
  context: Context,
  generator: GeneratorValue,
  consumer: ts.Node,
  onYield: (value: Binding) => void,
): void {
  const { target, values, node, receiver, age, use } = generator;
  if (use.isOver || !context.state.isMadeHere(age)) return void refuseGenerator(context, target.declaration);
  use.isOver = true;
  inlineCall(context, target, values, node, receiver, { onYield, consumer });
}

/** The numbers that it yields, as an array. */
export function collected(
  context: Context,
  generator: GeneratorValue,
  node: ts.Node,
  entryOf: (value: Binding, index: Value) => Binding = (value) => value,
): View {
  const all = emptyArray(context, "number", known(0), node);
  goThrough(context, generator, node, (value) => {
    const entry = entryOf(value, rootLength(context, all.root));
    append(context, all, numberOf(context, entry, node), node);
  });
  return all;
}

/** The loops whose bodies run where a function that is being lowered yields. */
export function consumersOf(activation: Activation): readonly ts.Node[] {
  const found: ts.Node[] = [];
  for (let at: Activation | undefined = activation; at !== undefined; at = at.caller) {
    if (at.consumer !== undefined) found.push(at.consumer);
  }
  return found;
}

/** `yield x`, `yield* xs`, as a statement. */
export function lowerYield(context: Context, node: ts.YieldExpression): void {
  const { onYield } = context.activation;
  const value: Binding =
    node.expression === undefined ? { kind: "known", value: undefined } : lowerExpression(context, node.expression);
  if (onYield === undefined) return void refuseGenerator(context, node);
  if (node.asteriskToken === undefined) return onYield(value);
  if (value.kind === "generator") return goThrough(context, value, node, onYield);
  if (!isSequence(value)) return void refuseGenerator(context, node);
  countedLoop(context, node, known(0), countOf(context, value), "k", (k) => onYield(entryOf(context, value, k, node)));
}

export function refuseGenerator(context: Context, node: ts.Node): Binding {
  const what = ts.isYieldExpression(node) ? "yield" : "a generator";
  context.reporter.report("ADJ2901", node, { what }, generatorHint);
  return poison;
}
