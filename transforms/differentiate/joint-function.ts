/**
 * A function that is called, and its reverse, in one: where the adjoint of what it gives is known before it runs. It takes
 * the function's parameters, then that adjoint, then the shadows of arrays, and gives what the function gives, then the
 * adjoints of numbers. What its reverse reads of the forward code is still there, so that nothing goes through the stack:
 *
 *   function minor(A, row) { … sum += A[i] * minor(A, row + 1); … return sum; }
 *   function minorJoint(A, row, dsum, dA) { … const m = minorJoint(A, row + 1, dsum * A[i], dA); dA[i] += dsum * m; sum += A[i] * m; … }
 */
import type { Graph, Output, Region, ValueId } from "../../src/ir/graph.ts";
import { jointRegions } from "../analyze/joint-regions.ts";
import { lastVersion } from "../normalize/last-version.ts";
import { calledSweep } from "./called-sweep.ts";
import type { CallActivity, DerivedCalls, JointCall } from "./derived-calls.ts";
import { withForwardCalls } from "./forward-calls.ts";
import { KeptOutputs } from "./kept-outputs.ts";

export function jointFunction(primal: Graph, active: CallActivity, made: JointCall, derived: DerivedCalls): Graph {
  const { graph, build, plan, calls, open, valueOf, seeds, shadowed, parameterOf } = calledSweep(
    primal,
    active,
    made,
    derived,
    (exposed, facts, dependents) => jointRegions(exposed, facts, dependents, derived.isSplit),
  );
  const outputs = new KeptOutputs(graph, build, plan);
  let gradients: readonly ValueId[] = [];
  const body = build.region([...graph.body.arguments], () => {
    const { state, sweep } = open(new Map(shadowed.map(({ value, shadow }) => [value, shadow] as const)));
    for (const { result, seed } of seeds) state.accumulate(result, seed);
    for (const { value, shadow } of shadowed) state.shadows.set(value, shadow);
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
