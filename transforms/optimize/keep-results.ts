/**
 * Keeps what the reverse sweep makes of a kept value, where the forward sweep makes it too: the gates of a recurrent
 * network, and not the exponentials in them. The storage plan sees that either will do; which one saves work shows only
 * once the adjoints are in their simplest form.
 *
 *   es[i] = e = exp(-z); g = 1 / (1 + e); …; g' = 1 / (1 + es[i])   ->   gs[i] = g = 1 / (1 + exp(-z)); …; g' = gs[i]
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type {
  AllocateNode,
  Graph,
  GraphNode,
  LoadNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { pairing } from "../../src/ir/nested.ts";
import { mapNode, operandsOf, walkNodes } from "../../src/ir/walk.ts";
import { readersOf } from "../analyze/coverage.ts";
import { nameOfResult } from "../analyze/result-names.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { substitute } from "./substitute.ts";

export function keepResults(graph: Graph): Graph {
  const definitions = definitionsOf(graph);
  const uses = useCounts(graph);
  const readers = readersOf(graph);
  const values = new Map(graph.values);
  /** Operations of the reverse sweep, and the loads that take their place. */
  const replaced = new Map<ValueId, ValueId>();
  /** For a store: the operation whose result it is to store. */
  const sources = new Map<StoreNode, OperationNode>();
  const notes = new Map<AllocateNode, string>();

  /** The operation that alone reads the value. */
  const onlyReaderOf = (value: ValueId): OperationNode | undefined => {
    const [reader, ...others] = readers.get(value) ?? [];
    if (reader?.kind !== "operation" || others.length > 0) return undefined;
    return reader.operands.filter((each) => each === value).length === uses.get(value) ? reader : undefined;
  };

  /** Whether the operations do the same with `value` and with `twin`, and with constants. */
  const areAlike = (one: OperationNode, value: ValueId, other: OperationNode, twin: ValueId): boolean =>
    one.operation === other.operation &&
    one.operands.every((operand, k) => {
      const match = present(other.operands[k]);
      if (operand === value || match === twin) return operand === value && match === twin;
      const [left, right] = [nodeOf(definitions, operand), nodeOf(definitions, match)];
      return left?.kind === "constant" && right?.kind === "constant" && Object.is(left.value, right.value);
    });

  /** The last result that both sweeps make of the kept value, in each. */
  const lastOf = ({ store, region, load }: Kept): { first: OperationNode; again: OperationNode } | undefined => {
    let last: { first: OperationNode; again: OperationNode } | undefined;
    for (;;) {
      const value = last?.first.result ?? store.value;
      const twin = last?.again.result ?? load.result;
      const again = onlyReaderOf(twin);
      const isTwin = (each: GraphNode): each is OperationNode =>
        again !== undefined && each.kind === "operation" && areAlike(each, value, again, twin);
      const first = readers.get(value)?.find(isTwin);
      if (again === undefined || first === undefined || values.get(first.result)?.type !== "number") return last;
      // A pair of indices is no number that can be kept.
      if (first.operation === pairing) return last;
      if (!canFollow(store, first, region)) return last;
      last = { first, again };
    }
  };

  const rename = (value: ValueId, name: string | undefined): void => {
    values.set(value, { ...present(values.get(value)), name });
  };

  const buffers = bufferOf(graph);
  for (const kept of keptOnce(graph, buffers)) {
    const last = lastOf(kept);
    if (last === undefined) continue;
    const { first, again } = last;
    const { allocation, store, load } = kept;
    sources.set(store, first);
    replaced.set(again.result, load.result);
    const { name: given, returnedBy } = present(values.get(first.result));
    const { name, note } = nameOfResult(given ?? returnedBy, first);
    notes.set(allocation, note);
    for (const [value, buffer] of buffers) if (buffer === allocation.result) rename(value, name);
    rename(load.result, values.get(again.result)?.name ?? given);
  }
  if (sources.size === 0) return graph;

  const visitRegion = (region: Region): Region => {
    const waiting = new Map<GraphNode, StoreNode[]>();
    const nodes = region.nodes.flatMap((node, at): readonly GraphNode[] => {
      const first = node.kind === "store" ? sources.get(node) : undefined;
      if (node.kind === "store" && first !== undefined) {
        const changed: StoreNode = { ...node, value: first.result };
        if (region.nodes.indexOf(first) < at) return [changed];
        waiting.set(first, [...(waiting.get(first) ?? []), changed]);
        return [];
      }
      const note = node.kind === "allocate" ? notes.get(node) : undefined;
      if (node.kind === "allocate" && note !== undefined) return [{ ...node, role: { kind: "stash", note } }];
      return [mapNode(node, (value) => value, visitRegion), ...(waiting.get(node) ?? [])];
    });
    return { ...region, nodes };
  };
  return substitute({ ...graph, body: visitRegion(graph.body), values }, replaced);
}

/** A stash array of doubles that one node stores to, and one loads from. */
interface Kept {
  readonly allocation: AllocateNode;
  readonly store: StoreNode;
  readonly region: Region;
  readonly load: LoadNode;
}

function keptOnce(graph: Graph, buffers: ReadonlyMap<ValueId, ValueId>): readonly Kept[] {
  const allocations: AllocateNode[] = [];
  const stores = new Map<ValueId, { readonly store: StoreNode; readonly region: Region }[]>();
  const loads = new Map<ValueId, LoadNode[]>();
  const add = <Item>(map: Map<ValueId, Item[]>, array: ValueId, item: Item): void => {
    const buffer = buffers.get(array) ?? array;
    map.set(buffer, [...(map.get(buffer) ?? []), item]);
  };
  walkNodes(graph.body, (node, region) => {
    if (node.kind === "allocate" && node.role.kind === "stash" && node.element === "f64") allocations.push(node);
    else if (node.kind === "store") add(stores, node.array, { store: node, region });
    else if (node.kind === "load") add(loads, node.array, node);
  });
  return allocations.flatMap((allocation): readonly Kept[] => {
    const [stored, ...otherStores] = stores.get(allocation.result) ?? [];
    const [load, ...otherLoads] = loads.get(allocation.result) ?? [];
    if (stored === undefined || load === undefined || otherStores.length > 0 || otherLoads.length > 0) return [];
    return [{ allocation, ...stored, load }];
  });
}

/** Whether the operation stands in the region, and the store may come after it. */
function canFollow(store: StoreNode, operation: OperationNode, region: Region): boolean {
  const [from, to] = [region.nodes.indexOf(store), region.nodes.indexOf(operation)];
  return (
    to >= 0 && !region.nodes.slice(from, Math.max(from, to)).some((node) => operandsOf(node).includes(store.result))
  );
}
