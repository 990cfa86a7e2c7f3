/** The forward sweep over a graph, with the arrays of its tangents: of the model, of a function that is called, or of one round. */
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { jointBody } from "../analyze/joint-regions.ts";
import { pullbacksOf } from "../analyze/pullback.ts";
import type { Entries } from "../analyze/rerun-loops.ts";
import { solutionsOf } from "../analyze/solution-round.ts";
import { type ForwardParts, ForwardSweep } from "./forward-sweep.ts";
import { TangentArrays, type TangentArraysContext } from "./tangent-arrays.ts";

export interface TangentSweep {
  readonly build: GraphBuilder;
  readonly sweep: ForwardSweep;
  readonly arrays: TangentArrays;
}

/** `exposed`: the graph, and what the derivatives at its fixed points read (expose-entries.ts). */
export function tangentSweep(
  { graph, entries }: { readonly graph: Graph; readonly entries: Entries },
  { calls, ...given }: Omit<TangentArraysContext, "graph" | "groups"> & Pick<ForwardParts, "calls">,
): TangentSweep {
  const { build, activity, naming } = given;
  const arrays = new TangentArrays({ ...given, graph, groups: arrayGroups(graph) });
  const joint = lazily(() => jointBody(graph));
  const sweep = new ForwardSweep({
    build,
    activity,
    pullbacks: pullbacksOf(graph),
    arrays,
    calls,
    naming,
    solutionOf: solutionsOf(graph, entries),
    isSpare: (loop, slot) => joint().isSpare(loop, slot),
  });
  return { build, sweep, arrays };
}
