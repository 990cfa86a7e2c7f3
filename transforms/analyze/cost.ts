/** What a run of a graph costs, as far as its text tells: to compare graphs that do the same. */
import type { Graph, GraphNode, Region } from "../../src/ir/graph.ts";
import { isLoop, regionsOf } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";

/** How often a loop is taken to run of which that is not known. */
export const unknownTrips = 8;
/** Calls within calls that are followed: recursion has no end. */
const deepestCall = 4;

/** In additions. Functions that are called count as their bodies do, once for each place that calls them. */
export function costOf(graph: Graph): number {
  return costOfRegion(graph.body, graph, 0);
}

function costOfRegion(region: Region, graph: Graph, depth: number): number {
  return region.nodes.reduce((sum, node) => sum + costOfNode(node, graph, depth), 0);
}

function costOfNode(node: GraphNode, graph: Graph, depth: number): number {
  switch (node.kind) {
    case "operation":
      return rowOf(node.operation).cost;
    case "load":
    case "store":
      return 1;
    case "call": {
      const callee = graph.functions?.get(node.callee);
      return callee === undefined || depth >= deepestCall ? unknownTrips : costOfRegion(callee.body, graph, depth + 1);
    }
    default: {
      const inner = regionsOf(node).reduce((sum, region) => sum + costOfRegion(region, graph, depth), 0);
      if (isLoop(node)) return unknownTrips * inner;
      return node.kind === "if" ? inner / 2 : inner;
    }
  }
}
