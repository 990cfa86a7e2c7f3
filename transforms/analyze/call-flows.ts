/**
 * Through which functions a derivative flows from what they are given to what they give: asked at each call, so that what a
 * recursive call does not use is not active. Found by rounds that start from none.
 */
import type { CallNode, Graph, ValueId } from "../../src/ir/graph.ts";
import { flowsWithin, reachable } from "./activity.ts";

/** The operands of the call from which a derivative flows to the result at each place. */
export type CallFlows = (call: CallNode) => readonly { readonly operand: number; readonly result: number }[];

export const noFlows: CallFlows = () => [];

export function callFlows(functions: ReadonlyMap<string, Graph>): CallFlows {
  const flows = new Map<string, readonly { readonly operand: number; readonly result: number }[]>();
  const of: CallFlows = (call) => flows.get(call.callee) ?? [];
  for (let changed = functions.size > 0; changed;) {
    changed = false;
    for (const [key, graph] of functions) {
      const found = flowsOf(graph, of);
      if (found.length === (flows.get(key)?.length ?? 0)) continue;
      flows.set(key, found);
      changed = true;
    }
  }
  return of;
}

function flowsOf(graph: Graph, of: CallFlows): readonly { readonly operand: number; readonly result: number }[] {
  const { forwards } = flowsWithin(graph, of);
  const results = resultsOfFunction(graph);
  return graph.parameters.flatMap(({ value }, operand) => {
    const reached = reachable([value], forwards);
    return results.flatMap((result, k) => (reached.has(result) ? [{ operand, result: k }] : []));
  });
}

/** What a function gives, in the order of the results of its calls: numbers and booleans, then the arrays that it writes. */
export function resultsOfFunction(graph: Graph): readonly ValueId[] {
  const scalars = graph.returned.kind === "tuple" ? graph.returned.entries : [];
  const arrays = graph.parameters.flatMap(({ written }, k) => (written ? [graph.final.get(k)] : []));
  return [...scalars.map((output) => (output.kind === "scalar" ? output.value : undefined)), ...arrays].flatMap(
    (value) => (value === undefined ? [] : [value]),
  );
}
