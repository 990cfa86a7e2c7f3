import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { isExchange } from "../analyze/exchanges.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";

/**
 * Puts a load before every store that stands in a loop or a branch, of the entry that it overwrites, so that storage
 * planning can treat the overwritten value like any other: keep it, recompute it, or find that nothing needs it (dead
 * code then removes the load). A load of the same entry that the region has already is used instead.
 *
 * Gives, for each such store (by the version it yields), the value that it overwrites.
 */
export function exposeOverwritten(graph: Graph): {
  readonly graph: Graph;
  readonly overwritten: ReadonlyMap<ValueId, ValueId>;
} {
  const build = new GraphBuilder(graph.values);
  const overwritten = new Map<ValueId, ValueId>();
  const definitions = definitionsOf(graph);

  const rewrite = (region: Region, outer: ReadonlyMap<string, ValueId>): Region => {
    const loaded = new Map(outer);
    return build.region(region.arguments, () => {
      for (const node of region.nodes) {
        if (node.kind === "load") {
          const key = entryKey(node.array, node.index);
          if (!loaded.has(key)) loaded.set(key, node.result);
        }
        if (node.kind === "store") overwritten.set(node.result, overwrittenBy(node, loaded));
        build.push(mapNode(node, same, (inner) => rewrite(inner, loaded)));
      }
      return region.yields;
    });
  };
  const overwrittenBy = (store: StoreNode, loaded: Map<string, ValueId>): ValueId => {
    const known = loaded.get(entryKey(store.array, store.index)) ?? exchanged(store);
    if (known !== undefined) return known;
    const result = build.fresh("number");
    build.push({ kind: "load", array: store.array, index: store.index, result, span: store.span });
    return result;
  };
  /**
   * In `a = d[i]; b = d[j]; d[i] = b; d[j] = a`: `b`, whether i and j are the same or not.
   */
  const exchanged = (store: StoreNode): ValueId | undefined => {
    const before = nodeOf(definitions, store.array);
    return before?.kind === "store" && isExchange(before, store, definitions) ? before.value : undefined;
  };
  const body = rewrite(graph.body, new Map());
  return { graph: { ...graph, body, values: build.values }, overwritten };
}

function entryKey(array: ValueId, index: ValueId): string {
  return `${array}[${index}]`;
}

function same(value: ValueId): ValueId {
  return value;
}
