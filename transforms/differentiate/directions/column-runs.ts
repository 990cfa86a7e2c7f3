/** What is asked of a graph that runs once for each column, or colour, of a matrix: what it is given, and what it keeps. */
import { invariant, present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import { copyArray } from "../../../src/ir/copy-array.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../../src/ir/graph.ts";
import { isNested } from "../../../src/ir/nested.ts";
import { mapNode, walkNodes } from "../../../src/ir/walk.ts";
import { parameterLength } from "../parameter-length.ts";

/** The lengths of parameters that a graph asks for, as values that are known before it. */
export function lengthsOf(
  build: GraphBuilder,
  linear: Graph,
  base: Graph,
  wrt: readonly number[],
): readonly (readonly [ValueId, ValueId])[] {
  const places = new Map(linear.parameters.map(({ value }, index) => [value, index] as const));
  const known = new Map<number, ValueId>();
  const found: (readonly [ValueId, ValueId])[] = [];
  walkNodes(linear.body, (node) => {
    const place = node.kind === "length" && node.at === undefined ? places.get(node.array) : undefined;
    if (node.kind !== "length" || place === undefined) return;
    const own = base.parameters.length;
    const index = place < own ? place : present(wrt[place - own]);
    const length = known.get(index) ?? build.length(present(base.parameters[index]).value);
    known.set(index, length);
    found.push([node.result, length]);
  });
  return found;
}

/** What cannot be seen into is evaluated once for all columns: `Math.random()`. */
export function opaqueValues(linear: Graph, base: Graph): readonly (readonly [ValueId, ValueId])[] {
  const once = new Set(base.body.nodes.flatMap((node) => (node.kind === "opaque" ? [node.result] : [])));
  const found: (readonly [ValueId, ValueId])[] = [];
  for (const { body } of [linear, ...(linear.functions?.values() ?? [])]) {
    walkNodes(body, (node) => {
      if (node.kind !== "opaque") return;
      invariant(once.has(node.result) && body === linear.body, `${node.text} has one value for all columns`);
      found.push([node.result, node.result]);
    });
  }
  return found;
}

/** The functions of a graph under other keys where the base has others under them. */
export function withOtherFunctions(graph: Graph, { functions: taken = new Map<string, Graph>() }: Graph): Graph {
  const { functions } = graph;
  if (functions === undefined) return graph;
  const keys = new Map(
    [...functions].map(([key, callee]) => {
      const other = taken.get(key);
      return [key, other === undefined || other === callee ? key : `${key}Along`] as const;
    }),
  );
  const keyOf = (key: string): string => keys.get(key) ?? key;
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const own = node.kind === "call" ? { ...node, callee: keyOf(node.callee) } : node;
      return mapNode(own, (value) => value, visit);
    }),
  });
  const renamed = [...functions].map(([key, callee]): [string, Graph] => {
    const { partner } = callee;
    const body = visit(callee.body);
    return [
      keyOf(key),
      { ...callee, name: keyOf(callee.name), body, ...(partner !== undefined && { partner: keyOf(partner) }) },
    ];
  });
  return { ...graph, body: visit(graph.body), functions: new Map(renamed) };
}

/** What a derivative gives elsewhere is scratch here. */
export function asScratch(node: GraphNode): GraphNode {
  if (node.kind !== "allocate") return node;
  const { role } = node;
  const isResult = role.kind === "gradient" || role.kind === "value";
  return isResult ? { ...node, role: { kind: "tangent" } } : node;
}

export function copyOf(build: GraphBuilder, graph: Graph, index: number, from: ValueId, note: string): ValueId {
  const { type, value } = present(graph.parameters[index]);
  const length = parameterLength(build, graph, index);
  const role = { kind: "stash", note } as const;
  const element = typeof type === "object" ? type.element : "f64";
  const name = `${build.nameOf(value) ?? "array"}Before`;
  const target = isNested(type)
    ? build.allocateLike(type, index, length, role, false, name)
    : build.allocate(element, length, role, false, name);
  return copyArray(build, from, target, length, value);
}

export function zerosLike(build: GraphBuilder, graph: Graph, index: number): ValueId {
  const { type, value } = present(graph.parameters[index]);
  const length = parameterLength(build, graph, index);
  const name = `${build.nameOf(value) ?? ""}Direction`;
  if (!isNested(type)) return build.allocate("f64", length, { kind: "tangent" }, true, name);
  return build.allocateLike({ ...type, element: "f64" }, index, length, { kind: "tangent" }, true, name);
}
