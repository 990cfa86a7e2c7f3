import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ElementType, ForNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf, mapNode, renameResults } from "../../src/ir/walk.ts";
import { isWithin, loopsBetween, type ProgramOrder, type RegionInfo } from "../analyze/program-order.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import { tripCount } from "./trip-count.ts";

/**
 * How the kept values of one split region are laid out. `local`: only branches lie between the region and its joint
 * region, so each value is a local. `grid`: the trip counts of the inner loops are known before the nest runs, so the
 * iteration numbers are the index, row-major. `counted`: a counter that runs with the region is the index.
 * A stash whose size is not known before the nest runs grows while it is filled.
 */
export interface StashLayout {
  readonly region: RegionInfo;
  readonly home: RegionInfo;
  readonly kind: "local" | "grid" | "counted";
  readonly loops: readonly LoopNode[];
  readonly grows: boolean;
  readonly values: readonly ValueId[];
}

export function stashLayouts(plan: StoragePlan): readonly StashLayout[] {
  const byRegion = new Map<RegionInfo, ValueId[]>();
  for (const value of plan.stashed) {
    const { region } = present(plan.order.definitions.get(value));
    const values = byRegion.get(region);
    if (values === undefined) byRegion.set(region, [value]);
    else values.push(value);
  }
  return [...byRegion].map(([region, values]) => {
    const home = plan.jointOf(region);
    const loops = loopsBetween(home, region);
    const isKnown = (loop: LoopNode | undefined): boolean => loop !== undefined && hasRangeAt(home, loop, plan.order);
    const kind = loops.length === 0 ? "local" : loops.slice(1).every(isKnown) ? "grid" : "counted";
    const grows = kind === "counted" || (kind === "grid" && !isKnown(loops[0]));
    return { region, home, kind, loops, grows, values: [...values].sort((a, b) => a - b) };
  });
}

/** Whether the trip count of the loop can be computed where `home`'s own nodes stand. */
function hasRangeAt(home: RegionInfo, loop: LoopNode, order: ProgramOrder): loop is ForNode {
  return loop.kind === "for" && [loop.start, loop.bound].every((value) => isKnownAt(home, value, order));
}

function isKnownAt(home: RegionInfo, value: ValueId, order: ProgramOrder): boolean {
  const { node, region } = present(order.definitions.get(value));
  if (isWithin(home, region)) return true;
  if (node?.kind === "constant") return true;
  // The array may be a later version than the one that `home` sees, but no array of a graph changes its length.
  if (node?.kind === "length") return isKnownAt(home, node.array, order);
  return node?.kind === "operation" && node.operands.every((operand) => isKnownAt(home, operand, order));
}

/** A value that is known at `home`, built there where it is defined further in. */
function knownAt(build: GraphBuilder, home: RegionInfo, value: ValueId, order: ProgramOrder): ValueId {
  const { node, region } = present(order.definitions.get(value));
  if (node === undefined || isWithin(home, region)) return value;
  const known = (operand: ValueId): ValueId => knownAt(build, home, operand, order);
  const fresh = build.fresh(build.typeOf(value), build.nameOf(value));
  build.push({
    ...renameResults(
      mapNode(node, known, (inner) => inner),
      () => fresh,
    ),
    ...build.place(),
  });
  return fresh;
}

/** The number of entries of a grid stash; built where the nest is about to run. */
export function gridSize(build: GraphBuilder, layout: StashLayout, order: ProgramOrder): ValueId {
  const counts = layout.loops.map((loop) => {
    invariant(loop.kind === "for", "a grid of known size has counted loops");
    const known = (value: ValueId): ValueId => knownAt(build, layout.home, value, order);
    return tripCount(build, loop, known(loop.start), known(loop.bound));
  });
  return counts.reduce((size, count) => build.operation("mul", [size, count]));
}

/** The index of this iteration in a grid stash. `primal` gives the value of an index, start or bound at this place. */
export function gridIndex(build: GraphBuilder, layout: StashLayout, primal: (value: ValueId) => ValueId): ValueId {
  let index: ValueId | undefined;
  for (const loop of layout.loops) {
    const iteration = iterationNumber(build, loop, primal);
    if (index === undefined) {
      index = iteration;
      continue;
    }
    invariant(loop.kind === "for", "the inner loops of a grid are counted");
    const count = tripCount(build, loop, primal(loop.start), primal(loop.bound));
    index = build.operation("add", [build.operation("mul", [index, count]), iteration]);
  }
  return present(index, "a loop around the stash");
}

/** 0, 1, 2, … through the iterations of the loop. */
export function iterationNumber(build: GraphBuilder, loop: LoopNode, primal: (value: ValueId) => ValueId): ValueId {
  const index = primal(indexOf(loop));
  if (loop.kind === "while") return index;
  const distance = build.operation("sub", [index, primal(loop.start)]);
  return loop.step === 1 ? distance : build.operation("div", [distance, build.constant(loop.step)]);
}

/** The narrowest element that loses nothing of the value. */
export function stashElement(build: GraphBuilder, value: ValueId): ElementType {
  return build.typeOf(value) === "boolean" ? "u8" : "f64";
}
