import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Output, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { activity, holdsFloats } from "../analyze/activity.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { pullbacksOf } from "../analyze/pullback.ts";
import type { DerivativeGraph } from "../pass.ts";
import { differentialName } from "./differential-name.ts";
import { ForwardSweep } from "./forward-sweep.ts";
import { KeptOutputs } from "./kept-outputs.ts";
import { seedsOf, tangentParameter } from "./seeds.ts";
import { TangentArrays } from "./tangent-arrays.ts";
import { TangentCalls } from "./tangent-calls.ts";

/**
 * Forward mode (Griewank & Walther, section 3.1): a graph that runs the primal, and beside it the derivative along one
 * direction. The tangents of the wrt parameters come in after the primal's parameters.
 */
export function forward(graph: Graph, request: TagRequest): DerivativeGraph {
  const functions = graph.functions ?? new Map<string, Graph>();
  const calls = new TangentCalls(functions, callFlows(functions), differentialName);
  const leaves = seedsOf(graph, request);
  const valueOf = (index: number): ValueId => present(graph.parameters[index]).value;
  const dependents = leaves.map(({ value }) => value);
  const facts = activity(graph, request.wrt.map(valueOf), dependents, undefined, calls.flows);

  const build = new GraphBuilder(graph.values);
  const seeds = request.wrt.map((index) => tangentParameter(build, graph, request, index, differentialName));
  const given = new Map(request.wrt.map((index, k) => [index, present(seeds[k]).value] as const));
  const written = request.outputs.filter((output) => output !== "value");
  const groups = arrayGroups(graph);
  const arrays = new TangentArrays({
    graph,
    build,
    groups,
    activity: facts,
    given,
    ownsGiven: false,
    outputs: written,
    naming: differentialName,
  });
  const sweep = new ForwardSweep({
    build,
    activity: facts,
    pullbacks: pullbacksOf(graph),
    arrays,
    calls,
    naming: differentialName,
  });
  let returned: Output = { kind: "none" };
  let outputs: readonly { readonly parameter: number; readonly value: ValueId }[] = [];
  const body = build.region([...graph.body.arguments, ...seeds.map(({ value }) => value)], () => {
    for (const [index, seed] of given) sweep.enter(valueOf(index), seed);
    arrays.enter();
    sweep.run(graph.body.nodes);
    if (request.outputs.includes("value")) returned = tangentOf(graph.returned);
    outputs = written.map((parameter) => ({ parameter, value: arrays.outputOf(parameter) }));
    return [];
  });
  const seeded = seeds.flatMap(({ type, value }, k) => {
    return typeof type === "object" ? [[graph.parameters.length + k, value] as const] : [];
  });
  const whole: Graph = {
    ...graph,
    ...(functions.size > 0 && { functions: new Map([...functions, ...calls.graphs()]) }),
    name: request.functionName,
    parameters: [...graph.parameters, ...seeds],
    body,
    returned: { kind: "tuple", entries: [graph.returned, returned] },
    final: new Map([...graph.final, ...seeded]),
    values: build.values,
  };
  const placed = withPlaces(whole);
  const both = placed.returned.kind === "tuple" ? placed.returned.entries : [];
  return {
    graph: { ...placed, returned: present(both[0]) },
    request,
    primal: graph,
    gradients: [],
    tangents: { returned: present(both[1]), parameters: outputs },
    seeds: request.wrt.map((output) => ({ output, path: [] })),
  };

  /** The tangent of what is returned, without its parts that hold no floats. */
  function tangentOf(output: Output): Output {
    switch (output.kind) {
      case "none":
        return output;
      case "scalar": {
        const isNumber = graph.values.get(output.value)?.type === "number";
        return isNumber ? { kind: "scalar", value: sweep.tangentOf(output.value) } : { kind: "none" };
      }
      case "array": {
        const { value, element, length } = output;
        if (!holdsFloats(graph, value)) return { kind: "none" };
        return { kind: "array", value: entriesOf(value, () => length), element, length };
      }
      case "parameter": {
        if (!holdsFloats(graph, output.value)) return { kind: "none" };
        const { type } = present(graph.parameters[output.parameter]);
        const length = arrays.lengthOfParameter(output.parameter);
        const element = typeof type === "object" ? type.element : "f64";
        return { kind: "array", value: entriesOf(output.value, () => length), element, length };
      }
      case "object": {
        const entries = output.entries.map(({ key, output: part }) => ({ key, output: tangentOf(part) }));
        const kept = entries.filter((entry) => entry.output.kind !== "none");
        return kept.length === 0 ? { kind: "none" } : { kind: "object", entries: kept };
      }
      case "tuple": {
        const entries = output.entries.map(tangentOf).filter(({ kind }) => kind !== "none");
        return entries.length === 0 ? { kind: "none" } : { kind: "tuple", entries };
      }
      case "rows": {
        const kept = output.leaves.flatMap((leaf) => {
          const isFloat = ["f64", "f32", "number"].includes(leaf.type.element) && leaf.isBoolean !== true;
          if (!isFloat) return [];
          const length = (): ValueId => leaf.lengths.reduce((product, each) => build.operation("mul", [product, each]));
          return [{ ...leaf, value: entriesOf(leaf.value, length) }];
        });
        return kept.length === 0 ? { kind: "none" } : { kind: "rows", leaves: kept };
      }
    }
  }

  /** The tangents of an array; zeros where it has none. */
  function entriesOf(array: ValueId, length: () => ValueId): ValueId {
    const found = arrays.find(array);
    if (found !== undefined) return found;
    const type = build.typeOf(array);
    const element = typeof type === "object" ? type.element : "f64";
    return build.allocate(element, length(), { kind: "value" }, true, differentialName(build.nameOf(array)));
  }
}

/** Gives each array that is returned, or is the tangent of one, a place in the result: its own buffer, or a copy. */
function withPlaces(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const outputs = new KeptOutputs(graph, build, { groups: arrayGroups(graph), isRestored: () => false });
  const body = build.region(graph.body.arguments, () => {
    graph.body.nodes.forEach((node) => build.push(node));
    outputs.keep();
    return [];
  });
  return { ...graph, body: outputs.withRoles(body), returned: outputs.returned, values: build.values };
}
