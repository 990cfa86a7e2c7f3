/**
 * Makes one branch of two that test the same: what the second reads of the first is known on each side.
 *
 *   if (c) a = 1 else a = x;  if (c) b = a else b = a * a   ->   if (c) { a = 1; b = 1 } else { a = x; b = x * x }
 *
 * The nodes in between are put before both, if the second needs them, or after. None of them may need the first and be
 * needed by the second; nor may they change arrays or read ones that change.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, resultsOf, walkUses } from "../../src/ir/walk.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { resolver, substituteRegion } from "./substitute.ts";

/** How many nodes may stand between the two. */
const reach = 24;

export function mergeBranches(graph: Graph): Graph {
  const uses = new Map(useCounts(graph));
  const definitions = definitionsOf(graph);
  let changed = false;

  const visitRegion = (region: Region): Region => {
    const nodes = [...region.nodes];
    for (let at = 0; at < nodes.length; at++) {
      for (let merged = mergedAt(nodes, at); merged !== undefined; merged = mergedAt(nodes, merged)) {
        changed = true;
        at = merged;
      }
    }
    return { ...region, nodes: nodes.map((node) => mapNode(node, (value) => value, visitRegion)) };
  };

  /** Merges the branch at this place with the next that tests the same; gives the place of the whole. */
  const mergedAt = (nodes: GraphNode[], at: number): number | undefined => {
    const first = nodes[at];
    if (first?.kind !== "if") return undefined;
    const next = nodes.findIndex((node, k) => k > at && node.kind === "if" && isSameTest(node, first) !== undefined);
    const found = nodes[next];
    if (found?.kind !== "if") return undefined;
    const isOpposite = isSameTest(found, first) === false;
    const second = isOpposite ? { ...found, condition: first.condition, then: found.else, else: found.then } : found;
    if (next - at > reach || [first, second].some(throws)) return undefined;
    const between = nodes.slice(at + 1, next);
    const needed = neededBy(second, between);
    const ofFirst = new Set<ValueId>(first.results);
    if (!needed.every((node) => isMovable(node) && !usesOf(node).some((value) => ofFirst.has(value)))) return undefined;
    const rest = between.filter((node) => !needed.includes(node));
    if (!rest.every(isScalar)) return undefined;
    const whole = mergedOf(first, second, uses);
    nodes.splice(at, next - at + 1, ...needed, whole, ...rest);
    return at + needed.length;
  };

  /** Whether two branches test the same (true) or the opposite (false). */
  const isSameTest = (one: IfNode, other: IfNode): boolean | undefined => {
    if (one.condition === other.condition) return true;
    return isNot(one.condition, other.condition) || isNot(other.condition, one.condition) ? false : undefined;
  };
  const isNot = (value: ValueId, of: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    return node?.kind === "operation" && node.operation === "not" && node.operands[0] === of;
  };

  const body = visitRegion(graph.body);
  return changed ? { ...graph, body } : graph;
}

/** Those of the nodes that the branch needs, directly or not, in order. */
function neededBy(branch: IfNode, between: readonly GraphNode[]): readonly GraphNode[] {
  const wanted = new Set(usesOf(branch));
  const needed: GraphNode[] = [];
  for (const node of [...between].reverse()) {
    if (!resultsOf(node).some((value) => wanted.has(value))) continue;
    needed.unshift(node);
    for (const value of usesOf(node)) wanted.add(value);
  }
  return needed;
}

function isMovable(node: GraphNode): boolean {
  return isScalar(node) || node.kind === "load" || node.kind === "length";
}

/** Whether the node has to do with numbers alone, and no array. */
function isScalar(node: GraphNode): boolean {
  if (node.kind === "if") return regionsOf(node).every((region) => region.nodes.every(isScalar));
  return node.kind === "operation" || node.kind === "constant";
}

/** `uses` is kept up: what the second read of the first's results, it reads of what the sides yield for them. */
function mergedOf(first: IfNode, second: IfNode, uses: Map<ValueId, number>): IfNode {
  const inSecond = new Map<ValueId, number>();
  for (const value of usesOf(second)) inSecond.set(value, (inSecond.get(value) ?? 0) + 1);
  // What only the second reads is a result no more: its side has it.
  const kept = first.results.map((result) => (uses.get(result) ?? 0) > (inSecond.get(result) ?? 0));
  const isKept = (_: ValueId, slot: number): boolean => kept[slot] === true;
  const side = (before: Region, after: Region): Region => {
    const inside = new Map(first.results.map((result, slot) => [result, present(before.yields[slot])] as const));
    first.results.forEach((result, slot) => {
      const value = present(before.yields[slot]);
      uses.set(value, (uses.get(value) ?? 0) + countIn(after, result) - (kept[slot] === true ? 0 : 1));
    });
    const { nodes, yields } = substituteRegion(after, resolver(inside));
    return { ...before, nodes: [...before.nodes, ...nodes], yields: [...before.yields.filter(isKept), ...yields] };
  };
  return {
    ...first,
    then: side(first.then, second.then),
    else: side(first.else, second.else),
    results: [...first.results.filter(isKept), ...second.results],
  };
}

function countIn(region: Region, value: ValueId): number {
  let count = 0;
  walkUses(region, (use) => {
    if (use === value) count++;
  });
  return count;
}

/** What the node reads itself, and what its regions do. */
function usesOf(node: GraphNode): readonly ValueId[] {
  const values = [...operandsOf(node)];
  for (const region of regionsOf(node)) walkUses(region, (value) => values.push(value));
  return values;
}

function throws(node: IfNode): boolean {
  return [node.then, node.else].some(({ nodes }) => nodes.some((inner) => inner.kind === "throw"));
}
