/**
 * Puts the body of a loop that runs exactly once in its place: its start and bound are known, and nothing stops it. One that
 * is to be run again stays until its derivative is made.
 * (Loops that never run, and branches whose condition is known, are taken apart by simplify.)
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, mapNode, nextOf } from "../../src/ir/walk.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";
import { isMarkedLoop } from "../analyze/rerun-loops.ts";
import { resolver, substitute } from "../optimize/substitute.ts";

export function inlineTrivial(graph: Graph): Graph {
  const definitions = definitionsOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const numberOf = (value: ValueId): number | undefined => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" && typeof node.value === "number" ? node.value : undefined;
  };
  const buffers = bufferOf(graph);
  /** What a loop that exchanges its arrays calls by one name would be two arrays without it. */
  const exchanges = (loop: ForNode): boolean =>
    carriedOf(loop).some((value, slot) => buffers.get(value) !== buffers.get(present(nextOf(loop)[slot])));
  const runsOnce = (loop: ForNode): boolean => {
    const start = numberOf(loop.start);
    const bound = numberOf(loop.bound);
    const isKept: boolean = loop.stops || isMarkedLoop(loop);
    if (isKept || start === undefined || bound === undefined) return false;
    const runs = (index: number): boolean => {
      if (loop.inclusive && index === bound) return true;
      return loop.step > 0 ? index < bound : index > bound;
    };
    return runs(start) && !runs(start + loop.step);
  };

  const visitRegion = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap(visitNode),
    yields: region.yields.map(resolve),
  });
  const visitNode = (original: GraphNode): readonly GraphNode[] => {
    const node = mapNode(original, resolve, visitRegion);
    if (node.kind !== "for" || original.kind !== "for" || !runsOnce(node) || exchanges(original)) return [node];
    replaced.set(indexOf(node), node.start);
    carriedOf(node).forEach((value, slot) => replaced.set(value, present(node.inits[slot])));
    node.results.forEach((value, slot) => replaced.set(value, present(node.body.yields[slot])));
    const { span, origin } = node;
    return [...node.body.nodes, { kind: "constant", value: 1, result: node.trips, span, origin }];
  };
  const body = visitRegion(graph.body);
  return substitute({ ...graph, body }, replaced);
}
