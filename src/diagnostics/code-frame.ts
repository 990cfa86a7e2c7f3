import type { Span } from "../ir/graph.ts";

export interface FrameColors {
  readonly dim: (text: string) => string;
  readonly marker: (text: string) => string;
}

const widest = 160;

/** The line of a place, one line before and one after, and a marker below what is meant. */
export function codeFrame(source: string, span: Span, colors: FrameColors): string {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const guilty = lines[span.line - 1];
  if (guilty === undefined) return "";
  const cut = Math.max(0, span.column - 1 - widest / 2);
  const first = Math.max(1, span.line - 1);
  const last = Math.min(lines.length, span.line + 1);
  const gutter = String(last).length;
  const rows: string[] = [];
  for (let line = first; line <= last; line++) {
    const text = printable((lines[line - 1] ?? "").slice(cut, cut + widest));
    const isGuilty = line === span.line;
    if (!isGuilty && text.trim() === "") continue;
    const number = String(line).padStart(gutter);
    rows.push(`${isGuilty ? colors.marker(">") : " "} ${colors.dim(`${number} |`)} ${text}`.trimEnd());
    if (isGuilty)
      rows.push(`  ${" ".repeat(gutter)} ${colors.dim("|")} ${colors.marker(underline(guilty, span, cut))}`);
  }
  return rows.join("\n");
}

/** Carets below the place, as wide as it is on its first line. */
function underline(line: string, span: Span, cut: number): string {
  const from = span.column - 1;
  const end = span.endLine > span.line ? line.trimEnd().length : Math.min(span.endColumn - 1, line.length);
  const to = Math.min(Math.max(end, from + 1), cut + widest);
  const blanks = widthsOf(line.slice(cut, from), " ").join("");
  const carets = widthsOf(line.slice(from, to) || " ", "^").join("");
  return blanks + carets.replaceAll("\t", "^");
}

/** A tab stays a tab, so that the marker lines up; characters of double width take two places. */
function widthsOf(text: string, fill: string): readonly string[] {
  return [...text].map((character) => {
    if (character === "\t") return "\t";
    const isWide =
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ||
      character.length === 2;
    return isWide ? fill + fill : fill;
  });
}

/** Control characters could steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\u00b7");
}
