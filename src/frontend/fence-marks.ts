/** Marks that change what a derivative is, or how it is made: where they may stand. */
import type { SourceFile } from "ts-morph";
import { ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type Comment, commentsOf } from "./comments.ts";
import { jsDocsOf } from "./function-marks.ts";
import { snapshotsOf } from "./checkpoint-mark.ts";
import { loopAfter, markBefore } from "./loop-marks.ts";
import { type Mark, marksOf } from "./marks.ts";
import { placeIn } from "./place.ts";
import { isRule } from "./rules.ts";
import { describeOwner, functionsOf, ownerOf } from "./tag-owners.ts";

/**
 * All of a file that a model is made of. Which of its functions the model calls is not asked: a mark that is not acted on
 * must not be passed over.
 */
export function checkMarks(sourceFile: SourceFile): readonly Diagnostic[] {
  const file = sourceFile.compilerNode;
  if (!/@(nondiff|vjpOf|jvpOf|fixedpoint|checkpoint)\b/.test(file.text)) return [];
  return commentsOf(file).flatMap((comment) =>
    marksOf(file.text, comment).flatMap((mark) => faultOf(sourceFile, comment, mark)),
  );
}

function faultOf(sourceFile: SourceFile, comment: Comment, mark: Mark): readonly Diagnostic[] {
  const { name, start } = mark;
  const file = sourceFile.compilerNode;
  const span = placeIn(file, start, start + name.length + 1);
  if (name === "checkpoint") return checkpointFaults(file, comment, mark);
  if (name === "fixedpoint") return fixedPointFaults(file, comment, mark);
  if (name !== "nondiff" && !isRule(name)) return [];
  if (comment.kind !== "jsdoc") {
    return [diagnostic("ADJ1002", span, { tag: name, opening: comment.kind === "line" ? "//" : "/*" })];
  }
  const isOnFunction = isRule(name)
    ? ownerOf(functionsOf(sourceFile), sourceFile, comment) !== undefined
    : functionComments(file).has(comment.start);
  if (isOnFunction) return [];
  return [diagnostic("ADJ1001", span, { tag: name, what: describeOwner(sourceFile, comment) })];
}

function checkpointFaults(file: ts.SourceFile, comment: Comment, mark: Mark): readonly Diagnostic[] {
  const span = placeIn(file, mark.start, mark.start + mark.name.length + 1);
  if (snapshotsOf(mark) === "malformed") {
    const problem = "takes the number of snapshots, a whole number from 1 on, and nothing else";
    return [diagnostic("ADJ1025", placeIn(file, mark.start, mark.end), { problem })];
  }
  if (loopAfter(file, comment) !== undefined) return [];
  if (functionComments(file).has(comment.start)) return [];
  return [diagnostic("ADJ1025", span, { problem: "stands before no loop, and on no function" })];
}

function fixedPointFaults(file: ts.SourceFile, comment: Comment, mark: Mark): readonly Diagnostic[] {
  const loop = loopAfter(file, comment);
  const problem = mark.characters.some(({ text }) => text.trim() !== "")
    ? "takes nothing after it"
    : loop === undefined
      ? "stands before no loop"
      : markBefore(loop, "checkpoint") !== undefined
        ? "keeps nothing of the loop, so that @checkpoint beside it has nothing to do"
        : undefined;
  if (problem === undefined) return [];
  return [diagnostic("ADJ1032", placeIn(file, mark.start, mark.end), { problem })];
}

/** The comments that stand on functions, wherever these are. */
function functionComments(file: ts.SourceFile): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) for (const { start } of jsDocsOf(node)) found.add(start);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
