/**
 * What a loop that is marked `@checkpoint` is run again from; and why it cannot be, if it cannot: what it changes must be of a
 * size that is known before it runs, and it must do the same each time.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Graph, LoopNode, OpaqueNode, Region, Span, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { carriedOf, isLoop, walkNodes } from "../../src/ir/walk.ts";
import { arrayLength } from "./array-length.ts";
import { type ArrayGroups, arrayGroups } from "./array-groups.ts";
import { freeValues, type ProgramOrder, programOrder, type RegionInfo } from "./program-order.ts";

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
  | { readonly kind: "opaque"; readonly node: OpaqueNode }
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

/** `functions`: those that the graph calls. */
export function rerunObstacle(
  graph: Graph,
  loop: LoopNode,
  home: RegionInfo,
  order: ProgramOrder,
  groups: ArrayGroups,
  functions: ReadonlyMap<string, Graph> = graph.functions ?? new Map<string, Graph>(),
): Obstacle | undefined {
  const opaque = opaqueIn(loop.body, functions, new Set());
  if (opaque !== undefined) return { kind: "opaque", node: opaque };
  const { carried, free } = arraysToKeep(graph, loop, order, groups);
  for (const array of [...carried, ...free]) {
    if (groups.groupOf(array).grows) return { kind: "grows", array };
    if (isNested(graph.values.get(array)?.type)) return { kind: "nested", array };
    if (arrayLength(graph, groups, order, array, loop, home) === undefined) return { kind: "length", array };
  }
  return undefined;
}

/** What may give another number each time, in the region or in a function that it calls. */
function opaqueIn(region: Region, functions: ReadonlyMap<string, Graph>, seen: Set<string>): OpaqueNode | undefined {
  let found: OpaqueNode | undefined;
  walkNodes(region, (node) => {
    if (found !== undefined) return;
    if (node.kind === "opaque") found = node;
    if (node.kind !== "call" || seen.has(node.callee)) return;
    seen.add(node.callee);
    const callee = functions.get(node.callee);
    if (callee !== undefined) found = opaqueIn(callee.body, functions, seen);
  });
  return found;
}

/** Whether a loop is marked, in the graph or in a function that it calls, or such a function is. */
export function hasMarkedLoop({ body, functions, checkpoint }: Graph): boolean {
  let found = checkpoint !== undefined;
  walkNodes(body, (node) => void (found ||= isLoop(node) && node.checkpoint !== undefined));
  return found || [...(functions?.values() ?? [])].some(hasMarkedLoop);
}

/** Says of each loop that is marked and cannot be run again why it cannot. */
export function rerunRefusals(graph: Graph): readonly Diagnostic[] {
  const functions = graph.functions ?? new Map<string, Graph>();
  return [graph, ...functions.values()].flatMap((each) => refusalsIn(each, functions));
}

function refusalsIn(graph: Graph, functions: ReadonlyMap<string, Graph>): readonly Diagnostic[] {
  const marked: { readonly loop: LoopNode; readonly region: Region; readonly mark: Span }[] = [];
  walkNodes(graph.body, (loop, region) => {
    if (isLoop(loop) && loop.checkpoint !== undefined) marked.push({ loop, region, mark: loop.checkpoint.mark });
  });
  if (marked.length === 0) return [];
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  return marked.flatMap(({ loop, region, mark }) => {
    const home = present(order.regions.get(region));
    const obstacle = rerunObstacle(graph, loop, home, order, groups, functions);
    return obstacle === undefined ? [] : [diagnostic("ADJ2076", mark, { why: reasonOf(obstacle, graph) })];
  });
}

function reasonOf(obstacle: Obstacle, { values }: Graph): string {
  if (obstacle.kind === "opaque") return `${obstacle.node.text} may give something else then`;
  const name = values.get(obstacle.array)?.name ?? "an array";
  switch (obstacle.kind) {
    case "grows":
      return `${name} grows`;
    case "nested":
      return `${name} is an array of arrays that changes`;
    case "length":
      return `the length of ${name} is not known before it`;
  }
}
