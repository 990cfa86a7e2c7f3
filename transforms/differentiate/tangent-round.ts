/** The tangents of one round at a fixed point, as nodes that can be put where they are wanted. */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";
import { activity } from "../analyze/activity.ts";
import { nextInRound, type SolutionRound } from "../analyze/solution-round.ts";
import { exposeSolutions } from "../normalize/expose-entries.ts";
import type { ForwardParts } from "./forward-sweep.ts";
import { tangentSweep } from "./tangent-sweep.ts";

export interface TangentRound {
  /**
   * Adds the nodes to the open region. `seeds`: the tangents of what the round reads; its arrays are changed where the round
   * changes the array itself. Gives the tangents of what comes next, by slot; of arrays that have none, nothing.
   */
  readonly inline: (
    build: GraphBuilder,
    standing: Iterable<readonly [ValueId, ValueId]>,
    seeds: ReadonlyMap<ValueId, ValueId>,
  ) => (slot: number) => ValueId | undefined;
}

/** `given`: what has a tangent of what the round reads, each with a value of the type of its tangents. */
export function tangentRound(
  { graph: primal }: SolutionRound,
  given: ReadonlyMap<ValueId, ValueId>,
  slots: readonly number[],
  { build: outer, calls, naming }: Pick<ForwardParts, "build" | "calls" | "naming">,
): TangentRound {
  const exposed = exposeSolutions(primal);
  const { graph } = exposed;
  const next = nextInRound(graph);
  const facts = activity(
    graph,
    [...given.keys()],
    slots.map((slot) => present(next[slot])),
    undefined,
    calls.flows,
  );
  const build = new GraphBuilder(graph.values);
  const seeds = new Map(
    [...given].map(([value, like]) => [value, build.fresh(outer.typeOf(like), naming(build.nameOf(value)))] as const),
  );
  const { arrays, sweep } = tangentSweep(exposed, {
    build,
    activity: facts,
    given: new Map(
      graph.parameters.flatMap(({ value }, k) => {
        const seed = seeds.get(value);
        return seed === undefined ? [] : [[k, seed] as const];
      }),
    ),
    ownsGiven: true,
    outputs: [],
    naming,
    calls,
  });
  const tangents = new Map<number, ValueId>();
  const body = build.region([...graph.body.arguments, ...seeds.values()], () => {
    for (const [value, seed] of seeds) sweep.enter(value, seed);
    arrays.enter();
    sweep.run(graph.body.nodes);
    for (const slot of slots) {
      const value = present(next[slot]);
      const tangent = typeof build.typeOf(value) === "object" ? arrays.find(value) : sweep.tangentOf(value);
      if (tangent !== undefined) tangents.set(slot, tangent);
    }
    return [];
  });
  const whole = { ...graph, body, values: build.values };
  return {
    inline: (target, standing, values) => {
      const inputs = new Map(standing);
      for (const [value, seed] of seeds) inputs.set(seed, present(values.get(value)));
      const resolve = inlineNodes(target, whole, inputs);
      return (slot) => {
        const tangent = tangents.get(slot);
        return tangent === undefined ? undefined : resolve(tangent);
      };
    },
  };
}
