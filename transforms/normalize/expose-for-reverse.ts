/** Readies a graph for its reverse sweep: what that reads of loops and branches, these give. */
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import type { Entries } from "../analyze/rerun-loops.ts";
import { exposeEntries } from "./expose-entries.ts";
import { exposeGrown } from "./expose-grown.ts";
import { exposeOverwritten } from "./expose-overwritten.ts";
import { guardIdleLoops } from "./guard-idle-loops.ts";

export interface Exposed {
  readonly graph: Graph;
  /** See expose-overwritten.ts. */
  readonly overwritten: ReturnType<typeof exposeOverwritten>["overwritten"];
  /** See expose-entries.ts. */
  readonly entries: Entries;
}

export function exposeForReverse(primal: Graph, isActive: (value: ValueId) => boolean): Exposed {
  const { graph, overwritten } = exposeOverwritten(exposeGrown(guardIdleLoops(primal, isActive)));
  return { ...exposeEntries(graph), overwritten };
}
