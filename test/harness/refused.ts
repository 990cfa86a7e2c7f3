/** The folders of fixtures/refused and fixtures/warned: what each model is told, to the last column, as expected.json holds it. */
import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFile, defaultOptions } from "../../src/compile-file.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { SourceProject } from "../../src/frontend/project.ts";
import type { Span } from "../../src/ir/graph.ts";

export interface ExpectedPlace {
  /** Where it is another than the model. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** What the code frame underlines. */
  readonly underlined: string;
}
export interface ExpectedNote extends ExpectedPlace {
  readonly message: string;
}
export interface ExpectedDiagnostic extends ExpectedPlace {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly notes: readonly ExpectedNote[];
}

export type Told = "refused" | "warned";

const folderOf = (told: Told): string => fileURLToPath(new URL(`../../fixtures/${told}/`, import.meta.url));
export const casesOf = (told: Told): readonly string[] =>
  existsSync(folderOf(told)) ? readdirSync(folderOf(told)).sort() : [];
export const modelOf = (told: Told, name: string): string => `${folderOf(told)}${name}/model.ts`;
export const expectedOf = (told: Told, name: string): string => `${folderOf(told)}${name}/expected.json`;

/** What the model is told, and whether there is an output all the same. */
export async function diagnosticsOf(
  project: SourceProject,
  path: string,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly isWritten: boolean }> {
  const { text, diagnostics } = await compileFile(project, path, "./model.ts", defaultOptions);
  return { diagnostics, isWritten: text !== undefined };
}

/** As expected.json has it. */
export function expectationOf(project: SourceProject, { code, span, message, hint, notes }: Diagnostic) {
  return {
    code,
    message,
    hint: hint ?? null,
    ...(span && placeOf(project, span)),
    notes: notes.map((note) => ({ message: note.message, ...placeOf(project, note.span) })),
  };
}

function placeOf(project: SourceProject, span: Span): ExpectedPlace {
  const { file, line, column, endLine, endColumn } = span;
  const name = basename(file);
  const source = project.project.getSourceFile(file)?.getFullText() ?? "";
  const lines = source.split("\n").slice(line - 1, endLine);
  const last = lines.length - 1;
  const parts = lines.map((text, k) => text.slice(k === 0 ? column - 1 : 0, k === last ? endColumn - 1 : undefined));
  const underlined = parts.join("\n").replace(/\s+/g, " ");
  return { ...(name === "model.ts" ? {} : { file: name }), line, column, endLine, endColumn, underlined };
}
