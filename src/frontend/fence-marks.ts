/** Marks that change what the derivative of a function means, or how it is stored, and that are not acted on yet. */
import type { ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { commentsOf } from "./comments.ts";
import { marksOf } from "./marks.ts";
import { placeIn } from "./place.ts";

/**
 * All of a file that a model is made of. Which of its functions the model calls is not asked: a mark that is not acted on
 * must not be passed over.
 */
export function checkMarks(file: ts.SourceFile): readonly Diagnostic[] {
  if (!/@(fixedpoint|checkpoint)\b/.test(file.text)) return [];
  return commentsOf(file)
    .flatMap((comment) => marksOf(file.text, comment))
    .flatMap(({ name, start: at }) => faultOf(file, name, at));
}

function faultOf(file: ts.SourceFile, mark: string, at: number): readonly Diagnostic[] {
  const span = placeIn(file, at, at + mark.length + 1);
  if (mark === "checkpoint") return [diagnostic("ADJ1025", span)];
  return mark === "fixedpoint" ? [diagnostic("ADJ2906", span, { mark })] : [];
}
