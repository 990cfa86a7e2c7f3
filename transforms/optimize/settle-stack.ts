/** Keeps only what is taken: not what a forward function pushes and its reverse does not read, nor constants. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, PopNode, ValueId } from "../../src/ir/graph.ts";
import { walkUses } from "../../src/ir/walk.ts";
import { rootsOf } from "../analyze/uses.ts";

export function settleStack(graph: Graph): Graph {
  const { functions } = graph;
  if (functions === undefined) return graph;
  const settled = new Map(functions);
  for (const [key, reverse] of functions) {
    const pop = reverse.body.nodes.find((node) => node.kind === "pop");
    if (pop === undefined || reverse.partner === undefined) continue;
    const forward = present(functions.get(reverse.partner), "the forward function");
    const used = new Set<ValueId>(rootsOf(reverse));
    walkUses(reverse.body, (value) => used.add(value));
    const push = forward.body.nodes.find((node) => node.kind === "push");
    const literals = new Map(
      forward.body.nodes.flatMap((node) => (node.kind === "constant" ? [[node.result, node.value] as const] : [])),
    );
    const constantAt = (k: number): number | boolean | undefined => literals.get(present(push?.values[k]));
    const isKept = (_: unknown, k: number): boolean => used.has(present(pop.results[k])) && constantAt(k) === undefined;
    if (pop.results.every(isKept)) continue;
    const made = pop.results.flatMap((result, k): readonly GraphNode[] => {
      const value = constantAt(k);
      return value !== undefined && used.has(result) ? [{ kind: "constant", value, result }] : [];
    });
    const shorter: PopNode = { ...pop, results: pop.results.filter(isKept) };
    settled.set(
      key,
      withNodes(reverse, (node) => (node === pop ? [shorter, ...made] : [node])),
    );
    settled.set(
      reverse.partner,
      withNodes(forward, (node) => [node === push ? { ...push, values: push.values.filter(isKept) } : node]),
    );
  }
  return { ...graph, functions: settled };
}

/** What is pushed and popped stands in the body itself. */
function withNodes(graph: Graph, change: (node: GraphNode) => readonly GraphNode[]): Graph {
  return { ...graph, body: { ...graph.body, nodes: graph.body.nodes.flatMap(change) } };
}
