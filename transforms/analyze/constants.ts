/** The constants of a graph, by their values. */
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";

export function constantsOf(graph: Graph): ReadonlyMap<ValueId, number | boolean> {
  const constants = new Map<ValueId, number | boolean>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "constant") constants.set(node.result, node.value);
  });
  return constants;
}
