/** Arrays and their methods. */
import type { Machine } from "../machine.ts";
import { entriesOf, keyOf, numberOf, readProperty, textOf, truthy, typeError, writeProperty } from "../properties.ts";
import { LoadedArray, LoadedObject, type LoadedValue, type Native, Unloadable } from "../values.ts";

export function arrayNatives(machine: Machine): void {
  const { realm } = machine;
  const made = realm.constructor_("Array", realm.arrayPrototype, (_, values) => {
    const [only] = values;
    return values.length === 1 && typeof only === "number"
      ? realm.array(Array.from({ length: machine.room(only) }, () => undefined))
      : realm.array(values);
  });
  realm.methods(
    made,
    {
      isArray: (_, [value]) => value instanceof LoadedArray && !value.isTyped,
      of: (_, values) => realm.array(values),
      from: (_, [source, make]) => {
        const list = isListLike(machine, source) ? listOf(machine, source) : [...entriesOf(machine, source)];
        return realm.array(make === undefined ? list : list.map((each, k) => machine.call(make, undefined, [each, k])));
      },
    },
    "Array",
  );
  realm.methods(realm.arrayPrototype, { ...changing(machine), ...reading(machine), ...visiting(machine) });
}

function isListLike(machine: Machine, value: LoadedValue): boolean {
  return (
    value instanceof LoadedObject &&
    !(value instanceof LoadedArray) &&
    readProperty(machine, value, Symbol.iterator) === undefined
  );
}

function listOf(machine: Machine, self: LoadedValue): readonly LoadedValue[] {
  if (self instanceof LoadedArray) return Array.from<LoadedValue>(self.elements);
  if (typeof self === "string") return [...self];
  const length = numberOf(machine, readProperty(machine, self, "length"));
  return Array.from({ length: machine.room(length) }, (_, k) => readProperty(machine, self, String(k)));
}

function plain(self: LoadedValue): LoadedValue[] {
  if (self instanceof LoadedArray && Array.isArray(self.elements)) return self.elements;
  throw new Unloadable("a method of arrays on something else");
}

function changing(machine: Machine): Readonly<Record<string, Native>> {
  const { realm } = machine;
  return {
    push: (self, values) => plain(self).push(...values),
    pop: (self) => plain(self).pop(),
    shift: (self) => plain(self).shift(),
    unshift: (self, values) => plain(self).unshift(...values),
    splice: (self, [start, count, ...added]) => {
      const list = plain(self);
      const from = numberOf(machine, start);
      return realm.array(list.splice(from, count === undefined ? list.length : numberOf(machine, count), ...added));
    },
    reverse: (self) => {
      if (self instanceof LoadedArray) self.elements.reverse();
      return self;
    },
    fill: (self, [value, start, end]) => {
      if (!(self instanceof LoadedArray)) throw typeError(machine, "fill");
      const { elements } = self;
      const to = end === undefined ? elements.length : numberOf(machine, end);
      for (let k = start === undefined ? 0 : numberOf(machine, start); k < to; k++) {
        writeProperty(machine, self, String(k), value);
      }
      return self;
    },
    set: (self, [source, offset]) => {
      listOf(machine, source).forEach((value, k) =>
        writeProperty(machine, self, String(k + (offset === undefined ? 0 : numberOf(machine, offset))), value),
      );
      return undefined;
    },
    sort: (self, [compare]) => {
      if (!(self instanceof LoadedArray)) throw typeError(machine, "sort");
      const order = (x: LoadedValue, y: LoadedValue): number => {
        if (compare !== undefined) return numberOf(machine, machine.call(compare, undefined, [x, y]));
        if (self.isTyped) return Number(x) - Number(y);
        const [a, b] = [textOf(machine, x), textOf(machine, y)];
        return a < b ? -1 : a > b ? 1 : 0;
      };
      Array.from<LoadedValue>(self.elements)
        .sort(order)
        .forEach((value, k) => writeProperty(machine, self, String(k), value));
      return self;
    },
  };
}

function reading(machine: Machine): Readonly<Record<string, Native>> {
  const { realm } = machine;
  const like = (self: LoadedValue, list: readonly LoadedValue[]): LoadedValue => {
    const isTyped = self instanceof LoadedArray && self.isTyped;
    if (isTyped) throw new Unloadable("a part of a typed array");
    return realm.array(list);
  };
  const index = (value: LoadedValue): number | undefined =>
    value === undefined ? undefined : numberOf(machine, value);
  return {
    slice: (self, [start, end]) => {
      const part = listOf(machine, self).slice(index(start), index(end));
      if (!(self instanceof LoadedArray) || !self.isTyped) return realm.array(part);
      const { elements } = self;
      return Array.isArray(elements) ? realm.array(part) : realm.typed(elements.slice(index(start), index(end)));
    },
    concat: (self, values) =>
      like(self, [
        ...listOf(machine, self),
        ...values.flatMap((each) => (each instanceof LoadedArray ? listOf(machine, each) : [each])),
      ]),
    join: (self, [between]) =>
      listOf(machine, self)
        .map((each) => (each === undefined || each === null ? "" : textOf(machine, each)))
        .join(between === undefined ? "," : textOf(machine, between)),
    toString: (self: LoadedValue) =>
      listOf(machine, self)
        .map((each) => (each === undefined || each === null ? "" : textOf(machine, each)))
        .join(","),
    indexOf: (self, [value]) => listOf(machine, self).indexOf(value),
    lastIndexOf: (self, [value]) => listOf(machine, self).lastIndexOf(value),
    includes: (self, [value]) => listOf(machine, self).includes(value),
    at: (self, [at]) => listOf(machine, self).at(numberOf(machine, at)),
    keys: (self) => realm.array(listOf(machine, self).map((_, k) => k)),
    values: (self) => realm.array(listOf(machine, self)),
    entries: (self) => realm.array(listOf(machine, self).map((each, k) => realm.array([k, each]))),
    flat: (self) =>
      realm.array(
        listOf(machine, self).flatMap((each) => (each instanceof LoadedArray ? listOf(machine, each) : [each])),
      ),
  };
}

function visiting(machine: Machine): Readonly<Record<string, Native>> {
  const { realm } = machine;
  const over =
    <Result extends LoadedValue>(
      visit: (list: readonly LoadedValue[], ask: (value: LoadedValue, k: number) => LoadedValue) => Result,
    ): Native =>
    (self, [callee, own]) =>
      visit(listOf(machine, self), (value, k) => machine.call(callee, own, [value, k, self]));
  const fold =
    (isFromRight: boolean): Native =>
    (self, values) => {
      const list = listOf(machine, self).map((each, k) => [each, k] as const);
      if (isFromRight) list.reverse();
      let at = values.length > 1 ? values[1] : list.shift()?.[0];
      for (const [each, k] of list) at = machine.call(values[0], undefined, [at, each, k, self]);
      return at;
    };
  return {
    map: (self, [callee, own]) => {
      const list = listOf(machine, self).map((value, k) => machine.call(callee, own, [value, k, self]));
      if (!(self instanceof LoadedArray) || Array.isArray(self.elements)) return realm.array(list);
      const copy = realm.typed(self.elements.slice());
      list.forEach((value, k) => copy.put(String(k), value));
      return copy;
    },
    forEach: over((list, ask) => {
      list.forEach(ask);
      return undefined;
    }),
    filter: over((list, ask) => realm.array(list.filter((value, k) => truthy(ask(value, k))))),
    some: over((list, ask) => list.some((value, k) => truthy(ask(value, k)))),
    every: over((list, ask) => list.every((value, k) => truthy(ask(value, k)))),
    find: over((list, ask) => list.find((value, k) => truthy(ask(value, k)))),
    findIndex: over((list, ask) => list.findIndex((value, k) => truthy(ask(value, k)))),
    flatMap: over((list, ask) =>
      realm.array(
        list.flatMap((value, k) => {
          const part = ask(value, k);
          return part instanceof LoadedArray ? listOf(machine, part) : [part];
        }),
      ),
    ),
    reduce: fold(false),
    reduceRight: fold(true),
    hasOwnProperty: (self: LoadedValue, [key]: readonly LoadedValue[]) =>
      self instanceof LoadedObject && self.own(keyOf(machine, key)) !== undefined,
  };
}
