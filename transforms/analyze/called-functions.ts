/** Which functions a graph calls, itself or through others. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";

/** By their keys, in the order in which they are found. */
export function calledFunctions(graph: Graph, functions: ReadonlyMap<string, Graph>): ReadonlyMap<string, Graph> {
  const called = new Map<string, Graph>();
  const visit = ({ body }: Graph): void =>
    walkNodes(body, (node) => {
      if (node.kind !== "call" || called.has(node.callee)) return;
      const callee = present(functions.get(node.callee), `the function ${node.callee}`);
      called.set(node.callee, callee);
      visit(callee);
    });
  visit(graph);
  return called;
}

/** With the functions that it still calls, of these. */
export function withCalledFunctions(graph: Graph, functions: ReadonlyMap<string, Graph>): Graph {
  const called = calledFunctions(graph, functions);
  const { functions: _, ...alone } = graph;
  return called.size === 0 ? alone : { ...alone, functions: called };
}
