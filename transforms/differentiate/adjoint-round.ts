/** The reverse of one round at a fixed point, as nodes that can be put where they are wanted. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { differentialName } from "../../src/ir/differential-name.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";
import { nextInRound, type SolutionRound } from "../analyze/solution-round.ts";
import type { DerivedCalls } from "./derived-calls.ts";
import { withForwardCalls } from "./forward-calls.ts";
import { functionSweep } from "./function-sweep.ts";

export interface AdjointRound {
  /**
   * Adds the nodes to the open region. `seeds`: the adjoints of what comes next, by slot; the arrays among them are changed.
   * Gives the adjoints of what is wanted; those of the arrays at `given` are added to where they are.
   */
  readonly inline: (
    build: GraphBuilder,
    standing: Iterable<readonly [ValueId, ValueId]>,
    seeds: ReadonlyMap<number, ValueId>,
    given: ReadonlyMap<ValueId, ValueId>,
  ) => (wanted: ValueId) => ValueId;
}

/** `slots`: what has an adjoint of what comes next. `shared`: arrays whose adjoints are added to those outside. */
export function adjointRound(
  { graph: primal }: SolutionRound,
  wanted: readonly ValueId[],
  slots: readonly number[],
  shared: ReadonlySet<ValueId>,
  derived: DerivedCalls,
): AdjointRound {
  const nextOf = (graph: Graph, slot: number): ValueId => present(nextInRound(graph)[slot]);
  const dependentsOf = (graph: Graph): readonly ValueId[] => slots.map((slot) => nextOf(graph, slot));
  const { graph, build, calls, isActive, open } = functionSweep(primal, wanted, dependentsOf, derived);
  const isArray = (value: ValueId): boolean => typeof build.typeOf(value) === "object";
  const beside = (value: ValueId): ValueId => {
    const type = isArray(value) ? ({ kind: "array", element: "f64" } as const) : "number";
    return build.fresh(type, differentialName(build.nameOf(value)));
  };
  const seeds = slots.map((slot) => ({ slot, next: nextOf(graph, slot), seed: beside(nextOf(graph, slot)) }));
  const shadowOf = new Map([...shared].map((array) => [array, beside(array)] as const));
  const found = new Map<ValueId, ValueId>();
  const body = build.region([...graph.body.arguments, ...seeds.map(({ seed }) => seed), ...shadowOf.values()], () => {
    const { state, shadows, sweep } = open(shadowOf);
    sweep.runJoint(graph.body, () => {
      for (const { next, seed } of seeds) {
        if (!isActive(next)) continue;
        if (isArray(next)) state.shadows.set(next, seed);
        else state.accumulate(next, seed);
      }
    });
    for (const value of wanted) {
      if (isArray(value)) shadows.ensure(value);
      const adjoint = isArray(value) ? state.shadows.get(value) : state.adjointOf(value);
      found.set(value, adjoint ?? build.constant(0));
    }
    return [];
  });
  const whole = { ...graph, body: { ...body, nodes: withForwardCalls(body.nodes, calls) }, values: build.values };
  return {
    inline: (target, standing, values, given) => {
      const inputs = new Map(standing);
      for (const { slot, seed } of seeds) inputs.set(seed, present(values.get(slot)));
      for (const [array, shadow] of shadowOf) inputs.set(shadow, present(given.get(array)));
      const resolve = inlineNodes(target, whole, inputs);
      return (value) => resolve(present(found.get(value)));
    },
  };
}
