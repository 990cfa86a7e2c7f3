import { expect } from "vitest";
import { evaluate, type Argument, type PlainValue } from "../src/ir/evaluate.ts";
import type { Graph, GraphNode, Region } from "../src/ir/graph.ts";
import { verify } from "../src/ir/verify.ts";
import { walkNodes } from "../src/ir/walk.ts";

/** The graph after a pass is sound, and computes the same to the bit. */
export function expectSame(before: Graph, after: Graph, inputs: readonly (readonly Argument[])[]): void {
  expect(verify(after)).toEqual([]);
  for (const input of inputs) {
    const expected = evaluate(before, input);
    const actual = evaluate(after, input);
    expect(flat(actual.returned)).toEqual(flat(expected.returned));
    expect([...actual.final].map(([, array]) => [...array])).toEqual(
      [...expected.final].map(([, array]) => [...array]),
    );
  }
}

/** As `expectSame`, but for rounding. */
export function expectClose(before: Graph, after: Graph, inputs: readonly (readonly Argument[])[]): void {
  expect(verify(after)).toEqual([]);
  const numbers = (graph: Graph, input: readonly Argument[]) =>
    [flat(evaluate(graph, input).returned)].flat(Infinity) as number[];
  for (const input of inputs) {
    const actual = numbers(after, input);
    numbers(before, input).forEach((expected, k) => expect(actual[k]).toBeCloseTo(expected, 12));
  }
}

export function flat(value: PlainValue): unknown {
  if (typeof value !== "object") return value;
  if ("length" in value) return Array.from(value as ArrayLike<PlainValue>, flat);
  return Object.entries(value).map(([key, each]) => [key, flat(each)]);
}

export function nodesOf(region: Region): readonly GraphNode[] {
  const nodes: GraphNode[] = [];
  walkNodes(region, (node) => nodes.push(node));
  return nodes;
}

export function kinds(graph: Graph): readonly string[] {
  return nodesOf(graph.body).map((node) => node.kind);
}

export function operations(graph: Graph): readonly string[] {
  return nodesOf(graph.body).flatMap((node) => (node.kind === "operation" ? [node.operation] : []));
}
