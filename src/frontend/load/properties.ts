/** Reading and writing members of values. */
import type { Machine } from "./machine.ts";
import {
  type Key,
  LoadedArray,
  LoadedObject,
  type LoadedValue,
  Opaque,
  type Property,
  Thrown,
  Unloadable,
} from "./values.ts";

export function keyOf(machine: Machine, value: LoadedValue): Key {
  const key = primitiveOf(machine, value, "string");
  return typeof key === "symbol" ? key : String(key);
}

/** `base[key]`. */
export function readProperty(machine: Machine, base: LoadedValue, key: Key): LoadedValue {
  if (base === null || base === undefined) throw typeError(machine, `cannot read ${String(key)} of ${base}`);
  if (base instanceof Opaque) return machine.realm.opaque;
  if (typeof base === "string") {
    if (key === "length") return base.length;
    if (typeof key === "string" && /^\d+$/.test(key)) return base[Number(key)];
  }
  const holder = base instanceof LoadedObject ? base : machine.realm.protoOf(base);
  if (key === "__proto__") return holder.proto ?? null;
  return valueOf(machine, holder.find(key), base);
}

export function valueOf(machine: Machine, property: Property | undefined, self: LoadedValue): LoadedValue {
  if (property === undefined) return undefined;
  if (property.get !== undefined) return machine.call(property.get, self, []);
  return property.set === undefined ? property.value : undefined;
}

export function writeProperty(machine: Machine, base: LoadedValue, key: Key, value: LoadedValue): void {
  if (base === null || base === undefined) throw typeError(machine, `cannot set ${String(key)} of ${base}`);
  if (base instanceof Opaque) throw new Unloadable("something outside is changed");
  if (!(base instanceof LoadedObject)) return;
  if (base.builtin !== undefined) throw new Unloadable(`${base.builtin} is changed`);
  if (key === "__proto__") {
    base.proto = value instanceof LoadedObject ? value : undefined;
    return;
  }
  const property = base.find(key);
  if (property?.set !== undefined) machine.call(property.set, base, [value]);
  else if (property?.get === undefined) base.put(key, value);
}

export function typeError(machine: Machine, message: string): Thrown {
  return new Thrown(machine.realm.error("TypeError", message));
}

export function truthy(value: LoadedValue): boolean {
  // What the environment has is there; what it gives is not known.
  if (value instanceof Opaque && value.builtin === undefined) {
    throw new Unloadable("a branch on what only the run knows");
  }
  return Boolean(value);
}

/** The number or text that an object stands for in an operation. */
export function primitiveOf(
  machine: Machine,
  value: LoadedValue,
  hint: "number" | "string" = "number",
): Exclude<LoadedValue, LoadedObject> {
  if (!(value instanceof LoadedObject)) return value;
  if (value instanceof Opaque) throw new Unloadable("an operation on what only the run knows");
  const order = hint === "number" ? ["valueOf", "toString"] : ["toString", "valueOf"];
  for (const name of order) {
    const method = readProperty(machine, value, name);
    if (!(method instanceof LoadedObject)) continue;
    const result = machine.call(method, value, []);
    if (!(result instanceof LoadedObject)) return result;
  }
  throw typeError(machine, "no primitive value");
}

export function numberOf(machine: Machine, value: LoadedValue): number {
  const primitive = primitiveOf(machine, value);
  if (typeof primitive === "symbol") throw typeError(machine, "a symbol is no number");
  return Number(primitive);
}

export function textOf(machine: Machine, value: LoadedValue): string {
  return String(primitiveOf(machine, value, "string"));
}

/** What `for … of` and spreads go through. */
export function* entriesOf(machine: Machine, value: LoadedValue): Generator<LoadedValue> {
  if (typeof value === "string") yield* value;
  else if (value instanceof LoadedArray) {
    for (let k = 0; k < value.elements.length; k++) yield value.elements[k];
  } else {
    const start = readProperty(machine, value, Symbol.iterator);
    if (!(start instanceof LoadedObject) || start instanceof Opaque) throw new Unloadable("an iteration");
    const iterator = machine.call(start, value, []);
    const next = readProperty(machine, iterator, "next");
    for (;;) {
      machine.step();
      const result = machine.call(next, iterator, []);
      if (truthy(readProperty(machine, result, "done"))) return;
      yield readProperty(machine, result, "value");
    }
  }
}
