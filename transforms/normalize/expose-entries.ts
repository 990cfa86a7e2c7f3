/**
 * Puts before each loop that is to be run again (`@checkpoint`) what its reverse starts from: a loop that reads the arrays
 * that it changes, and those that it reads and that change later, so that storage planning can treat their entries like any
 * other value: keep them, or find that they are still there. Dead code removes what nothing needs. After a loop to a fixed
 * point (`@fixedpoint`) stands the same, of what it has come to.
 *
 *   for (t…) { u[…] = … }   ->   for (k < n) u[k]; for (t…) { u[…] = … }
 *
 * A loop that cannot be run again loses its mark.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, LengthNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, mapNode } from "../../src/ir/walk.ts";
import { type ArrayGroups, arrayGroups } from "../analyze/array-groups.ts";
import { arrayLength } from "../analyze/array-length.ts";
import { type ProgramOrder, programOrder } from "../analyze/program-order.ts";
import {
  arraysToKeep,
  type Entries,
  type EntryArray,
  hasFixedPoint,
  hasMarkedLoop,
  isMarkedLoop,
  rerunObstacle,
} from "../analyze/rerun-loops.ts";

export function exposeEntries(graph: Graph): { readonly graph: Graph; readonly entries: Entries } {
  if (!hasMarkedLoop(graph)) return { graph, entries: new Map() };

  const build = new GraphBuilder(graph.values);
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  const entries = new Map<ValueId, ReadonlyMap<ValueId, EntryArray>>();
  /** The lengths of parameters: at the beginning of the graph, so that no loop seems to read the arrays. */
  const lengths = new Map<ValueId, LengthNode>();
  const visit = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) push(node, region);
      return region.yields;
    });
  const push = (node: GraphNode, region: Region): void => {
    build.at(node.span);
    const inner = mapNode(node, (value) => value, visit);
    if (!isMarkedLoop(node) || !isLoop(inner)) return build.push(inner);
    const home = present(order.regions.get(region));
    if (rerunObstacle(graph, node, home, order, groups) !== undefined) {
      return build.push({ ...inner, checkpoint: undefined });
    }
    if (node.fixedPoint !== undefined) build.push(inner);
    entries.set(node.trips, entriesFor(node, region));
    if (node.fixedPoint === undefined) build.push(inner);
  };
  const entriesFor = (loop: LoopNode, region: Region): ReadonlyMap<ValueId, EntryArray> => {
    const { carried, free } = arraysToKeep(graph, loop, order, groups);
    return new Map([...carried, ...free].map((array) => [array, entriesOf(array, loop, region)] as const));
  };
  const entriesOf = (array: ValueId, node: LoopNode, region: Region): EntryArray => {
    const length = lengthBefore(array, node, region, { graph, build, order, groups, lengths });
    let value: ValueId | undefined;
    const range = { start: build.constant(0), bound: length, step: 1, inclusive: false, indexName: "k" };
    const loop = build.for(range, [], (index) => {
      value = build.load(array, index, build.nameOf(array));
      return [];
    });
    return { loop, index: present(loop.body.arguments[0]), value: present(value), length };
  };
  const visited = visit(graph.body);
  const body = { ...visited, nodes: [...lengths.values(), ...visited.nodes] };
  return { graph: { ...graph, body, values: build.values }, entries };
}

/** The same of loops to fixed points alone. */
export function exposeSolutions(graph: Graph): ReturnType<typeof exposeEntries> {
  return hasFixedPoint(graph) ? exposeEntries(graph) : { graph, entries: new Map() };
}

interface Facts {
  readonly graph: Graph;
  readonly build: GraphBuilder;
  readonly order: ProgramOrder;
  readonly groups: ArrayGroups;
  readonly lengths: Map<ValueId, LengthNode>;
}

function lengthBefore(array: ValueId, node: LoopNode, region: Region, facts: Facts): ValueId {
  const { graph, build, order, groups, lengths } = facts;
  const lengthOf = (parameter: ValueId): ValueId => {
    const known = lengths.get(parameter) ?? { kind: "length", array: parameter, result: build.fresh("number") };
    lengths.set(parameter, known);
    return known.result;
  };
  const home = present(order.regions.get(region));
  const parts = present(arrayLength(graph, groups, order, array, node, home), "the length of an array");
  return parts
    .map((part) => (part.kind === "value" ? part.value : lengthOf(part.parameter)))
    .reduce((longest, length) => build.operation("max", [longest, length]));
}
