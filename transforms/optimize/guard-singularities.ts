/**
 * The derivative of what a branch did not choose is 0, also where a factor of it is infinite: 0 · ∞ would be NaN.
 *
 *   Math.min(c, 1 / x):  dt = c <= t ? 0 : 1; dx = -dt * t * t   ->   if (c <= t) dx = 0; else dx = -t * t
 *
 * Runs before other passes look at the sums.
 */
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { definitionsOf, nodeOf, type Definition } from "../analyze/uses.ts";
import { mayBeInfinite, someNode } from "../analyze/unbounded.ts";
import { putBehindBranches } from "./put-behind-branches.ts";

type Definitions = ReadonlyMap<ValueId, Definition>;

export function guardSingularities(graph: Graph): Graph {
  const definitions = definitionsOf(graph);
  return putBehindBranches(graph, definitions, (group) => group.some((node) => isSingular(node, definitions)));
}

/** Whether the node, or one within, multiplies what is 0 by what may be infinite, or divides it by what may be 0. */
function isSingular(node: GraphNode, definitions: Definitions): boolean {
  return someNode(node, (each) => {
    if (each.kind !== "operation") return false;
    const right = each.operands[1];
    if (each.operation === "div") return right !== undefined && nodeOf(definitions, right)?.kind !== "constant";
    return (
      each.operation === "mul" &&
      each.operands.some((value) => mayBeInfinite(value, (each) => nodeOf(definitions, each)))
    );
  });
}
