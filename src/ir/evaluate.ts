import { invariant } from "../diagnostics/invariant.ts";
import { rowOf } from "../operations/table.ts";
import type { ElementType, Graph, ValueType } from "./graph.ts";
import { depthOf } from "./nested.ts";
import { interpret, Rows, type Domain, type Limits, type Returned } from "./interpret.ts";
import { arrayOf, filledArray, isFloatElement, type RuntimeArray } from "./runtime-array.ts";

/**
 * Evaluates a graph in plain doubles, as JavaScript would run it: what tests compare before and after each pass.
 *
 * An argument for each parameter of the graph (each leaf of the source's). The caller's arrays are not changed: `final`
 * holds what they would hold, rows of nested ones one after the other. A load out of range gives NaN. An array that is allocated with `filled: false` starts as
 * NaN, so that a broken promise shows.
 */
export function evaluate(graph: Graph, args: readonly (Argument | NestedArray)[], limits: Limits = {}): Evaluation {
  const copies = graph.parameters.map((parameter, k) => copyArgument(parameter.type, args[k]));
  const { returned, final } = interpret(graph, copies, doubles, limits);
  return { returned: plain(returned), final: new Map([...final].map(([k, array]) => [k, flat(array)])) };
}

export type Argument = number | boolean | RuntimeArray;

/** What a leaf of a nested parameter holds: arrays within arrays, without the members that stand between them. */
export type NestedArray = readonly (RuntimeArray | NestedArray)[];

/** A number, a boolean, an array, an object or tuple of these, or `undefined`. */
export type PlainValue =
  undefined | number | boolean | RuntimeArray | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export interface Evaluation {
  readonly returned: PlainValue;
  /** What each array parameter holds at the end, by the parameter's index. */
  readonly final: ReadonlyMap<number, RuntimeArray>;
}

/** A copy of an array argument, in the element type that the parameter has. */
export function copyArgument(
  type: ValueType,
  argument: Argument | NestedArray | undefined,
): number | boolean | RuntimeArray | Rows<RuntimeArray> {
  if (typeof type === "object") {
    invariant(typeof argument === "object", "an array parameter takes an array");
    return rowsOf(argument, depthOf(type), (entries) => arrayOf(type.element, entries));
  }
  invariant(
    typeof argument === type && typeof argument !== "object" && argument !== undefined,
    `a ${type} parameter takes a ${type}`,
  );
  return argument;
}

/** Arrays within arrays, with what `make` makes of the innermost. */
export function rowsOf<Buffer>(
  nested: RuntimeArray | NestedArray,
  depth: number,
  make: (entries: RuntimeArray) => Buffer,
): Buffer | Rows<Buffer> {
  if (depth === 1) return make(nested as RuntimeArray);
  return new Rows(Array.from(nested as NestedArray, (inner) => rowsOf(inner, depth - 1, make)));
}

function flat(array: RuntimeArray | Rows<RuntimeArray>): RuntimeArray {
  return array instanceof Rows ? innermostOf(array).flatMap((row) => [...row]) : array;
}

/** The arrays within, in order. */
export function innermostOf<Buffer>(array: Buffer | Rows<Buffer>): readonly Buffer[] {
  return array instanceof Rows ? array.rows.flatMap(innermostOf) : [array];
}

const doubles: Domain<number | boolean, RuntimeArray> = {
  isBuffer: (value): value is RuntimeArray => typeof value === "object",
  constant: (value) => value,
  primal: (value) => value,
  operation: (name, operands) => rowOf(name).evaluate(...operands.map(Number)),
  table: arrayOf,
  allocate: (element, length, filled) => filledArray(element, length, filled ? 0 : poison(element)),
  grow: (element, buffer, length, isZeroed) => {
    if (buffer.length >= length) return buffer;
    const grown = filledArray(element, Math.max(length, 2 * buffer.length), isZeroed ? 0 : poison(element));
    buffer.forEach((value, k) => (grown[k] = value));
    return grown;
  },
  shortened: (_, buffer, length) => (buffer.length === length ? buffer : buffer.slice(0, length)),
  length: (buffer) => buffer.length,
  load: (buffer, index) => buffer[index] ?? NaN,
  store: (buffer, index, value) => {
    buffer[index] = Number(value);
  },
};

/** What stands in entries that promise to be stored before they are read. */
export function poison(element: ElementType): number {
  return isFloatElement(element) ? NaN : 85;
}

function plain(returned: Returned<number | boolean, RuntimeArray>): PlainValue {
  switch (returned.kind) {
    case "none":
      return undefined;
    case "object":
      return Object.fromEntries(returned.entries.map(([key, entry]) => [key, plain(entry)]));
    case "tuple":
      return returned.entries.map(plain);
    case "rows":
      return returned.leaves.map(([, leaf]) => leaf);
    case "array":
      return flat(returned.value);
    default:
      return returned.value;
  }
}
