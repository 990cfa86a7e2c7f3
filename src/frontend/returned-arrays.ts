/** Gives the arrays that are returned their role: they live in the caller's result. */
import { present } from "../diagnostics/invariant.ts";
import type { Graph, GraphNode, Output, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, mapNode, walkNodes } from "../ir/walk.ts";

export function markReturned(graph: Graph): Graph {
  const returned = arraysOf(graph.returned);
  if (returned.length === 0) return graph;
  const before = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => notePrevious(node, before));
  const roots = new Set(returned.map((id) => rootOf(id, before)));
  const same = (id: ValueId): ValueId => id;
  const markRegion = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const isReturned = node.kind === "allocate" && roots.has(node.result);
      return isReturned ? { ...node, role: { kind: "value" } } : mapNode(node, same, markRegion);
    }),
  });
  return { ...graph, body: markRegion(graph.body) };
}

function arraysOf(output: Output): readonly ValueId[] {
  if (output.kind === "array") return [output.value];
  if (output.kind === "mixed") return arraysOf(output.of);
  if (output.kind === "object") return output.entries.flatMap(({ output: inner }) => arraysOf(inner));
  return output.kind === "tuple" ? output.entries.flatMap(arraysOf) : [];
}

/** For each version of an array, the one that it was made from. */
function notePrevious(node: GraphNode, before: Map<ValueId, ValueId>): void {
  if (node.kind === "store") before.set(node.result, node.array);
  if (node.kind === "if") node.results.forEach((result, k) => before.set(result, present(node.then.yields[k])));
  if (!isLoop(node)) return;
  const carried = carriedOf(node);
  node.results.forEach((result, k) => before.set(result, present(node.inits[k])));
  carried.forEach((argument, k) => before.set(argument, present(node.inits[k])));
}

function rootOf(id: ValueId, before: ReadonlyMap<ValueId, ValueId>): ValueId {
  let root = id;
  for (let next = before.get(root); next !== undefined; next = before.get(root)) root = next;
  return root;
}
