/**
 * Computes without a test what is of no use where the test does not hold: the test was for the reverse, which has it by now
 * (guard-idle-loops.ts).
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { substitute } from "./substitute.ts";

export function runIdle(graph: Graph): Graph {
  const values = new Map<ValueId, ValueId>();
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap((node): readonly GraphNode[] => {
      const inner = mapNode(node, (value) => value, visit);
      if (inner.kind !== "if" || inner.isIdle !== true) return [inner];
      inner.results.forEach((result, k) => values.set(result, present(inner.then.yields[k])));
      return inner.then.nodes;
    }),
  });
  const body = visit(graph.body);
  return values.size === 0 ? graph : substitute({ ...graph, body }, values);
}
