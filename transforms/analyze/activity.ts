import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { type CallFlows, noFlows } from "./call-flows.ts";
import { pullbacksOf, type Pullbacks } from "./pullback.ts";

/**
 * Activity analysis (Griewank & Walther, section 6.2; Hascoët & Pascual): a value is active when it is varied (depends
 * on an independent through derivatives that are not identically zero) and useful (a dependent depends on it so).
 *
 * Both are reachability in one graph of edges "the derivative flows from here to there", which has an edge for each
 * way around a loop, so no fixed point has to be iterated.
 */
export interface Activity {
  readonly isActive: (value: ValueId) => boolean;
  readonly isVaried: (value: ValueId) => boolean;
  readonly isUseful: (value: ValueId) => boolean;
}

/** `constant`: values whose derivative is known to have no effect, as if they were constants. */
export function activity(
  graph: Graph,
  independents: readonly ValueId[],
  dependents: readonly ValueId[],
  constant: ReadonlySet<ValueId> = new Set(),
  calls: CallFlows = noFlows,
): Activity {
  const { forwards, backwards } = flowsWithin(graph, calls, constant);
  const varied = reachable(independents, forwards);
  const useful = reachable(dependents, backwards);
  return {
    isActive: (value) => varied.has(value) && useful.has(value),
    isVaried: (value) => varied.has(value),
    isUseful: (value) => useful.has(value),
  };
}

/** The edges along which a derivative flows, in both directions. */
export function flowsWithin(graph: Graph, calls: CallFlows, constant: ReadonlySet<ValueId> = new Set()) {
  const forwards = new Map<ValueId, ValueId[]>();
  const backwards = new Map<ValueId, ValueId[]>();
  flowOf(graph.body, graph, pullbacksOf(graph), calls, (from, to) => {
    if (constant.has(from) || constant.has(to)) return;
    append(forwards, from, to);
    append(backwards, to, from);
  });
  return { forwards, backwards };
}

type Flow = (from: ValueId, to: ValueId) => void;

/** Calls `flow` for every pair of values between which a derivative may flow. */
function flowOf(region: Region, graph: Graph, pullbacks: Pullbacks, calls: CallFlows, flow: Flow): void {
  for (const node of region.nodes) {
    flowOfNode(node, graph, pullbacks, calls, flow);
    for (const inner of regionsOf(node)) flowOf(inner, graph, pullbacks, calls, flow);
  }
}

function flowOfNode(node: GraphNode, graph: Graph, pullbacks: Pullbacks, calls: CallFlows, flow: Flow): void {
  switch (node.kind) {
    case "operation": {
      const contributions = pullbacks(node);
      node.operands.forEach((operand, k) => {
        if (contributions[k] !== undefined) flow(operand, node.result);
      });
      return;
    }
    case "load":
      return flow(node.array, node.result);
    case "store":
      flow(node.array, node.result);
      if (holdsFloats(graph, node.result)) flow(node.value, node.result);
      return;
    case "grow":
      return flow(node.array, node.result);
    case "call":
      for (const { operand, result } of calls(node)) flow(node.operands[operand]!, node.results[result]!);
      return;
    case "for":
    case "while": {
      const carried = carriedOf(node);
      const next = nextOf(node);
      node.results.forEach((result, k) => {
        // A fixed point does not depend on where the way to it starts; its array is the same before and after.
        if (node.fixedPoint === undefined || typeof graph.values.get(result)?.type === "object") {
          flow(node.inits[k]!, carried[k]!);
          flow(node.inits[k]!, result);
        }
        flow(next[k]!, carried[k]!);
        flow(next[k]!, result);
      });
      return;
    }
    case "if":
      node.results.forEach((result, k) => {
        flow(node.then.yields[k]!, result);
        flow(node.else.yields[k]!, result);
      });
      return;
    default:
      return;
  }
}

/** Whether an array can carry a derivative: one of integers truncates what is stored. */
export function holdsFloats(graph: Pick<Graph, "values">, array: ValueId): boolean {
  const type = graph.values.get(array)?.type;
  if (typeof type !== "object") return false;
  return type.element === "f64" || type.element === "f32" || type.element === "number";
}

export function reachable(
  from: readonly ValueId[],
  edges: ReadonlyMap<ValueId, readonly ValueId[]>,
): ReadonlySet<ValueId> {
  const seen = new Set(from);
  const pending = [...from];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    for (const next of edges.get(value) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return seen;
}

function append(map: Map<ValueId, ValueId[]>, key: ValueId, value: ValueId): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
