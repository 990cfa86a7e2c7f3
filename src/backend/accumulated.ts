import type { AllocateNode, Graph, GraphNode, ValueId } from "../ir/graph.ts";
import { walkNodes, walkUses } from "../ir/walk.ts";
import type { ArrayGroups } from "../../transforms/analyze/array-groups.ts";

/**
 * Whether all that happens to a gradient array is that something is added to its entries: `d[i] = d[i] + e`, and nothing
 * else reads or writes it: no function is given it either. Then `{accumulate}` may start from what `out` holds. `results`: what comes out of the graph.
 */
export function isAccumulated(
  graph: Graph,
  results: readonly ValueId[],
  allocation: AllocateNode,
  groups: ArrayGroups,
): boolean {
  const group = groups.groupOf(allocation.result);
  if (group.isPermuted || group.allocations.length > 1) return false;
  const isOfGroup = (value: ValueId): boolean =>
    typeof graph.values.get(value)?.type === "object" && groups.groupOf(value).id === group.id;
  const definitions = new Map<ValueId, GraphNode>();
  const uses = new Map<ValueId, number>();
  const use = (value: ValueId): unknown => uses.set(value, (uses.get(value) ?? 0) + 1);
  walkUses(graph.body, use);
  results.forEach(use);
  let loads = 0;
  let isGiven = false;
  walkNodes(graph.body, (node) => {
    if (node.kind === "load" || node.kind === "operation") definitions.set(node.result, node);
    if (node.kind === "call" && node.operands.some((operand) => isOfGroup(operand))) isGiven = true;
    if (node.kind === "load" && groups.groupOf(node.array).id === group.id) loads++;
  });
  if (isGiven) return false;
  let stores = 0;
  let sums = 0;
  walkNodes(graph.body, (node) => {
    if (node.kind !== "store" || groups.groupOf(node.array).id !== group.id) return;
    stores++;
    const sum = definitions.get(node.value);
    if (sum?.kind !== "operation" || sum.operation !== "add" || uses.get(sum.result) !== 1) return;
    const isEntry = sum.operands.some((operand) => {
      const load = definitions.get(operand);
      if (load?.kind !== "load" || uses.get(operand) !== 1) return false;
      return load.array === node.array && load.index === node.index;
    });
    if (isEntry) sums++;
  });
  return sums === stores && sums === loads;
}
