/** A source with some of its tokens deleted, swapped, doubled, replaced, or with others put between them. */
import ts from "typescript";
import type { Random } from "../harness/random.ts";

/** What is put in besides the tokens that the source has itself. */
const others = [
  ..."( ) { } [ ] ; , . ? : => ! + - * / % ** ++ -- = += -= *= /= < > <= >= === !== == && || ?? & | ^ ~ << >> >>> ... ?.".split(
    " ",
  ),
  ..."let const var if else for while do return break continue switch case default new typeof void in of true false".split(
    " ",
  ),
  ..."null undefined this throw function async await yield try catch class delete static export import as any number".split(
    " ",
  ),
  ..."0 1 2 -1 0.5 1e3 1e400 Math.sin Math.abs Math.max Math.floor NaN Infinity Float64Array Float32Array .length .slice() .fill(0) .push(1)".split(
    " ",
  ),
];

export interface Mutant {
  readonly text: string;
  /** What was done, in words. */
  readonly edits: readonly string[];
}

export function mutate(source: string, random: Random): Mutant {
  const tokens = tokensOf(source);
  const edits: string[] = [];
  const below = (count: number) => Math.floor(random.next() * count);
  const solid = () => tokens.flatMap(({ isSpace }, k) => (isSpace ? [] : [k]));
  const count = 1 + (random.next() < 0.3 ? 1 + below(2) : 0);
  for (let edit = 0; edit < count; edit++) {
    const places = solid();
    if (places.length < 2) break;
    const place = below(places.length - 1);
    const [at, after] = [places[place]!, places[place + 1]!];
    const token = tokens[at]!;
    const kind = random.next();
    if (kind < 0.1) {
      edits.push(`deletes ${token.text}`);
      tokens.splice(at, 1);
    } else if (kind < 0.25) {
      const like = places.filter((k) => sortOf(tokens[k]!) === sortOf(token));
      const isNear = random.next() < 0.3;
      const other = isNear ? after : like[below(like.length)]!;
      edits.push(`swaps ${token.text} and ${tokens[other]!.text}`);
      [tokens[at], tokens[other]] = [tokens[other]!, token];
    } else if (kind < 0.3) {
      edits.push(`doubles ${token.text}`);
      tokens.splice(at, 0, token, space);
    } else if (kind < 0.38) {
      const inserted =
        random.next() < 0.5 ? others[below(others.length)]! : tokens[places[below(places.length)]!]!.text;
      edits.push(`puts ${inserted} before ${token.text}`);
      tokens.splice(at, 0, { text: inserted, kind: undefined, isSpace: false }, space);
    } else if (kind < 0.55) {
      // A statement, as far as a line is one.
      const lines = lineAt(tokens, at);
      const text = tokens
        .slice(lines.from, lines.to)
        .map((each) => each.text)
        .join("");
      const isDouble = random.next() < 0.5;
      edits.push(`${isDouble ? "doubles" : "deletes"} the line ${text.trim()}`);
      if (isDouble) tokens.splice(lines.to, 0, ...tokens.slice(lines.from, lines.to));
      else tokens.splice(lines.from, lines.to - lines.from);
    } else {
      // By one of its kind: most of these compile.
      const like = places.filter((k) => sortOf(tokens[k]!) === sortOf(token) && tokens[k]!.text !== token.text);
      const chosen = operators.find((group) => group.includes(token.text)) ?? [];
      const replaced =
        chosen.length > 1
          ? chosen[below(chosen.length)]!
          : like.length > 0
            ? tokens[like[below(like.length)]!]!.text
            : "0";
      edits.push(`writes ${replaced} for ${token.text}`);
      tokens[at] = { ...token, text: replaced };
    }
  }
  return {
    text: tokens.map(({ text }) => text).join(""),
    edits: edits.map((edit) => edit.replace(/\s+/g, " ").slice(0, 120)),
  };
}

const operators: readonly (readonly string[])[] = [
  ["+", "-", "*", "/", "%", "**"],
  ["+=", "-=", "*=", "/=", "=", "%="],
  ["<", ">", "<=", ">=", "===", "!=="],
  ["&&", "||"],
  ["++", "--"],
  ["break", "continue", "return"],
  ["if", "while"],
  ["let", "const", "var"],
];

interface Token {
  readonly text: string;
  readonly kind: ts.SyntaxKind | undefined;
  readonly isSpace: boolean;
}

const space: Token = { text: " ", kind: undefined, isSpace: true };

function sortOf({ kind }: Token): string {
  if (kind === ts.SyntaxKind.Identifier) return "name";
  if (kind === ts.SyntaxKind.NumericLiteral) return "number";
  return String(kind);
}

function tokensOf(source: string): Token[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, source);
  const tokens: Token[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const isSpace = kind === ts.SyntaxKind.WhitespaceTrivia || kind === ts.SyntaxKind.NewLineTrivia;
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    tokens.push({ text: scanner.getTokenText(), kind, isSpace: isSpace || isLine });
  }
  return tokens;
}

function lineAt(tokens: readonly Token[], at: number): { readonly from: number; readonly to: number } {
  const isEnd = (k: number) => tokens[k]?.kind === ts.SyntaxKind.NewLineTrivia;
  let from = at;
  while (from > 0 && !isEnd(from - 1)) from--;
  let to = at;
  while (to < tokens.length && !isEnd(to)) to++;
  return { from, to: Math.min(to + 1, tokens.length) };
}
