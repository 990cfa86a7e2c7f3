import type { Graph, Region, ValueId } from "../../src/ir/graph.ts";

/** The regions whose reverse code follows their forward code in the same place. The body of the function always is. */
export interface JointRegions {
  readonly isJoint: (region: Region) => boolean;
  readonly earlyAdjoint: (result: ValueId, parts: unknown) => ValueId | undefined;
}

export function jointRegions(graph: Graph): JointRegions {
  return { isJoint: (region) => region === graph.body, earlyAdjoint: () => undefined };
}
