/**
 * The derivatives among what a graph returns, and taken out again: passes keep track of what is returned, and so of them.
 */
import { present } from "../src/diagnostics/invariant.ts";
import type { Graph, Output, ValueId } from "../src/ir/graph.ts";
import type { DerivativeGraph } from "./pass.ts";

export function withDerivatives({ graph, gradients, products = [], tangents, matrices = [] }: DerivativeGraph): Graph {
  const beside = (value: ValueId): Output => {
    return typeof graph.values.get(value)?.type === "object"
      ? { kind: "parameter", parameter: -1, value }
      : { kind: "scalar", value };
  };
  const all = (values: readonly ValueId[]): Output => ({ kind: "tuple", entries: values.map(beside) });
  const { returned = { kind: "none" }, parameters = [] } = tangents ?? {};
  const entries = [
    graph.returned,
    all(gradients),
    all(products),
    returned,
    all(parameters.map(({ value }) => value)),
    all(matrices.flatMap(({ value, length, columns = length }) => [value, length, columns])),
  ];
  return { ...graph, returned: { kind: "tuple", entries } };
}

export function withoutDerivatives(derivative: DerivativeGraph, graph: Graph): DerivativeGraph {
  const [returned, gradients, products, tangent, changed, filled] = partsOf(graph.returned);
  const { tangents, matrices } = derivative;
  const entries = partsOf(filled).map(valueOf);
  return {
    ...derivative,
    graph: { ...graph, returned: present(returned, "the returned value") },
    gradients: partsOf(gradients).map(valueOf),
    ...(derivative.products !== undefined && { products: partsOf(products).map(valueOf) }),
    ...(matrices !== undefined && {
      matrices: matrices.map((matrix, k) => ({
        ...matrix,
        value: present(entries[3 * k]),
        length: present(entries[3 * k + 1]),
        ...(matrix.columns !== undefined && { columns: present(entries[3 * k + 2]) }),
      })),
    }),
    ...(tangents !== undefined && {
      tangents: {
        returned: present(tangent, "the tangent of the returned value"),
        parameters: partsOf(changed).map((part, k) => ({ ...present(tangents.parameters[k]), value: valueOf(part) })),
      },
    }),
  };
}

function partsOf(output: Output | undefined): readonly Output[] {
  return output?.kind === "tuple" ? output.entries : [];
}

function valueOf(output: Output): ValueId {
  if (output.kind === "scalar" || output.kind === "parameter") return output.value;
  throw new TypeError("a derivative beside the value is a scalar or an array");
}
