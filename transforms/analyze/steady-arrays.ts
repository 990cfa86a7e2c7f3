/**
 * Which array parameters of functions hold the same when the reverse of a call runs as when the call ran: those that
 * nobody ever writes to, from the parameter or table of the outermost function on. The reverse may read them again.
 */
import type { Graph } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { arrayGroups } from "./array-groups.ts";

/** The functions with their unsteady parameters noted. */
export function withUnsteady(graph: Graph): ReadonlyMap<string, Graph> {
  const functions = graph.functions ?? new Map<string, Graph>();
  const unsteady = new Map<string, Set<number>>([...functions.keys()].map((key) => [key, new Set<number>()] as const));
  const all = [graph, ...functions.values()].map((each) => ({ each, groups: arrayGroups(each) }));
  const keyOf = new Map([...functions].map(([key, each]) => [each, key] as const));
  for (let changed = true; changed;) {
    changed = false;
    for (const { each, groups } of all) {
      const own = unsteady.get(keyOf.get(each) ?? "");
      walkNodes(each.body, (node) => {
        if (node.kind !== "call") return;
        const callee = unsteady.get(node.callee);
        node.operands.forEach((operand, k) => {
          if (callee === undefined || callee.has(k) || typeof each.values.get(operand)?.type !== "object") return;
          const group = groups.groupOf(operand);
          const isTable = group.parameters.length === 0 && group.allocations.length === 0;
          const isParameter = group.parameters.length === 1 && group.allocations.length === 0;
          const isSteady =
            group.changes.length === 0 &&
            !group.isPermuted &&
            (isTable || (isParameter && !group.parameters.some((index) => own?.has(index))));
          if (isSteady) return;
          callee.add(k);
          changed = true;
        });
      });
    }
  }
  return new Map([...functions].map(([key, each]) => [key, { ...each, unsteady: unsteady.get(key) ?? new Set() }]));
}
