/** One model of an opened project -> the text of its generated file. What the command line and the API share. */
import { printModule } from "./backend/module.ts";
import { type Diagnostic, diagnostic } from "./diagnostics/diagnostic.ts";
import { inOrder } from "./diagnostics/in-order.ts";
import { onceEach } from "./diagnostics/once-each.ts";
import { isStackOverflow } from "./diagnostics/stack-overflow.ts";
import { withFile } from "./diagnostics/with-file.ts";
import { formatCode } from "./format.ts";
import { deepestPlace } from "./frontend/deepest-place.ts";
import type { SourceProject } from "./frontend/project.ts";
import { inlineLimit } from "./frontend/inlining.ts";
import { deriveWith } from "./derive-in-code.ts";
import { readModel } from "./frontend/read-model.ts";
import { headerLine } from "./header.ts";
import type { Graph } from "./ir/graph.ts";
import type { ModelFunction, TagRequest } from "./ir/signature.ts";
import { walkNodes } from "./ir/walk.ts";
import { refusals, runPipeline, warnings } from "./pipeline.ts";

/** What the output depends on besides the sources. */
export interface CompileOptions {
  readonly lang: "ts" | "js";
  readonly scratch: "f64" | "f32";
  readonly strictFp: boolean;
  readonly optimize: "readable";
  /** How many bytes may be kept of one loop before a warning says so. The output does not depend on it. */
  readonly maxScratch: number;
  /** Names of optimisations to leave out: for tests, and to find a fault of one. */
  readonly disabled: readonly string[];
}

export const defaultOptions: CompileOptions = {
  lang: "ts",
  scratch: "f64",
  strictFp: false,
  optimize: "readable",
  maxScratch: 2 ** 28,
  disabled: [],
};

export interface CompileStatistics {
  /** Functions with tags. */
  readonly functions: number;
  /** Functions generated: one for each tag. */
  readonly derivatives: number;
  /** Nodes of the graphs before differentiation. */
  readonly primalNodes: number;
  /** Nodes of the graphs that are printed. */
  readonly derivativeNodes: number;
}

export interface CompiledFile {
  /** `undefined` where the file has an error, or no tag. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly tagged: number;
  readonly consulted: readonly { readonly path: string; readonly text: string }[];
  readonly statistics: CompileStatistics;
}

/** What observers call the front end: its graph is the first that there is. */
export const lowering = "lower";

/** Called with the graph after each pass, for every function and tag. */
export type PassObserver = (request: TagRequest, pass: string, graph: Graph) => void;

export async function compileFile(
  project: SourceProject,
  path: string,
  modelImport: string,
  options: CompileOptions,
  observe?: PassObserver,
): Promise<CompiledFile> {
  try {
    return await compile(project, path, modelImport, options, observe);
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    return {
      text: undefined,
      diagnostics: [tooDeep(project, path)],
      tagged: 0,
      consulted: [],
      statistics: noStatistics,
    };
  }
}

async function compile(
  project: SourceProject,
  path: string,
  modelImport: string,
  options: CompileOptions,
  observe: PassObserver | undefined,
): Promise<CompiledFile> {
  const { functions, diagnostics, tagged, consulted } = readModel(project, path, inlineLimit, deriveWith(options));
  const failed = diagnostics.some(({ severity }) => severity === "error");
  if (failed || functions.length === 0) {
    return { text: undefined, diagnostics, tagged, consulted, statistics: noStatistics };
  }
  const refused = functions.flatMap((model) => model.requests.flatMap((request) => refusals(model, request)));
  if (refused.length > 0) {
    const all = inOrder([...diagnostics, ...refused], path);
    return { text: undefined, diagnostics: all, tagged, consulted, statistics: noStatistics };
  }
  const derivatives = functions.flatMap((model) => {
    return model.requests.map((request) => {
      const onPass = observe && ((pass: string, graph: Graph) => observe(request, pass, graph));
      onPass?.(lowering, model.graph);
      const disabled = new Set(options.disabled);
      return {
        model,
        signature: model.signature,
        derivative: runPipeline(model, request, { ...options, disabled, onPass }),
      };
    });
  });
  const { maxScratch, ...settings } = options;
  const { lang, scratch } = settings;
  const header = headerLine(
    basename(path),
    consulted.map(({ text }) => text),
    settings,
  );
  const code = printModule(derivatives, { lang, scratch, header, modelImport });
  const text = await formatCode(code, lang);
  const statistics = statisticsOf(
    functions,
    derivatives.map(({ derivative }) => derivative.graph),
  );
  const traps = onceEach(
    derivatives.flatMap(({ model, derivative }) => warnings(model, derivative, { maxScratch, scratch })),
  );
  return {
    text,
    diagnostics: inOrder([...diagnostics, ...traps], project.file(path)?.getFilePath() ?? path),
    tagged,
    consulted,
    statistics,
  };
}

/** The stack ended. No place where the parser did not get to the end of the file. */
function tooDeep({ project }: SourceProject, path: string): Diagnostic {
  const file = project.getSourceFile(path);
  const made = diagnostic("ADJ0013", file && deepestPlace(file.compilerNode), { file: basename(path) });
  return file === undefined ? withFile(made, path) : made;
}

function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** `model.ts` -> `model.grad.ts`; `.mts` and `.cts` stay what they are. */
export function outputPath(modelPath: string, lang: "ts" | "js"): string {
  const [, stem = modelPath, kind = ""] = /^(.*)\.([mc]?)[tj]sx?$/s.exec(modelPath) ?? [];
  return `${stem}.grad.${kind}${lang}`;
}

/** How a generated file in the same folder imports the model. */
export function importPath(modelPath: string, importsTsExtensions: boolean): string {
  if (importsTsExtensions) return modelPath;
  return modelPath.replace(/\.([mc]?)tsx?$/, ".$1js");
}

export const noStatistics: CompileStatistics = { functions: 0, derivatives: 0, primalNodes: 0, derivativeNodes: 0 };

export function addStatistics(a: CompileStatistics, b: CompileStatistics): CompileStatistics {
  return {
    functions: a.functions + b.functions,
    derivatives: a.derivatives + b.derivatives,
    primalNodes: a.primalNodes + b.primalNodes,
    derivativeNodes: a.derivativeNodes + b.derivativeNodes,
  };
}

function statisticsOf(functions: readonly ModelFunction[], derivatives: readonly Graph[]): CompileStatistics {
  const nodes = (graphs: readonly Graph[]) => graphs.reduce((sum, graph) => sum + countNodes(graph), 0);
  return {
    functions: functions.length,
    derivatives: derivatives.length,
    primalNodes: nodes(functions.map(({ graph }) => graph)),
    derivativeNodes: nodes(derivatives),
  };
}

function countNodes(graph: Graph): number {
  let count = 0;
  walkNodes(graph.body, () => count++);
  return count;
}
