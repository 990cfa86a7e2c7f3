/**
 * Moves pure nodes that are the same in every iteration before their loop: operations, loads of arrays that the loop
 * does not write, branches and counted loops without stores. Never out of a branch, and never out of a loop's condition.
 *
 * What reads rows of nested arrays stays where it is: if the loop does not run, the rows may not be there.
 *
 * What only makes up indices stays (`i * n` in `W[i * n + j]`): it is as fast there, and reads better.
 *
 *   for (…) s += Math.exp(a) * x[j]   ->   const e = Math.exp(a); for (…) s += e * x[j]
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, resultsOf, walkNodes } from "../../src/ir/walk.ts";
import { isPure, readsRows } from "../analyze/purity.ts";

export function hoistInvariants(graph: Graph): Graph {
  const targets = targetLevels(graph);
  const open: GraphNode[][] = [];
  const visitRegion = (region: Region): Region => {
    const nodes: GraphNode[] = [];
    open.push(nodes);
    for (const node of region.nodes) {
      const rebuilt = mapNode(node, same, visitRegion);
      present(open[targets.get(node) ?? open.length - 1]).push(rebuilt);
    }
    open.pop();
    return { ...region, nodes };
  };
  return { ...graph, body: visitRegion(graph.body) };
}

/**
 * For each node that moves, how many regions stand around its new place. First, forward, how far out each node could
 * move; then, backward, how far it does: as far as it can if that is worth it, or as far as a node that reads it does.
 */
function targetLevels(graph: Graph): ReadonlyMap<GraphNode, number> {
  const indices = indexOnly(graph);
  const levels = new Map<ValueId, number>();
  const definitions = new Map<ValueId, GraphNode>();
  const movable: Movable[] = [];
  const visit = (region: Region, level: number, barrier: number): void => {
    region.arguments.forEach((value) => levels.set(value, level));
    for (const node of region.nodes) {
      regionsOf(node).forEach((inner) => {
        const isBody = (node.kind === "for" || node.kind === "while") && inner === node.body;
        const isOpen = isBody && node.checkpoint?.isCall !== true;
        visit(inner, level + 1, isOpen ? barrier : level + 1);
      });
      let outermost = level;
      if (level > barrier && isPure(node) && !readsRows(node, graph)) {
        const reads = readsOf(node);
        outermost = reads.reduce((highest, value) => Math.max(highest, levels.get(value) ?? 0), barrier);
        if (outermost < level) movable.push({ node, level, outermost, reads });
      }
      for (const result of resultsOf(node)) {
        levels.set(result, outermost);
        definitions.set(result, node);
      }
    }
  };
  visit(graph.body, 0, 0);

  const targets = new Map<GraphNode, number>();
  for (const { node, outermost, reads } of movable.reverse()) {
    const target = isWorthMoving(node, indices) ? outermost : targets.get(node);
    if (target === undefined) continue;
    targets.set(node, target);
    for (const value of reads) {
      const definition = definitions.get(value);
      if (definition !== undefined) targets.set(definition, Math.min(target, targets.get(definition) ?? target));
    }
  }
  const moves = new Map<GraphNode, number>();
  for (const { node, level } of movable) {
    const target = targets.get(node);
    if (target !== undefined && target < level) moves.set(node, target);
  }
  return moves;
}

interface Movable {
  readonly node: GraphNode;
  /** How many regions stand around it now, and how many must. */
  readonly level: number;
  readonly outermost: number;
  readonly reads: readonly ValueId[];
}

/** What the node and its regions read of what stands around it. */
function readsOf(node: GraphNode): readonly ValueId[] {
  const regions = regionsOf(node);
  if (regions.length === 0) return operandsOf(node);
  const own = new Set<ValueId>();
  const reads = new Set(operandsOf(node));
  const read = (value: ValueId): void => void (own.has(value) || reads.add(value));
  const visit = (region: Region): void => {
    region.arguments.forEach((value) => own.add(value));
    for (const inner of region.nodes) {
      operandsOf(inner).forEach(read);
      regionsOf(inner).forEach(visit);
      resultsOf(inner).forEach((value) => own.add(value));
    }
    region.yields.forEach(read);
  };
  regions.forEach(visit);
  return [...reads];
}

function isWorthMoving(node: GraphNode, indices: ReadonlySet<ValueId>): boolean {
  switch (node.kind) {
    case "load":
    case "length":
    case "table":
      return true;
    case "operation":
      return !indices.has(node.result) && node.operation !== "neg" && node.operation !== "not";
    case "if":
    case "for":
      return isPure(node) && !mayRunLong(node);
    default:
      return false;
  }
}

/** A loop that the data ends must not run where it did not run before. */
function mayRunLong(node: GraphNode): boolean {
  if (node.kind === "while" || (node.kind === "for" && node.stops)) return true;
  return regionsOf(node).some((region) => region.nodes.some(mayRunLong));
}

/** Values that only make up indices and bounds. Uses are looked at in reverse program order, so each once. */
function indexOnly(graph: Graph): ReadonlySet<ValueId> {
  const nodes: GraphNode[] = [];
  const elsewhere = new Set<ValueId>();
  const asIndex = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    nodes.push(node);
    for (const region of regionsOf(node)) region.yields.forEach((value) => elsewhere.add(value));
  });
  for (const node of nodes.reverse()) {
    switch (node.kind) {
      case "load":
        asIndex.add(node.index);
        break;
      case "store":
        asIndex.add(node.index);
        elsewhere.add(node.value);
        break;
      case "for":
        asIndex.add(node.start).add(node.bound);
        node.inits.forEach((value) => elsewhere.add(value));
        break;
      case "operation": {
        const only = asIndex.has(node.result) && !elsewhere.has(node.result);
        node.operands.forEach((value) => (only && isCheap(node.operation) ? asIndex : elsewhere).add(value));
        break;
      }
      default:
        operandsOf(node).forEach((value) => elsewhere.add(value));
    }
  }
  return new Set([...asIndex].filter((value) => !elsewhere.has(value)));
}

function isCheap(operation: string): boolean {
  return operation === "add" || operation === "sub" || operation === "mul" || operation === "neg";
}

function same(value: ValueId): ValueId {
  return value;
}
