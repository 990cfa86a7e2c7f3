/** Replaces values by others throughout a graph: in nodes, yields, and what is named after the body. */
import type { Graph, Region, ValueId, ValueInfo } from "../../src/ir/graph.ts";
import { mapOutput } from "../../src/ir/outputs.ts";
import { mapNode } from "../../src/ir/walk.ts";

/** `graph` with each key of `replacements` read as its value; chains are followed. Definitions stay where they are. */
export function substitute(graph: Graph, replacements: ReadonlyMap<ValueId, ValueId>): Graph {
  if (replacements.size === 0) return graph;
  const resolve = resolver(replacements);
  return mapRoots({ ...graph, body: substituteRegion(graph.body, resolve) }, resolve);
}

export function substituteRegion(region: Region, resolve: (value: ValueId) => ValueId): Region {
  return {
    arguments: region.arguments,
    nodes: region.nodes.map((node) => mapNode(node, resolve, (inner) => substituteRegion(inner, resolve))),
    yields: region.yields.map(resolve),
  };
}

/** Follows chains of replacements to their end. */
export function resolver(replacements: ReadonlyMap<ValueId, ValueId>): (value: ValueId) => ValueId {
  return (value) => {
    let current = value;
    for (let next = replacements.get(current); next !== undefined; next = replacements.get(current)) current = next;
    return current;
  };
}

/** The graph with what is named after its body renamed: `returned`, `final` and `members`. */
export function mapRoots(graph: Graph, map: (value: ValueId) => ValueId): Graph {
  return {
    ...graph,
    returned: mapOutput(graph.returned, map),
    final: new Map([...graph.final].map(([parameter, value]) => [parameter, map(value)])),
    members: new Map([...(graph.members ?? [])].map(([parameter, value]) => [parameter, map(value)])),
  };
}

/** When `kept` takes the place of `gone`, it takes its name too if it has none. */
export function keepName(values: Map<ValueId, ValueInfo>, gone: ValueId, kept: ValueId): void {
  const from = values.get(gone);
  const to = values.get(kept);
  if (from?.name === undefined || to === undefined || to.name !== undefined) return;
  values.set(kept, { ...to, name: from.name });
}
