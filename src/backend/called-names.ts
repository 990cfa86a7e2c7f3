/** The functions of a module that its derivatives call: what they are called, and which of them use the stack. */
import { present } from "../diagnostics/invariant.ts";
import type { Graph } from "../ir/graph.ts";
import { printGraph } from "../ir/print.ts";
import { rowCallOf } from "../ir/row-calls.ts";
import { walkNodes } from "../ir/walk.ts";
import type { ModuleParts } from "./module-parts.ts";

export interface CalledFunction {
  readonly key: string;
  readonly graph: Graph;
  readonly name: string;
  readonly needsStack: boolean;
}

export interface CalledNames {
  /** What the stack is called in the functions. */
  readonly stack: string;
  readonly of: (key: string) => CalledFunction;
  readonly all: readonly CalledFunction[];
}

/** Names the functions that a derivative calls. Two derivatives that call the same share it. */
export function calledNames(graph: Graph, parts: ModuleParts): CalledNames {
  const reached = functionsReached(graph);
  const stackUsers = stackUsersOf(reached);
  const functions = new Map<string, CalledFunction>();
  for (const [key, callee] of reached) {
    const name = parts.function(identityOf(key, reached), key);
    functions.set(key, { key, graph: callee, name, needsStack: stackUsers.has(key) });
  }
  const of = (key: string): CalledFunction => present(functions.get(key), `the function ${key}`);
  return { stack: "stack", of, all: [...functions.values()] };
}

/** Whether a derivative that calls these has a stack. */
export function usesStack(called: CalledNames): boolean {
  return called.all.some(({ needsStack }) => needsStack);
}

function functionsReached(graph: Graph): ReadonlyMap<string, Graph> {
  const reached = new Map<string, Graph>();
  const visit = (from: Graph): void =>
    walkNodes(from.body, (node) => {
      if (node.kind !== "call" || reached.has(node.callee) || rowCallOf(node.callee) !== undefined) return;
      const callee = present(graph.functions?.get(node.callee), `the function ${node.callee}`);
      reached.set(node.callee, callee);
      visit(callee);
    });
  visit(graph);
  return reached;
}

function stackUsersOf(functions: ReadonlyMap<string, Graph>): ReadonlySet<string> {
  const users = new Set<string>();
  for (let size = -1; size < users.size;) {
    size = users.size;
    for (const [key, graph] of functions) {
      const isLong = graph.returned.kind === "tuple" && graph.returned.entries.length > 1;
      if (isLong) users.add(key);
      walkNodes(graph.body, (node) => {
        const acts = node.kind === "push" || node.kind === "pop" || node.kind === "allocate";
        if (acts || (node.kind === "call" && users.has(node.callee))) users.add(key);
      });
    }
  }
  return users;
}

/** The same text for functions that do the same, with all that they call. */
function identityOf(key: string, functions: ReadonlyMap<string, Graph>): string {
  const texts: string[] = [];
  const seen = new Set<string>();
  const visit = (each: string): void => {
    if (seen.has(each)) return;
    seen.add(each);
    const graph = present(functions.get(each));
    texts.push(printGraph({ ...graph, name: each }));
    walkNodes(graph.body, (node) => {
      if (node.kind === "call") visit(node.callee);
    });
    if (graph.partner !== undefined && functions.has(graph.partner)) visit(graph.partner);
  };
  visit(key);
  return texts.join("\n");
}
