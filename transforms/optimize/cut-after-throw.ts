/**
 * Cuts off what stands behind a throw. What the region yields is read by nobody then: numbers are 0, and arrays what they
 * were.
 *
 *   if (c) { throw …; y = x with [i] = e; yield y, s }   ->   if (c) { throw …; yield x, 0 }
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, mapNode, regionsOf, resultsOf } from "../../src/ir/walk.ts";

interface Constant {
  readonly constant: number | boolean;
}

export function cutAfterThrow(graph: Graph): Graph {
  let changed = false;
  const build = new GraphBuilder(graph.values);
  const same = (value: ValueId): ValueId => value;
  const visit = (node: GraphNode): GraphNode => mapNode(node, same, visitRegion);
  const visitRegion = (region: Region): Region => {
    const end = region.nodes.findIndex(({ kind }) => kind === "throw");
    const cut = new Map<ValueId, GraphNode>();
    for (const node of end < 0 ? [] : region.nodes.slice(end + 1)) noteResults(node, cut);
    const yields = region.yields.map((value) => before(value, cut));
    if (end < 0 || end === region.nodes.length - 1 || yields.includes(undefined)) {
      return { ...region, nodes: region.nodes.map(visit) };
    }
    changed = true;
    return build.region(region.arguments, () => {
      region.nodes.slice(0, end).forEach((node) => build.push(visit(node)));
      const given = yields.map((value) =>
        typeof value === "number" ? value : build.constant(present(value).constant),
      );
      build.push(present(region.nodes[end]));
      return given;
    });
  };
  /** What stands for the value when all of these nodes are gone; undefined of an array that one of them makes. */
  const before = (value: ValueId, cut: ReadonlyMap<ValueId, GraphNode>): ValueId | Constant | undefined => {
    const node = cut.get(value);
    if (node === undefined) return value;
    const type = build.typeOf(value);
    if (typeof type !== "object") return { constant: type === "boolean" ? false : 0 };
    const earlier = versionBefore(node, value);
    return earlier === undefined ? undefined : before(earlier, cut);
  };
  // Of the function itself all is over then; what it gives is named behind its body.
  const nodes = graph.body.nodes.map(visit);
  return changed ? { ...graph, body: { ...graph.body, nodes }, values: build.values } : graph;
}

/** The version that the node makes this one of; none where it makes an array. */
function versionBefore(node: GraphNode, version: ValueId): ValueId | undefined {
  if (node.kind === "store" || node.kind === "grow") return node.array;
  if (node.kind === "if") return node.then.yields[node.results.indexOf(version)];
  return isLoop(node) ? node.inits[node.results.indexOf(version)] : undefined;
}

function noteResults(node: GraphNode, results: Map<ValueId, GraphNode>): void {
  for (const result of resultsOf(node)) results.set(result, node);
  for (const region of regionsOf(node)) region.nodes.forEach((inner) => noteResults(inner, results));
}
