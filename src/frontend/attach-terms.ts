/**
 * Attaches a rule that is not linear in its seed: what it computes from the seed is written down as a term, for the reverse
 * sweep to compute it of the adjoint that comes in; what does not depend on the seed is computed where the call stands.
 *
 *     const clipVjp = (x, limit, seed) => Math.max(-limit, Math.min(limit, seed))       the term max(-limit, min(limit, d))
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { resultsOf } from "../ir/walk.ts";
import type { Term } from "../operations/operation.ts";
import { apply, choose, constant, d, operand } from "../operations/terms.ts";
import { scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf } from "./emit.ts";

export interface RuleNodes {
  readonly nodes: readonly GraphNode[];
  readonly seed: ValueId;
  readonly isVaried: (value: ValueId) => boolean;
}

/** Undefined where a loop or an array stands between the seed and a gradient. */
export function attachTerms(
  context: Context,
  operation: "attachRule" | "attachRuleReverse",
  y: Value,
  pairs: readonly { readonly parameter: Value; readonly gradient: Value }[],
  { nodes, seed, isVaried }: RuleNodes,
): Value | undefined {
  const active = pairs.filter(({ parameter }) => parameter.kind === "scalar");
  const isFixed = (node: GraphNode): boolean => resultsOf(node).every((value) => value !== seed && !isVaried(value));
  const defined = new Map(nodes.flatMap((node) => resultsOf(node).map((value) => [value, node] as const)));
  const kept: ValueId[] = [];
  const first = 1 + active.length;
  const termOf = (value: ValueId, within: ReadonlyMap<ValueId, GraphNode>): Term | undefined => {
    if (value === seed) return d;
    const node = within.get(value);
    if (node?.kind === "constant" && typeof node.value === "number") return constant(node.value);
    if (node === undefined || (defined.get(value) === node && isFixed(node))) {
      if (!kept.includes(value)) kept.push(value);
      return operand(first + kept.indexOf(value));
    }
    if (node.kind === "operation" && node.pullback === undefined) {
      const terms = node.operands.map((each) => termOf(each, within));
      return terms.every((term) => term !== undefined) ? apply(node.operation, ...terms) : undefined;
    }
    if (node.kind !== "if") return undefined;
    const k = node.results.indexOf(value);
    const [condition, ...sides] = [
      termOf(node.condition, within),
      ...[node.then, node.else].map((region) => {
        const inner = region.nodes.flatMap((each) => resultsOf(each).map((result) => [result, each] as const));
        return termOf(present(region.yields[k]), new Map([...within, ...inner]));
      }),
    ];
    const [then, otherwise] = sides;
    const isWhole = condition !== undefined && then !== undefined && otherwise !== undefined;
    return isWhole ? choose(condition, then, otherwise) : undefined;
  };
  const terms = active.map(({ gradient }) => {
    return gradient.kind === "known" ? constant(Number(gradient.value)) : termOf(gradient.id, defined);
  });
  if (!terms.every((term) => term !== undefined)) return undefined;
  const { builder } = context;
  nodes.filter((node) => isFixed(node)).forEach((node) => builder.push(node));
  const ids = [y, ...active.map(({ parameter }) => parameter)].map((value) => idOf(context, value));
  const operands = [...ids, ...kept];
  const pullback = operands.map((_, k) => (k === 0 ? d : terms[k - 1]));
  const result = builder.fresh("number");
  const node: GraphNode = { kind: "operation", operation, operands, pullback, result, ...builder.place() };
  builder.push(node);
  context.definitions.set(result, node);
  return scalar(result);
}
