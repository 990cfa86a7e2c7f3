import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assertNever } from "../diagnostics/invariant.ts";
import { countText, type RenderContext, renderPretty } from "../diagnostics/render.ts";
import { type FileReport, renderJson } from "../diagnostics/render-json.ts";
import { renderSarif } from "../diagnostics/render-sarif.ts";
import type { ModelOutcome } from "./compile-models.ts";
import type { GenerateOptions } from "./generate-options.ts";
import type { Terminal } from "./terminal.ts";

export interface Run {
  readonly diagnostics: readonly Diagnostic[];
  readonly reports: readonly FileReport[];
  readonly outcomes: readonly ModelOutcome[];
  readonly options: GenerateOptions;
  readonly folder: string;
  readonly terminal: Terminal;
}

/** Tells what a run found and did. A report for machines is a result, unless the run prints code there. */
export function report(run: Run): void {
  const { options, terminal, folder } = run;
  const context: RenderContext = { nameOf: (file) => relative(folder, file).split(sep).join("/"), sourceOf };
  const printsCode = options.stdout === true || options.after !== undefined;
  const write = printsCode ? terminal.talk : terminal.out;
  const shown = options.quiet ? run.diagnostics.filter(({ severity }) => severity === "error") : run.diagnostics;
  switch (options.reporter) {
    case "json":
      return write(renderJson(shown, run.reports, context));
    case "sarif":
      return write(renderSarif(shown, context));
    case "pretty":
      return reportPretty(run, shown, context);
    default:
      return assertNever(options.reporter);
  }
}

function reportPretty(run: Run, shown: readonly Diagnostic[], context: RenderContext): void {
  const { options, terminal } = run;
  const { colors, talk } = terminal;
  for (const diagnostic of shown) talk(`${renderPretty(diagnostic, context, colors)}\n\n`);
  if (options.quiet) return;
  for (const { model, output, status } of run.reports) {
    if (output === undefined || !(status === "written" || status === "unchanged" || status === "fresh")) continue;
    const derivatives = run.outcomes.find((outcome) => outcome.model.path === model)?.derivatives ?? 0;
    const count = `${derivatives} ${derivatives === 1 ? "function" : "functions"}`;
    const verb = status === "fresh" ? "up to date" : status;
    talk(`${colors.green(context.nameOf(output))} ${verb}, ${colors.dim(count)}\n`);
  }
  const counted = countText(shown);
  if (counted !== "") talk(`${counted}\n`);
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}
