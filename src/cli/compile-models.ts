/** Compiles the selected models, those of one project in one program. */
import { dirname, relative, sep } from "node:path";
import { isMainThread } from "node:worker_threads";
import { compileFile, importPath } from "../compile-file.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withFile } from "../diagnostics/with-file.ts";
import { openProject } from "../frontend/project.ts";
import type { TagRequest } from "../ir/signature.ts";
import { printGraph } from "../ir/print.ts";
import { compileDeeply } from "./compile-deeply.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { progressOn } from "./progress.ts";
import type { SelectedModel } from "./select-models.ts";
import type { Terminal } from "./terminal.ts";

export interface ModelOutcome {
  readonly model: SelectedModel;
  /** What is to be written; `undefined` where the model has an error or no tag. */
  readonly text: string | undefined;
  readonly tagged: number;
  readonly derivatives: number;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that the output depends on. */
  readonly consulted: readonly string[];
  /** With `--after`: the graph of each derivative after that pass. */
  readonly graphs: readonly string[];
  /** What adjoint-gen itself threw. */
  readonly fault: unknown;
}

export async function compileModels(
  models: readonly SelectedModel[],
  options: GenerateOptions,
  terminal: Terminal,
): Promise<readonly ModelOutcome[]> {
  const progress = progressOn(terminal, options.quiet ? 0 : models.length);
  const outcomes = new Map<SelectedModel, ModelOutcome>();
  for (const tsconfig of new Set(models.map((model) => model.tsconfig))) {
    const group = models.filter((model) => model.tsconfig === tsconfig);
    const files = group.map(({ path }) => path);
    const open = () => openProject(options.project === undefined ? { files } : { files, tsconfig });
    let project = open();
    for (const model of group) {
      progress.show(relative(process.cwd(), model.path));
      let outcome = await compileModel(model, project, options);
      if (isTooDeep(outcome)) {
        outcome = await compileDeeply(outcome, options);
        // The checker may have stopped in the middle of something.
        project = open();
      }
      outcomes.set(model, outcome);
    }
  }
  progress.clear();
  return models.flatMap((model) => outcomes.get(model) ?? []);
}

function isTooDeep({ diagnostics }: ModelOutcome): boolean {
  return isMainThread && diagnostics.some(({ code }) => code === "ADJ0013");
}

async function compileModel(
  model: SelectedModel,
  project: ReturnType<typeof openProject>,
  options: GenerateOptions,
): Promise<ModelOutcome> {
  const graphs: { readonly request: TagRequest; readonly text: string }[] = [];
  const { lang, scratch, strictFp, maxScratch, disable: disabled } = options;
  const nothing = { model, text: undefined, tagged: 0, derivatives: 0, consulted: [], graphs: [], fault: undefined };
  if (project.diagnostics.length > 0) {
    // Said by tsc with absolute paths, and for each model anew.
    const shown = project.diagnostics.map((made) => ({
      ...made,
      message: made.message.replaceAll(process.cwd() + sep, ""),
    }));
    return { ...nothing, diagnostics: shown };
  }
  try {
    const compiled = await compileFile(
      project,
      model.path,
      modelImport(model, project.importsTsExtensions),
      { lang, scratch, strictFp, maxScratch, optimize: "readable", disabled },
      (request, pass, graph) => {
        if (pass !== options.after) return;
        // A pass may run several times.
        const run = graphs.filter(({ request: of }) => of === request).length + 1;
        const title = `// ${request.functionName}, after ${pass}${run === 1 ? "" : ` (run ${run})`}`;
        graphs.push({ request, text: `${title}\n${printGraph(graph).trimEnd()}\n` });
      },
    );
    const isEmpty = compiled.tagged === 0 && compiled.diagnostics.length === 0 && model.isNamed;
    const empty = isEmpty ? [nothingToGenerate(model.path)] : [];
    return {
      model,
      text: compiled.text,
      tagged: compiled.tagged,
      derivatives: compiled.statistics.derivatives,
      diagnostics: [...compiled.diagnostics, ...empty],
      consulted: compiled.consulted.map(({ path }) => path),
      graphs: graphs.map(({ text }) => text),
      fault: undefined,
    };
  } catch (fault) {
    // The graphs up to the fault are what one looks for it with.
    return { ...nothing, diagnostics: [], graphs: graphs.map(({ text }) => text), fault };
  }
}

function nothingToGenerate(path: string): Diagnostic {
  return withFile(diagnostic("ADJ0007", undefined, { file: relative(process.cwd(), path) }), path);
}

/** How the output imports the model's types: `./model.js`, or from another folder. */
function modelImport(model: SelectedModel, importsTsExtensions: boolean): string {
  const path = relative(dirname(model.output), importPath(model.path, importsTsExtensions)).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}
