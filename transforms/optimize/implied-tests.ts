/**
 * Folds comparisons that an enclosing test already decides: where `t === 0` holds, `t === 2` does not;
 * and those of two constants.
 *
 *   if (t === 0) { if (t === 2) a else b }   ->   if (t === 0) { b }
 *
 * Values get shared that the source computes in different functions, so the source may compile where such code would
 * not: TypeScript narrows `t` to `0` and calls the comparison an error. Hence it runs last and is never left out.
 * -0 passes as 0: a comparison does not tell them apart.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, OperationNode, Region, ValueId, WhileNode } from "../../src/ir/graph.ts";
import { carriedOf, mapNode } from "../../src/ir/walk.ts";
import { definitionsOf, nodeOf, sourcesOf } from "../analyze/uses.ts";
import { fold } from "./fold.ts";

/** The values that are equal to a number wherever control is. */
type Facts = ReadonlyMap<ValueId, number>;

const comparisons: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);

export function impliedTests(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);

  /** Adds what follows from `condition` being `outcome`. */
  const learn = (condition: ValueId, outcome: boolean, facts: Map<ValueId, number>): void => {
    const node = nodeOf(definitions, condition);
    if (node?.kind !== "operation") return;
    const [left, right] = node.operands;
    if (node.operation === "not") learn(present(left), !outcome, facts);
    if (node.operation === (outcome ? "and" : "or")) {
      learn(present(left), outcome, facts);
      learn(present(right), outcome, facts);
    }
    if (node.operation !== (outcome ? "eq" : "ne")) return;
    for (const [known, other] of [node.operands, [...node.operands].reverse()]) {
      const value = numberOf(present(known), facts);
      if (value !== undefined) facts.set(present(other), value);
    }
  };
  const knowing = (facts: Facts, condition: ValueId, outcome: boolean): Facts => {
    const more = new Map(facts);
    learn(condition, outcome, more);
    return more;
  };
  const numberOf = (value: ValueId, facts: Facts): number | undefined => {
    const [source = value, ...others] = sourcesOf(definitions, value);
    const node = others.length > 0 ? undefined : nodeOf(definitions, source);
    if (node?.kind === "constant" && typeof node.value === "number") return node.value;
    const isNegated = node?.kind === "operation" && node.operation === "neg";
    const opposite = isNegated ? numberOf(present(node.operands[0]), facts) : undefined;
    return opposite === undefined ? facts.get(value) : -opposite;
  };

  /** What the condition is, if the facts decide it. */
  const decided = (condition: ValueId, facts: Facts): boolean | undefined => {
    const node = nodeOf(definitions, condition);
    if (node?.kind !== "operation" || !comparisons.has(node.operation)) return undefined;
    const operands = node.operands.map((operand) => numberOf(operand, facts));
    const numbers = operands.filter((operand) => operand !== undefined);
    if (numbers.length < operands.length) return undefined;
    const outcome = fold(node.operation, numbers);
    return typeof outcome === "boolean" ? outcome : undefined;
  };

  /** `a && b`, where a decides b. */
  const withDecidedSide = (node: OperationNode, facts: Facts): OperationNode => {
    const isAnd = node.operation === "and";
    if (!isAnd && node.operation !== "or") return node;
    const [left, right] = [present(node.operands[0]), present(node.operands[1])];
    const outcome = decided(right, knowing(facts, left, isAnd));
    return outcome === undefined ? node : { ...node, operands: [left, build.constant(outcome)] };
  };

  const visitRegion = (region: Region, before: Facts): Region => {
    let facts = before;
    return build.region(region.arguments, () => {
      for (const node of region.nodes) {
        build.push(visitNode(node, facts));
        if (node.kind === "if" && endsByThrow(node.then)) facts = knowing(facts, node.condition, false);
        if (node.kind === "if" && endsByThrow(node.else)) facts = knowing(facts, node.condition, true);
      }
      return region.yields;
    });
  };
  const visitNode = (node: GraphNode, facts: Facts): GraphNode => {
    switch (node.kind) {
      case "operation": {
        const value = decided(node.result, facts);
        const { result, span, origin } = node;
        return value === undefined
          ? withDecidedSide(node, facts)
          : { kind: "constant", value, result, span, ...(origin && { origin }) };
      }
      case "if":
        return {
          ...node,
          then: visitRegion(node.then, knowing(facts, node.condition, true)),
          else: visitRegion(node.else, knowing(facts, node.condition, false)),
        };
      case "while":
        return {
          ...node,
          condition: visitRegion(node.condition, facts),
          body: visitRegion(node.body, inside(node, facts)),
        };
      default:
        return mapNode(
          node,
          (value) => value,
          (region) => visitRegion(region, facts),
        );
    }
  };
  /** The facts in the body of a loop, from its condition, whose arguments are the body's by other names. */
  const inside = (loop: WhileNode, facts: Facts): Facts => {
    const more = new Map(knowing(facts, present(loop.condition.yields[0]), true));
    carriedOf(loop).forEach((value, slot) => {
      const known = more.get(present(loop.condition.arguments[slot]));
      if (known !== undefined) more.set(value, known);
    });
    return more;
  };

  const body = visitRegion(graph.body, new Map());
  return { ...graph, body, values: build.values };
}

function endsByThrow(region: Region): boolean {
  return region.nodes.at(-1)?.kind === "throw";
}
