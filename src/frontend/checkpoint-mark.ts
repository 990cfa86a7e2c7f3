/** `@checkpoint [N]` in a comment right before a loop. */
import { ts } from "ts-morph";
import type { Checkpoint } from "../ir/graph.ts";
import type { Comment } from "./comments.ts";
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

/** The loop that a comment stands right before. */
export function loopAfter(file: ts.SourceFile, { start }: Comment): ts.IterationStatement | undefined {
  let found: ts.IterationStatement | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false) && commentsBefore(file, node).some((each) => each.start === start)) {
      found = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function marksBefore(file: ts.SourceFile, node: ts.Node): readonly Mark[] {
  return commentsBefore(file, node).flatMap((comment) => marksOf(file.text, comment));
}

/** The comments before a statement, and before its labels. */
function commentsBefore(file: ts.SourceFile, node: ts.Node): readonly Comment[] {
  const own = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  const comments = own.map(({ kind, pos, end }): Comment => {
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const isJsDoc = file.text.startsWith("/**", pos) && end - pos > 4;
    return { kind: isLine ? "line" : isJsDoc ? "jsdoc" : "block", start: pos, end };
  });
  const isLabelled = node.parent !== undefined && ts.isLabeledStatement(node.parent);
  return isLabelled ? [...commentsBefore(file, node.parent), ...comments] : comments;
}
