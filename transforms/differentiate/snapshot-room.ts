/**
 * How many snapshots of a marked loop there are at once: as many as the mark says, but not more than the loop has rounds, where
 * that is known; without a number in the mark about the square root of the rounds, which keeps no round from being run again
 * more than twice. Undefined where that takes the number of rounds, and it is not known.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";

/** `count`: how many rounds there are, if it is known; it may be negative, where there are none. */
export function snapshotRoom(build: GraphBuilder, loop: LoopNode, count: ValueId | undefined): ValueId | undefined {
  const { snapshots } = present(loop.checkpoint, "the mark of a loop");
  if (snapshots === 1 || (snapshots !== undefined && count === undefined)) return build.constant(snapshots);
  if (count === undefined) return undefined;
  const most = build.operation("max", [build.constant(1), count]);
  const room =
    snapshots === undefined
      ? build.operation("ceil", [build.operation("sqrt", [most])])
      : build.operation("min", [build.constant(snapshots), most]);
  build.suggestName(room, "snapshots");
  return room;
}
