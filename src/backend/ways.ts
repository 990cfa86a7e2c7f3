/** The arrays of a derivative that has two modes, of which one runs: what they have in common, and how long they are. */
import type { AllocateNode, Graph, IfNode, ValueId } from "../ir/graph.ts";
import { walkNodes } from "../ir/walk.ts";

/** Of an array, or of two that are one: how long it is in forward mode, and how long in reverse mode. */
export interface Ways {
  readonly condition: ValueId;
  readonly forward: ValueId | undefined;
  readonly reverse: ValueId | undefined;
}

/** For each array that one of the modes alone makes. */
export function waysOf({ body }: Graph): ReadonlyMap<AllocateNode, Ways> {
  const ways = new Map<AllocateNode, Ways>();
  for (const branch of body.nodes) {
    if (branch.kind !== "if" || branch.isByMode !== true) continue;
    for (const node of allocationsIn(branch, "then")) {
      ways.set(node, { condition: branch.condition, forward: node.length, reverse: undefined });
    }
    for (const node of allocationsIn(branch, "else")) {
      ways.set(node, { condition: branch.condition, forward: undefined, reverse: node.length });
    }
  }
  return ways;
}

function allocationsIn(branch: IfNode, way: "then" | "else"): readonly AllocateNode[] {
  const found: AllocateNode[] = [];
  walkNodes(branch[way], (node) => node.kind === "allocate" && found.push(node));
  return found;
}

/** Each way begins with arrays: those of the same way, by each of them. */
export function leadingArrays({ body }: Graph): ReadonlyMap<ValueId, readonly AllocateNode[]> {
  const leading = new Map<ValueId, readonly AllocateNode[]>();
  for (const branch of body.nodes) {
    if (branch.kind !== "if" || branch.isByMode !== true) continue;
    for (const { nodes } of [branch.then, branch.else]) {
      const end = nodes.findIndex(({ kind }) => kind !== "allocate");
      const arrays = nodes
        .slice(0, end < 0 ? nodes.length : end)
        .flatMap((node) => (node.kind === "allocate" ? node : []));
      for (const { result } of arrays) leading.set(result, arrays);
    }
  }
  return leading;
}
