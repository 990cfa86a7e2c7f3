/** Follows an array through the nodes of a region to its last version there. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, IfNode, Region, ValueId } from "../../src/ir/graph.ts";
import { changedBy, isLoop } from "../../src/ir/walk.ts";

/**
 * The last version of `start` in the region. A branch that changes the array without a word about it (it is not read
 * afterwards) gets a result for it, so the region that comes back may differ.
 */
export function lastVersion(
  region: Region,
  start: ValueId,
  build: GraphBuilder,
): { readonly region: Region; readonly last: ValueId } {
  let current = start;
  let changed = false;
  const nodes = region.nodes.map((node): GraphNode => {
    if ((node.kind === "store" || node.kind === "grow") && node.array === current) current = node.result;
    else if (node.kind === "call") {
      current = changedBy(node).find(({ array }) => array === current)?.next ?? current;
    } else if (isLoop(node)) {
      const slot = node.inits.indexOf(current);
      if (slot >= 0) current = present(node.results[slot]);
    } else if (node.kind === "if") {
      const branch = throughBranch(node, current, build);
      current = branch.last;
      if (branch.node !== node) changed = true;
      return branch.node;
    }
    return node;
  });
  return { region: changed ? { ...region, nodes } : region, last: current };
}

function throughBranch(node: IfNode, start: ValueId, build: GraphBuilder): { node: IfNode; last: ValueId } {
  const then = lastVersion(node.then, start, build);
  const otherwise = lastVersion(node.else, start, build);
  const slot = node.results.findIndex(
    (_, k) => node.then.yields[k] === then.last && node.else.yields[k] === otherwise.last,
  );
  const rebuilt =
    then.region === node.then && otherwise.region === node.else
      ? node
      : { ...node, then: then.region, else: otherwise.region };
  if (slot >= 0) return { node: rebuilt, last: present(node.results[slot]) };
  if (then.last === start && otherwise.last === start) return { node: rebuilt, last: start };
  const result = build.twin(start);
  return {
    node: {
      ...node,
      then: { ...then.region, yields: [...then.region.yields, then.last] },
      else: { ...otherwise.region, yields: [...otherwise.region.yields, otherwise.last] },
      results: [...node.results, result],
    },
    last: result,
  };
}
