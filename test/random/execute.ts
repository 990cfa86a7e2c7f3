/**
 * Runs a program as it stands, with its types taken off, and takes differences of it: the oracle that knows nothing of
 * graphs.
 */
import { ts } from "ts-morph";
import type { Input } from "./inputs.ts";
import { functionName, type PrintedProgram } from "./print-program.ts";

export type Callable = (...args: unknown[]) => unknown;

/** The exports of a module that imports nothing. */
export function load(text: string): Record<string, Callable> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  return loadScript(outputText);
}

export function loadScript(text: string): Record<string, Callable> {
  const exported: Record<string, Callable> = {};
  new Function("exports", text)(exported);
  return exported;
}

/** The function of a program, with a rest parameter as a plain one. */
export function executable({ source, hasRest }: Pick<PrintedProgram, "source" | "hasRest">): Callable {
  const executed = load(source)[functionName];
  if (executed === undefined) throw new Error(`no function ${functionName} in the program`);
  return hasRest === true ? (...args) => executed(...args.slice(0, -1), ...(args.at(-1) as unknown[])) : executed;
}

/** The same program with every Float32Array a Float64Array, which differences can be taken of. */
export function inDoubles(source: string): string {
  return source.replaceAll("Float32Array", "Float64Array").replaceAll("Math.fround(", "Number(");
}

export function copyOf(input: Input): Input {
  if (ArrayBuffer.isView(input)) return input.slice();
  return withEach(input, copyOf);
}

/** Moves every number of an argument but those of integer arrays; a Float32Array becomes a Float64Array, as in `inDoubles`. */
export function moved(input: Input, shift: () => number): Input {
  if (typeof input === "number") return input + shift();
  if (input instanceof Float32Array || input instanceof Float64Array) {
    return Float64Array.from(input, (value) => value + shift());
  }
  // The program may write to it.
  if (ArrayBuffer.isView(input)) return copyOf(input);
  return withEach(input, (value) => moved(value, shift));
}

/** An array or object, with all that stands in it changed. Objects keep their class. */
export function withEach(input: Input, change: (value: Input, key: string | number) => Input): Input {
  if (typeof input !== "object" || input === null || ArrayBuffer.isView(input)) return input;
  if (Array.isArray(input)) return input.map(change) as Input;
  const members = Object.entries(input).map(([member, value]) => [member, change(value, member)] as const);
  return Object.assign(Object.create(Object.getPrototypeOf(input) as object) as object, Object.fromEntries(members));
}

/** All numbers in a value, in order; booleans and nothing at all are left out, and what holds neither floats nor sums of them. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (value instanceof Int32Array || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap((item) => numbersIn(item));
}
