/**
 * Loads modules: runs their statements in the order in which JavaScript does, so that what their names stand for is known,
 * however it was made (`exports.f = …`, a factory that a wrapper calls, a table that a loop fills). A module of which not
 * all can be followed is left alone, and so is what imports it.
 */
import { ts } from "ts-morph";
import { evaluate } from "./expressions.ts";
import { callFunction } from "./functions.ts";
import { type Here, Machine } from "./machine.ts";
import { readProperty } from "./properties.ts";
import { Realm } from "./realm.ts";
import { declareFunctions, declareVariables, runStatement } from "./statements.ts";
import {
  type LoadedFunction,
  LoadedObject,
  type LoadedValue,
  NativeFunction,
  type Scope as ScopeType,
  Scope,
  Thrown,
  Unloadable,
} from "./values.ts";

export interface LoadedModule {
  readonly file: ts.SourceFile;
  readonly scope: ScopeType;
  /** What it exports by name, of a module of ECMAScript. */
  readonly exports: Map<string, () => LoadedValue>;
  /** `export * from`. */
  readonly all: LoadedModule[];
  /** `module`, of one of CommonJS. */
  readonly holder: LoadedObject | undefined;
  state: "running" | "loaded" | "failed";
}

export class Modules {
  readonly #fileOf: (specifier: ts.StringLiteralLike) => ts.SourceFile | undefined;
  readonly #modules = new Map<ts.SourceFile, LoadedModule>();
  readonly #namespaces = new Map<LoadedModule, LoadedObject>();
  readonly #realm = new Realm();
  readonly #machine: Machine;

  constructor(fileOf: (specifier: ts.StringLiteralLike) => ts.SourceFile | undefined) {
    this.#fileOf = fileOf;
    this.#machine = new Machine(this.#realm, {
      call: (callee, self, values) => callFunction(this.#machine, callee, self, values),
      require: (specifier) => this.#required(specifier),
    });
    this.#realm.fill(this.#machine);
  }

  get size(): number {
    return this.#modules.size;
  }

  /** Undefined where it cannot be loaded. */
  load(file: ts.SourceFile): LoadedModule | undefined {
    this.#machine.restart();
    try {
      const module = this.#load(file);
      return module.state === "loaded" ? module : undefined;
    } catch (error) {
      if (error instanceof Unloadable || error instanceof Thrown) return undefined;
      throw error;
    }
  }

  /** The names of a module, if it was loaded. */
  scopeOf(file: ts.SourceFile): ScopeType | undefined {
    return this.#modules.get(file)?.scope;
  }

  /** The function that the load of its file has made of a declaration. */
  functionAt(node: ts.Node): LoadedFunction | undefined {
    return this.load(node.getSourceFile()) === undefined ? undefined : this.#machine.made.get(node);
  }

  /** What a module exports under a name: `default`, or `*` for all of it. */
  exported(module: LoadedModule, name: string): LoadedValue {
    if (module.holder !== undefined) {
      const whole = module.holder.own("exports")?.value;
      if (name === "*") return whole;
      const isCompiled = whole instanceof LoadedObject && readProperty(this.#machine, whole, "__esModule") === true;
      if (name === "default" && !isCompiled) return whole;
      return whole instanceof LoadedObject ? readProperty(this.#machine, whole, name) : undefined;
    }
    if (name === "*") return this.#namespace(module);
    return this.#getter(module, name)?.();
  }

  /** A member of a value, as it is after the load. */
  member(value: LoadedValue, name: string): LoadedValue {
    if (!(value instanceof LoadedObject)) return undefined;
    try {
      return readProperty(this.#machine, value, name);
    } catch (error) {
      if (error instanceof Unloadable || error instanceof Thrown) return undefined;
      throw error;
    }
  }

  /** The value of an expression at the top of a module that is loaded. */
  #here(module: LoadedModule): Here {
    const self = module.holder?.own("exports")?.value;
    return {
      machine: this.#machine,
      scope: module.scope,
      frame: { self, target: undefined, arguments: [], isNew: false },
    };
  }

  #getter(module: LoadedModule, name: string, seen = new Set<LoadedModule>()): (() => LoadedValue) | undefined {
    if (seen.has(module)) return undefined;
    seen.add(module);
    const own = module.exports.get(name);
    if (own !== undefined) return own;
    if (module.holder !== undefined) return () => this.exported(module, name);
    if (name === "default") return undefined;
    for (const each of module.all) {
      const found = this.#getter(each, name, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #namespace(module: LoadedModule): LoadedObject {
    const before = this.#namespaces.get(module);
    if (before !== undefined) return before;
    const object = new LoadedObject(undefined);
    this.#namespaces.set(module, object);
    const names = new Set<string>();
    const collect = (part: LoadedModule, seen: Set<LoadedModule>): void => {
      if (seen.has(part)) return;
      seen.add(part);
      for (const name of part.exports.keys()) if (part === module || name !== "default") names.add(name);
      for (const each of part.all) collect(each, seen);
    };
    collect(module, new Set());
    for (const name of names) {
      const get = new NativeFunction(undefined, () => this.#getter(module, name)?.());
      object.properties.set(name, { value: undefined, get, enumerable: true });
    }
    return object;
  }

  #required(specifier: ts.StringLiteralLike): LoadedValue {
    const file = this.#fileOf(specifier);
    if (file === undefined) return this.#realm.opaque;
    return this.exported(this.#load(file), "*");
  }

  #load(file: ts.SourceFile): LoadedModule {
    const before = this.#modules.get(file);
    if (before?.state === "failed") throw new Unloadable(file.fileName);
    if (before !== undefined) return before;
    const isModern = ts.isExternalModule(file) && !isJson(file);
    const holder = isModern ? undefined : this.#realm.object();
    holder?.put("exports", this.#realm.object());
    const module: LoadedModule = {
      file,
      scope: new Scope(file, undefined),
      exports: new Map(),
      all: [],
      holder,
      state: "running",
    };
    this.#modules.set(file, module);
    try {
      this.#run(module);
      module.state = "loaded";
    } catch (error) {
      module.state = "failed";
      throw error;
    }
    return module;
  }

  #run(module: LoadedModule): void {
    const { file, scope, holder } = module;
    if (isJson(file)) {
      const [only] = file.statements;
      if (only !== undefined && ts.isExpressionStatement(only) && holder !== undefined) {
        holder.put("exports", evaluate(this.#here(module), only.expression));
      }
      return;
    }
    if (holder !== undefined) {
      scope.declare("module", undefined, holder);
      scope.declare("exports", undefined, holder.own("exports")?.value);
      scope.declare("require", undefined, this.#realm.opaque);
      scope.declare("__dirname", undefined, this.#realm.opaque);
      scope.declare("__filename", undefined, this.#realm.opaque);
    }
    for (const statement of file.statements) this.#link(module, statement);
    declareVariables(scope, file);
    const here = this.#here(module);
    declareFunctions(here, file.statements);
    for (const statement of file.statements) this.#link(module, statement, "exports");
    for (const statement of file.statements) {
      if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) continue;
      if (ts.isExportAssignment(statement)) {
        const value = evaluate(here, statement.expression);
        module.exports.set("default", () => value);
        if (statement.isExportEquals === true) holder?.put("exports", value);
      } else if (ts.isImportEqualsDeclaration(statement)) {
        const { moduleReference, name } = statement;
        if (statement.isTypeOnly || !ts.isExternalModuleReference(moduleReference)) continue;
        const { expression } = moduleReference;
        if (!ts.isStringLiteralLike(expression)) throw new Unloadable("an import");
        scope.declare(name.text, name, this.#required(expression));
      } else runStatement(here, statement);
    }
  }

  /** Imports first, then (in a second round) what is exported under which name. */
  #link(module: LoadedModule, statement: ts.Statement, part: "imports" | "exports" = "imports"): void {
    if (part === "exports") return this.#export(module, statement);
    if (ts.isImportDeclaration(statement)) {
      const { importClause, moduleSpecifier } = statement;
      if (importClause?.isTypeOnly === true || !ts.isStringLiteralLike(moduleSpecifier)) return;
      const target = this.#target(moduleSpecifier);
      const bind = (name: ts.Identifier, imported: string): void => {
        const read = (): LoadedValue => (target === undefined ? this.#realm.opaque : this.exported(target, imported));
        module.scope.slots.set(name.text, { value: undefined, read, names: [name], isSet: true });
      };
      if (importClause?.name !== undefined) bind(importClause.name, "default");
      const bindings = importClause?.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings)) bind(bindings.name, "*");
      if (bindings !== undefined && ts.isNamedImports(bindings)) {
        for (const each of bindings.elements) {
          if (!each.isTypeOnly) bind(each.name, (each.propertyName ?? each.name).text);
        }
      }
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && !statement.isTypeOnly) {
      if (ts.isStringLiteralLike(statement.moduleSpecifier)) this.#target(statement.moduleSpecifier);
    }
  }

  #target(specifier: ts.StringLiteralLike): LoadedModule | undefined {
    const file = this.#fileOf(specifier);
    return file === undefined || file.isDeclarationFile ? undefined : this.#load(file);
  }

  #export(module: LoadedModule, statement: ts.Statement): void {
    const { scope, exports } = module;
    const note = (name: string, local: string): void => {
      exports.set(name, () => {
        const slot = scope.slots.get(local);
        return slot?.read === undefined ? slot?.value : slot.read();
      });
    };
    if (ts.isExportDeclaration(statement)) {
      if (statement.isTypeOnly) return;
      const { moduleSpecifier, exportClause } = statement;
      const isFrom = moduleSpecifier !== undefined && ts.isStringLiteralLike(moduleSpecifier);
      const target = isFrom ? this.#target(moduleSpecifier) : undefined;
      if (exportClause === undefined) {
        if (target !== undefined) module.all.push(target);
      } else if (ts.isNamespaceExport(exportClause)) {
        exports.set(exportClause.name.text, () =>
          target === undefined ? this.#realm.opaque : this.exported(target, "*"),
        );
      } else {
        for (const { name, propertyName } of exportClause.elements) {
          const local = (propertyName ?? name).text;
          if (!isFrom) note(name.text, local);
          else exports.set(name.text, () => (target === undefined ? this.#realm.opaque : this.exported(target, local)));
        }
      }
      return;
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true) return;
    const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (ts.isVariableStatement(statement)) {
      const visit = (name: ts.BindingName): void => {
        if (ts.isIdentifier(name)) note(name.text, name.text);
        else for (const element of name.elements) if (ts.isBindingElement(element)) visit(element.name);
      };
      for (const { name } of statement.declarationList.declarations) visit(name);
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      const local = statement.name?.text ?? "*default*";
      note(isDefault ? "default" : local, local);
    } else if (ts.isEnumDeclaration(statement)) note(statement.name.text, statement.name.text);
  }
}

function isJson(file: ts.SourceFile): boolean {
  return file.fileName.endsWith(".json");
}
