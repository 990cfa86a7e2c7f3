/** `@checkpoint [N]` in a comment right before a loop. */
import { ts } from "ts-morph";
import type { Checkpoint } from "../ir/graph.ts";
import { type Comment } from "./comments.ts";
import { type Mark, marksOf } from "./marks.ts";
import { placeIn } from "./place.ts";

/** What the mark before the loop says, if there is one that is well formed. */
export function checkpointOf(node: ts.Node): Checkpoint | undefined {
  const file = node.getSourceFile();
  if (!file.text.includes("@checkpoint")) return undefined;
  for (const mark of marksBefore(file, node)) {
    if (mark.name !== "checkpoint") continue;
    const snapshots = snapshotsOf(mark);
    if (snapshots === "malformed") return undefined;
    const place = placeIn(file, mark.start, mark.end);
    return { ...(snapshots !== undefined && { snapshots }), mark: place };
  }
  return undefined;
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

function marksBefore(file: ts.SourceFile, node: ts.Node): readonly Mark[] {
  const outermost = labelled(node);
  return (ts.getLeadingCommentRanges(file.text, outermost.getFullStart()) ?? []).flatMap(({ kind, pos, end }) => {
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const isJsDoc = file.text.startsWith("/**", pos) && end - pos > 4;
    const comment: Comment = { kind: isLine ? "line" : isJsDoc ? "jsdoc" : "block", start: pos, end };
    return marksOf(file.text, comment);
  });
}

/** The statement with its labels. */
function labelled(node: ts.Node): ts.Node {
  return node.parent !== undefined && ts.isLabeledStatement(node.parent) ? labelled(node.parent) : node;
}
