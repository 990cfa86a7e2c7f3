/** Values that are known when the function is entered: pure operations on parameters, their lengths, and constants. */
import type { Graph, GraphNode, ValueId } from "../ir/graph.ts";
import { operandsOf, resultsOf } from "../ir/walk.ts";

export interface EntryValues {
  readonly has: (value: ValueId) => boolean;
  /** The nodes that compute these values, in order. All of them must be entry values. */
  readonly nodesFor: (values: Iterable<ValueId>) => readonly GraphNode[];
}

export function entryValues(graph: Graph, bufferOf: ReadonlyMap<ValueId, ValueId>): EntryValues {
  const parameters = new Set(graph.parameters.map(({ value }) => value));
  const nodes = new Map<ValueId, GraphNode>();
  const has = (value: ValueId) => nodes.has(value) || parameters.has(value);
  for (const node of graph.body.nodes) {
    if (node.kind === "constant") nodes.set(node.result, node);
    if (node.kind === "operation" && node.operands.every(has)) nodes.set(node.result, node);
    if (node.kind === "length") {
      const array = bufferOf.get(node.array) ?? node.array;
      if (parameters.has(array) && (node.at === undefined || has(node.at))) nodes.set(node.result, { ...node, array });
    }
  }
  const nodesFor = (values: Iterable<ValueId>): readonly GraphNode[] => {
    const wanted = new Set<GraphNode>();
    const waiting = [...values];
    while (waiting.length > 0) {
      const value = waiting.pop();
      const node = value === undefined ? undefined : nodes.get(value);
      if (node === undefined || wanted.has(node)) continue;
      wanted.add(node);
      waiting.push(...operandsOf(node));
    }
    // What is computed at entry reverses no statement of the source.
    return [...nodes.values()].filter((node) => wanted.has(node)).map((node) => ({ ...node, origin: undefined }));
  };
  return { has, nodesFor };
}

/** The nodes that are not among those, by what they define. */
export function without(nodes: readonly GraphNode[], others: readonly GraphNode[]): readonly GraphNode[] {
  const defined = new Set(others.flatMap(resultsOf));
  return nodes.filter((node) => !resultsOf(node).some((value) => defined.has(value)));
}

/** Whether an entry value is sure not to be negative: lengths and constants, and what only grows from them. */
export function isNeverNegative(value: ValueId, entry: EntryValues): boolean {
  const node = entry.nodesFor([value]).find((each) => resultsOf(each).includes(value));
  if (node?.kind === "length") return true;
  if (node?.kind === "constant") return Number(node.value) >= 0;
  if (node?.kind !== "operation") return false;
  const isOperandNeverNegative = (operand: ValueId) => isNeverNegative(operand, entry);
  if (node.operation === "max") return node.operands.some(isOperandNeverNegative);
  const grows = ["add", "mul", "div", "ceil", "floor", "round", "trunc", "min", "sqrt"].includes(node.operation);
  return grows && node.operands.every(isOperandNeverNegative);
}
