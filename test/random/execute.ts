/**
 * Runs a program as it stands, with its types taken off, and takes differences of it: the oracle that knows nothing of
 * graphs.
 */
import { ts } from "ts-morph";
import type { Input } from "./inputs.ts";

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

/** The same program with every Float32Array a Float64Array, which differences can be taken of. */
export function inDoubles(source: string): string {
  return source.replaceAll("Float32Array", "Float64Array").replaceAll("Math.fround(", "Number(");
}

export function copyOf(input: Input): Input {
  if (typeof input !== "object") return input;
  if (Array.isArray(input)) return input.map((item) => copyOf(item)) as Input;
  if (ArrayBuffer.isView(input)) return input.slice();
  return Object.fromEntries(Object.entries(input).map(([member, value]) => [member, copyOf(value)]));
}

/** Moves every float of an argument; a Float32Array becomes a Float64Array, as in `inDoubles`. */
export function moved(input: Input, shift: () => number): Input {
  if (typeof input === "number") return input + shift();
  if (typeof input !== "object" || input instanceof Int32Array) return input;
  if (input instanceof Float32Array || input instanceof Float64Array) {
    return Float64Array.from(input, (value) => value + shift());
  }
  if (Array.isArray(input)) return input.map((item) => moved(item, shift)) as Input;
  return Object.fromEntries(Object.entries(input).map(([member, value]) => [member, moved(value, shift)] as const));
}

/** All numbers in a value, in order; booleans and nothing at all are left out. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (value instanceof Int32Array) return [];
  return Object.values(value).flatMap((item) => numbersIn(item));
}
