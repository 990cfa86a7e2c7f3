/**
 * Finds the comments of a file. Outside of strings, templates, regular expressions and JSX text every `//` and every `/*`
 * begins a comment, so the literals that the parser has found are all that has to be known.
 */
import { ts } from "ts-morph";

export interface Comment {
  readonly kind: "line" | "block" | "jsdoc";
  readonly start: number;
  readonly end: number;
}

export function commentsOf(file: ts.SourceFile): readonly Comment[] {
  const { text } = file;
  const literals = literalsOf(file);
  const comments: Comment[] = [];
  let literal = 0;
  let from = 0;
  for (;;) {
    const start = nextOpening(text, from);
    if (start < 0) return comments;
    while (literal < literals.length && literals[literal]!.end <= start) literal++;
    const around = literals[literal];
    if (around !== undefined && around.start <= start) {
      from = around.end;
      continue;
    }
    const comment = commentAt(text, start);
    comments.push(comment);
    from = comment.end;
  }
}

function nextOpening(text: string, from: number): number {
  for (let at = text.indexOf("/", from); at >= 0; at = text.indexOf("/", at + 1)) {
    if (text[at + 1] === "/" || text[at + 1] === "*") return at;
  }
  return -1;
}

function commentAt(text: string, start: number): Comment {
  if (text[start + 1] === "/") {
    const newline = text.slice(start).search(/[\n\r\u2028\u2029]/);
    return { kind: "line", start, end: newline < 0 ? text.length : start + newline };
  }
  const close = text.indexOf("*/", start + 2);
  const isJsDoc = text[start + 2] === "*" && text[start + 3] !== "/" && text[start + 3] !== "*";
  return { kind: isJsDoc ? "jsdoc" : "block", start, end: close < 0 ? text.length : close + 2 };
}

/** In the order in which they stand. */
function literalsOf(file: ts.SourceFile): readonly { readonly start: number; readonly end: number }[] {
  const literals: { start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)) {
      if (!ts.isNumericLiteral(node)) literals.push({ start: node.getStart(file), end: node.end });
    } else if (ts.isJsxText(node)) {
      literals.push({ start: node.pos, end: node.end });
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(file);
  return literals;
}
