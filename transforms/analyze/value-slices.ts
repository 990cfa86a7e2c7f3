/**
 * What a value is computed from, for the search for traps: definitions followed backwards, through branches and around loops.
 * A load ends a slice: which entry it is counts, not how the array came to be.
 */
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, resultsOf, walkNodes } from "../../src/ir/walk.ts";

export interface ValueSlices {
  readonly definition: (value: ValueId) => GraphNode | undefined;
  /** The values that a result of a branch, a result of a loop, or a carried argument may be. */
  readonly choices: (value: ValueId) => readonly ValueId[];
  /** All that the values are computed from, they themselves among it. */
  readonly slice: (values: readonly ValueId[]) => ReadonlySet<ValueId>;
  /** The same text for the same parameter or entry: two reads of `x[i]` are two values. */
  readonly key: (value: ValueId) => string;
}

export function valueSlices(graph: Graph): ValueSlices {
  const definitions = new Map<ValueId, GraphNode>();
  const choices = new Map<ValueId, readonly ValueId[]>();
  walkNodes(graph.body, (node) => {
    for (const result of resultsOf(node)) definitions.set(result, node);
    if (node.kind === "if") {
      node.results.forEach((result, k) => choices.set(result, [node.then.yields[k]!, node.else.yields[k]!]));
    } else if (isLoop(node)) {
      const next = nextOf(node);
      const carried = carriedOf(node);
      node.results.forEach((result, k) => {
        choices.set(result, [node.inits[k]!, next[k]!]);
        choices.set(carried[k]!, [node.inits[k]!, next[k]!]);
        const tested = node.kind === "while" ? node.condition.arguments[k] : undefined;
        if (tested !== undefined) choices.set(tested, [node.inits[k]!, next[k]!]);
      });
    }
  });
  const choicesOf = (value: ValueId): readonly ValueId[] => choices.get(value) ?? [];
  const key = (value: ValueId, depth = 6): string => {
    const node = definitions.get(value);
    if (node?.kind === "constant") return String(node.value);
    if (depth === 0 || node === undefined) return `#${value}`;
    if (node.kind === "load") return `${node.array}[${key(node.index, depth - 1)}]`;
    if (node.kind !== "operation") return `#${value}`;
    return `${node.operation}(${node.operands.map((each) => key(each, depth - 1)).join()})`;
  };
  const slice = (values: readonly ValueId[]): ReadonlySet<ValueId> => {
    const seen = new Set(values);
    const pending = [...values];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      const node = definitions.get(value);
      const operands = node?.kind === "operation" ? node.operands : choicesOf(value);
      for (const next of operands) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    return seen;
  };
  return { definition: (value) => definitions.get(value), choices: choicesOf, slice, key };
}
