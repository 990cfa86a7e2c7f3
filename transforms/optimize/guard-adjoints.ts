/**
 * Leaves out adjoint code where an adjoint is 0: stores, loops and dear operations go into the branch that decides it.
 *
 *   d = c ? e : 0; dx[k] += d * w[k]   ->   if (c) dx[k] += e * w[k]
 */
import type { Graph } from "../../src/ir/graph.ts";
import { isLoop } from "../../src/ir/walk.ts";
import { isUnbounded, someNode } from "../analyze/unbounded.ts";
import { definitionsOf } from "../analyze/uses.ts";
import { putBehindBranches } from "./put-behind-branches.ts";

export function guardAdjoints(graph: Graph): Graph {
  return putBehindBranches(graph, definitionsOf(graph), (group) =>
    group.some((node) => isLoop(node) || node.kind === "store" || someNode(node, isUnbounded)),
  );
}
