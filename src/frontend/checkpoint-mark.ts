/** `@checkpoint [N]` in a comment right before a loop. */
import type { ts } from "ts-morph";
import type { Checkpoint } from "../ir/graph.ts";
import { markBefore } from "./loop-marks.ts";
import type { Mark } from "./marks.ts";
import { placeIn } from "./place.ts";

/** What the mark before the loop says, if there is one that is well formed. */
export function checkpointOf(node: ts.Node): Checkpoint | undefined {
  const mark = markBefore(node, "checkpoint");
  const snapshots = mark && snapshotsOf(mark);
  if (mark === undefined || snapshots === "malformed") return undefined;
  const place = placeIn(node.getSourceFile(), mark.start, mark.end);
  return { ...(snapshots !== undefined && { snapshots }), mark: place };
}

/** The number of snapshots that a mark asks for, if it names one. */
export function snapshotsOf({ characters }: Mark): number | undefined | "malformed" {
  const [first = "", ...others] = characters
    .map(({ text }) => text)
    .join("")
    .trim()
    .split(/\s+/);
  if (first === "") return undefined;
  if (!/^[1-9]\d*$/.test(first) || others.length > 0) return "malformed";
  return Number(first);
}
