import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ElementType, ForNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf } from "../../src/ir/walk.ts";
import { loopsBetween, type ProgramOrder, type RegionInfo } from "../analyze/program-order.ts";
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
    const isGrid = loops.slice(1).every((loop) => hasRangeOf(loop, home, plan.order));
    const kind = loops.length === 0 ? "local" : isGrid ? "grid" : "counted";
    const grows = kind === "counted" || (kind === "grid" && loops[0]?.kind === "while");
    return { region, home, kind, loops, grows, values: [...values].sort((a, b) => a - b) };
  });
}

/** Whether the trip count of the loop can be computed where `home`'s own nodes stand. */
function hasRangeOf(loop: LoopNode, home: RegionInfo, order: ProgramOrder): loop is ForNode {
  if (loop.kind !== "for") return false;
  return [loop.start, loop.bound].every((value) => {
    const { region } = present(order.definitions.get(value));
    return region.depth <= home.depth;
  });
}

/** The number of entries of a grid stash; built where the nest is about to run. */
export function gridSize(build: GraphBuilder, layout: StashLayout): ValueId {
  const counts = layout.loops.map((loop) => {
    invariant(loop.kind === "for", "a grid of known size has counted loops");
    return tripCount(build, loop, loop.start, loop.bound);
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
function iterationNumber(build: GraphBuilder, loop: LoopNode, primal: (value: ValueId) => ValueId): ValueId {
  const index = primal(indexOf(loop));
  if (loop.kind === "while") return index;
  const distance = build.operation("sub", [index, primal(loop.start)]);
  return loop.step === 1 ? distance : build.operation("div", [distance, build.constant(loop.step)]);
}

/** The narrowest element that loses nothing of the value. */
export function stashElement(build: GraphBuilder, value: ValueId): ElementType {
  return build.typeOf(value) === "boolean" ? "u8" : "f64";
}
