/** Maps and sets. */
import type { Machine } from "../machine.ts";
import { entriesOf, readProperty } from "../properties.ts";
import { type LoadedValue, Unloadable, Wrapped } from "../values.ts";

export function collectionNatives(machine: Machine): void {
  const { realm } = machine;
  const list = (source: LoadedValue): readonly LoadedValue[] =>
    source === undefined || source === null ? [] : [...entriesOf(machine, source)];
  const mapOf = (self: LoadedValue): Map<LoadedValue, LoadedValue> => {
    if (self instanceof Wrapped && self.inner instanceof Map) return self.inner;
    throw new Unloadable("a method of maps");
  };
  const setOf = (self: LoadedValue): Set<LoadedValue> => {
    if (self instanceof Wrapped && self.inner instanceof Set) return self.inner;
    throw new Unloadable("a method of sets");
  };
  for (const name of ["Map", "WeakMap"]) {
    const prototype = realm.prototype(name);
    prototype.put(Symbol.toStringTag, name, false);
    realm.constructor_(name, prototype, (_, [source]) => {
      const entries = list(source).map(
        (entry) => [readProperty(machine, entry, "0"), readProperty(machine, entry, "1")] as const,
      );
      return new Wrapped(prototype, new Map(entries));
    });
    realm.methods(prototype, {
      get: (self, [key]) => mapOf(self).get(key),
      has: (self, [key]) => mapOf(self).has(key),
      set: (self, [key, value]) => {
        mapOf(self).set(key, value);
        return self;
      },
      delete: (self, [key]) => mapOf(self).delete(key),
      forEach: (self, [visit]) => {
        for (const [key, value] of mapOf(self)) machine.call(visit, undefined, [value, key, self]);
        return undefined;
      },
    });
  }
  for (const name of ["Set", "WeakSet"]) {
    const prototype = realm.prototype(name);
    prototype.put(Symbol.toStringTag, name, false);
    realm.constructor_(name, prototype, (_, [source]) => new Wrapped(prototype, new Set(list(source))));
    realm.methods(prototype, {
      has: (self, [key]) => setOf(self).has(key),
      add: (self, [key]) => {
        setOf(self).add(key);
        return self;
      },
      delete: (self, [key]) => setOf(self).delete(key),
      forEach: (self, [visit]) => {
        for (const value of setOf(self)) machine.call(visit, undefined, [value, value, self]);
        return undefined;
      },
    });
  }
}
