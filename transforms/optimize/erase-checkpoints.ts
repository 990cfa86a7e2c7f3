/** Takes the marks `@checkpoint` out of a graph, when its derivative has been made as they say. */
import type { Graph, Region } from "../../src/ir/graph.ts";
import { isLoop, mapNode } from "../../src/ir/walk.ts";
import { hasMarkedLoop } from "../analyze/rerun-loops.ts";

export function eraseCheckpoints(graph: Graph): Graph {
  if (!hasMarkedLoop(graph)) return graph;
  return { ...graph, body: withoutMarks(graph.body) };
}

function withoutMarks(region: Region): Region {
  return {
    ...region,
    nodes: region.nodes.map((node) => {
      const inner = mapNode(node, (value) => value, withoutMarks);
      return isLoop(inner) ? { ...inner, checkpoint: undefined } : inner;
    }),
  };
}
