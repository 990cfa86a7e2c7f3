/** What stands for what a round at a fixed point reads, in either mode. */
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { copyArray } from "../../src/ir/copy-array.ts";
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf } from "../../src/ir/walk.ts";
import type { SolutionRound, SolutionRounds } from "../analyze/solution-round.ts";
import { lastIndex } from "./trip-count.ts";

/** An array as the loop leaves it. */
export interface KeptArray {
  readonly array: ValueId;
  readonly length: ValueId;
}

export function roundsOf({ staying, leaving }: SolutionRounds): readonly SolutionRound[] {
  return leaving === undefined ? [staying] : [staying, leaving];
}

/** The lengths that the rounds measure, and the number of the last round where they read that. `valueOf`: finds a number again. */
export function measuredAtSolution(
  build: GraphBuilder,
  loop: LoopNode,
  rounds: SolutionRounds,
  valueOf: (value: ValueId) => ValueId = (value) => value,
): Map<ValueId, ValueId> {
  const standing = new Map<ValueId, ValueId>();
  const all = roundsOf(rounds);
  for (const { array, result } of all.flatMap(({ measured }) => measured)) standing.set(result, build.length(array));
  if (all.every(({ index }) => index === undefined)) return standing;
  const trips = valueOf(loop.trips);
  const last =
    loop.kind === "for"
      ? lastIndex(build, loop, valueOf(loop.start), trips)
      : build.operation("sub", [trips, build.constant(1)]);
  return standing.set(indexOf(loop), last);
}

/** With copies, made here, of the arrays that the round changes; of those that it need not read, room alone. */
export function stateForRound(
  build: GraphBuilder,
  loop: LoopNode,
  round: SolutionRound,
  standing: ReadonlyMap<ValueId, ValueId>,
  keptAt: (slot: number) => KeptArray | undefined,
  isSpare: (loop: LoopNode, slot: number) => boolean,
): ReadonlyMap<ValueId, ValueId> {
  const own = new Map(standing);
  carriedOf(loop).forEach((argument, slot) => {
    const kept = round.written.has(argument) ? keptAt(slot) : undefined;
    if (kept !== undefined) own.set(argument, roomFor(build, kept, !isSpare(loop, slot)));
  });
  return own;
}

function roomFor(build: GraphBuilder, { array, length }: KeptArray, isCopied: boolean): ValueId {
  const type = build.typeOf(array);
  const element = typeof type === "object" ? type.element : "f64";
  const own = build.allocate(element, length, { kind: "local" }, false, build.nameOf(array));
  return isCopied ? copyArray(build, array, own, length) : own;
}

/** A copy of an array, to be changed. */
export function changeableCopy(build: GraphBuilder, kept: KeptArray): ValueId {
  return roomFor(build, kept, true);
}
