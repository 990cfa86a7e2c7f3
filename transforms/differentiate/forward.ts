import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { differentialName, type Naming } from "../../src/ir/differential-name.ts";
import type { Graph, Output, ValueId } from "../../src/ir/graph.ts";
import { isFloatElement } from "../../src/ir/runtime-array.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { holdsFloats } from "../analyze/activity.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import type { DerivativeGraph } from "../pass.ts";
import { KeptOutputs } from "./kept-outputs.ts";
import { seedsOf } from "./seeds.ts";
import type { TangentSweep } from "./tangent-sweep.ts";
import { withTangents } from "./with-tangents.ts";

/**
 * Forward mode (Griewank & Walther, section 3.1): a graph that runs the primal, and beside it the derivative along one
 * direction. The tangents of the wrt parameters come in after the primal's parameters.
 */
export function forward(graph: Graph, request: TagRequest, naming: Naming = differentialName): DerivativeGraph {
  const written = request.outputs.filter((output) => output !== "value");
  const dependents = seedsOf(graph, request).map(({ value }) => value);
  let returned: Output = { kind: "none" };
  let parameters: readonly { readonly parameter: number; readonly value: ValueId }[] = [];
  const whole = withTangents(graph, request, { dependents, outputs: written, naming }, (tangents) => {
    if (request.outputs.includes("value")) returned = tangentOf(graph.returned, graph, tangents);
    parameters = written.map((parameter) => ({ parameter, value: tangents.arrays.outputOf(parameter) }));
  });
  const placed = withPlaces({ ...whole, returned: { kind: "tuple", entries: [graph.returned, returned] } });
  const both = placed.returned.kind === "tuple" ? placed.returned.entries : [];
  return {
    graph: { ...placed, returned: present(both[0]) },
    request,
    primal: graph,
    gradients: [],
    tangents: { returned: present(both[1]), parameters },
    seeds: request.wrt.map((output) => ({ output, path: [] })),
  };
}

/** The tangent of what is returned, without its parts that hold no floats. */
function tangentOf(output: Output, graph: Graph, tangents: TangentSweep): Output {
  const { build, sweep, arrays } = tangents;
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
      return { kind: "array", value: entriesOf(value, () => length, tangents), element, length };
    }
    case "parameter": {
      if (!holdsFloats(graph, output.value)) return { kind: "none" };
      const { type } = present(graph.parameters[output.parameter]);
      const length = arrays.lengthOfParameter(output.parameter);
      const element = typeof type === "object" ? type.element : "f64";
      return { kind: "array", value: entriesOf(output.value, () => length, tangents), element, length };
    }
    case "object": {
      const entries = output.entries.map(({ key, output: part }) => ({
        key,
        output: tangentOf(part, graph, tangents),
      }));
      const kept = entries.filter((entry) => entry.output.kind !== "none");
      return kept.length === 0 ? { kind: "none" } : { kind: "object", entries: kept };
    }
    case "tuple": {
      const entries = output.entries
        .map((part) => tangentOf(part, graph, tangents))
        .filter(({ kind }) => kind !== "none");
      return entries.length === 0 ? { kind: "none" } : { kind: "tuple", entries };
    }
    case "rows": {
      const kept = output.leaves.flatMap((leaf) => {
        if (!isFloatElement(leaf.type.element) || leaf.isBoolean === true) return [];
        const length = (): ValueId => leaf.lengths.reduce((product, each) => build.operation("mul", [product, each]));
        return [{ ...leaf, value: entriesOf(leaf.value, length, tangents) }];
      });
      return kept.length === 0 ? { kind: "none" } : { kind: "rows", leaves: kept };
    }
    case "mixed":
      return tangentOf(output.of, graph, tangents);
  }
}

/** The tangents of an array; zeros where it has none. */
function entriesOf(array: ValueId, length: () => ValueId, { build, arrays }: TangentSweep): ValueId {
  const found = arrays.find(array);
  if (found !== undefined) return found;
  const type = build.typeOf(array);
  const element = typeof type === "object" ? type.element : "f64";
  return build.allocate(element, length(), { kind: "value" }, true, differentialName(build.nameOf(array)));
}

/** Gives each array that is returned, or is the tangent of one, a place in the result: its own buffer, or a copy. */
export function withPlaces(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const outputs = new KeptOutputs(graph, build, { groups: arrayGroups(graph), isRestored: () => false });
  const body = build.region(graph.body.arguments, () => {
    graph.body.nodes.forEach((node) => build.push(node));
    outputs.keep();
    return [];
  });
  return { ...graph, body: outputs.withRoles(body), returned: outputs.returned, values: build.values };
}
