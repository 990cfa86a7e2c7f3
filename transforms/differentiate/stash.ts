import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ElementType, ForNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf, mapNode, renameResults } from "../../src/ir/walk.ts";
import { atomsOf, scalePolynomial, subtractPolynomials, type Polynomial } from "../analyze/polynomial.ts";
import { isWithin, loopsBetween, type ProgramOrder, type RegionInfo } from "../analyze/program-order.ts";
import { leastWithin } from "../analyze/ranges.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import { buildPolynomial } from "../optimize/build-polynomial.ts";
import { tripCount, tripCountOver } from "./trip-count.ts";

/**
 * How the kept values of one split region are laid out. `local`: only branches lie between the region and its joint
 * region, so each value is a local. `grid`: how often the inner loops run at most is known before the nest runs, so the
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
  /** For each loop of a grid: how often it runs at most; not known of the first where the stash grows. */
  readonly extents: readonly (Extent | undefined)[];
}

/** Start and bound as `home` knows them, or the greatest distance between the two that the loops around let come. */
type Extent = { readonly loop: ForNode; readonly span: Polynomial | undefined };

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
    const extents = loops.map((_, depth) => extentOf(plan, home, loops, depth));
    const isGrid = extents.slice(1).every((extent) => extent !== undefined);
    const kind = loops.length === 0 ? "local" : isGrid ? "grid" : "counted";
    const grows = kind === "counted" || (kind === "grid" && extents[0] === undefined);
    return { region, home, kind, loops, grows, values: [...values].sort((a, b) => a - b), extents };
  });
}

/** How often the loop runs at most, if that can be computed where `home`'s own nodes stand. */
function extentOf(
  { order, algebra }: StoragePlan,
  home: RegionInfo,
  loops: readonly LoopNode[],
  depth: number,
): Extent | undefined {
  const loop = loops[depth];
  if (loop?.kind !== "for") return undefined;
  const isKnown = (value: ValueId): boolean => isKnownAt(home, value, order);
  if (isKnown(loop.start) && isKnown(loop.bound)) return { loop, span: undefined };
  // for (i = 0; i < n; i++) for (j = i; j < n; j++): at most n - 0
  const { polynomialOf, facts } = algebra();
  const below = subtractPolynomials(polynomialOf(loop.start), polynomialOf(loop.bound));
  const least = leastWithin(
    scalePolynomial(below, Math.sign(loop.step)),
    loopsBetween(order.body, home),
    loops.slice(0, depth),
    facts,
  );
  if (least === undefined || ![...atomsOf(least)].every(isKnown)) return undefined;
  return { loop, span: scalePolynomial(least, -1) };
}

function isKnownAt(home: RegionInfo, value: ValueId, order: ProgramOrder): boolean {
  const { node, region } = present(order.definitions.get(value));
  if (isWithin(home, region)) return true;
  if (node?.kind === "constant") return true;
  // The array may be a later version than the one that `home` sees, but no array of a graph changes its length.
  if (node?.kind === "length") {
    return isKnownAt(home, node.array, order) && (node.at === undefined || isKnownAt(home, node.at, order));
  }
  return node?.kind === "operation" && node.operands.every((operand) => isKnownAt(home, operand, order));
}

/** A value that is known at `home`, built there where it is defined further in. */
function knownAt(build: GraphBuilder, home: RegionInfo, value: ValueId, order: ProgramOrder): ValueId {
  const { node, region } = present(order.definitions.get(value));
  if (node === undefined || isWithin(home, region)) return value;
  const known = (operand: ValueId): ValueId => knownAt(build, home, operand, order);
  const fresh = build.twin(value);
  build.push({
    ...renameResults(
      mapNode(node, known, (inner) => inner),
      () => fresh,
    ),
    ...build.place(),
  });
  return fresh;
}

/** How often each loop of a grid runs at most; built where the nest is about to run. */
export function gridExtents(
  build: GraphBuilder,
  layout: StashLayout,
  order: ProgramOrder,
): readonly (ValueId | undefined)[] {
  const known = (value: ValueId): ValueId => knownAt(build, layout.home, value, order);
  return layout.extents.map((extent) => {
    if (extent === undefined) return undefined;
    const { loop, span } = extent;
    if (span === undefined) return tripCount(build, loop, known(loop.start), known(loop.bound));
    return tripCountOver(build, { ...loop, step: Math.abs(loop.step) }, buildPolynomial(build, span, known));
  });
}

/** How often the loop runs, built where `home`'s own nodes stand, if that is known there. */
export function tripsAt(
  build: GraphBuilder,
  home: RegionInfo,
  loop: LoopNode,
  order: ProgramOrder,
): ValueId | undefined {
  if (loop.kind !== "for" || loop.stops) return undefined;
  if (!isKnownAt(home, loop.start, order) || !isKnownAt(home, loop.bound, order)) return undefined;
  return tripCount(build, loop, knownAt(build, home, loop.start, order), knownAt(build, home, loop.bound, order));
}

/** The index of this iteration in a grid stash. `primal` gives the value of an index or start at this place. */
export function gridIndex(
  build: GraphBuilder,
  layout: StashLayout,
  extents: readonly (ValueId | undefined)[],
  primal: (value: ValueId) => ValueId,
): ValueId {
  let index: ValueId | undefined;
  for (const [depth, loop] of layout.loops.entries()) {
    const iteration = iterationNumber(build, loop, primal);
    index =
      index === undefined
        ? iteration
        : build.operation("add", [build.operation("mul", [index, present(extents[depth])]), iteration]);
  }
  return present(index, "a loop around the stash");
}

/** 0, 1, 2, … through the iterations of the loop. */
export function iterationNumber(build: GraphBuilder, loop: LoopNode, primal: (value: ValueId) => ValueId): ValueId {
  const index = primal(indexOf(loop));
  if (loop.kind === "while") return index;
  if (loop.step === -1) return build.operation("sub", [primal(loop.start), index]);
  const distance = build.operation("sub", [index, primal(loop.start)]);
  return loop.step === 1 ? distance : build.operation("div", [distance, build.constant(loop.step)]);
}

/** The narrowest element that loses nothing of the value. */
export function stashElement(build: GraphBuilder, value: ValueId): ElementType {
  return build.typeOf(value) === "boolean" ? "u8" : "f64";
}
