/**
 * What names mean: asks the checker of the program that the name is in, the project's or that of the packages, and
 * follows imports from the one into the other.
 */
import { ts } from "ts-morph";
import { lazily } from "../ir/lazily.ts";
import { type Loaded, Loader } from "./load/loader.ts";
import { DerivedFiles } from "./derived-files.ts";
import type { Asked, Derived } from "./lower-marker.ts";
import { exportNamed, type Packages } from "./packages.ts";

export class Names {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #packages: Packages;

  constructor(program: ts.Program, packages: Packages) {
    this.#program = program;
    this.#checker = program.getTypeChecker();
    this.#packages = packages;
  }

  /** The other files of the project that may name what a file of it exports. */
  filesBeside(file: ts.SourceFile): readonly ts.SourceFile[] {
    if (this.#packages.checkerOf(file) !== undefined) return [];
    return this.#program.getSourceFiles().filter((other) => other !== file && !other.isDeclarationFile);
  }

  /** What modules have made of their names once they are loaded. */
  readonly loader = lazily(
    () =>
      new Loader({
        fileOf: (specifier) => this.#fileOf(specifier),
        // What it looks through depends on the other files of the run, and is not what the model consults.
        symbolAt: (name) => this.at(name, this.#checkerOf(name.getSourceFile())),
        roots: () => this.#program.getSourceFiles().filter((file) => !file.isDeclarationFile && !inPackages(file)),
      }),
  );

  isOfPackage(file: ts.SourceFile): boolean {
    return this.#packages.checkerOf(file) !== undefined;
  }

  /** What a name that is imported from a package stands for after the load. */
  importedValue(name: ts.Node): Loaded | undefined {
    const declaration = this.at(name)?.declarations?.[0];
    const part = declaration && importOf(declaration);
    const file = part && this.#fileOf(part.specifier);
    if (part === undefined || file === undefined || !inPackages(file)) return undefined;
    this.consulted.add(file);
    return this.loader().ofExport(file, part.name);
  }

  #fileOf(specifier: ts.StringLiteralLike): ts.SourceFile | undefined {
    const from = specifier.getSourceFile();
    const isOwn = this.#packages.checkerOf(from) === undefined;
    const symbol = isOwn ? this.#checker.getSymbolAtLocation(specifier) : undefined;
    const declared = symbol?.declarations?.[0]?.getSourceFile();
    if (declared !== undefined && !declared.isDeclarationFile && !inPackages(declared)) return declared;
    return this.#packages.fileOf(specifier.text, from);
  }

  /** Derivatives that are asked for in code. */
  readonly derived = new DerivedFiles();
  /** Makes one; undefined for what is no function of a module. */
  derive: ((asked: Asked) => Derived | undefined) | undefined;

  /** The files of packages that names were looked up in. */
  readonly consulted = new Set<ts.SourceFile>();

  checkerOf(node: ts.Node): ts.TypeChecker {
    const file = node.getSourceFile();
    if (this.isOfPackage(file)) this.consulted.add(file);
    return this.#checkerOf(file);
  }

  #checkerOf(file: ts.SourceFile): ts.TypeChecker {
    return this.derived.checkerOf(file) ?? this.#packages.checkerOf(file) ?? this.#checker;
  }

  /** The symbol of the name where it stands: an alias, where it is imported. */
  at(name: ts.Node, checker = this.checkerOf(name)): ts.Symbol | undefined {
    const { parent } = name;
    // Of `constructor(readonly x: number)` the name is that of the field too, which the constructor does not know by it.
    if (ts.isParameter(parent) && parent.name === name && ts.isIdentifier(name)) {
      const isField = ts.isParameterPropertyDeclaration(parent, parent.parent);
      if (isField) return checker.getSymbolsOfParameterPropertyDeclaration(parent, name.text)[0];
    }
    const shorthand = ts.isShorthandPropertyAssignment(name)
      ? name
      : ts.isShorthandPropertyAssignment(parent) && parent.name === name
        ? parent
        : undefined;
    return shorthand ? checker.getShorthandAssignmentValueSymbol(shorthand) : checker.getSymbolAtLocation(name);
  }

  /** The symbol with imports and re-exports followed. */
  resolved(symbol: ts.Symbol): ts.Symbol {
    let current = symbol;
    const seen = new Set<ts.Symbol>();
    while ((current.flags & ts.SymbolFlags.Alias) !== 0 && !seen.has(current)) {
      seen.add(current);
      const declaration = current.declarations?.[0];
      if (declaration === undefined) break;
      // In a part of a bundle `module` is that of the part.
      if (isWithinFunction(declaration)) break;
      const next = this.#imported(declaration);
      if (next === undefined) return this.checkerOf(declaration).getAliasedSymbol(current);
      current = next;
    }
    return current;
  }

  /** The same for what a file of the project has: packages are not looked into. */
  ofProject(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : this.#checker.getAliasedSymbol(symbol);
  }

  /** The module that a specifier within a package names. */
  moduleOf(specifier: ts.StringLiteralLike): ts.Symbol | undefined {
    return this.#packages.moduleOf(specifier);
  }

  /** What `module.exports = …` puts in the place of a module, or the module. */
  replaced(module: ts.Symbol): ts.Symbol {
    const whole = module.exports?.get(ts.InternalSymbolName.ExportEquals);
    return whole === undefined ? module : this.resolved(whole);
  }

  /** Whether a module of CommonJS was one of ECMAScript before it was compiled. */
  isCompiled(module: ts.Symbol): boolean {
    const file = module.declarations?.[0]?.getSourceFile();
    return file !== undefined && file.text.includes("__esModule");
  }

  /** A member of a module; undefined where it has none of that name. */
  exportOf(module: ts.Symbol, name: string): ts.Symbol | undefined {
    const declaration = module.declarations?.[0];
    const checker = declaration === undefined ? this.#checker : this.checkerOf(declaration);
    const found = exportNamed(checker, module, name);
    return found && this.resolved(found);
  }

  /** What an import of the project's files stands for, one step on; undefined where the checker is to go all the way. */
  #imported(declaration: ts.Declaration): ts.Symbol | undefined {
    const file = declaration.getSourceFile();
    const isOfPackage = this.#packages.checkerOf(file) !== undefined;
    const part = isOfPackage ? undefined : importOf(declaration);
    if (part === undefined) return undefined;
    const found = this.#packages.exportOf(part.specifier.text, file, part.name);
    if (found !== undefined || part.name === "*") return found;
    const module = this.#checker.getSymbolAtLocation(part.specifier);
    return module && this.#checker.getExportsOfModule(module).find((each) => each.name === part.name);
  }
}

function isWithinFunction(declaration: ts.Declaration): boolean {
  return ts.findAncestor(declaration.parent, ts.isFunctionLike) !== undefined;
}

interface ImportedPart {
  readonly specifier: ts.StringLiteralLike;
  /** `default`, or `*` for all of it. */
  readonly name: string;
}

function importOf(declaration: ts.Declaration): ImportedPart | undefined {
  const part = (specifier: ts.Expression | undefined, name: string): ImportedPart | undefined =>
    specifier !== undefined && ts.isStringLiteralLike(specifier) ? { specifier, name } : undefined;
  if (ts.isImportSpecifier(declaration)) {
    return part(declaration.parent.parent.parent.moduleSpecifier, (declaration.propertyName ?? declaration.name).text);
  }
  if (ts.isImportClause(declaration)) return part(declaration.parent.moduleSpecifier, "default");
  if (ts.isNamespaceImport(declaration)) return part(declaration.parent.parent.moduleSpecifier, "*");
  if (ts.isExportSpecifier(declaration)) {
    return part(declaration.parent.parent.moduleSpecifier, (declaration.propertyName ?? declaration.name).text);
  }
  return ts.isNamespaceExport(declaration) ? part(declaration.parent.moduleSpecifier, "*") : undefined;
}

function inPackages({ fileName }: ts.SourceFile): boolean {
  return fileName.includes("/node_modules/");
}
