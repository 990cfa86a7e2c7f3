/**
 * Moves an array into the loop that alone uses it, where every iteration stores all of its entries before it reads one:
 * each iteration then has an array of its own. Hoisting takes it out again, with the knowledge that it need not be zeroed.
 *
 *   z = new Float64Array(m); for (s…) { for (k…) z[k] = …; … }   ->   for (s…) { z = new Float64Array(m); … }
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { AllocateNode, Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { coveredInIteration, readersOf } from "../analyze/coverage.ts";
import { equalPolynomials } from "../analyze/polynomial.ts";
import { useCounts } from "../analyze/uses.ts";

export function sinkAllocations(graph: Graph): Graph {
  let current = graph;
  // Each round takes an array one loop further in.
  for (;;) {
    const next = sinkOnce(current);
    if (next === current) return current;
    current = next;
  }
}

function sinkOnce(graph: Graph): Graph {
  const algebra = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const readers = readersOf(graph);
  const uses = useCounts(graph);
  let changed = false;

  const isPrivate = (loop: LoopNode, slot: number, allocation: AllocateNode): boolean => {
    const argument = present(carriedOf(loop)[slot]);
    const tested = loop.kind === "while" ? loop.condition.arguments[slot] : undefined;
    const isUsedOutside = uses.has(present(loop.results[slot])) || (tested !== undefined && uses.has(tested));
    if (isUsedOutside || buffers.get(present(nextOf(loop)[slot])) !== buffers.get(argument)) return false;
    const { extent } = coveredInIteration(loop, slot, readers, buffers, algebra);
    return equalPolynomials(extent, algebra.extentOf(allocation));
  };

  /** The loop of the region, and its slot, that has the array to itself. */
  const homeOf = (node: AllocateNode, region: Region): { loop: LoopNode; slot: number } | undefined => {
    const [loop, ...others] = readers.get(node.result) ?? [];
    if (loop === undefined || !isLoop(loop) || others.length > 0 || uses.get(node.result) !== 1) return undefined;
    const slot = loop.inits.indexOf(node.result);
    return slot >= 0 && region.nodes.includes(loop) && isPrivate(loop, slot, node) ? { loop, slot } : undefined;
  };

  const visitRegion = (region: Region): Region => {
    const sunk = new Map<GraphNode, { node: AllocateNode; slot: number }[]>();
    const moved = new Set<GraphNode>();
    for (const node of region.nodes) {
      const home = node.kind === "allocate" ? homeOf(node, region) : undefined;
      if (node.kind !== "allocate" || home === undefined) continue;
      changed = true;
      moved.add(node);
      sunk.set(home.loop, [...(sunk.get(home.loop) ?? []), { node, slot: home.slot }]);
    }
    return {
      ...region,
      nodes: region.nodes.flatMap((node) => {
        if (moved.has(node)) return [];
        const taken = sunk.get(node);
        return [mapNode(taken && isLoop(node) ? withOwn(node, taken) : node, (value) => value, visitRegion)];
      }),
    };
  };
  const body = visitRegion(graph.body);
  return changed ? { ...graph, body } : graph;
}

/** The loop with arrays that it carried allocated in its body. */
function withOwn(loop: LoopNode, taken: readonly { readonly node: AllocateNode; readonly slot: number }[]): LoopNode {
  const slots = new Set(taken.map(({ slot }) => slot));
  const stays = (_: ValueId, slot: number): boolean => !slots.has(slot);
  const own = taken.map(({ node, slot }) => ({ ...node, result: present(carriedOf(loop)[slot]) }));
  const stop = loop.stops ? loop.body.yields.slice(0, 1) : [];
  const parts = {
    inits: loop.inits.filter(stays),
    results: loop.results.filter(stays),
    body: {
      arguments: [...loop.body.arguments.slice(0, 1), ...carriedOf(loop).filter(stays)],
      nodes: [...own, ...loop.body.nodes],
      yields: [...stop, ...nextOf(loop).filter(stays)],
    },
  };
  if (loop.kind === "for") return { ...loop, ...parts };
  const { condition } = loop;
  return { ...loop, ...parts, condition: { ...condition, arguments: condition.arguments.filter(stays) } };
}
