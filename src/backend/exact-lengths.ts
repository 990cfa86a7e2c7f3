import type { Graph, GraphNode } from "../ir/graph.ts";
import { walkNodes } from "../ir/walk.ts";
import { indexAlgebra } from "../../transforms/analyze/affine.ts";
import type { ArrayGroup, ArrayGroups } from "../../transforms/analyze/array-groups.ts";
import { isWithinRange } from "../../transforms/analyze/coverage.ts";
import { zeroPolynomial } from "../../transforms/analyze/polynomial.ts";

/**
 * The groups of allocated arrays whose scratch must have exactly the length that the source gives them, because an index
 * is not known to lie within it: what is read outside of an array is `undefined`, and what is stored there is lost. An
 * array that is longer from an earlier call would give and take it.
 */
export function exactLengths(graph: Graph, groups: ArrayGroups): ReadonlySet<ArrayGroup> {
  const algebra = indexAlgebra(graph);
  const exact = new Set<ArrayGroup>();
  const isInside = (node: Extract<GraphNode, { kind: "load" | "store" }>, group: ArrayGroup): boolean => {
    const index = algebra.polynomialOf(node.index);
    const loops = algebra.places.loopsAround(node.result);
    return group.allocations.every((allocation) =>
      isWithinRange(index, { low: zeroPolynomial, high: algebra.extentOf(allocation) }, loops, algebra),
    );
  };
  walkNodes(graph.body, (node) => {
    if (node.kind === "call") {
      for (const operand of node.operands) {
        if (typeof graph.values.get(operand)?.type === "object") exact.add(groups.groupOf(operand));
      }
    }
    if (node.kind !== "load" && node.kind !== "store") return;
    const group = groups.groupOf(node.array);
    if (group.allocations.length > 0 && !exact.has(group) && !isInside(node, group)) exact.add(group);
  });
  return exact;
}
