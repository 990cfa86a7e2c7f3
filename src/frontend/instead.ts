/** What to write in the place of parts of JavaScript that are not differentiated: hints, by the name of the part. */

const outside = "compute it outside, and pass it as a parameter";
const texts = "build texts outside of the differentiated function";

const constructors: Readonly<Record<string, string>> = {
  Map: "keep the values in an array, or in an object whose members are named in the source",
  WeakMap: "keep the values in an array, or in an object whose members are named in the source",
  Set: "keep the values in an array",
  WeakSet: "keep the values in an array",
  Date: outside,
  RegExp: "match texts outside of the differentiated function",
  Proxy: "use the object itself",
  Function: "write the function in the source",
  Promise: "wait outside, and pass the result as a parameter",
  DataView: "read the numbers outside, into a Float64Array",
};

/** For `new Map()`. */
export function insteadOfNew(name: string): string | undefined {
  if (["Number", "Boolean", "String"].includes(name)) return `leave new out: ${name}(…) is the value itself`;
  return Object.hasOwn(constructors, name) ? constructors[name] : name.startsWith("Intl.") ? texts : undefined;
}

/** For a method of a number or a text. */
export function insteadOfMethod(name: string): string | undefined {
  if (name === "toFixed" || name === "toPrecision") {
    return "it makes a text: round outside of what is differentiated, or with Math.round(100 * x) / 100";
  }
  return ["toString", "toExponential", "toLocaleString"].includes(name) ? texts : undefined;
}

/** The number that a text says, where a text stands in the place of a number. */
export function insteadOfText(text: string): string {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? `write the number itself: ${value}` : texts;
}

export const insteadOfTexts = texts;
