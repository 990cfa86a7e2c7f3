import { Node, ts, type SourceFile } from "ts-morph";
import type { Span } from "../ir/graph.ts";

/** The place of a node, without the comments before it. */
export function placeOf(node: Node): Span {
  return placeAt(node.getSourceFile(), node.getStart(), node.getEnd());
}

/** The place between two offsets of a file. Its text is the line that stands there. */
export function placeAt(sourceFile: SourceFile, start: number, end: number): Span {
  return placeIn(sourceFile.compilerNode, start, end);
}

export function placeIn(file: ts.SourceFile, start: number, end: number): Span {
  const from = file.getLineAndCharacterOfPosition(start);
  const to = file.getLineAndCharacterOfPosition(end);
  return {
    file: file.fileName,
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
    text: lineOf(file, from.line),
  };
}

function lineOf(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts();
  const text = file.text.slice(starts[line], starts[line + 1] ?? file.text.length);
  return text.trim().replace(/;$/, "");
}
