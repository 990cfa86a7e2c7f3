/** The reverse sweep over a function that is called, with what goes into its derivative beside what the function is given. */
import { present } from "../../src/diagnostics/invariant.ts";
import { differentialName } from "../../src/ir/differential-name.ts";
import type { Graph, Parameter, ValueId } from "../../src/ir/graph.ts";
import { resultsOfFunction } from "../analyze/call-flows.ts";
import type { AdjointsOfCall, CallActivity, DerivedCalls } from "./derived-calls.ts";
import { type FunctionSweep, functionSweep } from "./function-sweep.ts";

export interface CalledSweep extends FunctionSweep {
  readonly valueOf: (parameter: number) => ValueId;
  /** The adjoints of numbers that the function gives. */
  readonly seeds: readonly { readonly result: ValueId; readonly seed: ValueId }[];
  /** The adjoints of its arrays, which are changed in place. */
  readonly shadowed: readonly { readonly index: number; readonly value: ValueId; readonly shadow: ValueId }[];
  readonly parameterOf: (value: ValueId, written: boolean) => Parameter;
}

export function calledSweep(
  primal: Graph,
  active: CallActivity,
  adjoints: AdjointsOfCall,
  derived: DerivedCalls,
  jointOf?: Parameters<typeof functionSweep>[4],
): CalledSweep {
  const valueOf = (parameter: number): ValueId => present(primal.parameters[parameter]).value;
  const dependentsOf = (graph: Graph): readonly ValueId[] => {
    const results = resultsOfFunction(graph);
    return active.dependents.map((k) => present(results[k]));
  };
  const opened = functionSweep(primal, active.independents.map(valueOf), dependentsOf, derived, jointOf);
  const { graph, build } = opened;
  const results = resultsOfFunction(graph);
  const seeds = adjoints.seeds.map((k) => {
    const result = present(results[k]);
    return { result, seed: build.fresh("number", differentialName(build.nameOf(result)) ?? "seed") };
  });
  const shadowed = adjoints.shadowed.map(({ parameter, element }) => {
    const value = valueOf(parameter);
    const name = differentialName(build.nameOf(value)) ?? "dArray";
    return { index: parameter, value, shadow: build.fresh({ kind: "array", element }, name) };
  });
  const parameterOf = (value: ValueId, written: boolean): Parameter => ({
    path: [build.nameOf(value) ?? "value"],
    value,
    type: build.typeOf(value),
    written,
    span: graph.span,
  });
  return { ...opened, valueOf, seeds, shadowed, parameterOf };
}
