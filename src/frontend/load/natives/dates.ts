/** Dates, as far as they depend neither on the clock nor on where the machine is. */
import type { Machine } from "../machine.ts";
import { numberOf, primitiveOf } from "../properties.ts";
import { type LoadedValue, type Native, Opaque, Unloadable, Wrapped } from "../values.ts";

/** Methods that look at a date, and say the same everywhere. */
export const readingMethodsOfDates: ReadonlySet<string> = new Set([
  ...["valueOf", "getTime", "getUTCFullYear", "getUTCMonth", "getUTCDate", "getUTCDay", "getUTCHours"],
  ...["getUTCMinutes", "getUTCSeconds", "getUTCMilliseconds", "toISOString", "toJSON"],
]);

/** A day alone is one of UTC; a time of day needs its zone. */
const withZone = /^[-+]?\d{4,6}(-\d\d(-\d\d)?)?$|^[-+]?\d{4,6}(-\d\d){0,2}T[\d:.]+(Z|[-+]\d\d:?\d\d)$/;

/** The milliseconds of the date that a text says; undefined where that depends on the machine. */
export function timeOfText(text: string): number | undefined {
  return withZone.test(text) ? new Date(text).getTime() : undefined;
}

export function dateNatives(machine: Machine): void {
  const { realm } = machine;
  const prototype = realm.prototype("Date");
  const made = realm.constructor_("Date", prototype, (_, values, asNew) => {
    const [given] = values;
    if (!asNew || values.length !== 1 || given instanceof Opaque) return realm.opaque;
    const from = given instanceof Wrapped && given.inner instanceof Date ? given.inner.getTime() : given;
    const primitive = primitiveOf(machine, from);
    const time = typeof primitive === "string" ? timeOfText(primitive) : numberOf(machine, primitive);
    return time === undefined ? realm.opaque : new Wrapped(prototype, new Date(time));
  });
  const statics: Readonly<Record<string, Native>> = {
    now: () => realm.opaque,
    parse: (_, [text]) => (typeof text === "string" ? timeOfText(text) : undefined) ?? realm.opaque,
    UTC: (_, values) =>
      Number(
        Reflect.apply(
          Date.UTC,
          Date,
          values.map((each) => numberOf(machine, each)),
        ),
      ),
  };
  realm.methods(made, statics, "Date");
  const natives: Record<string, Native> = {};
  for (const name of Object.getOwnPropertyNames(Date.prototype)) {
    if (name === "constructor") continue;
    natives[name] = (self, values): LoadedValue => {
      if (!(self instanceof Wrapped) || !(self.inner instanceof Date)) throw new Unloadable("a method of dates");
      const method: unknown = Reflect.get(Date.prototype, name);
      if (name === "toISOString" && Number.isNaN(self.inner.getTime())) throw new Unloadable("a date that is none");
      const isSame = readingMethodsOfDates.has(name) || /^set(Time|UTC\w+)$/.test(name);
      if (typeof method === "function" && isSame) {
        const numbers = values.map((value) => numberOf(machine, value));
        return Reflect.apply(method, self.inner, numbers) as LoadedValue;
      }
      if (name.startsWith("set")) throw new Unloadable("a date that depends on where the machine is");
      return realm.opaque;
    };
  }
  realm.methods(prototype, natives);
}
