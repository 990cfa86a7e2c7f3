/** Runs a list of stages over a graph and the functions that it calls, and shows each to whoever watches. */
import type { DerivativeGraph } from "../transforms/pass.ts";
import type { Graph } from "./ir/graph.ts";
import { walkNodes } from "./ir/walk.ts";
import type { Kind, PipelineOptions, Stage, StageOptions } from "./pipeline-stage.ts";

const calls: readonly Kind[] = ["call", "push", "pop"];

export function runAll(list: readonly Stage[], graph: Graph, options: StageOptions): Graph {
  const callees = unobserved(options);
  return withFunctions(runStages(list, graph, options), (callee) => runStages(list, callee, callees));
}

/** The graph with each of the functions that it calls changed. */
export function withFunctions(graph: Graph, change: (callee: Graph) => Graph): Graph {
  const { functions } = graph;
  if (functions === undefined) return graph;
  return { ...graph, functions: new Map([...functions].map(([key, callee]) => [key, change(callee)] as const)) };
}

export function observed(derivative: DerivativeGraph, pass: string, { onPass }: PipelineOptions): DerivativeGraph {
  onPass?.(pass, derivative.graph);
  return derivative;
}

export function unobserved<Options extends PipelineOptions>(options: Options): Options {
  return { ...options, onPass: undefined };
}

function runStages(list: readonly Stage[], graph: Graph, options: StageOptions): Graph {
  let current = graph;
  /** What each stage left as it was, or made: it has nothing to do there a second time. */
  const done = new Map<string, Graph>();
  let kinds = kindsOf(current);
  for (const { name, run, on, rounds, required, mindsCalls } of list) {
    if (mindsCalls !== true && calls.some((kind) => kinds.has(kind))) continue;
    if (!required && options.disabled.has(name)) continue;
    if (rounds && options.strictFp) continue;
    const isIdle = done.get(name) === current || (on !== undefined && !on.some((kind) => kinds.has(kind)));
    const next = isIdle ? current : run(options)(current);
    if (next !== current) kinds = kindsOf(next);
    current = next;
    done.set(name, current);
    options.onPass?.(name, current);
  }
  return current;
}

function kindsOf(graph: Graph): ReadonlySet<Kind> {
  const kinds = new Set<Kind>();
  walkNodes(graph.body, ({ kind }) => kinds.add(kind));
  return kinds;
}
