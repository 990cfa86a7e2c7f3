/**
 * What a loop that is marked `@checkpoint` is run again from, and one that is marked `@fixedpoint` is run once more at; and why
 * it cannot be, if it cannot: what it changes must be of a size that is known before it runs, and it must do the same each time.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Graph, GraphNode, LoopNode, OpaqueNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { carriedOf, isLoop, walkNodes } from "../../src/ir/walk.ts";
import { arrayLength } from "./array-length.ts";
import { type ArrayGroups, arrayGroups } from "./array-groups.ts";
import { obscureExit } from "./solution-round.ts";
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

/**
 * The arrays that it carries, and those that it reads and that something changes; of a loop to a fixed point the carried as it
 * leaves them, and all that are not parameters.
 */
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
  const isSolved = loop.fixedPoint !== undefined;
  const isOwn = (array: ValueId): boolean => isSolved && groups.groupOf(array).allocations.length > 0;
  return {
    carried: (isSolved ? loop.results : loop.inits).filter((_, slot) => isArray(present(carriedOf(loop)[slot]))),
    free: freeValues([loop.body], order).filter((value) => isArray(value) && (mayChange(value) || isOwn(value))),
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

export function isMarkedLoop(node: GraphNode): node is LoopNode {
  return isLoop(node) && (node.checkpoint !== undefined || node.fixedPoint !== undefined);
}

/** Whether a loop is marked, in the graph or in a function that it calls, or such a function is. */
export function hasMarkedLoop({ body, functions, checkpoint }: Graph): boolean {
  let found = checkpoint !== undefined;
  walkNodes(body, (node) => void (found ||= isMarkedLoop(node)));
  return found || [...(functions?.values() ?? [])].some(hasMarkedLoop);
}

/** Whether a loop comes to a fixed point, in the graph or in a function that it calls. */
export function hasFixedPoint({ body, functions }: Graph): boolean {
  let found = false;
  walkNodes(body, (node) => void (found ||= isLoop(node) && node.fixedPoint !== undefined));
  return found || [...(functions?.values() ?? [])].some(hasFixedPoint);
}

/** Says of each loop that is marked and cannot be run again why it cannot. Forward mode runs those to fixed points alone again. */
export function rerunRefusals(graph: Graph, isForward: boolean): readonly Diagnostic[] {
  const functions = graph.functions ?? new Map<string, Graph>();
  return [graph, ...functions.values()].flatMap((each) => refusalsIn(each, functions, isForward));
}

function refusalsIn(graph: Graph, functions: ReadonlyMap<string, Graph>, isForward: boolean): readonly Diagnostic[] {
  const marked: { readonly loop: LoopNode; readonly region: Region }[] = [];
  walkNodes(graph.body, (loop, region) => {
    if (isMarkedLoop(loop) && (!isForward || loop.fixedPoint !== undefined)) marked.push({ loop, region });
  });
  if (marked.length === 0) return [];
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  return marked.flatMap(({ loop, region }) => {
    const home = present(order.regions.get(region));
    const obstacle = rerunObstacle(graph, loop, home, order, groups, functions);
    const { fixedPoint, checkpoint } = loop;
    if (obstacle !== undefined) {
      const why = reasonOf(obstacle, graph);
      if (fixedPoint !== undefined) return [diagnostic("ADJ2077", fixedPoint, { why })];
      return [diagnostic("ADJ2076", present(checkpoint).mark, { why })];
    }
    const exit = fixedPoint === undefined ? undefined : obscureExit(graph, loop);
    if (fixedPoint === undefined || exit === undefined) return [];
    const why =
      exit === "ways"
        ? "it is left with results in more than one way"
        : `${nameOf(exit.array, graph)} is changed on the way out of it`;
    return [diagnostic("ADJ2077", fixedPoint, { why })];
  });
}

function nameOf(array: ValueId, { values }: Graph): string {
  return values.get(array)?.name ?? "an array";
}

function reasonOf(obstacle: Obstacle, graph: Graph): string {
  if (obstacle.kind === "opaque") return `${obstacle.node.text} may give something else then`;
  const name = nameOf(obstacle.array, graph);
  switch (obstacle.kind) {
    case "grows":
      return `${name} grows`;
    case "nested":
      return `${name} is an array of arrays that changes`;
    case "length":
      return `the length of ${name} is not known before it`;
  }
}
