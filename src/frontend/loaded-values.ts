/**
 * Values of modules that were loaded, as bindings: functions with the variables that they close over, objects, tables.
 * What a function of the program may change after the load has no value here.
 */
import { typedArrays } from "./shapes.ts";
import { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { table } from "./arrays.ts";
import {
  type Binding,
  type Cell,
  type ClassValue,
  type Environment,
  type FunctionNode,
  type FunctionValue,
  known,
  poison,
  wholeView,
} from "./binding.ts";
import { classValue } from "./classes.ts";
import type { Context } from "./context.ts";
import { newDate } from "./dates.ts";
import { declares, type Loaded, valueOf } from "./load/loader.ts";
import {
  LoadedArray,
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  type Scope,
  type Slot,
  Wrapped,
} from "./load/values.ts";
import { inPrologue, outside } from "./module-values.ts";
import { isSyntaxOfFunction } from "./load/is-function.ts";
import { rowsOfLiteral } from "./literal-rows.ts";
import { newExpression } from "./regular-expressions.ts";
import type { Location } from "./state.ts";

/** What a name stands for after the load; undefined where that is not known, or may have changed since. */
export function loadedBinding(context: Context, { value, slot }: Loaded): Binding | undefined {
  const { loader } = context.names;
  if (slot !== undefined && loader().isAssigned(slot)) return undefined;
  const binding = inPrologue(context, undefined, () => bindingOf(context, value));
  // Of what has no value here the syntax says more.
  return binding.kind === "unknown" || binding.kind === "poison" ? undefined : binding;
}

/** What is kept at a function or class of a module: `gamma.log = …`. */
export function memberAfterLoad(context: Context, base: FunctionValue | ClassValue, name: string): Binding | undefined {
  const { loader } = context.names;
  const owner = loadedValueOf(context, base);
  const value = owner && loader().member(owner, name);
  if (owner === undefined || value === undefined || loader().isChanged(owner, name)) return undefined;
  return loadedValue(context, value);
}

/** A value of a module as it is after the load. */
export function loadedValue(context: Context, value: LoadedValue): Binding {
  return inPrologue(context, undefined, () => bindingOf(context, value));
}

/** The function or class after the load, where there is only one that the declaration makes. */
export function loadedValueOf(context: Context, base: FunctionValue | ClassValue): LoadedFunction | undefined {
  if (base.kind === "function" && base.loaded !== undefined) return base.loaded;
  const { declaration, environment } = base;
  const isOfModule = environment === undefined || ts.isSourceFile(environment.owner);
  return isOfModule ? context.names.loader().functionAt(declaration) : undefined;
}

function bindingOf(context: Context, value: LoadedValue): Binding {
  if (!(value instanceof LoadedObject)) {
    return typeof value === "bigint" || typeof value === "symbol" ? poison : { kind: "known", value };
  }
  if (value.builtin !== undefined) return { kind: "builtin", name: value.builtin };
  const before = context.loaded.values.get(value);
  if (before !== undefined) return before;
  if (value instanceof LoadedFunction) return remember(context, value, functionBinding(context, value));
  if (value instanceof LoadedArray) return arrayBinding(context, value);
  if (value instanceof Wrapped && value.inner instanceof Date) {
    const isChanged = context.names.loader().isChanged(value, "time");
    return remember(context, value, isChanged ? changed(context, "the date") : newDate(context, value.inner.getTime()));
  }
  if (value instanceof Wrapped && value.inner instanceof RegExp) {
    return remember(context, value, newExpression(context, value.inner));
  }
  if (value.constructor !== LoadedObject) return { kind: "unknown", name: "what only the run knows", global: false };
  const cell = newCell(context, "object", [], undefined, true);
  remember(context, value, cell);
  if (cell.kind === "aggregate") fill(context, value, cell.cell);
  return cell;
}

function remember(context: Context, value: LoadedObject, binding: Binding): Binding {
  context.loaded.values.set(value, binding);
  return binding;
}

function fill(context: Context, value: LoadedObject, cell: Cell): void {
  const { state, names } = context;
  for (let at: LoadedObject | undefined = value; at !== undefined; at = at.proto) {
    for (const key of at.properties.keys()) {
      if (typeof key !== "string" || cell.members.has(key)) continue;
      if (at !== value && (key === "constructor" || at.proto === undefined)) continue;
      const part = names.loader().isChanged(at, key)
        ? changed(context, key)
        : bindingOf(context, names.loader().member(value, key));
      cell.members.set(key, state.create("member", key, part));
    }
  }
}

export function changed(context: Context, name: string): Binding {
  return { kind: "poison", report: (at) => context.reporter.report("ADJ2006", at, { name }) };
}

function functionBinding(context: Context, value: LoadedFunction): Binding {
  const { node, scope } = value;
  if (ts.isClassLike(node)) {
    // Its scope holds its own name alone; a class of a module is one, whoever asks for it.
    const isOfModule = ts.isClassDeclaration(node) && scope.parent?.parent === undefined;
    if (isOfModule) return outside(context, node, () => classValue(context, node, undefined));
    return classOf(context, node, environmentOf(context, scope));
  }
  if (!isSyntaxOfFunction(node)) return poison;
  const declaration: FunctionNode = node;
  return { kind: "function", declaration, environment: environmentOf(context, scope), loaded: value };
}

function classOf(context: Context, node: ts.ClassLikeDeclaration, environment: Environment | undefined): Binding {
  const { activation } = context;
  // What it extends is a name where it is declared.
  if (environment !== undefined) context.activation = { ...activation, environment };
  const value = classValue(context, node, environment);
  context.activation = activation;
  return value;
}

/** What a function closes over, with the variables that the function at hand has for what a loaded module holds. */
export function environmentHere(context: Context, environment: Environment | undefined): Environment | undefined {
  return environment?.scope === undefined ? environment : environmentOf(context, environment.scope);
}

function environmentOf(context: Context, scope: Scope): Environment | undefined {
  // The names of the module itself are asked for by symbol.
  if (scope.parent === undefined) return undefined;
  const before = context.loaded.environments.get(scope);
  if (before !== undefined) return before;
  const made: Environment = {
    owner: scope.node,
    variables: new LoadedVariables(context, scope),
    parent: environmentOf(context, scope.parent),
    scope,
  };
  context.loaded.environments.set(scope, made);
  return made;
}

/** The variables of a scope that a function of a module closes over, made when they are asked for. */
class LoadedVariables extends Map<ts.Symbol, Location> {
  readonly #context: Context;
  readonly #scope: Scope;

  constructor(context: Context, scope: Scope) {
    super();
    this.#context = context;
    this.#scope = scope;
  }

  override get(symbol: ts.Symbol): Location | undefined {
    const before = super.get(symbol);
    const slot = before === undefined ? this.#scope.slots.get(symbol.name) : undefined;
    if (slot === undefined || !declares(slot, symbol)) return before;
    let made: Location | undefined;
    inPrologue(this.#context, undefined, () => {
      made = this.#context.state.create("variable", symbol.name, this.#valueOf(slot, symbol.name), symbol);
      return poison;
    });
    if (made !== undefined) this.set(symbol, made);
    return made;
  }

  override has(symbol: ts.Symbol): boolean {
    return this.get(symbol) !== undefined;
  }

  #valueOf(slot: Slot, name: string): Binding {
    const isAssigned = this.#context.names.loader().isAssigned(slot);
    return isAssigned ? changed(this.#context, name) : bindingOf(this.#context, valueOf(slot));
  }
}

/** Numbers are a table, all else is a tuple. */
function arrayBinding(context: Context, value: LoadedArray): Binding {
  const { elements } = value;
  const loader = context.names.loader();
  if (Array.from(elements, (_, k) => loader.isChanged(value, String(k))).some(Boolean))
    return changed(context, "the array");
  if (!Array.isArray(elements)) {
    const type = typedArrays[elements.constructor.name] ?? "f64";
    return remember(context, value, wholeView(table(context, type, Array.from(elements)).root));
  }
  const numbers = elements.filter((each) => typeof each === "number");
  if (numbers.length === elements.length && numbers.length > 0) {
    return remember(context, value, table(context, "number", numbers));
  }
  const rows = context.assumptions.isArray(value) ? rowsOf(context, elements) : undefined;
  if (rows !== undefined) return remember(context, value, rows);
  const cell = newCell(context, "tuple", [], undefined, true);
  remember(context, value, cell);
  if (cell.kind !== "aggregate") return cell;
  cell.cell.loaded = value;
  elements.forEach((each, k) => {
    cell.cell.members.set(String(k), context.state.create("member", String(k), bindingOf(context, each)));
  });
  return cell;
}

/** Rows of numbers, which lie one after the other; undefined where they are something else, or not of one length. */
function rowsOf(context: Context, elements: readonly LoadedValue[]): Binding | undefined {
  const rows = elements.map((each) => {
    const row = bindingOf(context, each);
    return row.kind === "view" && row.root.element === "number" ? row.root.entries : undefined;
  });
  const numbers = rows.flatMap((row) => row ?? []);
  if (!rows.every((row) => row !== undefined && row.length === rows[0]?.length) || numbers.length === 0)
    return undefined;
  const entries = rows.map((row) =>
    newCell(
      context,
      "tuple",
      (row ?? []).map((each, k) => [String(k), known(each)]),
    ),
  );
  const { owner } = context.activation.environment;
  return rowsOfLiteral(context, entries, owner, () => table(context, "number", numbers));
}
