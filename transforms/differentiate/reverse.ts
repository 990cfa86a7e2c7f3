import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { activity } from "../analyze/activity.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { cancellingShifts } from "../analyze/cancelling-shifts.ts";
import { jointRegions } from "../analyze/joint-regions.ts";
import { pullbacksOf } from "../analyze/pullback.ts";
import { storesOutside } from "../analyze/stores-outside.ts";
import { withUnsteady } from "../analyze/steady-arrays.ts";
import { storagePlan } from "../analyze/storage-plan.ts";
import { exposeForReverse } from "../normalize/expose-for-reverse.ts";
import type { DerivativeGraph } from "../pass.ts";
import { CallPatterns, CallsOfGraph, DerivedCalls } from "./derived-calls.ts";
import { withForwardCalls } from "./forward-calls.ts";
import { KeptOutputs } from "./kept-outputs.ts";
import { PrimalValues } from "./primal-values.ts";
import { RecordingSweep } from "./recording-sweep.ts";
import { ReverseSweep } from "./reverse-sweep.ts";
import { type SeedLeaf, seedParameter, seedsOf } from "./seeds.ts";
import { Shadows } from "./shadows.ts";
import { SweepState } from "./sweep-state.ts";

export interface ReverseOptions {
  /** Leaves out the derivative through scalars whose effect cancels exactly, but for rounding. */
  readonly cancelsShifts?: boolean;
  /** The numbers whose sum is differentiated, where it is not what the request names. */
  readonly dependents?: readonly ValueId[];
  /** What adjoints are called. */
  readonly naming?: Naming;
}

/**
 * Reverse mode (Griewank & Walther, chapters 3 and 4): a graph that runs the primal and then the chain rule backwards.
 * `@grad` seeds the returned scalar with 1; `@vjp` takes the seeds as parameters after the primal's.
 */
export function reverse(primal: Graph, request: TagRequest, options: ReverseOptions = {}): DerivativeGraph {
  const patterns = new CallPatterns();
  for (;;) {
    const derivative = reverseOnce(primal, request, options, patterns);
    if (!patterns.takeGrown()) return derivative;
  }
}

function reverseOnce(
  primal: Graph,
  request: TagRequest,
  options: ReverseOptions,
  patterns: CallPatterns,
): DerivativeGraph {
  const independents = request.wrt.map((index) => present(primal.parameters[index]).value);
  const leavesOf = (graph: Graph): readonly SeedLeaf[] =>
    options.dependents?.map((value): SeedLeaf => ({ output: "value", path: [], value })) ?? seedsOf(graph, request);
  const functions = withUnsteady(primal);
  const derived = new DerivedCalls(functions, callFlows(functions), patterns);
  const calls = new CallsOfGraph(derived);
  const outcomes = leavesOf(primal).map((leaf) => leaf.value);
  const { isActive } = activity(primal, independents, outcomes, undefined, derived.flows);
  const { graph, overwritten, entries } = exposeForReverse(primal, isActive);
  const leaves = leavesOf(graph);
  const dependents = leaves.map((leaf) => leaf.value);
  const constant =
    options.cancelsShifts === true && functions.size === 0 ? cancellingShifts(graph, dependents) : undefined;
  const active = activity(graph, independents, dependents, constant, derived.flows);
  const joint = jointRegions(graph, active, dependents, derived.isSplit);
  const plan = storagePlan(graph, active, joint, overwritten, entries);

  const build = new GraphBuilder(graph.values);
  const seeds = request.mode === "grad" ? [] : leaves.map((leaf) => seedParameter(build, graph, request, leaf));
  const seedArrays = seeds.flatMap(({ type, value }, k) => {
    return typeof type === "object" ? [[graph.parameters.length + k, value] as const] : [];
  });
  const outputs = new KeptOutputs(graph, build, plan);
  let gradients: readonly ValueId[] = [];
  const body = build.region([...graph.body.arguments, ...seeds.map((seed) => seed.value)], () => {
    const state = new SweepState(build, active, options.naming);
    const recording = new RecordingSweep(build, plan);
    const values = new PrimalValues(build, plan, recording, state);
    const shadows = new Shadows(graph, build, plan.groups, active, request.wrt, state, values);
    const isArray = (value: ValueId): boolean => typeof build.typeOf(value) === "object";
    const seeded = leaves.map(({ value, rows }, k) => ({ value, rows, seed: seeds[k]?.value ?? build.constant(1) }));
    for (const { value, seed } of seeded) if (!isArray(value)) state.accumulate(value, seed);
    const unseeded = new Set(seeded.filter(({ value }) => isArray(value)));
    const seedArray = (version: ValueId): void => {
      for (const each of unseeded) {
        if (each.value !== version) continue;
        unseeded.delete(each);
        if (each.rows === undefined) shadows.seed(version, each.seed);
        else shadows.seedRows(version, each.seed, each.rows.lengths);
      }
    };
    const sweep = new ReverseSweep({
      build,
      plan,
      activity: active,
      pullbacks: pullbacksOf(graph),
      joint,
      recording,
      state,
      primal: values,
      shadows,
      seedArray,
      mayStoreOutside: storesOutside(graph, active.isVaried),
      calls,
      derived,
    });
    sweep.runJoint(graph.body, () => {
      outputs.keep();
      for (const { value } of [...unseeded]) seedArray(value);
    });
    outputs.putBack(state);
    gradients = request.wrt.map((index) => shadows.gradientOf(index));
    return [];
  });
  const whole = outputs.withRoles(body);
  return {
    graph: {
      ...graph,
      ...(functions.size > 0 && { functions: new Map([...functions, ...derived.graphs()]) }),
      name: request.functionName,
      parameters: [...graph.parameters, ...seeds],
      body: { ...whole, nodes: withForwardCalls(whole.nodes, calls) },
      returned: outputs.returned,
      final: new Map([...outputs.final, ...seedArrays]),
      values: build.values,
    },
    request,
    primal,
    gradients,
    seeds: request.mode === "grad" ? [] : leaves.map(({ output, path }) => ({ output, path })),
  };
}
