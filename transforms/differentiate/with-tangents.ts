import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { activity } from "../analyze/activity.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { exposeSolutions } from "../normalize/expose-entries.ts";
import { tangentParameter } from "./seeds.ts";
import { TangentCalls } from "./tangent-calls.ts";
import { type TangentSweep, tangentSweep } from "./tangent-sweep.ts";

/** What the tangents are wanted of: numbers, and versions of arrays; and which array parameters are outputs. */
export interface TangentOptions {
  readonly dependents: readonly ValueId[];
  readonly outputs: readonly number[];
  readonly naming: Naming;
}

/**
 * The graph with a tangent beside each active value. The tangents of the wrt parameters come in after the graph's own
 * parameters, one for each; `finish` runs after the sweep, in the body.
 */
export function withTangents(
  primal: Graph,
  request: TagRequest,
  { dependents, outputs, naming }: TangentOptions,
  finish: (tangents: TangentSweep) => void,
): Graph {
  const exposed = exposeSolutions(primal);
  const { graph } = exposed;
  const functions = graph.functions ?? new Map<string, Graph>();
  const calls = new TangentCalls(functions, callFlows(functions), naming);
  const valueOf = (index: number): ValueId => present(graph.parameters[index]).value;
  const facts = activity(graph, request.wrt.map(valueOf), dependents, undefined, calls.flows);

  const build = new GraphBuilder(graph.values);
  const seeds = request.wrt.map((index) => tangentParameter(build, graph, request, index, naming));
  const given = new Map(request.wrt.map((index, k) => [index, present(seeds[k]).value] as const));
  const { arrays, sweep } = tangentSweep(exposed, {
    build,
    activity: facts,
    given,
    ownsGiven: false,
    outputs,
    naming,
    calls,
  });
  const body = build.region([...graph.body.arguments, ...seeds.map(({ value }) => value)], () => {
    for (const [index, seed] of given) sweep.enter(valueOf(index), seed);
    arrays.enter();
    sweep.run(graph.body.nodes);
    finish({ build, sweep, arrays });
    return [];
  });
  const finals = seeds.flatMap(({ type, value }, k) => {
    return typeof type === "object" ? [[graph.parameters.length + k, value] as const] : [];
  });
  return {
    ...graph,
    ...(functions.size > 0 && { functions: new Map([...functions, ...calls.graphs()]) }),
    name: request.functionName,
    parameters: [...graph.parameters, ...seeds],
    body,
    final: new Map([...graph.final, ...finals]),
    values: build.values,
  };
}
