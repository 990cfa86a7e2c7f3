import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { operandsOf, walkNodes } from "../../src/ir/walk.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";

/**
 * What the reverse of a loop loads again of an array that it restores, from a version before the loop. It is to be loaded
 * before the reverse loop: the plan has it that the entry is another than those that the loop restores, but the versions of
 * the array are the loop's while it runs.
 */
export function loadedBefore(
  loop: LoopNode,
  plan: StoragePlan,
  isArray: (value: ValueId) => boolean,
): readonly ValueId[] {
  const bufferOf = (array: ValueId): ValueId | undefined => plan.groups.bufferOf(array);
  const restored = new Set(loop.results.filter((result) => isArray(result) && plan.isRestored(result)).map(bufferOf));
  if (restored.size === 0) return [];
  const inside = new Set<GraphNode>();
  walkNodes(loop.body, (node) => inside.add(node));
  const isFromBefore = (array: ValueId, node: GraphNode): boolean => !inside.has(node) && restored.has(bufferOf(array));
  const found = new Set<ValueId>();
  const seen = new Set<ValueId>();
  const visit = (value: ValueId): void => {
    if (seen.has(value) || isArray(value)) return;
    seen.add(value);
    const decision = plan.decisionOf(value);
    const node = plan.order.definitions.get(value)?.node;
    const store = decision === "reload" ? present(plan.storeOf(value)) : undefined;
    if (store !== undefined) {
      if (isFromBefore(store.array, store)) found.add(value);
      else visit(store.index);
    } else if (decision === "recompute" && node !== undefined) {
      if (node.kind === "load" && isFromBefore(node.array, node)) found.add(value);
      else operandsOf(node).forEach(visit);
    }
  };
  for (const { node, value } of plan.needs.needs) if (inside.has(node)) visit(value);
  return [...found];
}
