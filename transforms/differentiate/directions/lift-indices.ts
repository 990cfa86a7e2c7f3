/**
 * Moves the indices at which a branch reads what depends on the directions before the branch. So what comes out of it is
 * known to depend on that entry, where the index is worked out in the branch alone:
 *
 *   left = i > 0 ? x[i - 1] : 0   ->   k = i - 1; left = i > 0 ? x[k] : 0      dleft = (i > 0 ? 1 : 0) * unit(k)
 */
import type { Graph, GraphNode, IfNode, Region, ValueId } from "../../../src/ir/graph.ts";
import { mapNode, walkNodes } from "../../../src/ir/walk.ts";

/** What costs next to nothing, and cannot fail, whatever it is given. */
const arithmetic: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg", "pair"]);

export function liftIndices(graph: Graph, isDirectional: (value: ValueId) => boolean): Graph {
  const visitRegion = (region: Region): Region => ({ ...region, nodes: region.nodes.flatMap(visit) });
  const visit = (node: GraphNode): readonly GraphNode[] => {
    const inner = mapNode(node, (value) => value, visitRegion);
    return inner.kind === "if" ? lifted(inner, isDirectional) : [inner];
  };
  return { ...graph, body: visitRegion(graph.body) };
}

/** The branch behind what comes out of it. */
function lifted(branch: IfNode, isDirectional: (value: ValueId) => boolean): readonly GraphNode[] {
  const moved = new Set<GraphNode>();
  for (const { nodes } of [branch.then, branch.else]) {
    const wanted = new Set<ValueId>();
    const own = new Map(nodes.flatMap((node) => ("result" in node ? [[node.result, node] as const] : [])));
    const inside = new Set<ValueId>();
    walkNodes({ arguments: [], nodes, yields: [] }, (node) => {
      if (node.kind === "load" && isDirectional(node.array)) wanted.add(node.index);
      ("results" in node ? node.results : "result" in node ? [node.result] : []).forEach((value) => inside.add(value));
    });
    const isMovable = (value: ValueId): boolean => {
      const node = own.get(value);
      if (node === undefined) return !inside.has(value);
      if (node.kind === "constant") return true;
      return node.kind === "operation" && arithmetic.has(node.operation) && node.operands.every(isMovable);
    };
    const move = (value: ValueId): void => {
      const node = own.get(value);
      if (node === undefined || moved.has(node)) return;
      if (node.kind === "operation") node.operands.forEach(move);
      moved.add(node);
    };
    for (const value of wanted) if (own.get(value)?.kind === "operation" && isMovable(value)) move(value);
  }
  if (moved.size === 0) return [branch];
  const rest = (region: Region): Region => ({ ...region, nodes: region.nodes.filter((node) => !moved.has(node)) });
  return [...moved, { ...branch, then: rest(branch.then), else: rest(branch.else) }];
}
