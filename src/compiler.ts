/**
 * The compiler as a function: sources in; files, diagnostics and statistics out. It touches no disk and runs in a browser.
 *
 *     const { files, diagnostics } = await transform({ path: "model.ts", text });
 */
import type { CompileOptions, CompileStatistics } from "./compile-file.ts";
import { type Diagnostic, diagnostic } from "./diagnostics/diagnostic.ts";
import type { Span } from "./ir/graph.ts";

export type { CompileOptions, CompileStatistics } from "./compile-file.ts";
export type { Diagnostic } from "./diagnostics/diagnostic.ts";

export interface SourceText {
  /** Names the file in imports and in diagnostics; relative paths are fine. */
  readonly path: string;
  readonly text: string;
}

export interface TransformResult {
  /** One for each source that has tags and no errors. */
  readonly files: readonly SourceText[];
  readonly diagnostics: readonly Diagnostic[];
  readonly statistics: CompileStatistics;
}

/** Generates the derivatives of a model, or of several sources that import one another. */
export async function transform(
  source: SourceText | readonly SourceText[],
  options: Partial<CompileOptions> = {},
): Promise<TransformResult> {
  const { addStatistics, compileFile, defaultOptions, importPath, noStatistics, outputPath } =
    await import("./compile-file.ts");
  const { openProject } = await import("./frontend/project.ts");
  const sources: readonly SourceText[] = "path" in source ? [source] : source;
  const project = openProject({ sources: Object.fromEntries(sources.map(({ path, text }) => [path, text])) });
  const given = new Map(
    sources.map(({ path }) => [project.project.getSourceFile(path)?.getFilePath().toString() ?? path, path]),
  );
  const settings = { ...defaultOptions, ...options };

  const files: SourceText[] = [];
  const diagnostics: Diagnostic[] = [];
  let statistics = noStatistics;
  for (const { path } of sources) {
    const basename = path.slice(path.lastIndexOf("/") + 1);
    const compiled = await compileFile(project, path, `./${importPath(basename, false)}`, settings);
    diagnostics.push(...compiled.diagnostics.map((made) => renamed(made, given)));
    if (compiled.text !== undefined) files.push({ path: outputPath(path, settings.lang), text: compiled.text });
    statistics = addStatistics(statistics, compiled.statistics);
    const isAlone = sources.length === 1 && compiled.tagged === 0 && compiled.diagnostics.length === 0;
    if (isAlone) diagnostics.push(diagnostic("ADJ0007", undefined, { file: path }));
  }
  return { files, diagnostics, statistics };
}

/** In memory every path is absolute; the caller's are given back. */
function renamed(made: Diagnostic, given: ReadonlyMap<string, string>): Diagnostic {
  const rename = (span: Span): Span => ({ ...span, file: given.get(span.file) ?? span.file });
  return {
    ...made,
    span: made.span && rename(made.span),
    notes: made.notes.map(({ message, span }) => ({ message, span: rename(span) })),
  };
}
