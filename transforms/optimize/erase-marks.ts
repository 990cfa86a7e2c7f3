import type { Graph, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { isMark } from "../../src/operations/marks.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { keepName, substitute } from "./substitute.ts";

/**
 * Puts the value of a mark in its place: after the last derivative it has nothing more to say.
 *
 *     const y = stopGradient(x * w)      ->      const y = x * w
 */
export function eraseMarks(graph: Graph): Graph {
  const plain = new Map<ValueId, ValueId>();
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap((node) => {
      if (node.kind !== "operation" || !isMark(node.operation)) return [mapNode(node, (value) => value, visit)];
      plain.set(node.result, present(node.operands[0]));
      return [];
    }),
  });
  const body = visit(graph.body);
  if (plain.size === 0) return graph;
  const erased = substitute({ ...graph, body }, plain);
  const values = new Map(erased.values);
  for (const [gone, kept] of plain) keepName(values, gone, kept);
  return { ...erased, values };
}
