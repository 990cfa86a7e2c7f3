import type { Span } from "../ir/graph.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { RenderContext } from "./render.ts";

/** What happened to one model, for machines. */
export interface FileReport {
  readonly model: string;
  readonly output: string | undefined;
  /** `refused`: it has errors; `empty`: it has no tags; `stale`, `missing` and `fresh` are what `--check` finds. */
  readonly status: "written" | "unchanged" | "printed" | "refused" | "empty" | "stale" | "missing" | "fresh";
}

/** All diagnostics of a run, and what became of each file. The format has a version of its own. */
export function renderJson(
  diagnostics: readonly Diagnostic[],
  files: readonly FileReport[],
  { nameOf }: RenderContext,
): string {
  const place = (span: Span) => ({
    file: nameOf(span.file),
    line: span.line,
    column: span.column,
    endLine: span.endLine,
    endColumn: span.endColumn,
  });
  const report = {
    formatVersion: 1,
    files: files.map(({ model, output, status }) => ({
      model: nameOf(model),
      output: output === undefined ? null : nameOf(output),
      status,
    })),
    diagnostics: diagnostics.map(({ code, severity, kind, message, hint, span, notes }) => ({
      code,
      severity,
      kind,
      message,
      hint: hint ?? null,
      place: span === undefined ? null : place(span),
      notes: notes.map((note) => ({ message: note.message, place: place(note.span) })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
