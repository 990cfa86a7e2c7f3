/** JavaScript's own objects, as far as modules use them while they are loaded. */
import { arrayNatives } from "./natives/arrays.ts";
import { dateNatives } from "./natives/dates.ts";
import { functionNatives } from "./natives/functions.ts";
import { objectNatives } from "./natives/objects.ts";
import { textNatives } from "./natives/text.ts";
import { collectionNatives } from "./natives/collections.ts";
import type { Machine } from "./machine.ts";
import { numberOf, textOf } from "./properties.ts";
import {
  LoadedArray,
  LoadedObject,
  type LoadedValue,
  type Native,
  NativeFunction,
  Opaque,
  type TypedArray,
  Unloadable,
  Wrapped,
} from "./values.ts";

const typedArrays = {
  Float64Array,
  Float32Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
} as const;

/** Names that are there, and of which nothing is known before the run. */
const opaqueGlobals = ["performance", "console", "Intl", "Reflect"];
/** Classes of which no more is known than that there are objects of them. */
const blankClasses = ["Promise", "Proxy", "ArrayBuffer", "DataView"];
const errors = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"];

export class Realm {
  readonly objectPrototype = new LoadedObject(undefined);
  readonly functionPrototype = new LoadedObject(this.objectPrototype);
  readonly arrayPrototype = new LoadedObject(this.objectPrototype);
  readonly #prototypes = new Map<string, LoadedObject>();
  readonly opaque: Opaque = new Opaque(undefined);
  readonly globals = new Map<string, LoadedValue>();

  object(): LoadedObject {
    return new LoadedObject(this.objectPrototype);
  }

  array(elements: readonly LoadedValue[]): LoadedArray {
    return new LoadedArray(this.arrayPrototype, [...elements]);
  }

  typed(elements: TypedArray): LoadedArray {
    return new LoadedArray(this.prototype(elements.constructor.name), elements);
  }

  native(run: Native, builtin?: string): NativeFunction {
    return new NativeFunction(this.functionPrototype, run, builtin);
  }

  expression(text: string): LoadedObject {
    const end = text.lastIndexOf("/");
    return new Wrapped(this.prototype("RegExp"), new RegExp(text.slice(1, end), text.slice(end + 1)));
  }

  error(name: string, message: string): LoadedObject {
    const made = new LoadedObject(this.prototype(name));
    made.put("message", message);
    return made;
  }

  prototype(name: string): LoadedObject {
    const found = this.#prototypes.get(name);
    if (found !== undefined) return found;
    const made = new LoadedObject(this.objectPrototype);
    this.#prototypes.set(name, made);
    return made;
  }

  protoOf(value: Exclude<LoadedValue, LoadedObject | null | undefined>): LoadedObject {
    const name = typeof value;
    return this.prototype(name.charAt(0).toUpperCase() + name.slice(1));
  }

  /** Adds functions to an object under their names. */
  methods(holder: LoadedObject, natives: Readonly<Record<string, Native>>, owner?: string): void {
    for (const [name, run] of Object.entries(natives)) {
      holder.put(name, this.native(run, owner === undefined ? undefined : `${owner}.${name}`), false);
    }
  }

  /** A constructor of JavaScript, with its prototype. */
  constructor_(name: string, prototype: LoadedObject, run: Native): NativeFunction {
    const made = this.native(run, name);
    made.put("prototype", prototype, false);
    prototype.put("constructor", made, false);
    this.globals.set(name, made);
    return made;
  }

  fill(machine: Machine): void {
    this.#fillMath(machine);
    objectNatives(machine);
    functionNatives(machine);
    arrayNatives(machine);
    textNatives(machine);
    collectionNatives(machine);
    this.#fillTypedArrays(machine);
    for (const name of errors) this.#fillError(machine, name);
    for (const name of opaqueGlobals) this.globals.set(name, new Opaque(undefined, name));
    dateNatives(machine);
    for (const name of blankClasses) {
      const prototype = this.prototype(name);
      prototype.put(Symbol.toStringTag, name, false);
      const made = this.constructor_(name, prototype, () => new LoadedObject(prototype));
      made.put(
        "resolve",
        this.native(() => new LoadedObject(prototype)),
        false,
      );
    }
    // What environment it is says nothing: what a module asks of it is as if it were not set.
    const process = this.object();
    process.put("env", this.object());
    process.put("versions", this.object());
    this.globals.set("process", process);
    const later = this.native(() => {
      throw new Unloadable("something that runs later");
    });
    for (const name of ["setTimeout", "clearTimeout", "setInterval"]) this.globals.set(name, later);
    this.globals.set("NaN", NaN);
    this.globals.set("Infinity", Infinity);
    const all = new LoadedObject(this.objectPrototype);
    for (const [name, value] of this.globals) all.put(name, value, false);
    this.globals.set("globalThis", all);
    this.globals.set("global", all);
  }

  #fillMath(machine: Machine): void {
    const math = new LoadedObject(this.objectPrototype, "Math");
    for (const name of Object.getOwnPropertyNames(Math)) {
      const member: unknown = Reflect.get(Math, name);
      if (typeof member === "number") math.put(name, member, false);
      else if (name === "random")
        math.put(
          name,
          this.native(() => this.opaque, "Math.random"),
          false,
        );
      else if (typeof member === "function") {
        const run: Native = (_, values) =>
          Number(
            Reflect.apply(
              member,
              Math,
              values.map((value) => numberOf(machine, value)),
            ),
          );
        math.put(name, this.native(run, `Math.${name}`), false);
      }
    }
    this.globals.set("Math", math);
  }

  #fillError(machine: Machine, name: string): void {
    const prototype = this.prototype(name);
    if (name !== "Error") prototype.proto = this.prototype("Error");
    prototype.put("name", name, false);
    this.constructor_(name, prototype, (_, [message]) =>
      this.error(name, message === undefined ? "" : textOf(machine, message)),
    );
  }

  #fillTypedArrays(machine: Machine): void {
    for (const [name, Typed] of Object.entries(typedArrays)) {
      const prototype = this.prototype(name);
      prototype.proto = this.arrayPrototype;
      const made = this.constructor_(name, prototype, (_, [first]) => {
        if (first instanceof LoadedArray) return this.typed(Typed.from(Array.from(first.elements, Number)));
        return this.typed(new Typed(first === undefined ? 0 : machine.room(numberOf(machine, first))));
      });
      made.put("BYTES_PER_ELEMENT", Typed.BYTES_PER_ELEMENT, false);
      this.methods(
        made,
        { of: (_, values) => this.typed(Typed.from(values.map((each) => numberOf(machine, each)))) },
        name,
      );
    }
  }
}
