/**
 * Where a diagnostic points. Of what fills many lines (a function, a loop, a class) it underlines the part that names it:
 * a marker below a whole body shows nothing.
 */
import { ts } from "ts-morph";
import type { Span } from "../ir/graph.ts";
import { shownFor } from "./derived-files.ts";
import { placeIn } from "./place.ts";
import { statementSpan } from "./source-span.ts";

export function faultPlace(at: ts.Node): Span {
  const node = shownFor(at);
  const file = node.getSourceFile();
  const start = node.getStart(file);
  const named = namePart(node, file);
  if (named !== undefined) return placeIn(file, named.getStart(file), named.end);
  if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
    const head = file.text.slice(start, node.body.getStart(file)).trimEnd();
    return placeIn(file, start, start + head.length);
  }
  if (ts.isIterationStatement(node, false) || ts.isIfStatement(node) || ts.isSwitchStatement(node)) {
    return { ...statementSpan(node), text: placeIn(file, start, node.end).text };
  }
  return placeIn(file, start, node.end);
}

/** A name, or the word that begins the statement. */
function namePart(node: ts.Node, file: ts.SourceFile): ts.Node | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) return node.name;
  if (ts.isClassLike(node)) return node.name ?? node.getFirstToken(file);
  if (ts.isTryStatement(node) || ts.isWithStatement(node) || ts.isDoStatement(node)) return node.getFirstToken(file);
  return undefined;
}
