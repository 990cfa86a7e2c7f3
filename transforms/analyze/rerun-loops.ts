/**
 * What a loop that is marked `@checkpoint` is run again from; and why it cannot be, if it cannot: what it changes must be of a
 * size that is known before it runs, and it must do the same each time.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { carriedOf, walkNodes } from "../../src/ir/walk.ts";
import { arrayLength } from "./array-length.ts";
import type { ArrayGroups } from "./array-groups.ts";
import { freeValues, type ProgramOrder, type RegionInfo } from "./program-order.ts";

/** The entries of an array before a loop that is run again: `value` at `index`, in each round of `loop`. */
export interface EntryArray {
  readonly loop: LoopNode;
  readonly index: ValueId;
  readonly value: ValueId;
  readonly length: ValueId;
}

/** What the reverse of each such loop starts from, by its `trips`: for each array, the entries of the version before it. */
export type Entries = ReadonlyMap<ValueId, ReadonlyMap<ValueId, EntryArray>>;

export type Obstacle =
  | { readonly kind: "opaque"; readonly node: GraphNode }
  | { readonly kind: "grows" | "nested" | "length"; readonly array: ValueId };

/** The arrays that it carries, and those that it reads and that something changes. */
export function arraysToKeep(
  graph: Graph,
  loop: LoopNode,
  order: ProgramOrder,
  groups: ArrayGroups,
): { readonly carried: readonly ValueId[]; readonly free: readonly ValueId[] } {
  const isArray = (value: ValueId): boolean => typeof graph.values.get(value)?.type === "object";
  const mayChange = (array: ValueId): boolean => {
    const { changes, parameters } = groups.groupOf(array);
    return changes.length > 0 || parameters.some((index) => graph.unsteady?.has(index) === true);
  };
  return {
    carried: loop.inits.filter((_, slot) => isArray(present(carriedOf(loop)[slot]))),
    free: freeValues([loop.body], order).filter((value) => isArray(value) && mayChange(value)),
  };
}

export function rerunObstacle(
  graph: Graph,
  loop: LoopNode,
  home: RegionInfo,
  order: ProgramOrder,
  groups: ArrayGroups,
): Obstacle | undefined {
  let opaque: GraphNode | undefined;
  walkNodes(loop.body, (node) => {
    if (node.kind === "opaque" || (node.kind === "call" && mayDiffer(graph, node.callee))) opaque ??= node;
  });
  if (opaque !== undefined) return { kind: "opaque", node: opaque };
  const { carried, free } = arraysToKeep(graph, loop, order, groups);
  for (const array of [...carried, ...free]) {
    if (groups.groupOf(array).grows) return { kind: "grows", array };
    if (isNested(graph.values.get(array)?.type)) return { kind: "nested", array };
    if (arrayLength(graph, groups, order, array, loop, home) === undefined) return { kind: "length", array };
  }
  return undefined;
}

/** Whether a function, or one that it calls, holds what gives another number each time. */
function mayDiffer({ functions }: Graph, callee: string, seen: Set<string> = new Set()): boolean {
  if (functions === undefined || seen.has(callee)) return false;
  seen.add(callee);
  let found = false;
  walkNodes(present(functions.get(callee), `the function ${callee}`).body, (node) => {
    if (node.kind === "opaque") found = true;
    if (node.kind === "call") found ||= mayDiffer({ functions } as Graph, node.callee, seen);
  });
  return found;
}
