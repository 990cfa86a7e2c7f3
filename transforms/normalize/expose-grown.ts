/**
 * Lets a branch give what it leaves of an array that grows in it, so that the reverse sweep, which has a branch of its own,
 * finds out how long the array became.
 *
 *   if (c) { queue = grow queue …; … }   ->   queue2 = if (c) { …; yield queue } else { yield queue }
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import { bufferOf, grownBuffers } from "../../src/ir/buffers.ts";
import type { Graph, Region } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { lastVersion } from "./last-version.ts";

export function exposeGrown(graph: Graph): Graph {
  const grown = grownBuffers(graph, bufferOf(graph));
  if (grown.size === 0) return graph;
  const build = new GraphBuilder(graph.values);
  const visitRegion = (region: Region): Region => {
    const nodes = region.nodes.map((node) => mapNode(node, (value) => value, visitRegion));
    return region.nodes.reduce<Region>(
      (exposed, node) =>
        node.kind === "allocate" && grown.has(node.result) ? lastVersion(exposed, node.result, build).region : exposed,
      { ...region, nodes },
    );
  };
  const body = visitRegion(graph.body);
  return { ...graph, body, values: build.values };
}
