import type { LoopNode } from "../../src/ir/graph.ts";

/** Where a loop stands, to be put behind what is said of it. */
export function lineOf({ span }: LoopNode): string {
  return span === undefined ? "" : ` in line ${span.line}`;
}
