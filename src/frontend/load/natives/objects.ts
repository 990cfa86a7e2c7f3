/** `Object`, `Number`, `Boolean`, `Symbol`, and the functions that belong to no object. */
import { copyOwn } from "../expressions.ts";
import type { Machine } from "../machine.ts";
import { keyOf, numberOf, readProperty, textOf, truthy, typeError, writeProperty } from "../properties.ts";
import {
  LoadedArray,
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  type Native,
  NativeFunction,
  Opaque,
  type Property,
  Unloadable,
} from "../values.ts";

export function objectNatives(machine: Machine): void {
  const { realm } = machine;
  const needed = (value: LoadedValue): LoadedObject => {
    if (value instanceof Opaque) throw new Unloadable("the members of what only the run knows");
    if (value instanceof LoadedObject) return value;
    throw typeError(machine, "no object");
  };
  const keysOf = (value: LoadedValue): readonly string[] => {
    if (typeof value === "string") return [...value].map((_, k) => String(k));
    return value instanceof LoadedObject ? needed(value).keys() : [];
  };
  const define = (target: LoadedObject, key: LoadedValue, descriptor: LoadedValue): void => {
    const source = needed(descriptor);
    if (target.builtin !== undefined) throw new Unloadable(`${target.builtin} is changed`);
    const name = keyOf(machine, key);
    const read = (part: string) => readProperty(machine, source, part);
    const has = (part: string) => source.find(part) !== undefined;
    const before: Property | undefined = target.own(name);
    const enumerable = has("enumerable") ? truthy(read("enumerable")) : (before?.enumerable ?? false);
    const get = has("get") ? read("get") : before?.get;
    const set = has("set") ? read("set") : before?.set;
    const value = has("value") ? read("value") : before?.value;
    if (target instanceof LoadedArray) target.put(name, value, enumerable);
    else if (has("value")) target.properties.set(name, { value, enumerable });
    else {
      target.properties.set(name, {
        value,
        enumerable,
        ...(get !== undefined && { get }),
        ...(set !== undefined && { set }),
      });
    }
  };
  const made = realm.constructor_("Object", realm.objectPrototype, (_, [value]) =>
    value instanceof LoadedObject ? value : realm.object(),
  );
  const same: Native = (_, [value]) => value;
  realm.methods(
    made,
    {
      keys: (_, [value]) => realm.array(keysOf(value)),
      values: (_, [value]) => realm.array(keysOf(value).map((key) => readProperty(machine, value, key))),
      entries: (_, [value]) =>
        realm.array(keysOf(value).map((key) => realm.array([key, readProperty(machine, value, key)]))),
      getOwnPropertyNames: (_, [value]) =>
        realm.array([...needed(value).properties.keys()].filter((key) => typeof key === "string")),
      getOwnPropertySymbols: () => realm.array([]),
      assign: (_, [target, ...sources]) => {
        if (needed(target).builtin !== undefined) throw new Unloadable("a built-in object is changed");
        for (const source of sources) copyOwn({ machine }, source, needed(target));
        return target;
      },
      create: (_, [proto, descriptors]) => {
        const object = new LoadedObject(proto instanceof LoadedObject ? proto : undefined);
        for (const key of keysOf(descriptors)) define(object, key, readProperty(machine, descriptors, key));
        return object;
      },
      defineProperty: (_, [target, key, descriptor]) => {
        define(needed(target), key, descriptor);
        return target;
      },
      defineProperties: (_, [target, descriptors]) => {
        for (const key of keysOf(descriptors)) define(needed(target), key, readProperty(machine, descriptors, key));
        return target;
      },
      getOwnPropertyDescriptor: (_, [target, key]) => {
        const property = needed(target).own(keyOf(machine, key));
        if (property === undefined) return undefined;
        const descriptor = realm.object();
        descriptor.put("enumerable", property.enumerable);
        descriptor.put("configurable", true);
        if (property.get === undefined && property.set === undefined) {
          descriptor.put("value", property.value);
          descriptor.put("writable", true);
        } else {
          descriptor.put("get", property.get);
          descriptor.put("set", property.set);
        }
        return descriptor;
      },
      getPrototypeOf: (_, [value]) => (value instanceof LoadedObject ? (needed(value).proto ?? null) : null),
      setPrototypeOf: (_, [target, proto]) => {
        needed(target).proto = proto instanceof LoadedObject ? proto : undefined;
        return target;
      },
      freeze: same,
      seal: same,
      preventExtensions: same,
      isFrozen: () => false,
      fromEntries: (_, [list]) => {
        const object = realm.object();
        for (const entry of list instanceof LoadedArray ? list.elements : []) {
          writeProperty(
            machine,
            object,
            keyOf(machine, readProperty(machine, entry, "0")),
            readProperty(machine, entry, "1"),
          );
        }
        return object;
      },
      is: (_, [x, y]) => Object.is(x, y),
      hasOwn: (_, [value, key]) => needed(value).own(keyOf(machine, key)) !== undefined,
    },
    "Object",
  );
  const hasOwn: Native = (self, [key]) => needed(self).own(keyOf(machine, key)) !== undefined;
  const ofObjects: Readonly<Record<string, Native>> = {
    hasOwnProperty: hasOwn,
    propertyIsEnumerable: (self: LoadedValue, [key]: readonly LoadedValue[]) =>
      needed(self).own(keyOf(machine, key))?.enumerable === true,
    isPrototypeOf: (self: LoadedValue, [value]: readonly LoadedValue[]) => {
      for (let at = value instanceof LoadedObject ? value.proto : undefined; at !== undefined; at = at.proto) {
        if (at === self) return true;
      }
      return false;
    },
    valueOf: (self: LoadedValue) => self,
    toString: (self: LoadedValue) => `[object ${tagOf(self)}]`,
    toLocaleString: (self: LoadedValue) => `[object ${tagOf(self)}]`,
  };
  realm.methods(realm.objectPrototype, ofObjects, "Object.prototype");
  numbers(machine);
}

function tagOf(value: LoadedValue): string {
  if (value instanceof Opaque) throw new Unloadable("the tag of what only the run knows");
  if (value === undefined || value === null) return value === null ? "Null" : "Undefined";
  const tag = value instanceof LoadedObject ? value.find(Symbol.toStringTag)?.value : undefined;
  if (typeof tag === "string") return tag;
  if (value instanceof LoadedArray) return value.isTyped ? value.elements.constructor.name : "Array";
  if (value instanceof LoadedFunction || value instanceof NativeFunction) return "Function";
  if (value instanceof LoadedObject) return value.builtin ?? "Object";
  return typeof value === "number" ? "Number" : typeof value === "string" ? "String" : "Boolean";
}

function numbers(machine: Machine): void {
  const { realm } = machine;
  const number = realm.constructor_("Number", realm.prototype("Number"), (_, values) =>
    values.length === 0 ? 0 : numberOf(machine, values[0]),
  );
  for (const name of ["EPSILON", "MAX_SAFE_INTEGER", "MAX_VALUE", "MIN_SAFE_INTEGER", "MIN_VALUE"] as const) {
    number.put(name, Number[name], false);
  }
  number.put("NaN", NaN, false);
  number.put("POSITIVE_INFINITY", Infinity, false);
  number.put("NEGATIVE_INFINITY", -Infinity, false);
  realm.methods(
    number,
    {
      isNaN: (_, [x]) => Number.isNaN(x),
      isFinite: (_, [x]) => Number.isFinite(x),
      isInteger: (_, [x]) => Number.isInteger(x),
      isSafeInteger: (_, [x]) => Number.isSafeInteger(x),
      parseFloat: (_, [x]) => parseFloat(textOf(machine, x)),
      parseInt: (_, [x, base]) => parseInt(textOf(machine, x), base === undefined ? undefined : Number(base)),
    },
    "Number",
  );
  realm.methods(realm.prototype("Number"), {
    toFixed: (self, [digits]) => numberOf(machine, self).toFixed(Number(digits ?? 0)),
    toString: (self: LoadedValue, [base]: readonly LoadedValue[]) =>
      numberOf(machine, self).toString(base === undefined ? 10 : Number(base)),
    valueOf: (self: LoadedValue) => self,
  });
  realm.constructor_("Boolean", realm.prototype("Boolean"), (_, [value]) => truthy(value));
  const symbol = realm.constructor_("Symbol", realm.prototype("Symbol"), (_, [text]) => Symbol(String(text ?? "")));
  for (const name of ["iterator", "toStringTag", "hasInstance", "toPrimitive", "species"] as const) {
    symbol.put(name, Symbol[name], false);
  }
  realm.methods(symbol, { for: (_, [text]) => Symbol.for(String(text)) });
  const free: Readonly<Record<string, Native>> = {
    isNaN: (_, [x]) => Number.isNaN(numberOf(machine, x)),
    isFinite: (_, [x]) => Number.isFinite(numberOf(machine, x)),
    parseFloat: (_, [x]) => parseFloat(textOf(machine, x)),
    parseInt: (_, [x, base]) => parseInt(textOf(machine, x), base === undefined ? undefined : Number(base)),
  };
  for (const [name, run] of Object.entries(free)) realm.globals.set(name, realm.native(run, name));
}
