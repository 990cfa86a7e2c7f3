/** The forward sweep calls the forward functions: those that keep what the reverse needs. */
import type { GraphNode, Region } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import type { CallsOfGraph } from "./derived-calls.ts";

export function withForwardCalls(nodes: readonly GraphNode[], calls: CallsOfGraph): readonly GraphNode[] {
  const inside = (region: Region): Region => ({ ...region, nodes: region.nodes.map(visit) });
  const visit = (node: GraphNode): GraphNode => {
    if (node.kind !== "call") return mapNode(node, (value) => value, inside);
    const pair = calls.pairOf(node);
    return pair === undefined ? node : { ...node, callee: pair.forward };
  };
  return nodes.map(visit);
}
