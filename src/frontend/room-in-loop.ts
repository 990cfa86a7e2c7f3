/**
 * Arrays that grow in every round of a loop and then go round it: `const z = []; for (…) z.push(e); a = z`. The buffer that
 * stands in for all of them has room, from the start, for the most entries that there are in any round; so nothing grows.
 */
import { present } from "../diagnostics/invariant.ts";
import { bufferOf } from "../ir/buffers.ts";
import type { GraphNode, GrowNode, Region, ValueId } from "../ir/graph.ts";
import { mapNode, resultsOf, walkNodes, walkUses } from "../ir/walk.ts";
import { known, type Root, scalar, type Value } from "./binding.ts";
import { Bounds, definitionsOf } from "./bounds.ts";
import type { Context } from "./context.ts";
import { operate, resolve } from "./emit.ts";
import type { ClosingLoop } from "./loop-carry.ts";
import { allocationOf, canRedo, largestOf } from "./loop-spare.ts";
import { atLeastZero, buildSize, greatest } from "./sizes.ts";

/**
 * The most entries that the array ever has, as a number from before the loop; undefined if nobody knows. `came`: how many
 * an array that goes round has in the round, and had before the loop; one that never has more needs no more room than that.
 */
export function mostEntries(
  context: Context,
  closing: ClosingLoop,
  root: Root,
  came: ReadonlyMap<ValueId, Value>,
): Value | undefined {
  const allocation = allocationOf(closing, root);
  const { counted } = closing;
  if (allocation?.kind !== "allocate" || counted === undefined) return undefined;
  const { builder, definitions } = context;
  const body = resolvedBody(context, closing);
  const again = body.nodes.flatMap(resultsOf).filter((id) => canRedo(context, closing, counted.index, id));
  const bounds = new Bounds(definitionsOf({ body }), new Set([...body.arguments, ...again]), came);
  let most = bounds.of(resolve(context, allocation.length));
  for (const { length } of growthsOf(context, closing, allocation.result)) {
    const next = bounds.of(resolve(context, length));
    most = most && next && greatest(most, next);
  }
  if (most === undefined) return undefined;
  const room = most;
  // These nodes stand nowhere: they only say how the number is made, so that it can be made for another round.
  const made = builder.region([], () => [buildSize(builder, room), buildSize(builder, atLeastZero(room))]);
  const before = came.get(present(made.yields[0]));
  // A number of its own, not the length that another loop before has left: it is that of the buffers of this one.
  if (before !== undefined) return isResult(context, before) ? operate(context, "max", known(0), before) : before;
  for (const node of made.nodes) for (const id of resultsOf(node)) definitions.set(id, node);
  return largestOf(context, closing, scalar(present(made.yields[1])));
}

function isResult(context: Context, value: Value): boolean {
  return value.kind === "scalar" && !context.everywhere.has(value.id) && !context.definitions.has(value.id);
}

/** Where there is room for all, nothing grows. */
export function leaveOutGrowth(context: Context, closing: ClosingLoop, root: Root): void {
  const allocation = allocationOf(closing, root);
  if (allocation?.kind !== "allocate") return;
  const left = new Set<GraphNode>(growthsOf(context, closing, allocation.result));
  for (const node of left) {
    if (node.kind !== "grow") continue;
    context.growths.delete(node.result);
    context.substitutes.set(node.result, node.array);
  }
  const without = (nodes: readonly GraphNode[]): GraphNode[] => nodes.filter((node) => !left.has(node)).map(inside);
  const inside = (node: GraphNode): GraphNode =>
    mapNode(
      node,
      (value) => value,
      (region) => ({ ...region, nodes: without(region.nodes) }),
    );
  const kept = closing.bodyNodes.filter((node) => !left.has(node));
  closing.bodyNodes.splice(
    0,
    closing.bodyNodes.length,
    ...kept.map((node) => ("body" in node || "then" in node ? inside(node) : node)),
  );
}

/** Where the buffer grows in the body. */
function growthsOf(context: Context, closing: ClosingLoop, buffer: ValueId): readonly GrowNode[] {
  const body = resolvedBody(context, closing);
  const buffers = bufferOf({ body, values: context.builder.values });
  const growths: GrowNode[] = [];
  walkNodes({ ...body, nodes: closing.bodyNodes }, (node) => {
    if (node.kind === "grow" && buffers.get(resolve(context, node.array)) === buffer) growths.push(node);
  });
  return growths;
}

/** The body as it is by what is known so far; its arguments are all that comes from outside. */
function resolvedBody(context: Context, { bodyNodes }: ClosingLoop): Region {
  const resolved = (id: ValueId): ValueId => resolve(context, id);
  const inside = (region: Region): Region => ({
    arguments: region.arguments,
    nodes: region.nodes.map((node) => mapNode(node, resolved, inside)),
    yields: region.yields.map(resolved),
  });
  const body = inside({ arguments: [], nodes: bodyNodes, yields: [] });
  const own = new Set<ValueId>();
  walkNodes(body, (node, region) => {
    for (const id of [...resultsOf(node), ...region.arguments]) own.add(id);
  });
  const outside = new Set<ValueId>();
  walkUses(body, (id) => void (own.has(id) || outside.add(id)));
  return { ...body, arguments: [...outside] };
}
