/** Strings and regular expressions. */
import type { Machine } from "../machine.ts";
import { numberOf, textOf } from "../properties.ts";
import { LoadedObject, type LoadedValue, type Native, Unloadable, Wrapped } from "../values.ts";

/** Methods that take numbers and strings, and give a string, a number, a boolean or a list of strings. */
const simple = [
  ...["charAt", "charCodeAt", "codePointAt", "slice", "substring", "substr", "toUpperCase", "toLowerCase", "trim"],
  ...["indexOf", "lastIndexOf", "includes", "startsWith", "endsWith", "repeat", "padStart", "padEnd", "concat"],
  ...["at", "trimStart", "trimEnd", "localeCompare"],
] as const;

export function textNatives(machine: Machine): void {
  const { realm } = machine;
  const prototype = realm.prototype("String");
  const made = realm.constructor_("String", prototype, (_, values) =>
    values.length === 0 ? "" : textOf(machine, values[0]),
  );
  realm.methods(made, {
    fromCharCode: (_, values) => String.fromCharCode(...values.map((each) => numberOf(machine, each))),
  });
  const natives: Record<string, Native> = {};
  for (const name of simple) {
    natives[name] = (self, values) => {
      const method: unknown = Reflect.get(String.prototype, name);
      if (typeof method !== "function") throw new Unloadable(name);
      if (values.some((each) => each instanceof LoadedObject)) throw new Unloadable(`${name} of an object`);
      return Reflect.apply(method, textOf(machine, self), values) as LoadedValue;
    };
  }
  const pattern = (value: LoadedValue): RegExp | string =>
    value instanceof Wrapped && value.inner instanceof RegExp ? value.inner : textOf(machine, value);
  const matched = (match: RegExpMatchArray | null): LoadedValue => {
    if (match === null) return null;
    const list = realm.array([...match]);
    list.put("index", match.index);
    return list;
  };
  const replaced = (self: LoadedValue, [from, to]: readonly LoadedValue[]): string => {
    const text = textOf(machine, self);
    if (to instanceof LoadedObject) {
      return text.replace(pattern(from), (...parts: unknown[]) =>
        textOf(machine, machine.call(to, undefined, parts.filter(isPrimitive))),
      );
    }
    return text.replace(pattern(from), textOf(machine, to));
  };
  realm.methods(prototype, {
    ...natives,
    toString: (self: LoadedValue) => textOf(machine, self),
    valueOf: (self: LoadedValue) => self,
    split: (self, [by, limit]) => {
      if (by === undefined) return realm.array([textOf(machine, self)]);
      const parts = textOf(machine, self).split(
        pattern(by),
        limit === undefined ? undefined : numberOf(machine, limit),
      );
      return realm.array(parts);
    },
    replace: replaced,
    match: (self, [by]) => matched(textOf(machine, self).match(pattern(by))),
    search: (self, [by]) => textOf(machine, self).search(pattern(by)),
  });
  const inner = (self: LoadedValue): RegExp => {
    if (self instanceof Wrapped && self.inner instanceof RegExp) return self.inner;
    throw new Unloadable("a method of regular expressions");
  };
  const expressions = realm.prototype("RegExp");
  realm.constructor_("RegExp", expressions, (_, [source, flags]) => {
    const from = pattern(source);
    const text = typeof from === "string" ? from : from.source;
    return new Wrapped(expressions, new RegExp(text, flags === undefined ? undefined : textOf(machine, flags)));
  });
  realm.methods(expressions, {
    test: (self, [text]) => inner(self).test(textOf(machine, text)),
    exec: (self, [text]) => matched(inner(self).exec(textOf(machine, text))),
    toString: (self: LoadedValue) => String(inner(self)),
  });
  expressions.properties.set("source", {
    value: undefined,
    get: realm.native((self) => inner(self).source),
    enumerable: false,
  });
}

function isPrimitive(value: unknown): value is string | number | undefined {
  return typeof value === "string" || typeof value === "number" || value === undefined;
}
