/**
 * A function that is called, and its reverse, in one: where the adjoint of what it gives is known before it runs. It takes
 * the function's parameters, then that adjoint, then the shadows of arrays, and gives what the function gives, then the
 * adjoints of numbers. What its reverse reads of the forward code is still there, so that nothing goes through the stack:
 *
 *   function minor(A, row) { … sum += A[i] * minor(A, row + 1); … return sum; }
 *   function minorJoint(A, row, dsum, dA) { … const m = minorJoint(A, row + 1, dsum * A[i], dA); dA[i] += dsum * m; sum += A[i] * m; … }
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { differentialName } from "../../src/ir/differential-name.ts";
import type { Graph, Output, Parameter, Region, ValueId } from "../../src/ir/graph.ts";
import { jointRegions } from "../analyze/joint-regions.ts";
import { pullbacksOf } from "../analyze/pullback.ts";
import { storesOutside } from "../analyze/stores-outside.ts";
import { lastVersion } from "../normalize/last-version.ts";
import { calledPrimal } from "./called-primal.ts";
import { type CallActivity, CallsOfGraph, type DerivedCalls, type JointCall } from "./derived-calls.ts";
import { withForwardCalls } from "./forward-calls.ts";
import { KeptOutputs } from "./kept-outputs.ts";
import { PrimalValues } from "./primal-values.ts";
import { RecordingSweep } from "./recording-sweep.ts";
import { ReverseSweep } from "./reverse-sweep.ts";
import { Shadows } from "./shadows.ts";
import { SweepState } from "./sweep-state.ts";

export function jointFunction(primal: Graph, active: CallActivity, made: JointCall, derived: DerivedCalls): Graph {
  const valueOf = (parameter: number): ValueId => present(primal.parameters[parameter]).value;
  const { graph, results, facts, joint, plan } = calledPrimal(primal, active, derived, (graph, facts, dependents) =>
    jointRegions(graph, facts, dependents, derived.isSplit),
  );

  const build = new GraphBuilder(graph.values);
  const parameterOf = (value: ValueId, written: boolean): Parameter => ({
    path: [build.nameOf(value) ?? "value"],
    value,
    type: build.typeOf(value),
    written,
    span: graph.span,
  });
  const seeds = made.seeds.map((k) => {
    const result = present(results[k]);
    return { result, seed: build.fresh("number", differentialName(build.nameOf(result)) ?? "seed") };
  });
  const shadowed = made.shadowed.map(({ parameter, element }) => {
    const value = valueOf(parameter);
    const name = differentialName(build.nameOf(value)) ?? "dArray";
    return { value, shadow: build.fresh({ kind: "array", element }, name) };
  });
  const calls = new CallsOfGraph(derived);
  const outputs = new KeptOutputs(graph, build, plan);
  let gradients: readonly ValueId[] = [];
  const body = build.region([...graph.body.arguments], () => {
    const state = new SweepState(build, facts);
    const recording = new RecordingSweep(build, plan);
    const values = new PrimalValues(build, plan, recording, state);
    const given = new Map(shadowed.map(({ value, shadow }) => [value, shadow] as const));
    const shadows = new Shadows(graph, build, plan.groups, facts, [], state, values, given);
    for (const { result, seed } of seeds) state.accumulate(result, seed);
    for (const { value, shadow } of shadowed) state.shadows.set(value, shadow);
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
    });
    sweep.runJoint(graph.body, () => outputs.keep());
    outputs.putBack(state);
    gradients = made.gradients.map((k) => state.adjointOf(valueOf(k)) ?? build.constant(0));
    return [];
  });

  let whole: Region = { ...body, nodes: withForwardCalls(body.nodes, calls) };
  const last = shadowed.map(({ shadow }) => {
    const found = lastVersion(whole, shadow, build);
    whole = found.region;
    return found.last;
  });
  const parameters = [
    ...graph.parameters,
    ...seeds.map(({ seed }) => parameterOf(seed, false)),
    ...shadowed.map(({ shadow }) => parameterOf(shadow, true)),
  ];
  const first = graph.parameters.length + seeds.length;
  const entriesOf = (output: Output): readonly Output[] => (output.kind === "tuple" ? output.entries : []);
  return {
    ...graph,
    name: made.joint,
    isJoint: true,
    parameters,
    body: { ...whole, arguments: parameters.map(({ value }) => value) },
    returned: {
      kind: "tuple",
      entries: [...entriesOf(outputs.returned), ...gradients.map((value): Output => ({ kind: "scalar", value }))],
    },
    final: new Map([...outputs.final, ...last.map((value, k) => [first + k, value] as const)]),
    values: build.values,
  };
}
