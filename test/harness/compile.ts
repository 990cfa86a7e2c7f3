import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { printModule } from "../../src/backend/module.ts";
import { compileFile, defaultOptions, type CompiledFile, type CompileOptions } from "../../src/compile-file.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderPretty } from "../../src/diagnostics/render.ts";
import { inlineLimit } from "../../src/frontend/inlining.ts";
import { openProject, type SourceProject } from "../../src/frontend/project.ts";
import { readModel } from "../../src/frontend/read-model.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { runPipeline } from "../../src/pipeline.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { repository, type ModelFiles } from "./fixtures.ts";

const projects = new Map<string, SourceProject>();
const functionsRead = new WeakMap<SourceProject, Map<string, readonly ModelFunction[]>>();

/** One project for all models, and for all files of tests that ask for the same: TypeScript's library is read once. */
export function openModels(models: readonly ModelFiles[]): SourceProject {
  const files = models.map(({ model }) => model);
  const key = files.join();
  const project = projects.get(key) ?? openProject({ files });
  projects.set(key, project);
  return project;
}

/** The file that the command line would write for the model. */
export function compileModel(project: SourceProject, model: string): Promise<CompiledFile> {
  return compileFile(project, model, `./${basename(model)}`, defaultOptions);
}

/** A limit for inlining: whatever can be called is called. */
export const inlinesNothing = -1;

/** The functions of a model, which is read once; a diagnostic is an error here. */
export function readFunctions(project: SourceProject, model: string, limit = inlineLimit): readonly ModelFunction[] {
  const known = functionsRead.get(project) ?? new Map<string, readonly ModelFunction[]>();
  functionsRead.set(project, known);
  const key = `${limit} ${model}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { functions, diagnostics } = readModel(project, model, limit);
  if (diagnostics.length > 0) throw new Error(codeFrames(diagnostics));
  known.set(key, functions);
  return functions;
}

/** What the pipeline makes of every request of the functions. */
export function derivativesOf(
  functions: readonly ModelFunction[],
  options: Partial<CompileOptions> = {},
): readonly { readonly signature: ModelFunction["signature"]; readonly derivative: DerivativeGraph }[] {
  const settings = { ...defaultOptions, ...options };
  return functions.flatMap((model) =>
    model.requests.map((request) => ({
      signature: model.signature,
      derivative: runPipeline(model, request, { ...settings, disabled: new Set(settings.disabled) }),
    })),
  );
}

/** The generated module, not formatted, made with other options than the golden. */
export function unformattedModule(
  functions: readonly ModelFunction[],
  options: Partial<CompileOptions> & { readonly disabled: readonly string[] },
): string {
  const { lang, scratch } = { ...defaultOptions, ...options };
  return printModule(derivativesOf(functions, options), {
    lang,
    scratch,
    header: `// without ${options.disabled.join(", ")}`,
    modelImport: "./model.ts",
  });
}

export function requestsOf(functions: readonly ModelFunction[]): readonly (readonly [ModelFunction, TagRequest])[] {
  return functions.flatMap((model) => model.requests.map((request) => [model, request] as const));
}

/** The diagnostics as a user would read them. */
export function codeFrames(diagnostics: readonly Diagnostic[]): string {
  const plain = (text: string) => text;
  const colors = { bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };
  const context = {
    nameOf: (file: string) => relative(repository, file),
    sourceOf: (file: string) => readFileSync(file, "utf8"),
  };
  return diagnostics.map((each) => renderPretty(each, context, colors)).join("\n\n");
}
