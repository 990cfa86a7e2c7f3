/**
 * Calls of functions that have a rule (`@vjpOf`, `@jvpOf`). The value is what the body gives, as a constant to the derivative;
 * to it is attached what the rule says, one parameter after the other:
 *
 *     y = attach(stopGradient(f(x)), x, g)          g: the gradient that the rule gives for a seed of 1
 *
 * From there on that is an operation like any other: what the reverse sweep reads of it is kept, or computed again. The
 * rule is lowered where the call stands, as a helper is, so it is differentiated itself where that is asked for.
 */
import { ts } from "ts-morph";
import { attachForward } from "./attach-forward.ts";
import { attachReverse } from "./attach-reverse.ts";
import { type Binding, type FunctionValue, poison, undefinedValue } from "./binding.ts";
import { asConstant } from "./constant-call.ts";
import type { Context } from "./context.ts";
import { nameOf } from "./lower-call.ts";
import { lowerExpression } from "./lower-expression.ts";
import { moduleBinding } from "./module-values.ts";
import { parametersOf } from "./parameters-of.ts";
import type { RuledCall } from "./rule-call.ts";
import type { Rule } from "./rules.ts";
import { versionsOf } from "./unknown-calls.ts";

/** Undefined where the function has no rule. `run` lowers the body. */
export function callWithRule(
  context: Context,
  target: FunctionValue,
  given: readonly Binding[],
  node: ts.Node,
  run: () => Binding,
): Binding | undefined {
  const { declaration } = target;
  const [reverse, forward] = [ruleOf(context, target, "vjpOf"), ruleOf(context, target, "jvpOf")];
  const rule = reverse ?? forward;
  if (rule === undefined) return undefined;
  const depth = context.openRules.get(declaration) ?? 0;
  if (depth >= context.rules.deepest) return undefined;
  const before = versionsOf(context, given);
  const value = asConstant(context, node, run);
  const after = versionsOf(context, given);
  const name = nameOf(declaration);
  const refuse = (what: string): Binding => {
    context.reporter.report("ADJ2073", node, { function: name, what }, undefined, [ruleNote(rule)]);
    return poison;
  };
  if (before.some((version, k) => version !== after[k])) return refuse("writes to what it is given");
  if (value.kind === "poison") return value;
  context.openRules.set(declaration, depth + 1);
  const call: RuledCall = { context, name, node, given: withDefaults(context, target, given), refuse };
  let attached: Binding = value;
  if (reverse !== undefined) {
    attached = attachReverse(call, reverse, attached, forward === undefined ? "attach" : "attachReverse");
  }
  if (forward !== undefined && attached.kind !== "poison") {
    attached = attachForward(call, forward, attached, reverse === undefined ? "attach" : "attachForward");
  }
  context.openRules.set(declaration, depth);
  return attached;
}

/** What is left out is what the function takes for it, where that says itself; else the rule has a default of its own. */
function withDefaults(context: Context, { declaration }: FunctionValue, given: readonly Binding[]): readonly Binding[] {
  return parametersOf(declaration).map(({ initializer }, k) => {
    const own = given[k] ?? undefinedValue;
    const isLeftOut = own.kind === "known" && own.value === undefined;
    if (!isLeftOut || initializer === undefined || mentionsNames(initializer)) return own;
    return lowerExpression(context, initializer);
  });
}

function mentionsNames(node: ts.Node): boolean {
  return ts.isIdentifier(node) || (ts.forEachChild(node, (part) => mentionsNames(part) || undefined) ?? false);
}

function ruleOf(context: Context, { declaration }: FunctionValue, mode: Rule["mode"]): Rule | undefined {
  return context.rules.all.find((rule) => rule.mode === mode && targetOf(context, rule) === declaration);
}

function targetOf(context: Context, rule: Rule): ts.Node | undefined {
  const before = context.ruleTargets.get(rule);
  if (before !== undefined) return before.kind === "function" ? before.declaration : undefined;
  const binding = moduleBinding(context, rule.target, rule.declaration);
  context.ruleTargets.set(rule, binding);
  return binding.kind === "function" ? binding.declaration : undefined;
}

function ruleNote({ span, mode, targetName }: Rule) {
  return { span, message: `@${mode} ${targetName} is its rule` };
}
