import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, regionsOf, resultsOf, walkUses } from "../../src/ir/walk.ts";

/** Where a region hangs: in which node of which region, and what encloses it. */
export interface RegionInfo {
  readonly region: Region;
  /** The node that holds the region; none for the body of the function. */
  readonly owner: GraphNode | undefined;
  readonly parent: RegionInfo | undefined;
  /** How many regions enclose it. */
  readonly depth: number;
  /** The number of enclosing loop bodies, this region's own included. */
  readonly loops: number;
}

/** Who defines a value, and where. Arguments of regions have no node. */
export interface Definition {
  readonly node: GraphNode | undefined;
  readonly region: RegionInfo;
}

/**
 * Where everything of a graph stands: definitions, enclosing regions, and positions. Positions number the nodes in
 * program order, a node before what its regions hold; `last` is the position of the last node within.
 */
export interface ProgramOrder {
  readonly body: RegionInfo;
  readonly regions: ReadonlyMap<Region, RegionInfo>;
  readonly definitions: ReadonlyMap<ValueId, Definition>;
  readonly positions: ReadonlyMap<GraphNode, { readonly first: number; readonly last: number }>;
}

export function programOrder(graph: Graph): ProgramOrder {
  const regions = new Map<Region, RegionInfo>();
  const definitions = new Map<ValueId, Definition>();
  const positions = new Map<GraphNode, { first: number; last: number }>();
  let position = 0;

  const enter = (region: Region, owner: GraphNode | undefined, parent: RegionInfo | undefined): RegionInfo => {
    const isBody = owner !== undefined && isLoop(owner) && owner.body === region;
    const info: RegionInfo = {
      region,
      owner,
      parent,
      depth: parent === undefined ? 0 : parent.depth + 1,
      loops: (parent?.loops ?? 0) + (isBody ? 1 : 0),
    };
    regions.set(region, info);
    for (const argument of region.arguments) definitions.set(argument, { node: undefined, region: info });
    for (const node of region.nodes) {
      const place = { first: position++, last: 0 };
      positions.set(node, place);
      for (const inner of regionsOf(node)) enter(inner, node, info);
      place.last = position - 1;
      for (const result of resultsOf(node)) definitions.set(result, { node, region: info });
    }
    return info;
  };
  return { body: enter(graph.body, undefined, undefined), regions, definitions, positions };
}

/** Whether `inner` is `outer` or stands within it. */
export function isWithin(inner: RegionInfo, outer: RegionInfo): boolean {
  let region: RegionInfo | undefined = inner;
  while (region !== undefined && region.depth > outer.depth) region = region.parent;
  return region === outer;
}

/** The loops whose bodies lie between `outer` (excluded) and `inner` (included), outermost first. */
export function loopsBetween(outer: RegionInfo, inner: RegionInfo): readonly LoopNode[] {
  const loops: LoopNode[] = [];
  for (let region = inner; region !== outer; region = present(region.parent, "enclosing region")) {
    if (region.owner !== undefined && isLoop(region.owner)) loops.push(region.owner);
  }
  return loops.reverse();
}

/** The values defined outside the regions that the regions (and those within) use, in the order of first use. */
export function freeValues(regions: readonly Region[], order: ProgramOrder): readonly ValueId[] {
  const free = new Set<ValueId>();
  for (const region of regions) {
    const info = present(order.regions.get(region), "region");
    walkUses(region, (value) => {
      if (!isWithin(present(order.definitions.get(value), `definition of ${value}`).region, info)) free.add(value);
    });
  }
  return [...free];
}
