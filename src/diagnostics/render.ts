import type { Span } from "../ir/graph.ts";
import { codeFrame } from "./code-frame.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { kindTexts } from "./entry.ts";

/** What a renderer needs to know of the world. */
export interface RenderContext {
  /** The path as the user would write it. */
  readonly nameOf: (file: string) => string;
  /** The text of a file, for the code frame. */
  readonly sourceOf: (file: string) => string | undefined;
}

type Paint = (text: string) => string;
export interface RenderColors {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** A diagnostic for people: place, sentence, code frame, hint, notes. */
export function renderPretty(diagnostic: Diagnostic, context: RenderContext, colors: RenderColors): string {
  const { severity, code, message, span, hint, notes } = diagnostic;
  const tone = severity === "error" ? colors.red : colors.yellow;
  const place = span === undefined ? "" : `${colors.bold(placeText(span, context))} `;
  const lines = [`${place}${tone(severity)} ${colors.dim(code)}: ${message}${colors.dim(kindOf(diagnostic))}`];
  lines.push(...frameLines(span, context, { dim: colors.dim, marker: tone }));
  for (const note of notes) {
    lines.push(`  ${colors.cyan("note")}: ${placeText(note.span, context)}: ${note.message}`);
    lines.push(...frameLines(note.span, context, { dim: colors.dim, marker: colors.cyan }));
  }
  if (hint !== undefined) lines.push(`  ${colors.cyan("hint")}: ${hint}`);
  return lines.join("\n");
}

/** Which of the two answers of the language it is, where the sentence does not say so itself. */
function kindOf({ kind, message }: Diagnostic): string {
  if (kind !== "underivable" && kind !== "unsupported") return "";
  return /not supported|no derivative|cannot be differentiated/.test(message) ? "" : ` (${kindTexts[kind]})`;
}

/** `2 errors, 1 warning`; empty if there is nothing to count. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counted = [plural(errors, "error"), plural(diagnostics.length - errors, "warning")];
  return counted.filter((text) => text !== "").join(", ");
}

function plural(count: number, word: string): string {
  return count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;
}

function placeText(span: Span, { nameOf }: RenderContext): string {
  return `${nameOf(span.file)}:${span.line}:${span.column}`;
}

function frameLines(
  span: Span | undefined,
  { sourceOf }: RenderContext,
  colors: { readonly dim: Paint; readonly marker: Paint },
): readonly string[] {
  const source = span && sourceOf(span.file);
  if (span === undefined || source === undefined) return [];
  const frame = codeFrame(source, span, colors);
  return frame === "" ? [] : frame.split("\n").map((line) => `  ${line}`);
}
