import type { ElementType } from "./graph.ts";

/** What the evaluators hold for an array: what the emitted code would hold. */
export type RuntimeArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | number[];

const makers: { readonly [Element in ElementType]: (entries: ArrayLike<number>) => RuntimeArray } = {
  f64: (entries) => Float64Array.from(entries),
  f32: (entries) => Float32Array.from(entries),
  i8: (entries) => Int8Array.from(entries),
  u8: (entries) => Uint8Array.from(entries),
  u8c: (entries) => Uint8ClampedArray.from(entries),
  i16: (entries) => Int16Array.from(entries),
  u16: (entries) => Uint16Array.from(entries),
  i32: (entries) => Int32Array.from(entries),
  u32: (entries) => Uint32Array.from(entries),
  number: (entries) => Array.from(entries),
};

/** A new array with these entries. */
export function arrayOf(element: ElementType, entries: ArrayLike<number>): RuntimeArray {
  return makers[element](entries);
}

/** A new array of `length` times `value`. */
export function filledArray(element: ElementType, length: number, value: number): RuntimeArray {
  if (!(length >= 0 && length < 2 ** 31)) throw new RangeError(`Invalid array length: ${length}`);
  return makers[element]({ length: Math.trunc(length) }).fill(value);
}

/** Whether a store keeps a derivative: an integer array truncates, which has derivative 0. */
export function isFloatElement(element: ElementType): boolean {
  return element === "f64" || element === "f32" || element === "number";
}
