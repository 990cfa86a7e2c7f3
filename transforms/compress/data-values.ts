/**
 * What depends on floats that come in, or on what the derivative cannot see into: a structure that does not depend on
 * them is that of all calls with these sizes and indices.
 *
 * Optimistic: what depends on data spreads until nothing more does.
 */
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { indexOf, isLoop, nextOf, carriedOf, resultsOf, walkNodes } from "../../src/ir/walk.ts";

const floats: ReadonlySet<string> = new Set(["f64", "f32", "number"]);

export function dataValues(graph: Graph): ReadonlySet<ValueId> {
  const buffers = bufferOf(graph);
  const found = new Set<ValueId>();
  const keyOf = (value: ValueId): ValueId => buffers.get(value) ?? value;
  const has = (value: ValueId | undefined): boolean => value !== undefined && found.has(keyOf(value));
  let hasGrown = true;
  const add = (value: ValueId): void => {
    if (has(value)) return;
    found.add(keyOf(value));
    hasGrown = true;
  };
  const addAll = (values: readonly ValueId[]): void => values.filter(isNumber).forEach(add);
  const isNumber = (value: ValueId): boolean => typeof graph.values.get(value)?.type !== "object";
  const tables = new Set<ValueId>();
  walkNodes(graph.body, (node) => node.kind === "table" && tables.add(node.result));

  for (const { value, type, isWhole, isControl, test } of graph.parameters) {
    const isFloat = type === "number" && isWhole !== true && isControl !== true && test === undefined;
    if (isFloat) add(value);
  }
  const isOfFloats = (array: ValueId): boolean => {
    const type = graph.values.get(array)?.type;
    return typeof type === "object" && floats.has(type.element) && !tables.has(keyOf(array));
  };
  const visit = (node: GraphNode): void => {
    switch (node.kind) {
      case "opaque":
        return add(node.result);
      case "operation":
        if (node.operands.some(has)) add(node.result);
        return;
      case "load":
        if (isOfFloats(node.array) || has(node.array) || has(node.index)) add(node.result);
        return;
      case "store":
        if (has(node.value) || has(node.index)) add(node.array);
        return;
      case "if":
        node.results.forEach((result, k) => {
          if ([node.condition, node.then.yields[k], node.else.yields[k]].some(has)) addAll([result]);
        });
        return;
      case "for":
      case "while": {
        const ends = node.kind === "for" ? [node.start, node.bound] : node.condition.yields;
        const isByData = ends.some(has) || (node.stops && has(node.body.yields[0]));
        carriedOf(node).forEach((argument, k) => {
          if (!isNumber(argument)) return;
          if ([node.inits[k], nextOf(node)[k]].some(has)) add(argument);
          if (node.kind === "while" && has(argument)) addAll(node.condition.arguments.slice(k, k + 1));
          if (isByData || has(argument)) addAll(node.results.slice(k, k + 1));
        });
        if (node.kind === "for" && has(node.start)) add(indexOf(node));
        if (isByData) addAll([node.trips, ...(node.stopped === undefined ? [] : [node.stopped])]);
        return;
      }
      case "call":
      case "pop":
        return addAll(resultsOf(node));
      default:
        return;
    }
  };
  while (hasGrown) {
    hasGrown = false;
    walkNodes(graph.body, visit);
  }
  return new Set([...graph.values.keys()].filter(has));
}

/** Whether the node ends by what it computes: a loop that is left by data, or a `while`. */
export function mayGoOn(node: GraphNode): boolean {
  return node.kind === "while" || node.kind === "throw" || (isLoop(node) && node.stops);
}
