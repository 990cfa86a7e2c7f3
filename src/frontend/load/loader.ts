/**
 * What the names of modules stand for after the load, asked for by symbol. Only where the syntax does not say it: a name
 * that is assigned to, an export that a factory makes.
 */
import { ts } from "ts-morph";
import { Changes } from "./changes.ts";
import { type LoadedModule, Modules } from "./modules.ts";
import type { Key, LoadedFunction, LoadedObject, LoadedValue, Slot } from "./values.ts";

export interface Loaded {
  readonly value: LoadedValue;
  /** The variable that has it, where it is one. */
  readonly slot: Slot | undefined;
}

/** How names and files are found. */
export interface Sources {
  readonly fileOf: (specifier: ts.StringLiteralLike) => ts.SourceFile | undefined;
  readonly symbolAt: (name: ts.Node) => ts.Symbol | undefined;
  /** The files whose imports say what of the packages may run. */
  readonly roots: () => readonly ts.SourceFile[];
}

export class Loader {
  readonly #sources: Sources;
  readonly #modules: Modules;
  #changes: Changes | undefined;
  #size = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#modules = new Modules(sources.fileOf);
  }

  /** What a symbol of a module stands for; undefined where that is not known. */
  ofSymbol(symbol: ts.Symbol): Loaded | undefined {
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    const file = declaration?.getSourceFile();
    if (declaration === undefined || file === undefined || file.isDeclarationFile) return undefined;
    const module = this.#modules.load(file);
    if (module === undefined) return undefined;
    if (ts.isSourceFile(declaration)) return { value: this.#modules.exported(module, "*"), slot: undefined };
    const slot = module.scope.slots.get(symbol.name);
    if (slot !== undefined && declares(slot, symbol)) return { value: valueOf(slot), slot };
    if (ts.isExportAssignment(declaration)) return this.#export(module, "default");
    const isExport = module.holder !== undefined && isOfExports(declaration);
    if (!isExport) return undefined;
    return symbol.name === ts.InternalSymbolName.ExportEquals
      ? { value: this.#modules.exported(module, "*"), slot: undefined }
      : this.#export(module, symbol.name);
  }

  /** What a file exports under a name. */
  ofExport(file: ts.SourceFile, name: string): Loaded | undefined {
    const module = file.isDeclarationFile ? undefined : this.#modules.load(file);
    return module && this.#export(module, name);
  }

  /** The function of a module that is declared there. */
  functionAt(node: ts.Node): LoadedFunction | undefined {
    return this.#modules.functionAt(node);
  }

  member(value: LoadedValue, name: string): LoadedValue {
    return this.#modules.member(value, name);
  }

  /** Whether a function that the program may run changes the variable. */
  isAssigned(slot: Slot): boolean {
    return this.#changed().isAssigned(slot);
  }

  isChanged(object: LoadedObject, key: Key): boolean {
    return this.#changed().isChanged(object, key);
  }

  #export(module: LoadedModule, name: string): Loaded | undefined {
    const value = this.#modules.exported(module, name);
    return value === undefined ? undefined : { value, slot: undefined };
  }

  /** Found anew when modules were loaded since. */
  #changed(): Changes {
    if (this.#changes === undefined || this.#size !== this.#modules.size) {
      const exported = (file: ts.SourceFile, name: string): LoadedValue => this.ofExport(file, name)?.value;
      this.#changes = new Changes(
        this.#sources,
        exported,
        (value, name) => this.member(value, name),
        (file) => this.#modules.scopeOf(file),
      );
      this.#size = this.#modules.size;
    }
    return this.#changes;
  }
}

/** Whether the variable is that of the symbol, and not another of its name. */
export function declares({ names }: Slot, symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((each) => {
    const name = ts.getNameOfDeclaration(each);
    return names.includes(each) || (name !== undefined && names.includes(name));
  });
}

export function valueOf(slot: Slot): LoadedValue {
  return slot.read === undefined ? slot.value : slot.read();
}

/** `exports.name = …`, `module.exports = …`, `Object.defineProperty(exports, …)`, and members of what is exported. */
function isOfExports(declaration: ts.Declaration): boolean {
  if (ts.isCallExpression(declaration)) return /^(module\.)?exports$/.test(declaration.arguments[0]?.getText() ?? "");
  const assignment = ts.isBinaryExpression(declaration) ? declaration : declaration.parent;
  if (ts.isObjectLiteralExpression(assignment)) return true;
  return ts.isBinaryExpression(assignment) && /^(module\.)?exports\b/.test(assignment.left.getText());
}
