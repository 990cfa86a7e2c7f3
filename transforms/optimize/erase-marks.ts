import type { Graph, GraphNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { isMark, zeroMarks } from "../../src/operations/marks.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { keepName, resolver, substitute } from "./substitute.ts";

/**
 * Puts the value of a mark in its place: after the last derivative it has nothing more to say. A store of what an array holds
 * already, which a mark had made something else, goes with it.
 *
 *     const y = stopGradient(x * w)      ->      const y = x * w
 */
export function eraseMarks(graph: Graph): Graph {
  return withoutMarks(graph, () => true);
}

/** The same for those marks that the test holds for. */
export function withoutMarks(graph: Graph, isGone: (mark: OperationNode) => boolean): Graph {
  const plain = new Map<ValueId, ValueId>();
  const resolve = resolver(plain);
  const visit = (region: Region): Region => {
    const loads = new Map<ValueId, Extract<GraphNode, { kind: "load" }>>();
    const nodes = region.nodes.flatMap((node): readonly GraphNode[] => {
      if (node.kind === "load") loads.set(node.result, node);
      if (node.kind === "operation" && isMark(node.operation) && isGone(node)) return valueOf(node, plain);
      if (node.kind !== "store") return [mapNode(node, (value) => value, visit)];
      const entry = resolve(node.value) === node.value ? undefined : loads.get(resolve(node.value));
      if (entry === undefined || entry.array !== node.array || entry.index !== node.index) return [node];
      plain.set(node.result, node.array);
      return [];
    });
    return { ...region, nodes };
  };
  let isMarked = false;
  walkNodes(graph.body, (node) => {
    if (node.kind === "operation" && isMark(node.operation) && isGone(node)) isMarked = true;
  });
  if (!isMarked) return graph;
  const body = visit(graph.body);
  const erased = substitute({ ...graph, body }, plain);
  const values = new Map(erased.values);
  for (const gone of plain.keys()) keepName(values, gone, resolve(gone));
  return { ...erased, values };
}

function valueOf({ operation, operands, result, span, origin }: OperationNode, plain: Map<ValueId, ValueId>) {
  if (zeroMarks.has(operation)) return [{ kind: "constant", value: 0, result, span, origin } as const];
  plain.set(result, present(operands[0]));
  return [];
}
