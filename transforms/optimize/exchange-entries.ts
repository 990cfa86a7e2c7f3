/**
 * The adjoint of an exchange of two entries is an exchange. Mirrored statement by statement it zeroes one entry and adds
 * to it, for the two may be one and the same; but then an exchange changes nothing, and neither do these:
 *
 *   a = d[j]; d[j] = 0; b = d[i]; d[i] = a; d[j] = d[j] + b            ->   a = d[j]; b = d[i]; d[i] = a; d[j] = b
 *   d[j] = 0; b = d[i]; d[i] = 0; d[j] = b; d[i] = d[i] + e            ->   b = d[i]; d[j] = b; d[i] = e
 */
import type { Graph, GraphNode, LoadNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { mapNode, regionsOf } from "../../src/ir/walk.ts";
import { readersOf } from "../analyze/coverage.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";

export function exchangeEntries(graph: Graph): Graph {
  const definitions = definitionsOf(graph);
  const readers = readersOf(graph);
  const uses = useCounts(graph);
  const replaced = new Map<GraphNode, GraphNode | undefined>();

  const isZero = (value: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" && node.value === 0;
  };

  /** What comes after a store, if it is but a store, and perhaps a load before it that is used once. */
  const after = (
    store: StoreNode,
    region: Region,
  ): { readonly load: LoadNode | undefined; readonly next: StoreNode } | undefined => {
    const found = readers.get(store.result) ?? [];
    const loads = found.filter((node) => node.kind === "load");
    const [next, ...others] = found.filter((node) => node.kind === "store");
    if (next === undefined || others.length > 0 || loads.length > 1 || next.array !== store.result) return undefined;
    if (uses.get(store.result) !== loads.length + 1) return undefined;
    if (![...loads, next].every((node) => region.nodes.includes(node))) return undefined;
    const [load] = loads;
    return load !== undefined && uses.get(load.result) !== 1 ? undefined : { load, next };
  };

  /** What is added to the value of a load, in a sum that is stored. */
  const addedTo = (load: LoadNode | undefined, store: StoreNode): ValueId | undefined => {
    const sum = nodeOf(definitions, store.value);
    if (load === undefined || load.index !== store.index || sum?.kind !== "operation") return undefined;
    const [left, right] = sum.operands;
    if (sum.operation !== "add" || uses.get(sum.result) !== 1 || left === right) return undefined;
    if (right === load.result) return left;
    return left === load.result ? right : undefined;
  };

  const visitRegion = (region: Region): void => {
    for (const node of region.nodes) {
      if (node.kind !== "store" || node.origin === undefined || !isZero(node.value)) continue;
      const first = after(node, region);
      const load = first?.load;
      if (first === undefined || load === undefined || first.next.index !== load.index) continue;
      const second = after(first.next, region);
      if (second === undefined || second.next.index !== node.index) continue;
      const moved = { ...load, array: node.array };
      const given = nodeOf(definitions, first.next.value);
      if (given?.kind === "load" && given.array === node.array && given.index === node.index) {
        if (addedTo(second.load, second.next) !== load.result) continue;
        replaced.set(node, undefined).set(load, moved);
        replaced.set(first.next, { ...first.next, array: node.array });
        replaced.set(second.next, { ...second.next, value: load.result });
      } else if (isZero(first.next.value) && second.load === undefined && second.next.value === load.result) {
        const third = after(second.next, region);
        const added = third && third.next.index === load.index ? addedTo(third.load, third.next) : undefined;
        if (third === undefined || added === undefined) continue;
        replaced.set(node, undefined).set(load, moved).set(first.next, undefined);
        replaced.set(second.next, { ...second.next, array: node.array });
        replaced.set(third.next, { ...third.next, value: added });
      }
    }
  };
  const rebuilt = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap((node) => {
      const next = replaced.has(node) ? replaced.get(node) : node;
      return next === undefined ? [] : [mapNode(next, (value) => value, rebuilt)];
    }),
  });
  const visitAll = (region: Region): void => {
    visitRegion(region);
    for (const node of region.nodes) regionsOf(node).forEach(visitAll);
  };
  visitAll(graph.body);
  return replaced.size === 0 ? graph : { ...graph, body: rebuilt(graph.body) };
}
