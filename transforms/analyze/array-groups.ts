import { present } from "../../src/diagnostics/invariant.ts";
import type { AllocateNode, Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, changedBy, isLoop, nextOf, walkNodes } from "../../src/ir/walk.ts";
import { bufferOf } from "../../src/ir/buffers.ts";

/**
 * A group is a set of buffers that loops exchange (`[h, next] = [next, h]`): most groups are one buffer. What an array
 * still holds when the reverse sweep comes by is asked of the group.
 */
export interface ArrayGroup {
  readonly id: ValueId;
  /** The nodes that change what a version of the group stands for: stores, calls, and loops that permute its buffers. */
  readonly changes: readonly GraphNode[];
  /** The parameters whose buffers belong to it, as indices. */
  readonly parameters: readonly number[];
  readonly allocations: readonly AllocateNode[];
  readonly isPermuted: boolean;
  /** How long its buffer becomes is not known where it is allocated. */
  readonly grows: boolean;
}

export interface ArrayGroups {
  readonly groupOf: (array: ValueId) => ArrayGroup;
  readonly bufferOf: (array: ValueId) => ValueId;
  readonly all: readonly ArrayGroup[];
}

interface MutableGroup extends ArrayGroup {
  readonly changes: GraphNode[];
  readonly parameters: number[];
  readonly allocations: AllocateNode[];
  isPermuted: boolean;
  grows: boolean;
}

export function arrayGroups(graph: Graph): ArrayGroups {
  const buffers = bufferOf(graph);
  const parents = new Map<ValueId, ValueId>();
  const find = (value: ValueId): ValueId => {
    let root = buffers.get(value) ?? value;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    return root;
  };
  const join = (first: ValueId, second: ValueId): void => {
    const a = find(first);
    const b = find(second);
    if (a !== b) parents.set(b, a);
  };

  const permuting: { readonly node: GraphNode; readonly arrays: readonly ValueId[] }[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === "if") {
      node.results.forEach((result, k) => {
        if (!buffers.has(result)) return;
        join(result, node.then.yields[k]!);
        join(result, node.else.yields[k]!);
      });
    }
    if (!isLoop(node)) return;
    const moved: ValueId[] = [];
    carriedOf(node).forEach((argument, k) => {
      if (!buffers.has(argument)) return;
      const next = present(nextOf(node)[k]);
      if (buffers.get(next) !== buffers.get(argument)) moved.push(argument);
      join(argument, next);
      join(argument, node.inits[k]!);
      join(argument, node.results[k]!);
    });
    if (moved.length > 0) permuting.push({ node, arrays: moved });
  });

  const groups = new Map<ValueId, MutableGroup>();
  const groupOf = (array: ValueId): MutableGroup => {
    const id = find(array);
    let group = groups.get(id);
    if (group === undefined) {
      group = { id, changes: [], parameters: [], allocations: [], isPermuted: false, grows: false };
      groups.set(id, group);
    }
    return group;
  };
  graph.parameters.forEach((parameter, k) => {
    if (buffers.has(parameter.value)) groupOf(parameter.value).parameters.push(k);
  });
  walkNodes(graph.body, (node) => {
    if (node.kind === "store") groupOf(node.array).changes.push(node);
    if (node.kind === "grow") groupOf(node.array).grows = true;
    if (node.kind === "call") for (const { array } of changedBy(node)) groupOf(array).changes.push(node);
    if (node.kind === "pop") for (const value of node.results) if (buffers.has(value)) groupOf(value);
    if (node.kind === "allocate") groupOf(node.result).allocations.push(node);
    if (node.kind === "table") groupOf(node.result);
  });
  for (const { node, arrays } of permuting) {
    for (const group of new Set(arrays.map(groupOf))) {
      group.isPermuted = true;
      group.changes.push(node);
    }
  }
  return { groupOf, bufferOf: (array) => present(buffers.get(array), `buffer of ${array}`), all: [...groups.values()] };
}
