/** What the rules of both modes share: the call at hand, and how the rule is lowered. */
import type { ts } from "ts-morph";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { mapNode } from "../ir/walk.ts";
import { elementOf, isArray } from "./arrays.ts";
import { type Aggregate, type Binding, isValue } from "./binding.ts";
import type { Context } from "./context.ts";
import { resolve, typeOf } from "./emit.ts";
import { type Dependence } from "./linear-in.ts";
import { inlineCall, nameOf } from "./lower-call.ts";
import type { Rule } from "./rules.ts";

export interface RuledCall {
  readonly context: Context;
  readonly name: string;
  readonly node: ts.Node;
  readonly given: readonly Binding[];
  readonly refuse: (what: string) => Binding;
}
/** The body of the rule, lowered as that of a helper. */
export function callRule({ context, node }: RuledCall, { declaration }: Rule, values: readonly Binding[]): Binding {
  return inlineCall(context, { kind: "function", declaration, environment: undefined }, values, node, undefined, {
    isRule: true,
  });
}

export function argumentsFor(given: readonly Binding[], count: number): readonly Binding[] {
  return Array.from({ length: count }, (_, k) => given[k] ?? { kind: "known", value: undefined });
}

/** The nodes that `run` makes, which are not in the graph yet: what a loop sees under another name is as it is named outside. */
export function nodesOf(context: Context, run: () => void): readonly GraphNode[] {
  const { nodes } = context.builder.region([], () => {
    run();
    return [];
  });
  const resolved = (value: ValueId): ValueId => resolve(context, value);
  const settled = (node: GraphNode): GraphNode => {
    return mapNode(node, resolved, (region) => ({
      arguments: region.arguments,
      nodes: region.nodes.map(settled),
      yields: region.yields.map(resolved),
    }));
  };
  return nodes.map(settled);
}

/** Whether it may depend on something. */
export function isActive(context: Context, binding: Binding): boolean {
  if (isValue(binding)) return binding.kind === "scalar" && typeOf(context, binding) === "number";
  if (binding.kind === "view" && binding.isConstant === true) return false;
  if (isArray(binding)) return ["f64", "f32", "number"].includes(elementOf(binding));
  return binding.kind === "aggregate" || binding.kind === "choice";
}

/** The numbers and the versions of arrays in a gradient. */
export function valuesIn(context: Context, binding: Binding): readonly ValueId[] {
  switch (binding.kind) {
    case "scalar":
      return [resolve(context, binding.id)];
    case "view": {
      const version = context.state.read(binding.root.memory);
      return version.kind === "scalar" ? [resolve(context, version.id)] : [];
    }
    case "choice":
      return [...valuesIn(context, binding.then), ...valuesIn(context, binding.else)];
    case "aggregate":
      return membersOf(context, binding).flatMap((member) => valuesIn(context, member));
    default:
      return [];
  }
}

export function membersOf({ state }: Context, { cell }: Aggregate): readonly Binding[] {
  return [...cell.members.values()].map((member) => state.read(member));
}

export function isLinear(dependence: Dependence): boolean {
  return dependence === "linear" || dependence === "zero";
}

export function isFixed(dependence: Dependence): boolean {
  return dependence === "zero" || dependence === "constant";
}

export function constantOf({ definitions }: Context, value: ValueId): number | boolean | undefined {
  const node: GraphNode | undefined = definitions.get(value);
  return node?.kind === "constant" ? node.value : undefined;
}

/** Whether there is a number in it, or an array of numbers. */
export function holdsFloats(context: Context, binding: Binding): boolean {
  if (isValue(binding)) return typeOf(context, binding) === "number";
  if (isArray(binding)) return ["f64", "f32", "number"].includes(elementOf(binding));
  return binding.kind === "aggregate" && membersOf(context, binding).some((member) => holdsFloats(context, member));
}

/** Says that the rule is not linear in the parameters of these names, the first of which is `at`. */
export function refuseNonlinear(
  { context }: RuledCall,
  rule: Rule,
  parameters: readonly ts.ParameterDeclaration[],
): void {
  const [at = rule.declaration] = parameters;
  const by = parameters.map(({ name }) => name.getText()).join(" and ");
  context.reporter.report("ADJ2074", at, { rule: nameOf(rule.declaration), by }, undefined, [
    { span: rule.span, message: `it is the rule of ${rule.targetName}` },
  ]);
}
