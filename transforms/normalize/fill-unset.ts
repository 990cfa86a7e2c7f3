/**
 * Fills what starts without entries with NaN, which is what arithmetic makes of an entry that is not there; but not where
 * each entry is stored before it is read, as nearly always.
 *
 *   c = new Array(n); for (i…) if (…) c[i] = e; … c[k]     ->     c.fill(NaN) first
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { AllocateNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { unsetReads } from "../analyze/unset-reads.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";
import { buildFilling } from "../optimize/build-polynomial.ts";
import { mapRoots, resolver } from "../optimize/substitute.ts";

/** A shorter one gets its entries one by one, and may be taken apart into numbers. */
const shortest = 5;

export function fillUnset(graph: Graph): Graph {
  let isConcerned = false;
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate" && node.isUnset === true) isConcerned = true;
  });
  if (!isConcerned) return graph;

  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const read = unsetReads(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);

  const filled = (allocation: AllocateNode): void => {
    const { isUnset: _, ...plain } = allocation;
    const size = resolve(allocation.length);
    build.push({ ...plain, length: size, filled: false });
    if (!read.has(allocation)) return;
    const length = nodeOf(definitions, allocation.length);
    const count = length?.kind === "constant" ? Number(length.value) : Infinity;
    const before = build.at(allocation.span);
    let version = allocation.result;
    if (count < shortest) {
      for (let k = 0; k < count; k++) version = build.store(version, build.constant(k), build.constant(NaN), true);
    } else version = buildFilling(build, version, build.constant(0), size, NaN);
    replaced.set(allocation.result, version);
    build.at(before);
  };
  const visitNode = (node: GraphNode): void => {
    if (node.kind === "allocate" && node.isUnset === true) filled(node);
    else build.push(mapNode(node, resolve, visitRegion));
  };
  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      region.nodes.forEach(visitNode);
      return region.yields.map(resolve);
    });
  const body = visitRegion(graph.body);
  return mapRoots({ ...graph, body, values: build.values }, resolve);
}
