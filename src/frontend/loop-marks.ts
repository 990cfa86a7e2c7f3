/** Marks in a comment right before a loop: `@checkpoint`, `@fixedpoint`. */
import { ts } from "ts-morph";
import type { Span } from "../ir/graph.ts";
import type { Comment } from "./comments.ts";
import { type Mark, marksOf } from "./marks.ts";
import { placeIn } from "./place.ts";

/** Where the loop is said to come to a fixed point, if it is. */
export function fixedPointOf(node: ts.Node): Span | undefined {
  const mark = markBefore(node, "fixedpoint");
  return mark && placeIn(node.getSourceFile(), mark.start, mark.start + mark.name.length + 1);
}

/** The first mark of this name before the loop. */
export function markBefore(node: ts.Node, name: string): Mark | undefined {
  const file = node.getSourceFile();
  if (!file.text.includes(`@${name}`)) return undefined;
  return marksBefore(file, node).find((mark) => mark.name === name);
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
