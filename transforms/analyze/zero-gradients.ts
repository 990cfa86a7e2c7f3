/** Which gradients of a derivative are 0 whatever comes in: seen in the graph that is printed, after all simplification. */
import type { GraphNode, ValueId } from "../../src/ir/graph.ts";
import { resultsOf, walkNodes } from "../../src/ir/walk.ts";
import type { DerivativeGraph } from "../pass.ts";

/** Positions in `request.wrt`. */
export function zeroGradients({ graph, gradients }: DerivativeGraph): ReadonlySet<number> {
  const definitions = new Map<ValueId, GraphNode>();
  walkNodes(graph.body, (node) => resultsOf(node).forEach((result) => definitions.set(result, node)));
  const isZero = (value: ValueId): boolean => {
    const node = definitions.get(value);
    if (node?.kind === "constant") return node.value === 0;
    // Nothing is ever stored to it: it is as it was allocated.
    return node?.kind === "allocate";
  };
  return new Set(gradients.flatMap((value, k) => (isZero(value) ? [k] : [])));
}
