import { ts } from "ts-morph";
import type { Span } from "../ir/graph.ts";
import { shownFor } from "./derived-files.ts";
import { placeIn } from "./place.ts";

/** The place of a node, for a diagnostic; its text is the line that stands there. */
export function spanOf(at: ts.Node): Span {
  const node = shownFor(at);
  const file = node.getSourceFile();
  return placeIn(file, node.getStart(file), node.getEnd());
}

/** The place of a statement; of one that holds others, the place of its header: `for (let i = 0; i < n; i++)`. */
export function statementSpan(at: ts.Node): Span {
  const shown = shownFor(at);
  const statement = shown === at ? at : (ts.findAncestor(shown, ts.isStatement) ?? shown);
  const file = statement.getSourceFile();
  const start = statement.getStart(file);
  const end = headerEnd(statement, file);
  const span = placeIn(file, start, end);
  const [firstLine = ""] = file.text.slice(start, end).split("\n");
  return { ...span, text: firstLine.trim().replace(/[;{]$/, "").trim() };
}

function headerEnd(statement: ts.Node, file: ts.SourceFile): number {
  const inner = headerBefore(statement);
  if (inner === undefined) return statement.getEnd();
  const text = file.text.slice(0, inner.getStart(file)).trimEnd();
  return text.endsWith("{") ? text.slice(0, -1).trimEnd().length : text.length;
}

/** What follows the header. */
function headerBefore(statement: ts.Node): ts.Node | undefined {
  if (ts.isForStatement(statement) || ts.isForOfStatement(statement) || ts.isWhileStatement(statement)) {
    return statement.statement;
  }
  if (ts.isIfStatement(statement)) return statement.thenStatement;
  return ts.isSwitchStatement(statement) ? statement.caseBlock : undefined;
}
