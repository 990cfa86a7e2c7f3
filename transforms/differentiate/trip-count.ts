import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ForNode, ValueId } from "../../src/ir/graph.ts";

/** How often a counted loop runs if nothing stops it; may be negative where the loop does not run. */
export function tripCount(build: GraphBuilder, loop: ForNode, start: ValueId, bound: ValueId): ValueId {
  return tripCountOver(build, loop, build.operation("sub", [bound, start]));
}

/** The same from the distance between start and bound. */
export function tripCountOver(build: GraphBuilder, { step, inclusive }: ForNode, distance: ValueId): ValueId {
  const span = step === 1 ? distance : build.operation("div", [distance, build.constant(step)]);
  return inclusive
    ? build.operation("add", [build.operation("floor", [span]), build.constant(1)])
    : build.operation("ceil", [span]);
}

/** Whether a counted loop makes a round. */
export function makesRound(build: GraphBuilder, { step, inclusive }: ForNode, start: ValueId, bound: ValueId): ValueId {
  const [strict, orEqual] = step > 0 ? ["lt", "le"] : ["gt", "ge"];
  return build.operation(inclusive ? orEqual : strict, [start, bound], "boolean");
}

/** The index of the last of `trips` iterations. */
export function lastIndex(build: GraphBuilder, loop: ForNode, start: ValueId, trips: ValueId): ValueId {
  const steps = build.operation("sub", [trips, build.constant(1)]);
  const distance = loop.step === 1 ? steps : build.operation("mul", [steps, build.constant(loop.step)]);
  return build.operation("add", [start, distance]);
}
