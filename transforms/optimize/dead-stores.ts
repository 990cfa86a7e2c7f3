/**
 * Leaves out stores to local arrays of entries that nothing reads afterwards: above all the zeroing of an adjoint that
 * was just used up, in an array whose entries have their turn once.
 *
 *   for (i…m) { d = dh[i]; dh[i] = 0; … d … }   ->   for (i…m) { d = dh[i]; … d … }     where dh is not read again
 *
 * Method: from the version that the store yields, everything that may read a later version is visited. Another entry of
 * the same iteration is known by its index; other iterations are known to have other entries if the loop owns them, or
 * to store to the entry before they read it. Or all loads that may come later are of other entries, as in a solve that
 * goes through a triangle row by row.
 */
import type { Graph, GraphNode, LoadNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra, type Access } from "../analyze/affine.ts";
import { arrayGroups, type ArrayGroup } from "../analyze/array-groups.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { isWithinRange, rangeStored, readersOf } from "../analyze/coverage.ts";
import { staysClear } from "../analyze/later-accesses.ts";
import { constantOf, subtractPolynomials } from "../analyze/polynomial.ts";
import { rootsOf } from "../analyze/uses.ts";
import { substitute } from "./substitute.ts";

/** How many versions are visited for one store, and how many loads in one loop are compared. */
const reach = 48;

export function deadStores(graph: Graph): Graph {
  const algebra = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const groups = arrayGroups(graph);
  const readers = readersOf(graph);
  const yields = yieldsOf(graph);
  const accesses = accessesOf(graph, buffers);
  const around = new Map<GraphNode, readonly LoopNode[]>();
  for (const ofLoop of accesses.values()) {
    for (const places of ofLoop.values()) for (const { node, loops } of places) around.set(node, loops);
  }
  const roots = new Set(rootsOf(graph));
  const rootGroups = new Set([...roots].filter((root) => buffers.has(root)).map(groups.groupOf));
  const positions = new Map<GraphNode, number>();
  const loadsOf = new Map<ArrayGroup, LoadNode[]>();
  walkNodes(graph.body, (node) => {
    positions.set(node, positions.size);
    if (node.kind !== "load") return;
    const group = groups.groupOf(node.array);
    const loads = loadsOf.get(group);
    if (loads === undefined) loadsOf.set(group, [node]);
    else loads.push(node);
  });

  /** Whether the entry that `store` has written is not read in this version or a later one. */
  const isForgotten = (version: ValueId, store: StoreNode, state: Walk): boolean => {
    if (++state.count.steps > reach || roots.has(version)) return false;
    for (const node of readers.get(version) ?? []) {
      if (node.kind === "length") continue;
      const isOther = "index" in node && state.left.length === 0 && isApart(node, store);
      if (node.kind === "load") {
        if (!isOther) return false;
      } else if (node.kind === "store") {
        if (!isForgotten(node.result, store, state)) return false;
      } else if (isLoop(node)) {
        if (isOverwrittenBy(node, version, store, state)) continue;
        if (loadsIn(node, version).length > 0) return false;
        const slot = node.inits.indexOf(version);
        const result = node.results[slot];
        if (result === undefined || buffers.get(result) !== buffers.get(version)) return false;
        if (!isForgotten(result, store, state)) return false;
      } else {
        return false;
      }
    }
    return (yields.get(version) ?? []).every((place) => isForgottenAfter(place, store, state));
  };

  const isForgottenAfter = (place: Yield, store: StoreNode, state: Walk): boolean => {
    const { node, slot } = place;
    if (node.kind === "if") {
      const result = node.results[slot];
      return result !== undefined && isForgotten(result, store, state);
    }
    if (!isLoop(node)) return false;
    const argument = carriedOf(node)[slot];
    const result = node.results[slot];
    if (argument === undefined || result === undefined || buffers.get(argument) !== buffers.get(store.array))
      return false;
    const later = { ...state, left: [...state.left, node] };
    const isNext = loadsIn(node, argument).length > 0 && !isOwned(node, store);
    if (isNext && !isForgotten(argument, store, later)) return false;
    return isForgotten(result, store, later);
  };

  /** Whether the loop, in whatever iteration of those that were left, stores to the entry before it reads it. */
  const isOverwrittenBy = (loop: LoopNode, version: ValueId, store: StoreNode, { left }: Walk): boolean => {
    const range = rangeStored(loop, version, readers, buffers, algebra);
    const loops = around.get(store);
    return (
      range !== undefined &&
      loops !== undefined &&
      isWithinRange(algebra.polynomialOf(store.index), range, loops, algebra, left)
    );
  };

  const isApart = (node: LoadNode | StoreNode, store: StoreNode): boolean => {
    const distance = constantOf(
      subtractPolynomials(algebra.polynomialOf(node.index), algebra.polynomialOf(store.index)),
    );
    return distance !== undefined && distance !== 0;
  };

  const loadsIn = (loop: LoopNode, version: ValueId): readonly Place[] =>
    (accesses.get(loop)?.get(buffers.get(version) ?? version) ?? []).filter(({ node }) => node.kind === "load");

  /** Whether no iteration of the loop loads what the store writes in another. */
  const isOwned = (loop: LoopNode, store: StoreNode): boolean => {
    const places = accesses.get(loop)?.get(buffers.get(store.array) ?? store.array) ?? [];
    const relevant = places.filter(({ node }) => node.kind === "load" || node === store);
    if (relevant.length > reach) return false;
    const compared = relevant.map(({ node, loops }): Access => ({
      index: algebra.polynomialOf(node.index),
      inner: loops.slice(loops.indexOf(loop) + 1),
    }));
    return algebra.ownedBy(compared, loop) !== undefined;
  };

  /** Whether each load that may come after the store, in this iteration or another, is of other entries. */
  const isLeftBehind = (store: StoreNode, group: ArrayGroup): boolean => {
    const loads = loadsOf.get(group) ?? [];
    if (loads.length > reach || rootGroups.has(group)) return false;
    const place = placeOf(store);
    return loads.every((load) => {
      const other = placeOf(load);
      const isAfter = other.position > place.position;
      const isLater = isAfter || other.loops[0] === place.loops[0];
      return !isLater || staysClear(other, place, isAfter, [], algebra);
    });
  };
  const placeOf = (node: LoadNode | StoreNode) => ({
    index: node.index,
    loops: around.get(node) ?? [],
    position: positions.get(node) ?? 0,
  });

  const replaced = new Map<ValueId, ValueId>();
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      regionsOf(node).forEach(visit);
      if (node.kind !== "store") continue;
      const group = groups.groupOf(node.array);
      if (group.parameters.length > 0) continue;
      const state = { count: { steps: 0 }, left: [] };
      if (isForgotten(node.result, node, state) || isLeftBehind(node, group)) replaced.set(node.result, node.array);
    }
  };
  visit(graph.body);
  if (replaced.size === 0) return graph;
  const without = (region: Region): Region => ({
    ...region,
    nodes: region.nodes
      .filter((node) => node.kind !== "store" || !replaced.has(node.result))
      .map((node) => mapNode(node, (value) => value, without)),
  });
  return substitute({ ...graph, body: without(graph.body) }, replaced);
}

/** How far the search has come; and the loops around the store whose iteration is another one there, or which are over. */
interface Walk {
  readonly count: { steps: number };
  readonly left: readonly LoopNode[];
}

interface Yield {
  readonly node: GraphNode;
  readonly slot: number;
}

/** Where each value is yielded to. */
function yieldsOf(graph: Graph): ReadonlyMap<ValueId, readonly Yield[]> {
  const yields = new Map<ValueId, Yield[]>();
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      const lists = isLoop(node) ? [nextOf(node)] : regionsOf(node).map((inner) => inner.yields);
      for (const list of lists) {
        list.forEach((value, slot) => yields.set(value, [...(yields.get(value) ?? []), { node, slot }]));
      }
      regionsOf(node).forEach(visit);
    }
  };
  visit(graph.body);
  return yields;
}

interface Place {
  readonly node: LoadNode | StoreNode;
  readonly loops: readonly LoopNode[];
}

/** For each loop, the loads and stores in it, by buffer. */
function accessesOf(
  graph: Graph,
  buffers: ReadonlyMap<ValueId, ValueId>,
): ReadonlyMap<LoopNode, ReadonlyMap<ValueId, readonly Place[]>> {
  const accesses = new Map<LoopNode, Map<ValueId, Place[]>>();
  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      if (node.kind === "load" || node.kind === "store") {
        const buffer = buffers.get(node.array) ?? node.array;
        for (const loop of loops) {
          const ofLoop = accesses.get(loop) ?? new Map<ValueId, Place[]>();
          accesses.set(loop, ofLoop);
          const list = ofLoop.get(buffer);
          if (list === undefined) ofLoop.set(buffer, [{ node, loops }]);
          else list.push({ node, loops });
        }
      }
      const inner = isLoop(node) ? [...loops, node] : loops;
      regionsOf(node).forEach((each) => visit(each, inner));
    }
  };
  visit(graph.body, []);
  return accesses;
}
