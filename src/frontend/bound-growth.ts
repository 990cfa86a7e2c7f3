/**
 * Gives each array that grows the room for all entries that it may ever have, at once, where that can be told: a bound for
 * every length that it grows to, made of what is known where the array is allocated. `grow` nodes are left out then; elsewhere
 * they stay, and the array gets a larger buffer when it needs one.
 *
 *   y = []; for (i = 0; i < n; i++) if (c) y.push(e)   ->   room for n entries
 */
import { present } from "../diagnostics/invariant.ts";
import { bufferOf } from "../ir/buffers.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { AllocateNode, Graph, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf, resultsOf, walkNodes } from "../ir/walk.ts";
import { Bounds, definitionsOf } from "./bounds.ts";
import { renameOutputs } from "./finish.ts";
import { atLeastZero, buildSize, greatest, type Size } from "./sizes.ts";

export interface BoundedGrowth {
  readonly graph: Graph;
  /** Versions that some array grows to that changes places with others, and of which nobody knows how long it becomes. */
  readonly unbounded: readonly ValueId[];
}

export function boundGrowth(graph: Graph): BoundedGrowth {
  const buffers = bufferOf(graph);
  const lengths = new Map<ValueId, ValueId[]>();
  const growths = new Map<ValueId, ValueId[]>();
  walkNodes(graph.body, (node) => {
    if (node.kind !== "grow") return;
    const buffer = present(buffers.get(node.array));
    lengths.set(buffer, [...(lengths.get(buffer) ?? []), node.length]);
    growths.set(buffer, [...(growths.get(buffer) ?? []), node.result]);
  });
  if (lengths.size === 0) return { graph, unbounded: [] };

  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const visible = new Set<ValueId>(graph.body.arguments);
  const replaced = new Map<ValueId, ValueId>();
  const bounded = new Set<ValueId>();

  const visitRegion = (region: Region): Region => {
    const before = [...visible];
    region.arguments.forEach((id) => visible.add(id));
    const built = build.region(region.arguments, () => {
      for (const node of region.nodes) {
        const roomy = node.kind === "allocate" && lengths.has(node.result) ? withRoom(node) : node;
        const isDropped = roomy.kind === "grow" && bounded.has(present(buffers.get(roomy.array)));
        if (roomy.kind === "grow" && isDropped) replaced.set(roomy.result, resolved(roomy.array));
        else build.push(mapNode(roomy, resolved, visitRegion));
        resultsOf(node).forEach((id) => visible.add(id));
      }
      return region.yields.map(resolved);
    });
    visible.clear();
    before.forEach((id) => visible.add(id));
    return built;
  };
  const resolved = (id: ValueId): ValueId => replaced.get(id) ?? id;

  const withRoom = (node: AllocateNode): AllocateNode => {
    const bounds = new Bounds(definitions, visible);
    const own = bounds.of(node.length);
    let room: Size | undefined = own;
    for (const length of present(lengths.get(node.result))) {
      const size = bounds.of(length);
      if (size === undefined || room === undefined) return node;
      room = greatest(room, size);
    }
    if (room === undefined) return node;
    bounded.add(node.result);
    const span = build.at(node.span);
    const length = room === own ? node.length : buildSize(build, atLeastZero(room));
    build.at(span);
    return { ...node, length, keepsCount: true };
  };

  const body = visitRegion(graph.body);
  const exchanged = exchangedBuffers(graph, buffers);
  const unbounded = [...growths].flatMap(([buffer, versions]) => {
    return bounded.has(buffer) || !exchanged.has(buffer) ? [] : versions;
  });
  return { graph: renameOutputs({ ...graph, body, values: build.values }, resolved), unbounded };
}

/** The buffers that loops exchange, and those of which a branch chooses one. */
function exchangedBuffers(graph: Graph, buffers: ReadonlyMap<ValueId, ValueId>): ReadonlySet<ValueId> {
  const exchanged = new Set<ValueId>();
  const join = (...versions: readonly (ValueId | undefined)[]): void => {
    const all = versions.flatMap((version) => (version === undefined ? [] : (buffers.get(version) ?? [])));
    if (new Set(all).size > 1) all.forEach((buffer) => exchanged.add(buffer));
  };
  walkNodes(graph.body, (node) => {
    if (node.kind === "if") node.results.forEach((result, k) => join(result, node.then.yields[k], node.else.yields[k]));
    if (!isLoop(node)) return;
    carriedOf(node).forEach((argument, k) => join(argument, nextOf(node)[k], node.inits[k], node.results[k]));
  });
  return exchanged;
}
