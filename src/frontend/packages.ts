/**
 * The source of packages: imports that resolve into node_modules are followed to the JavaScript (or TypeScript) that the
 * package ships, and not to its declarations, which say nothing of what a function computes.
 *
 * The files of packages have a program of their own, without types: it is made when a name of a package is first asked
 * for, from all the packages that the project's files import. Resolution is TypeScript's for bundlers, over a file system
 * that hides declarations; where a package has no `exports`, its `module` goes before its `main`.
 */
import { type Project, ts } from "ts-morph";
import { lazily } from "../ir/lazily.ts";

/** Files that say what types there are, and nothing else. */
const declarations = /\.d\.[cm]?ts$/;
/** How far imports of packages by packages are followed. */
const deepest = 64;

export interface Packages {
  /** The checker of the program that the file belongs to, if it is one of a package. */
  readonly checkerOf: (file: ts.SourceFile) => ts.TypeChecker | undefined;
  /** The module that a specifier in a file of a package names. */
  readonly moduleOf: (specifier: ts.StringLiteralLike) => ts.Symbol | undefined;
  /** The file of a package that a specifier names. */
  readonly fileOf: (specifier: string, from: ts.SourceFile) => ts.SourceFile | undefined;
  /** What a file of the project means by `import { name } from "specifier"`; undefined where there is no source. */
  readonly exportOf: (specifier: string, from: ts.SourceFile, name: string) => ts.Symbol | undefined;
}

interface PackageProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The file that an import of a project's file stands for. */
  readonly resolve: (specifier: string, from: string) => string | undefined;
}

export function openPackages(project: Project): Packages {
  const opened = lazily(() => openProgram(project));
  let isOpen = false;
  const program = (): PackageProgram => {
    isOpen = true;
    return opened();
  };
  return {
    checkerOf: (file) => {
      if (!isOpen) return undefined;
      const { program: own, checker } = program();
      return own.getSourceFile(file.fileName) === file ? checker : undefined;
    },
    moduleOf: (specifier) => moduleAt(program(), specifier.text, specifier.getSourceFile()),
    fileOf: (specifier, from) => {
      const { program: own, resolve } = program();
      const path = resolve(specifier, from.fileName);
      return path === undefined ? undefined : own.getSourceFile(path);
    },
    exportOf: (specifier, from, name) => {
      if (specifier.startsWith(".") || specifier.startsWith("/")) return undefined;
      const module = moduleAt(program(), specifier, from);
      return module && exportNamed(program().checker, module, name);
    },
  };
}

/** The symbol of a module; the checker gives none for one of CommonJS, but the binder does. */
function moduleAt(
  { program, checker, resolve }: PackageProgram,
  specifier: string,
  from: ts.SourceFile,
): ts.Symbol | undefined {
  const path = resolve(specifier, from.fileName);
  const file = path === undefined ? undefined : program.getSourceFile(path);
  if (file === undefined) return undefined;
  return checker.getSymbolAtLocation(file) ?? (file as { readonly symbol?: ts.Symbol }).symbol;
}

/** `*` is the module itself; `default` is what a module of CommonJS exports, where it has no default. */
export function exportNamed(checker: ts.TypeChecker, module: ts.Symbol, name: string): ts.Symbol | undefined {
  if (name === "*") return module;
  const found = checker.getExportsOfModule(module).find((each) => each.name === name);
  if (found !== undefined || name !== "default") return found;
  return module.exports?.get(ts.InternalSymbolName.ExportEquals) ?? (isCommonJs(module) ? module : undefined);
}

function isCommonJs(module: ts.Symbol): boolean {
  const file = module.valueDeclaration;
  return file !== undefined && ts.isSourceFile(file) && !ts.isExternalModule(file);
}

function openProgram(project: Project): PackageProgram {
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: false,
    maxNodeModuleJsDepth: deepest,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
    noLib: true,
    resolveJsonModule: true,
    noEmit: true,
    types: [],
  };
  const host = hostOf(project, options);
  const cache = ts.createModuleResolutionCache(host.getCurrentDirectory(), (path) => path, options);
  const resolve = (specifier: string, from: string): string | undefined => {
    const { resolvedModule } = ts.resolveModuleName(specifier, from, options, host, cache);
    const path = resolvedModule?.resolvedFileName;
    return path !== undefined && inPackages(path) ? path : undefined;
  };
  const roots = new Set<string>();
  for (const file of project.getProgram().compilerObject.getSourceFiles()) {
    if (file.isDeclarationFile || inPackages(file.fileName)) continue;
    for (const { fileName: specifier } of ts.preProcessFile(file.text).importedFiles) {
      const path = resolve(specifier, file.fileName);
      if (path !== undefined) roots.add(path);
    }
  }
  const program = ts.createProgram({ rootNames: [...roots], options, host });
  return { program, checker: program.getTypeChecker(), resolve };
}

function inPackages(path: string): boolean {
  return path.includes("/node_modules/");
}

function hostOf(project: Project, options: ts.CompilerOptions): ts.CompilerHost {
  const files = project.getFileSystem();
  const fileExists = (path: string): boolean => !declarations.test(path) && files.fileExistsSync(path);
  const readFile = (path: string): string | undefined => {
    if (!files.fileExistsSync(path)) return undefined;
    const text = files.readFileSync(path);
    return path.endsWith("/package.json") ? withoutTypes(text) : text;
  };
  return {
    fileExists,
    readFile,
    directoryExists: (path) => files.directoryExistsSync(path),
    realpath: (path) => files.realpathSync(path),
    getSourceFile: (path, languageVersion) => {
      const text = readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion, true);
    },
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => files.getCurrentDirectory(),
    getCanonicalFileName: (path) => path,
    getNewLine: () => options.newLine?.toString() ?? "\n",
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
  };
}

/** The manifest of a package as a bundler reads it: without types, and the module before the script. */
function withoutTypes(text: string): string {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof manifest !== "object" || manifest === null) return text;
  const { types: _, typings: _typings, typesVersions: _versions, ...kept } = manifest as Record<string, unknown>;
  return JSON.stringify(typeof kept.module === "string" ? { ...kept, main: kept.module } : kept);
}
