/** A region once more, under new names. */
import type { GraphBuilder } from "./builder.ts";
import type { GraphNode, Region, ValueId } from "./graph.ts";
import { isLoop, mapNode, renameResults } from "./walk.ts";

/** `given`: what stands in the place of values from outside, and of arguments of the region that are not to be new. */
export function cloneRegion(
  build: GraphBuilder,
  region: Region,
  given: Iterable<readonly [ValueId, ValueId]> = [],
): Region {
  const renamed = new Map(given);
  const resolve = (value: ValueId): ValueId => renamed.get(value) ?? value;
  const fresh = (value: ValueId): ValueId => {
    const twin = build.twin(value);
    renamed.set(value, twin);
    return twin;
  };
  const copyRegion = ({ arguments: args, nodes, yields }: Region): Region => ({
    arguments: args.map((value) => renamed.get(value) ?? fresh(value)),
    nodes: nodes.map(copy),
    yields: yields.map(resolve),
  });
  const copy = (node: GraphNode): GraphNode => renameResults(mapNode(plain(node), resolve, copyRegion), fresh);
  return copyRegion(region);
}

/** The node without what is asked of its reverse. */
function plain(node: GraphNode): GraphNode {
  return isLoop(node) && node.checkpoint !== undefined ? { ...node, checkpoint: undefined } : node;
}
