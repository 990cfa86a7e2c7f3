/** Small parts of text that the printers share. */
import { sizeText, type Context, type Piece } from "./context.ts";
import { pickFrom } from "./scope.ts";

export function atom(text: string, low: number, high: number): Piece {
  return { text, precedence: 20, range: { low, high } };
}

/** The text of a piece, in parentheses where something that binds as `level` needs them. */
export function parenthesized({ text, precedence }: Piece, level: number): string {
  return precedence < level ? `(${text})` : text;
}

export function isSimple({ text }: Piece): boolean {
  return /^[\w.]+$/.test(text);
}

/** Some integer that is not negative. */
export function integerText(context: Context, pick: number): string {
  return pickFrom(context.scope.integers, pick)?.text ?? (pick % 2 === 0 ? "1" : sizeText(context, "n"));
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
