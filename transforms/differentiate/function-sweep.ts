/**
 * The reverse sweep over a graph whose body is one joint region: of a function that is called, or of one round at a fixed
 * point. What else is joint in it, `jointOf` says: by itself nothing.
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { activity, type Activity } from "../analyze/activity.ts";
import { jointBody, type JointRegions } from "../analyze/joint-regions.ts";
import { pullbacksOf } from "../analyze/pullback.ts";
import { storagePlan, type StoragePlan } from "../analyze/storage-plan.ts";
import { storesOutside } from "../analyze/stores-outside.ts";
import { exposeForReverse } from "../normalize/expose-for-reverse.ts";
import { CallsOfGraph, type DerivedCalls } from "./derived-calls.ts";
import { PrimalValues } from "./primal-values.ts";
import { RecordingSweep } from "./recording-sweep.ts";
import { ReverseSweep } from "./reverse-sweep.ts";
import { Shadows } from "./shadows.ts";
import { SweepState } from "./sweep-state.ts";

export interface FunctionSweep {
  /** What the sweep runs over: the graph, with what its reverse reads exposed. */
  readonly graph: Graph;
  readonly build: GraphBuilder;
  readonly plan: StoragePlan;
  readonly calls: CallsOfGraph;
  readonly isActive: (value: ValueId) => boolean;
  /** Starts it in the open region. `given`: the shadows that come in from outside, by the parameters that they belong to. */
  readonly open: (given: ReadonlyMap<ValueId, ValueId>) => {
    readonly state: SweepState;
    readonly shadows: Shadows;
    readonly sweep: ReverseSweep;
  };
}

export function functionSweep(
  primal: Graph,
  independents: readonly ValueId[],
  dependentsOf: (graph: Graph) => readonly ValueId[],
  derived: DerivedCalls,
  jointOf: (graph: Graph, facts: Activity, dependents: readonly ValueId[]) => JointRegions = jointBody,
): FunctionSweep {
  const activityOf = (graph: Graph) => activity(graph, independents, dependentsOf(graph), undefined, derived.flows);
  const { graph, overwritten, entries } = exposeForReverse(primal, activityOf(primal).isActive);
  const facts = activityOf(graph);
  const joint = jointOf(graph, facts, dependentsOf(graph));
  const plan = storagePlan(graph, facts, joint, overwritten, entries);
  const build = new GraphBuilder(graph.values);
  const calls = new CallsOfGraph(derived);
  return {
    graph,
    build,
    plan,
    calls,
    isActive: facts.isActive,
    open: (given) => {
      const state = new SweepState(build, facts);
      const recording = new RecordingSweep(build, plan);
      const values = new PrimalValues(build, plan, recording, state);
      const shadows = new Shadows(graph, build, plan.groups, facts, [], state, values, given);
      const sweep = new ReverseSweep({
        build,
        plan,
        activity: facts,
        pullbacks: pullbacksOf(graph),
        joint,
        recording,
        state,
        primal: values,
        shadows,
        seedArray: () => {},
        mayStoreOutside: storesOutside(graph, facts.isVaried),
        calls,
        derived,
      });
      return { state, shadows, sweep };
    },
  };
}
