/** A function that is called, made ready for its reverse: what is active in it, which of it is joint, and what is kept. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { activity, type Activity } from "../analyze/activity.ts";
import { resultsOfFunction } from "../analyze/call-flows.ts";
import type { JointRegions } from "../analyze/joint-regions.ts";
import { storagePlan, type StoragePlan } from "../analyze/storage-plan.ts";
import { exposeForReverse } from "../normalize/expose-for-reverse.ts";
import type { CallActivity, DerivedCalls } from "./derived-calls.ts";

export interface CalledPrimal {
  readonly graph: Graph;
  /** What it gives, in the order of the results of its calls. */
  readonly results: readonly ValueId[];
  readonly facts: Activity;
  readonly joint: JointRegions;
  readonly plan: StoragePlan;
}

export function calledPrimal(
  primal: Graph,
  active: CallActivity,
  derived: DerivedCalls,
  jointOf: (graph: Graph, facts: Activity, dependents: readonly ValueId[]) => JointRegions,
): CalledPrimal {
  const independents = active.independents.map((parameter) => present(primal.parameters[parameter]).value);
  const dependentsOf = (graph: Graph): readonly ValueId[] => {
    const results = resultsOfFunction(graph);
    return active.dependents.map((k) => present(results[k]));
  };
  const { isActive } = activity(primal, independents, dependentsOf(primal), undefined, derived.flows);
  const { graph, overwritten, entries } = exposeForReverse(primal, isActive);
  const dependents = dependentsOf(graph);
  const facts = activity(graph, independents, dependents, undefined, derived.flows);
  const joint = jointOf(graph, facts, dependents);
  const plan = storagePlan(graph, facts, joint, overwritten, entries);
  return { graph, results: resultsOfFunction(graph), facts, joint, plan };
}
