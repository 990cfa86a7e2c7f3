/**
 * What a name or an expression stands for while a function is lowered. Numbers, booleans and the contents of arrays are
 * values of the graph; everything else (objects, tuples, functions, strings, which array is meant) is known at compile
 * time and leaves no trace in the graph.
 */
import type { ts } from "ts-morph";
import type { ElementType, ValueId } from "../ir/graph.ts";
import type { Shape } from "../ir/signature.ts";
import type { Holes } from "./holes.ts";
import type { LoadedArray, LoadedFunction, Scope } from "./load/values.ts";
import type { Location } from "./state.ts";

/** A constant. */
export interface Known {
  readonly kind: "known";
  readonly value: number | boolean | string | null | undefined;
}
export interface Absent {
  readonly kind: "known";
  readonly value: null | undefined;
}
/** A number or boolean of the graph; within `memory`, a version of an array. */
export interface Scalar {
  readonly kind: "scalar";
  readonly id: ValueId;
}
/** A number or boolean, known or not. */
export type Value = Scalar | { readonly kind: "known"; readonly value: number | boolean };

/** A text that comes in, or that of a number: what is known of it is what it is compared with. */
export interface Text {
  readonly kind: "text";
  /** Of that of a number: which. */
  readonly number?: Value;
  /** All that it can be; undefined where it may be any. */
  readonly values: readonly string[] | undefined;
  readonly equals: (text: string) => Value;
  /** Of one that goes round a loop: the number that stands for it (coded-texts.ts). */
  readonly code?: Value;
}

/** An array, or a part of one: the entries from `offset` on. Both are undefined for the whole of its root. */
export interface View {
  readonly kind: "view";
  readonly root: Root;
  readonly offset: Value | undefined;
  readonly length: Value | undefined;
  /** Where its end was moved into the array: how long it was before. What lies beyond is beyond the array too. */
  readonly reach?: Value | undefined;
  /** Of a nested parameter: the indices of the array in which it lies, outermost first. */
  readonly rows?: readonly Value[] | undefined;
  /** What is read by it is a constant to the derivative, and it is not written by it (stop-gradient.ts). */
  readonly isConstant?: true | undefined;
  /** Of a row in a pool: which of how many it was taken as. */
  readonly among?:
    | {
        readonly index: Value;
        readonly count: Value;
        /** What lies beyond the last of them is something else of the pool. */
        readonly isHeld?: boolean;
        /** When it was taken: since then it may have been replaced. */
        readonly made?: number | undefined;
        /** Of a row that gets longer by itself (grow-one-row.ts), or may do so: the rows that it is one of. */
        readonly pool?: Cell | undefined;
      }
    | undefined;
}
/**
 * One of two, by a condition of the graph: arrays, functions, strings. Of a number and `undefined`, `then` is the number, and
 * NaN where it is not set (0 for `null`), so that arithmetic need not ask.
 */
export interface Choice {
  readonly kind: "choice";
  readonly condition: ValueId;
  readonly then: Binding;
  readonly else: Binding;
  /** Where all are objects of one structure: the members that were merged where the choice was made. */
  readonly members?: ReadonlyMap<string, Chosen>;
}
export interface Chosen {
  readonly value: Binding;
  /** The members of the single objects that it was made from, and what they were: it holds as long as they are that. */
  readonly sources: ReadonlyMap<Location, Binding>;
}
/** An object or a tuple. */
export interface Aggregate {
  readonly kind: "aggregate";
  readonly cell: Cell;
}
export interface FunctionValue {
  readonly kind: "function";
  readonly declaration: FunctionNode;
  readonly environment: Environment | undefined;
  /** How many of its first parameters are bound: they are variables of its environment. */
  readonly bound?: number;
  /** What `this` is, where that is bound. */
  readonly receiver?: Binding;
  /** Of a module that was loaded: it may have members. */
  readonly loaded?: LoadedFunction;
}
/** A class; instances are objects that look up in its prototype what they have not themselves. */
export interface ClassValue {
  readonly kind: "class";
  readonly declaration: ts.ClassLikeDeclaration;
  readonly environment: Environment | undefined;
  readonly prototype: Prototype;
}
/** Where an object finds methods and accessors: of a class, of a function that is called with `new`, of a literal. */
export interface Prototype {
  /** The class, the function, or the literal. */
  readonly owner: ts.Node;
  /** What `constructor` is. */
  readonly maker: ClassValue | FunctionValue | undefined;
  readonly parent: Prototype | undefined;
  readonly members: ReadonlyMap<string, Inherited>;
}
export interface Inherited {
  readonly get?: FunctionValue;
  readonly set?: FunctionValue;
  readonly method?: FunctionValue;
  /** A constant of the prototype. */
  readonly value?: () => Binding;
}
/** What a call of a generator gives: its body runs where it is gone through, once. */
export interface GeneratorValue {
  readonly kind: "generator";
  readonly target: FunctionValue;
  readonly values: readonly Binding[];
  readonly receiver: Binding | undefined;
  /** The call. */
  readonly node: ts.Node;
  readonly age: number;
  readonly use: { isOver: boolean };
}
/** Something of JavaScript's own: `Math`, `Math.sin`, `Float64Array`. */
export interface Builtin {
  readonly kind: "builtin";
  readonly name: string;
}
/** A function or value that has no source. */
export interface Unknown {
  readonly kind: "unknown";
  readonly name: string;
  /** It exists at run time in every module, so the output may name it. */
  readonly global: boolean;
}
/** `import * as name`. */
export interface ModuleValue {
  readonly kind: "module";
  readonly symbol: ts.Symbol;
}
/** What is not set on this way (a result, before `return`); never read there. */
export interface Unset {
  readonly kind: "unset";
}
/** What could not be lowered. `report` tells why, once, if it is read after all. */
export interface Poison {
  readonly kind: "poison";
  readonly report: ((at: ts.Node) => void) | undefined;
}

export type Binding =
  | Known
  | Scalar
  | Text
  | View
  | Choice
  | Aggregate
  | FunctionValue
  | ClassValue
  | GeneratorValue
  | Builtin
  | Unknown
  | ModuleValue
  | Unset
  | Poison;

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** The variables of one call of a function (or of a module). */
export interface Environment {
  readonly owner: ts.Node;
  readonly variables: Map<ts.Symbol, Location>;
  parent: Environment | undefined;
  /** What `this` is. */
  readonly receiver?: Binding | undefined;
  /** What the function was called with: its `arguments`. */
  readonly values?: readonly Binding[] | undefined;
  /** Of a module that was loaded: what it holds is the same for all functions, each of which has variables of its own for it. */
  readonly scope?: Scope;
  /** When the call began, or the round of a loop. */
  readonly age?: number | undefined;
  /** What is kept at the functions that are made here, by their declarations. */
  members?: Map<ts.Node, Map<string, Location>> | undefined;
}

/** One buffer. `memory` holds the version of it that is current. */
export interface Root {
  readonly element: ElementType;
  /** Of the first variable or member that it was given to. */
  name: string | undefined;
  readonly memory: Location;
  readonly kind: "parameter" | "table" | "local";
  /** Undefined for a parameter, which is asked for it when it is needed, and for what keeps a count. */
  readonly length: Value | undefined;
  /** Of `new Array(n)`. */
  readonly holes?: Holes | undefined;
  /** How many entries it has, where that changes: the buffer has room for them. See growth.ts. */
  readonly count?: Location | undefined;
  /** Of rows or objects that are taken out in order: how many of them are gone (take-rows.ts). */
  readonly head?: Location | undefined;
  /** Its buffer may be longer than it is: what lies beyond its end is not seen. */
  readonly hasRoom?: true | undefined;
  /** The expression that made it, where its length may change. */
  readonly source?: ts.Node | undefined;
  /** By which calls that expression was reached (`wayTo`). */
  readonly way?: string | undefined;
  /** Rows lie in it one after the other, and beyond the end of one is the next: what made them. */
  readonly pool?: ts.Node | undefined;
  /** Of a module: never written by the function. */
  readOnly: boolean;
  /** Of rows that are known under other names, too, and were copied: neither is written. */
  readonly isShared?: boolean | undefined;
  /** Where it came from, if it stands for the place of another root after a loop or branch. */
  readonly origin: Root | undefined;
  /** The first version: of a parameter, or where it is allocated. */
  readonly allocated: ValueId | undefined;
  /** Of a table. */
  readonly entries: readonly number[] | undefined;
}

/** An object or tuple: its members are locations, as variables are. The names of a tuple's are "0", "1", … */
export interface Cell {
  /** `nested`: a place in an array of arrays or objects, `nest`; its members are hidden. */
  readonly shape: "object" | "tuple" | "nested";
  readonly nest?: Nest | undefined;
  readonly members: Map<string, Location>;
  readonly prototype?: Prototype | undefined;
  /** The array literal that it was made from; it can be made an array instead. */
  readonly literal: ts.Node | undefined;
  /** The array of a loaded module that it stands for; it can be made an array, too. */
  loaded?: LoadedArray;
  /** May be known under several names, so that members may not be changed. */
  frozen: boolean;
  /** It gets no other members: a choice knows those that it has, or it stands for an object of the caller. */
  hasAll?: boolean;
  /** Members that whoever made it may have left out: where one is undefined, only the run knows whether it is there. */
  mayLack?: ReadonlyMap<string, Presence>;
  /** Of a module. */
  readOnly: boolean;
  readonly serial: number;
  readonly age: number;
}

/** Whether an object has a member; see presence.ts. */
export interface Presence {
  /** What the member was when that was known: it holds as long as it is that. Undefined where it is not known. */
  readonly of: Binding | undefined;
  readonly when: () => Value;
  /** Of an entry of a tuple: how many there are in it. */
  readonly count?: () => Value;
}

/** Where a place is within a nested parameter; see nested.ts. */
export interface Nest {
  /** The same for places of one path of one parameter. */
  readonly key: string;
  readonly shape: Shape;
  readonly path: readonly (string | number)[];
  /** By the keys of their paths. */
  readonly leaves: ReadonlyMap<string, Root>;
  /** Of rows that the function makes (pools.ts): where. */
  readonly site?: ts.Node;
  /** Of rows of numbers that are not all of one length: by how much each is longer than the one before. */
  readonly slope?: number | undefined;
  /** See `View.isConstant`. */
  readonly isConstant?: true;
}

export const undefinedValue: Known = { kind: "known", value: undefined };
export const unset: Unset = { kind: "unset" };
export const poison: Poison = { kind: "poison", report: undefined };

export function known(value: number | boolean): Value {
  return { kind: "known", value };
}

export function scalar(id: ValueId): Scalar {
  return { kind: "scalar", id };
}

export function isValue(binding: Binding): binding is Value {
  if (binding.kind === "scalar") return true;
  return binding.kind === "known" && (typeof binding.value === "number" || typeof binding.value === "boolean");
}

export function isAbsent(binding: Binding): binding is Absent {
  return binding.kind === "known" && (binding.value === undefined || binding.value === null);
}

export function wholeView(root: Root): View {
  return { kind: "view", root, offset: undefined, length: undefined };
}

export function isWhole(view: View): boolean {
  return view.isConstant !== true && view.offset === undefined && view.length === undefined && view.rows === undefined;
}
