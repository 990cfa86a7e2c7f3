import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { readsOf } from "../../src/operations/table.ts";
import type { Activity } from "./activity.ts";
import { pullbacksOf } from "./pullback.ts";

/** A value of the primal that the reverse of `node` reads. */
export interface Need {
  readonly value: ValueId;
  readonly node: GraphNode;
}

/**
 * Which nodes the reverse sweep visits, and what each reads of the primal there: the to-be-recorded analysis (Hascoët,
 * Naumann & Pascual, "To be recorded" analysis in reverse-mode automatic differentiation, 2005), asked of the rows of
 * the operation table.
 */
export interface ReverseNeeds {
  readonly needs: readonly Need[];
  readonly isReversed: (node: GraphNode) => boolean;
}

/**
 * `undone`: the stores that the reverse sweep takes back, each with the value that it overwrites. `readsOfLoop`: what the
 * reverse of a loop reads to run it again, if it does, or at its fixed point: then its rounds are not reversed.
 */
export function reverseNeeds(
  graph: Graph,
  activity: Activity,
  undone: ReadonlyMap<StoreNode, ValueId> = new Map(),
  readsOfLoop: (loop: LoopNode) => readonly ValueId[] = () => [],
): ReverseNeeds {
  const pullbacks = pullbacksOf(graph);
  const needs: Need[] = [];
  const reversed = new Set<GraphNode>();

  const visitRegion = (region: Region): boolean => {
    let any = false;
    for (const node of region.nodes) if (visit(node)) any = true;
    return any;
  };
  const need = (node: GraphNode, ...values: readonly ValueId[]): void => {
    for (const value of values) needs.push({ value, node });
  };
  const visit = (node: GraphNode): boolean => {
    if (!visitNode(node)) return false;
    reversed.add(node);
    return true;
  };
  const visitNode = (node: GraphNode): boolean => {
    switch (node.kind) {
      case "operation": {
        if (!activity.isActive(node.result)) return false;
        pullbacks(node).forEach((term, operand) => {
          if (term === undefined || !activity.isActive(present(node.operands[operand]))) return;
          const reads = readsOf(term);
          for (const k of reads.operands) need(node, present(node.operands[k]));
          if (reads.out) need(node, node.result);
        });
        return true;
      }
      case "load":
        if (!activity.isActive(node.result)) return false;
        need(node, node.index);
        return true;
      case "store": {
        const overwritten = undone.get(node);
        if (overwritten !== undefined) need(node, overwritten);
        const active = activity.isActive(node.result);
        if (active || overwritten !== undefined) need(node, node.index);
        return active || overwritten !== undefined;
      }
      case "allocate":
        // Its adjoints are as many.
        if (activity.isUseful(node.result)) need(node, node.length);
        return false;
      case "grow":
        return activity.isActive(node.result);
      case "call":
        return node.results.some(activity.isActive);
      case "for":
      case "while":
      case "if": {
        if (isLoop(node) && node.fixedPoint !== undefined) {
          if (!node.results.some(activity.isActive)) return false;
          need(node, ...readsOfLoop(node));
          return true;
        }
        let any = false;
        for (const inner of regionsOf(node)) if (visitRegion(inner)) any = true;
        const passes = isLoop(node) ? [...node.results, ...nextOf(node)] : node.results;
        if (!any && !passes.some(activity.isActive)) return false;
        if (node.kind === "if") need(node, node.condition);
        else if (node.kind === "for" && !node.stops) need(node, node.start, node.bound);
        else if (node.kind === "for") need(node, node.start, node.trips);
        else need(node, node.trips);
        if (isLoop(node)) need(node, ...readsOfLoop(node));
        return true;
      }
      default:
        return false;
    }
  };
  visitRegion(graph.body);
  return { needs, isReversed: (node) => reversed.has(node) };
}
