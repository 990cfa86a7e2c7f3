/**
 * What the names of a module stand for once it is loaded: values of JavaScript, held so that functions can be looked into.
 * Numbers, strings, booleans and symbols are themselves; all else is an object of these classes.
 */
import type { ts } from "ts-morph";
import type { RuntimeArray } from "../../ir/runtime-array.ts";

export type LoadedValue = number | string | boolean | bigint | symbol | null | undefined | LoadedObject;
export type Key = string | symbol;

export interface Property {
  value: LoadedValue;
  readonly get?: LoadedValue;
  readonly set?: LoadedValue;
  enumerable: boolean;
}

/** How a built-in function runs. */
export type Native = (self: LoadedValue, values: readonly LoadedValue[], asNew: boolean) => LoadedValue;

export class LoadedObject {
  proto: LoadedObject | undefined;
  readonly properties = new Map<Key, Property>();
  /** Of JavaScript's own: `Math`, `Math.sin`, `Array`. */
  builtin: string | undefined;

  constructor(proto: LoadedObject | undefined, builtin?: string) {
    this.proto = proto;
    this.builtin = builtin;
  }

  own(key: Key): Property | undefined {
    return this.properties.get(key);
  }

  find(key: Key): Property | undefined {
    return this.own(key) ?? this.proto?.find(key);
  }

  put(key: Key, value: LoadedValue, enumerable = true): void {
    const before = this.properties.get(key);
    if (before === undefined) this.properties.set(key, { value, enumerable });
    else before.value = value;
  }

  remove(key: Key): void {
    this.properties.delete(key);
  }

  /** Names in the order of JavaScript. */
  keys(): readonly string[] {
    const names = [...this.properties].flatMap(([key, { enumerable }]) =>
      typeof key === "string" && enumerable ? [key] : [],
    );
    const isIndex = (name: string) => /^(0|[1-9]\d{0,8})$/.test(name);
    const indices = names.filter(isIndex).sort((a, b) => Number(a) - Number(b));
    return [...indices, ...names.filter((name) => !isIndex(name))];
  }
}

type Elements = LoadedValue[] | TypedArray;
export type TypedArray = Exclude<RuntimeArray, number[]>;

/** An array, or a typed array. */
export class LoadedArray extends LoadedObject {
  readonly elements: Elements;

  constructor(proto: LoadedObject | undefined, elements: Elements) {
    super(proto);
    this.elements = elements;
  }

  get isTyped(): boolean {
    return ArrayBuffer.isView(this.elements);
  }

  override own(key: Key): Property | undefined {
    if (key === "length") return { value: this.elements.length, enumerable: false };
    const index = indexOf(key);
    if (index === undefined) return super.own(key);
    return index < this.elements.length ? { value: this.elements[index], enumerable: true } : undefined;
  }

  override put(key: Key, value: LoadedValue, enumerable = true): void {
    const index = indexOf(key);
    const { elements } = this;
    if (Array.isArray(elements) && key === "length") elements.length = Number(value);
    else if (index === undefined) super.put(key, value, enumerable);
    else if (Array.isArray(elements)) elements[index] = value;
    else elements[index] = Number(value);
  }

  override keys(): readonly string[] {
    return [...Array.from(this.elements, (_, k) => String(k)), ...super.keys()];
  }
}

function indexOf(key: Key): number | undefined {
  return typeof key === "string" && /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : undefined;
}

/** A function of a file, with the scope that it closes over; or a class. */
export class LoadedFunction extends LoadedObject {
  readonly node: ts.SignatureDeclaration | ts.ClassLikeDeclaration;
  readonly scope: Scope;
  /** Of an arrow function: what `this` and `new.target` are outside of it. */
  readonly outer: Frame | undefined;
  /** Of a method: what `super` looks into. */
  home: LoadedObject | undefined;
  readonly fields: { readonly key: Key; readonly value: ts.Expression | undefined }[] = [];

  constructor(
    proto: LoadedObject | undefined,
    node: ts.SignatureDeclaration | ts.ClassLikeDeclaration,
    scope: Scope,
    outer: Frame | undefined,
  ) {
    super(proto);
    this.node = node;
    this.scope = scope;
    this.outer = outer;
  }
}

/** A function of JavaScript itself, or one that it made (`f.bind(x)`). */
export class NativeFunction extends LoadedObject {
  readonly run: Native;

  constructor(proto: LoadedObject | undefined, run: Native, builtin?: string) {
    super(proto, builtin);
    this.run = run;
  }
}

/** What only the run knows: the file system, the clock, the page. */
export class Opaque extends LoadedObject {}

/** A regular expression, a date, a map or a set: what JavaScript has in it. */
export class Wrapped extends LoadedObject {
  readonly inner: Inner;

  constructor(proto: LoadedObject | undefined, inner: Inner) {
    super(proto);
    this.inner = inner;
  }
}

type Inner = RegExp | Date | Map<LoadedValue, LoadedValue> | Set<LoadedValue>;

export interface Slot {
  value: LoadedValue;
  /** Of an import: what the other module exports. */
  readonly read?: () => LoadedValue;
  /** The identifiers that declare it. */
  readonly names: ts.Node[];
  isSet: boolean;
}

export class Scope {
  readonly node: ts.Node;
  readonly parent: Scope | undefined;
  readonly slots = new Map<string, Slot>();

  constructor(node: ts.Node, parent: Scope | undefined) {
    this.node = node;
    this.parent = parent;
  }

  find(name: string): Slot | undefined {
    return this.slots.get(name) ?? this.parent?.find(name);
  }

  declare(name: string, node: ts.Node | undefined, value: LoadedValue, isSet = true): Slot {
    const before = this.slots.get(name);
    if (before !== undefined) {
      if (node !== undefined && !before.names.includes(node)) before.names.push(node);
      if (isSet) {
        before.value = value;
        before.isSet = true;
      }
      return before;
    }
    const slot: Slot = { value, names: node === undefined ? [] : [node], isSet };
    this.slots.set(name, slot);
    return slot;
  }
}

/** One call of a function. */
export interface Frame {
  self: LoadedValue;
  readonly target: LoadedFunction | undefined;
  readonly arguments: readonly LoadedValue[];
  readonly isNew: boolean;
}

/** The load cannot be followed further. */
export class Unloadable extends Error {}

/** What the program itself throws. */
export class Thrown {
  readonly value: LoadedValue;

  constructor(value: LoadedValue) {
    this.value = value;
  }
}
