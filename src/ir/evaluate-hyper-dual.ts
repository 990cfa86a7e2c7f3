import { present } from "../diagnostics/invariant.ts";
import { copyArgument, poison, rowsOf, type Argument, type NestedArray } from "./evaluate.ts";
import type { ElementType, Graph, ValueType } from "./graph.ts";
import { type HyperDual, hyperConstant, hyperDual } from "./hyper-dual-rules.ts";
import { type Domain, interpret, type Limits, Rows } from "./interpret.ts";
import { depthOf } from "./nested.ts";
import { arrayOf, filledArray, isFloatElement, type RuntimeArray } from "./runtime-array.ts";
import type { Tangent } from "./evaluate-dual.ts";

/** The two directions in one argument. */
export interface Directions {
  readonly first: Tangent;
  readonly second: Tangent;
}

/**
 * Evaluates a graph that returns a number with hyper-dual numbers: its value, its derivatives along two directions, and the
 * mixed second derivative, exact to rounding. The oracle of Hessians: it shares nothing with the transforms.
 */
export function evaluateHyperDual(
  graph: Graph,
  args: readonly (Argument | NestedArray)[],
  directions: readonly Directions[],
  limits: Limits = {},
): HyperDual {
  const given = graph.parameters.map(({ type }, k) => argumentOf(type, present(args[k]), directions[k]));
  const { returned } = interpret(graph, given, hyperDuals, limits);
  if (returned.kind !== "scalar") throw new TypeError(`${graph.name} does not return a number`);
  return returned.value;
}

type Part = "first" | "second" | "mixed";

interface HyperArray {
  readonly element: ElementType;
  readonly value: RuntimeArray;
  readonly parts: Readonly<Record<Part, Float64Array>>;
}

const parts: readonly Part[] = ["first", "second", "mixed"];

const hyperDuals: Domain<HyperDual, HyperArray> = {
  isBuffer: (value): value is HyperArray => "element" in value,
  constant: hyperConstant,
  primal: ({ value }) => value,
  operation: hyperDual,
  table: (element, values) => hyperArray(element, arrayOf(element, values), () => 0),
  allocate: (element, length, filled) => {
    const entry = filled ? 0 : poison(element);
    return hyperArray(element, filledArray(element, length, entry), () => entry);
  },
  grow: (element, array, length, isZeroed) => {
    if (array.value.length >= length) return array;
    const value = filledArray(element, Math.max(length, 2 * array.value.length), isZeroed ? 0 : poison(element));
    array.value.forEach((entry, k) => (value[k] = entry));
    return hyperArray(element, value, (part, k) => array.parts[part][k] ?? (isZeroed ? 0 : poison(element)));
  },
  shortened: (element, array, length) => {
    if (array.value.length === length) return array;
    return hyperArray(element, array.value.slice(0, length), (part, k) => array.parts[part][k] ?? 0);
  },
  length: (array) => array.value.length,
  load: (array, index) => ({
    value: array.value[index] ?? NaN,
    first: array.parts.first[index] ?? NaN,
    second: array.parts.second[index] ?? NaN,
    mixed: array.parts.mixed[index] ?? NaN,
  }),
  store: (array, index, stored) => {
    array.value[index] = Number(stored.value);
    for (const part of parts) array.parts[part][index] = isFloatElement(array.element) ? stored[part] : 0;
  },
};

function hyperArray(
  element: ElementType,
  value: RuntimeArray,
  entryOf: (part: Part, index: number) => number,
): HyperArray {
  const all = (part: Part): Float64Array =>
    Float64Array.from({ length: value.length }, (_, index) => entryOf(part, index));
  return { element, value, parts: { first: all("first"), second: all("second"), mixed: all("mixed") } };
}

/** The directions of a nested array are flat. */
function argumentOf(
  type: ValueType,
  argument: Argument | NestedArray,
  directions: Directions | undefined,
): HyperDual | HyperArray | Rows<HyperArray> {
  const entryOf = (part: Part, index: number): number => {
    const along = part === "mixed" ? 0 : directions?.[part];
    return typeof along === "object" ? (along[index] ?? 0) : (along ?? 0);
  };
  if (typeof type !== "object") {
    const value = copyArgument(type, argument);
    if (typeof value === "object") throw new TypeError("a number parameter takes a number");
    return { value, first: entryOf("first", 0), second: entryOf("second", 0), mixed: 0 };
  }
  if (typeof argument !== "object") throw new TypeError("an array parameter takes an array");
  let position = 0;
  return rowsOf(argument, depthOf(type), (entries) => {
    const before = position;
    position += entries.length;
    return hyperArray(type.element, arrayOf(type.element, entries), (part, index) => entryOf(part, before + index));
  });
}
