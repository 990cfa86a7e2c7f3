/**
 * What is added to single entries of a new adjoint before a loop that adds to all of them, is added after it: the loop
 * then finds zeros, and assigns.
 *
 *   dz[label] -= 1; for (k…) dz[k] += p[k]   ->   for (k…) dz[k] += p[k]; dz[label] -= 1
 *
 * The order of the sums changes, so it is not for strict floating point.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type {
  ForNode,
  Graph,
  GraphNode,
  LoadNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { denseRange, readersOf, storeOfNest } from "../analyze/coverage.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { substitute } from "./substitute.ts";

export function sinkAccumulations(graph: Graph): Graph {
  let current = graph;
  // Each round moves one accumulation of each array; there are seldom two.
  for (let round = 0; round < 4; round++) {
    const next = sinkOnce(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}

/** `array[index] = array[index] ± e`, as three nodes. */
interface Accumulation {
  readonly load: LoadNode;
  readonly sum: OperationNode;
  readonly store: StoreNode;
}

function sinkOnce(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const readers = readersOf(graph);
  const uses = useCounts(graph);
  const buffers = bufferOf(graph);
  const algebra = indexAlgebra(graph);
  const replaced = new Map<ValueId, ValueId>();

  const accumulationOf = (store: StoreNode): Accumulation | undefined => {
    const sum = nodeOf(definitions, store.value);
    if (sum?.kind !== "operation" || uses.get(sum.result) !== 1 || store.origin === undefined) return undefined;
    const candidates = sum.operation === "add" ? sum.operands : sum.operation === "sub" ? sum.operands.slice(0, 1) : [];
    for (const operand of candidates) {
      const load = nodeOf(definitions, operand);
      if (load?.kind !== "load" || load.array !== store.array || load.index !== store.index) continue;
      if (uses.get(load.result) === 1) return { load, sum, store };
    }
    return undefined;
  };

  /** The loop that takes the version that the store yields, if it adds to every entry of a range. */
  const loopAfter = (store: StoreNode, here: ReadonlySet<GraphNode>): { loop: ForNode; slot: number } | undefined => {
    const [loop, ...others] = readers.get(store.result) ?? [];
    if (loop?.kind !== "for" || others.length > 0 || !here.has(loop) || uses.get(store.result) !== 1) return undefined;
    const slot = loop.inits.indexOf(store.result);
    const nest = storeOfNest(loop, slot, readers, true);
    if (nest === undefined || buffers.get(present(loop.results[slot])) !== buffers.get(store.array)) return undefined;
    if (denseRange(algebra.polynomialOf(nest.store.index), nest.loops, algebra, nest.store.array) === undefined)
      return undefined;
    let onlyAdds = true;
    walkNodes(loop.body, (node) => {
      const isOurs =
        (node.kind === "load" || node.kind === "store") && buffers.get(node.array) === buffers.get(store.array);
      if (!isOurs) return;
      const owner = node.kind === "store" ? node : nest.store;
      const accumulation = accumulationOf(owner);
      if (accumulation === undefined || (node.kind === "load" && accumulation.load !== node)) onlyAdds = false;
    });
    return onlyAdds ? { loop, slot } : undefined;
  };

  const startsAsZeros = (array: ValueId): boolean => {
    let version = array;
    for (let step = 0; step < 8; step++) {
      const node = nodeOf(definitions, version);
      if (node?.kind === "allocate") return node.filled;
      if (node?.kind !== "store" || accumulationOf(node) === undefined) return false;
      version = node.array;
    }
    return false;
  };

  const visitRegion = (region: Region): Region => {
    const here = new Set(region.nodes);
    const moved = new Set<GraphNode>();
    const after = new Map<GraphNode, { accumulation: Accumulation; slot: number }[]>();
    for (const store of region.nodes) {
      if (store.kind !== "store" || !startsAsZeros(store.array)) continue;
      const accumulation = accumulationOf(store);
      const target = accumulation && loopAfter(store, here);
      if (accumulation === undefined || target === undefined) continue;
      if (!here.has(accumulation.load) || !here.has(accumulation.sum)) continue;
      for (const node of [accumulation.load, accumulation.sum, store]) moved.add(node);
      after.set(target.loop, [...(after.get(target.loop) ?? []), { accumulation, slot: target.slot }]);
      replaced.set(store.result, store.array);
    }
    return build.region(region.arguments, () => {
      for (const node of region.nodes) {
        if (moved.has(node)) continue;
        const sinks = after.get(node);
        if (sinks === undefined || node.kind !== "for") build.push(mapNode(node, (value) => value, visitRegion));
        else sink(node, sinks);
      }
      return region.yields;
    });
  };

  const sink = (loop: ForNode, sinks: readonly { accumulation: Accumulation; slot: number }[]): void => {
    const results = [...loop.results];
    // The loop's array gets a new name; the old one is what the last store yields.
    const before = sinks.map(({ slot }) => {
      const old = present(results[slot]);
      const fresh = build.twin(old);
      results[slot] = fresh;
      return { old, fresh };
    });
    build.push(mapNode({ ...loop, results }, (value) => value, visitRegion));
    sinks.forEach(({ accumulation: { load, sum, store } }, k) => {
      const { old, fresh } = present(before[k]);
      build.push({ ...load, array: fresh });
      build.push(sum);
      build.push({ ...store, array: fresh, result: old });
    });
  };

  const body = visitRegion(graph.body);
  return replaced.size === 0 ? graph : substitute({ ...graph, body, values: build.values }, replaced);
}
