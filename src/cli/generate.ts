/** The main command: selects the models, compiles each, and writes, prints or checks what comes out. */
import { relative, resolve } from "node:path";
import type { FileReport } from "../diagnostics/render-json.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lowering } from "../compile-file.ts";
import { compileModels, type ModelOutcome } from "./compile-models.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { reportFault } from "./internal-fault.ts";
import { checkOutput, printOutput, writeOutput } from "./outputs.ts";
import { report } from "./report.ts";
import { selectModels } from "./select-models.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { watch } from "./watch.ts";

/** What one run found and did. */
export interface RunResult {
  readonly exitCode: number;
  /** Files and folders whose change can change the result. */
  readonly consulted: readonly string[];
  readonly folders: readonly string[];
}

export async function generate(
  words: readonly string[],
  options: GenerateOptions,
  terminal: Terminal,
): Promise<number> {
  checkUsage(words, options);
  await checkPasses(options);
  if (options.watch) return watch(() => runOnce(words, options, terminal), terminal);
  return (await runOnce(words, options, terminal)).exitCode;
}

function checkUsage(words: readonly string[], options: GenerateOptions): void {
  if (words.length === 0 && options.project === undefined) {
    throw new UsageError("name at least one model, for example: adjoint-gen src/model.ts");
  }
  if (options.optimize !== "readable") {
    throw new UsageError(`--optimize ${options.optimize} is not supported yet; leave it out, or use readable`);
  }
}

async function checkPasses({ after, disable }: GenerateOptions): Promise<void> {
  const { optionalPasses, passNames } = await import("../pipeline.ts");
  const shown = [lowering, ...passNames];
  if (after !== undefined && !shown.includes(after)) {
    throw new UsageError(`there is no pass ${after}; the passes are ${shown.join(", ")}`);
  }
  for (const pass of disable) {
    if (optionalPasses.includes(pass)) continue;
    throw new UsageError(`${pass} cannot be left out; what can is ${optionalPasses.join(", ")}`);
  }
}

async function runOnce(words: readonly string[], options: GenerateOptions, terminal: Terminal): Promise<RunResult> {
  const folder = process.cwd();
  const selection = await selectModels(words, options, folder);
  const outcomes = await compileModels(selection.models, options, terminal);
  const diagnostics: Diagnostic[] = [...selection.diagnostics];
  const reports: FileReport[] = [];
  for (const outcome of outcomes) {
    diagnostics.push(...outcome.diagnostics);
    const done = await finish(outcome, options, terminal);
    if (done === undefined) continue;
    diagnostics.push(...done.diagnostics);
    reports.push({ model: outcome.model.path, output: done.output, status: done.status });
  }
  report({ diagnostics: eachOnce(diagnostics), reports, outcomes, options, folder, terminal });
  const faults = outcomes.filter(({ fault }) => fault !== undefined);
  for (const { model, fault } of faults) {
    reportFault(fault, relative(folder, model.path), options.debug, terminal);
  }
  const failed = diagnostics.some(({ severity }) => severity === "error");
  return {
    exitCode: faults.length > 0 ? 70 : failed ? 1 : 0,
    consulted: outcomes.flatMap(({ model, consulted }) => [model.path, ...consulted]),
    folders: [...selection.folders, ...words.map((word) => resolve(folder, word, ".."))],
  };
}

/** Models of one project, or that import one another, may have the same to tell. */
function eachOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((made) => [JSON.stringify(made), made])).values()];
}

interface Finished {
  readonly output: string | undefined;
  readonly status: FileReport["status"];
  readonly diagnostics: readonly Diagnostic[];
}

async function finish(
  outcome: ModelOutcome,
  options: GenerateOptions,
  terminal: Terminal,
): Promise<Finished | undefined> {
  if (options.after !== undefined) terminal.out(outcome.graphs.join("\n"));
  if (outcome.fault !== undefined) return undefined;
  if (outcome.text === undefined) {
    return { output: undefined, status: outcome.tagged === 0 ? "empty" : "refused", diagnostics: [] };
  }
  const { output } = outcome.model;
  if (options.after !== undefined) return { output: undefined, status: "printed", diagnostics: [] };
  if (options.stdout) return { output: undefined, diagnostics: [], ...printOutput(outcome.text, terminal) };
  if (options.check) return { output, ...(await checkOutput(outcome.model, outcome.text)) };
  return { output, ...(await writeOutput(outcome.model, outcome.text)) };
}
