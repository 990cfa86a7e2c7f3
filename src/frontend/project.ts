/**
 * Opens TypeScript files with ts-morph, from disk or from memory. ts-morph takes a second to load, so callers import this
 * file when there is work to do.
 *
 * The compiler options are those of the project at hand, but for two groups: options that only steer what tsc writes, and
 * checks that go beyond type errors (unused names, unchecked index access, …), which are the business of tsc and linters.
 */
import { Project, ts, type SourceFile } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { isStackOverflow } from "../diagnostics/stack-overflow.ts";
import { openPackages, type Packages } from "./packages.ts";

/** Files on disk, with a tsconfig or the nearest one above the first file; or sources in memory. */
export type ProjectInput =
  | { readonly files: readonly string[]; readonly tsconfig?: string | undefined }
  | { readonly sources: Readonly<Record<string, string>> };

export interface SourceProject {
  readonly project: Project;
  /** What is wrong with the project itself. */
  readonly diagnostics: readonly Diagnostic[];
  readonly file: (path: string) => SourceFile | undefined;
  /** What the files import from packages. */
  readonly packages: Packages;
  /** The project's own imports end in `.ts`, so those of generated files may. */
  readonly importsTsExtensions: boolean;
}

export function openProject(input: ProjectInput): SourceProject {
  if ("sources" in input) return openSources(input.sources);
  const config = input.tsconfig ?? nearestConfig(input.files[0]);
  const read = config === undefined ? undefined : readConfig(config);
  const project = new Project({ compilerOptions: optionsFor(read?.options ?? {}), skipFileDependencyResolution: true });
  const file = filesIn(project, input.files, (path) => project.addSourceFileAtPathIfExists(path));
  // A fault in a project that was not asked for is the business of tsc: the model itself may still be fine.
  const fault = input.tsconfig === undefined ? undefined : read?.fault;
  return {
    project,
    diagnostics:
      fault === undefined ? [] : [diagnostic("ADJ0006", undefined, { file: input.tsconfig ?? "", reason: fault })],
    file,
    packages: openPackages(project),
    importsTsExtensions: Boolean(
      read?.options.allowImportingTsExtensions ?? read?.options.rewriteRelativeImportExtensions,
    ),
  };
}

/** The files that a tsconfig includes, for a run that names a project and no files. */
export function filesOfConfig(config: string): readonly string[] {
  const { config: raw } = ts.readConfigFile(config, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(raw ?? {}, ts.sys, folderOf(config)).fileNames;
}

/** The tsconfig.json in the folder of `file` or above it. */
export function nearestConfig(file: string | undefined): string | undefined {
  return file === undefined ? undefined : ts.findConfigFile(folderOf(file), ts.sys.fileExists);
}

function openSources(sources: Readonly<Record<string, string>>): SourceProject {
  const project = new Project({ compilerOptions: optionsFor({}), useInMemoryFileSystem: true });
  const file = filesIn(project, Object.keys(sources), (path) => project.createSourceFile(path, sources[path]));
  return {
    project,
    diagnostics: [],
    file,
    packages: openPackages(project),
    importsTsExtensions: false,
  };
}

/** Adds the files. One that is too deep for the parser is no reason not to read the others: it throws when it is asked for. */
function filesIn(
  project: Project,
  paths: readonly string[],
  add: (path: string) => void,
): (path: string) => SourceFile | undefined {
  const tooDeep = new Map<string, unknown>();
  for (const path of paths) {
    try {
      add(path);
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      tooDeep.set(path, error);
    }
  }
  return (path) => {
    if (tooDeep.has(path)) throw tooDeep.get(path);
    return project.getSourceFile(path);
  };
}

function readConfig(config: string): { readonly options: ts.CompilerOptions; readonly fault: string | undefined } {
  const { config: raw, error } = ts.readConfigFile(config, ts.sys.readFile);
  // The files that the project includes are not looked for: that takes long in a large one.
  const host: ts.ParseConfigHost = { ...ts.sys, useCaseSensitiveFileNames: true, readDirectory: () => [] };
  const parsed = ts.parseJsonConfigFileContent(raw ?? {}, host, folderOf(config), undefined, config);
  const noInputs = 18003; // "No inputs were found in config file"
  const emptyFiles = 18002;
  const first = error ?? parsed.errors.find(({ code }) => code !== noInputs && code !== emptyFiles);
  const fault = first && ts.flattenDiagnosticMessageText(first.messageText, " ").replace(/\.$/, "");
  return { options: parsed.options, fault };
}

function optionsFor(own: ts.CompilerOptions): ts.CompilerOptions {
  const defaults: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
  };
  const base = Object.keys(own).length === 0 ? defaults : own;
  const { configFilePath: _, incremental: _incremental, composite: _composite, plugins: _plugins, ...kept } = base;
  return {
    ...kept,
    noEmit: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    exactOptionalPropertyTypes: false,
    noFallthroughCasesInSwitch: false,
    noImplicitAny: false,
    noImplicitOverride: false,
    noImplicitReturns: false,
    noImplicitThis: false,
    noPropertyAccessFromIndexSignature: false,
    noUncheckedIndexedAccess: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    erasableSyntaxOnly: false,
    verbatimModuleSyntax: false,
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), 0)) || "/";
}
