/**
 * Folds comparisons that an enclosing test already decides: where `t === 0` holds, `t === 2` does not, and in a loop with
 * `i < n` in its head `i >= n` never does; those of a value with itself; and those of constants, also where a branch chooses among some:
 * `(c ? 0 : 1) === 2` is false.
 *
 *   if (t === 0) { if (t === 2) a else b }   ->   if (t === 0) { b }
 *
 * Values get shared that the source computes in different functions, so the source may compile where such code would
 * not: TypeScript narrows `t` to `0` and calls the comparison an error. Hence it runs after all sharing, and always.
 * -0 passes as 0: a comparison does not tell them apart.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, OperationNode, Region, ValueId, WhileNode } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, mapNode, walkNodes } from "../../src/ir/walk.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { definitionsOf, nodeOf, sourcesOf } from "../analyze/uses.ts";
import { fold } from "./fold.ts";

/** The values that are equal to a number, or true or false, wherever control is. */
type Facts = ReadonlyMap<ValueId, number | boolean>;

const mostRounds = 6;
/** A loop may carry `x = -x`. */
const deepestNegation = 4;
const comparisons: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);

export function impliedTests(graph: Graph): Graph {
  let current = graph;
  // What one round decides may decide more.
  for (let round = 0; round < mostRounds; round++) {
    const next = foldOnce(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}

/** What the index of a loop that counts up is below, wherever it is known. */
function boundsOf(graph: Graph): ReadonlyMap<ValueId, ValueId> {
  const bounds = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "for" && node.step > 0 && !node.inclusive) bounds.set(indexOf(node), node.bound);
  });
  return bounds;
}

function foldOnce(graph: Graph): Graph {
  let changed = false;
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const bounds = boundsOf(graph);
  const integers = lazily(() => integerValues(graph));

  /** Adds what follows from `condition` being `outcome`. */
  const learn = (condition: ValueId, outcome: boolean, facts: Map<ValueId, number | boolean>): void => {
    facts.set(condition, outcome);
    const node = nodeOf(definitions, condition);
    if (node?.kind === "if") {
      // `a && b` is b where a holds, and else false.
      const slot = node.results.indexOf(condition);
      const sides = [present(node.then.yields[slot]), present(node.else.yields[slot])];
      const possible = sides.map((side) => literalOf(side) !== !outcome);
      if (possible[0] === possible[1]) return;
      learn(node.condition, possible[0] === true, facts);
      return learn(present(sides[possible[0] === true ? 0 : 1]), outcome, facts);
    }
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
  const literalOf = (value: ValueId): number | boolean | undefined => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" ? node.value : undefined;
  };
  const knowing = (facts: Facts, condition: ValueId, outcome: boolean): Facts => {
    const more = new Map(facts);
    learn(condition, outcome, more);
    return more;
  };
  const numberOf = (value: ValueId, facts: Facts): number | undefined => {
    const numbers = numbersOf(value, facts);
    return numbers.length === 1 ? numbers[0] : undefined;
  };
  /** The numbers among which the value is; none if that is not known. */
  const numbersOf = (value: ValueId, facts: Facts, depth = 0): readonly number[] => {
    const fact = facts.get(value);
    if (typeof fact === "number") return [fact];
    const numbers = new Set<number>();
    for (const source of sourcesOf(definitions, value)) {
      const found = numbersOfSource(source, facts, depth);
      if (found.length === 0) return [];
      for (const number of found) numbers.add(number);
    }
    return [...numbers];
  };
  const numbersOfSource = (source: ValueId, facts: Facts, depth: number): readonly number[] => {
    const node = nodeOf(definitions, source);
    if (node?.kind === "constant") return typeof node.value === "number" ? [node.value] : [];
    if (node?.kind !== "operation" || node.operation !== "neg" || depth > deepestNegation) return [];
    return numbersOf(present(node.operands[0]), facts, depth + 1).map((number) => -number);
  };

  /** What the condition is, if the facts decide it. */
  const decided = (condition: ValueId, facts: Facts): boolean | undefined => {
    const node = nodeOf(definitions, condition);
    if (node?.kind !== "operation" || !comparisons.has(node.operation)) return undefined;
    const [index, bound] = node.operands;
    if (index === bound) return ofOneValue(node.operation, index !== undefined && integers().has(index));
    if (index !== undefined && bounds.get(index) === bound) {
      if (node.operation === "lt") return true;
      if (node.operation === "ge") return false;
    }
    const [left = [], right = []] = node.operands.map((operand) => numbersOf(operand, facts));
    const outcomes = new Set(left.flatMap((a) => right.map((b) => fold(node.operation, [a, b]))));
    const [outcome] = outcomes;
    return outcomes.size === 1 && typeof outcome === "boolean" ? outcome : undefined;
  };

  /** `a && b`, where a side is known, or a decides b. */
  const withDecidedSide = (node: OperationNode, facts: Facts): OperationNode => {
    const isAnd = node.operation === "and";
    if (!isAnd && node.operation !== "or") return node;
    const [left, right] = [present(node.operands[0]), present(node.operands[1])];
    const outcome = decided(right, knowing(facts, left, isAnd));
    const operands = [known(left, facts), outcome === undefined ? known(right, facts) : build.constant(outcome)];
    changed ||= outcome !== undefined;
    return { ...node, operands };
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
        changed ||= value !== undefined;
        return value === undefined
          ? withDecidedSide(node, facts)
          : { kind: "constant", value, result, span, ...(origin && { origin }) };
      }
      case "if":
        return {
          ...node,
          condition: known(node.condition, facts),
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
  /** The condition, or what it is known to be. */
  const known = (condition: ValueId, facts: Facts): ValueId => {
    const fact = facts.get(condition) ?? decided(condition, facts);
    if (typeof fact !== "boolean") return condition;
    changed = true;
    return build.constant(fact);
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
  return changed ? { ...graph, body, values: build.values } : graph;
}

/** A comparison of a value with itself, which may be NaN unless it is whole. */
function ofOneValue(comparison: string, isWhole: boolean): boolean | undefined {
  if (comparison === "lt" || comparison === "gt") return false;
  return isWhole ? comparison !== "ne" : undefined;
}

function endsByThrow(region: Region): boolean {
  return region.nodes.at(-1)?.kind === "throw";
}
