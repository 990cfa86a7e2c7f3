/** The nodes of a graph once more, under new names, with other values in the place of its parameters. */
import type { GraphBuilder } from "./builder.ts";
import { present } from "../diagnostics/invariant.ts";
import { bufferOf } from "./buffers.ts";
import type { Graph, GraphNode, Region, ValueId } from "./graph.ts";
import { mapNode, renameResults } from "./walk.ts";

/** Adds them to the open region; gives what a value is called there. */
export function inlineNodes(
  build: GraphBuilder,
  graph: Graph,
  values: Iterable<readonly [ValueId, ValueId]>,
  change: (node: GraphNode) => GraphNode = (node) => node,
): (value: ValueId) => ValueId {
  const renamed = new Map(values);
  const resolve = (value: ValueId): ValueId => renamed.get(value) ?? value;
  const buffers = bufferOf(graph);
  const given = new Map(renamed);
  const fresh = (value: ValueId): ValueId => {
    const { type, name } = present(graph.values.get(value), "a value of the graph");
    // A copy of an array of objects holds the numbers alone.
    const array = given.get(buffers.get(value) ?? value);
    const twin = build.fresh(array === undefined ? type : build.typeOf(array), name);
    renamed.set(value, twin);
    return twin;
  };
  /** What is given is not asked for again. */
  const isNew = (node: GraphNode): boolean => {
    return (node.kind !== "length" && node.kind !== "opaque") || !renamed.has(node.result);
  };
  const copyRegion = (region: Region): Region => {
    const args = region.arguments.map(fresh);
    const copied = region.nodes.filter(isNew).map(copy);
    return { arguments: args, nodes: copied, yields: region.yields.map(resolve) };
  };
  const copy = (node: GraphNode): GraphNode => {
    const own = mapNode(change(node), resolve, copyRegion);
    return renameResults(own, fresh);
  };
  graph.body.nodes.filter(isNew).forEach((node) => build.push(copy(node)));
  return resolve;
}
