/** Puts the structure of matrices before the derivative: found where it is not known from an earlier call. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, Parameter, ValueId } from "../../src/ir/graph.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";
import { calleeOf } from "../../src/ir/row-calls.ts";
import { operandsOf, resultsOf } from "../../src/ir/walk.ts";
import { decidingValues } from "./deciding-values.ts";

/** `parameters`: those of the derivative. What is computed once may be used by it too, and stands before the test. */
export function findStructure(build: GraphBuilder, graph: Graph, parameters: readonly Parameter[]): void {
  const own = graph.parameters.map(({ value }, k) => [value, present(parameters[k]).value] as const);
  const given = new Map(own);
  const deciding = decidingValues(graph);
  if (deciding === undefined) {
    inlineNodes(build, graph, own);
    return;
  }
  const compare = (value: ValueId): void => build.call(calleeOf({ verb: "compare", matrix: 0 }), [value], [], []);
  const givenFor = (value: ValueId): ValueId => present(given.get(value), "a parameter");
  deciding.numbers.forEach((value) => compare(givenFor(value)));
  deciding.lengths.forEach((array) => compare(build.length(givenFor(array))));
  deciding.entries.forEach((array) => compare(givenFor(array)));
  const [first, rest] = partOfOnce(graph);
  const named = inlineNodes(build, first, own);
  const known = first.body.nodes.flatMap(resultsOf).map((value) => [value, named(value)] as const);
  const isUnknown = build.fresh("boolean", "isUnknown");
  build.call(calleeOf({ verb: "isUnknown", matrix: 0 }), [], [], [isUnknown]);
  const found = (): readonly ValueId[] => {
    inlineNodes(build, rest, [...own, ...known]);
    build.call(calleeOf({ verb: "keep", matrix: 0 }), [], [], []);
    return [];
  };
  build.if(isUnknown, found, () => []);
}

/** What needs no more than lengths and numbers, and the others. */
function partOfOnce(graph: Graph): readonly [Graph, Graph] {
  const { nodes } = graph.body;
  const open = new Set<ValueId>();
  const first = nodes.filter((node) => {
    const isPlain = node.kind === "constant" || node.kind === "operation" || node.kind === "length";
    if (isPlain && !operandsOf(node).some((value) => open.has(value))) return true;
    resultsOf(node).forEach((value) => open.add(value));
    return false;
  });
  const part = (own: readonly GraphNode[]): Graph => ({ ...graph, body: { ...graph.body, nodes: own } });
  return [part(first), part(nodes.filter((node) => !first.includes(node)))];
}

/** `rowStart` and `column` of each matrix; its values are zeros then. */
export function startRows(build: GraphBuilder, count: number): readonly (readonly [ValueId, ValueId])[] {
  return Array.from({ length: count }, (_, matrix) => {
    const [rowStart, column] = [build.fresh(indices, "rowStart"), build.fresh(indices, "column")];
    build.call(calleeOf({ verb: "start", matrix }), [], [], [rowStart, column]);
    return [rowStart, column] as const;
  });
}

const indices = { kind: "array", element: "i32" } as const;
