import { assertNever, invariant } from "../diagnostics/invariant.ts";
import { rowOf } from "../operations/table.ts";
import { dualRuleOf } from "./dual-rules.ts";
import { copyArgument, innermostOf, type NestedArray, poison, rowsOf, type Argument } from "./evaluate.ts";
import { depthOf } from "./nested.ts";
import type { ElementType, Graph, ValueType } from "./graph.ts";
import { interpret, Rows, type Domain, type Limits, type Returned } from "./interpret.ts";
import { arrayOf, filledArray, isFloatElement, type RuntimeArray } from "./runtime-array.ts";

/**
 * Evaluates a graph with dual numbers: its value, and the derivative of it along one direction, exact to rounding. The
 * oracle that the transforms are tested with, so it shares nothing with them: it has rules of its own (dual-rules.ts).
 *
 * A store into an integer array truncates, so it drops the tangent; a store into a Float32Array rounds the value and
 * keeps the tangent in double. `rounding` gives the relative error to make in each operation whose result is not whole,
 * to see what rounding does.
 */
export function evaluateDual(
  graph: Graph,
  args: readonly (Argument | NestedArray)[],
  tangents: readonly Tangent[],
  { rounding, ...limits }: Limits & { readonly rounding?: () => number } = {},
): DualEvaluation {
  const duals = graph.parameters.map((parameter, k) => dualArgument(parameter.type, args[k], tangents[k]));
  const domain: Domain<Dual, DualArray> =
    rounding === undefined
      ? dualNumbers
      : {
          ...dualNumbers,
          operation: (name, operands) => {
            const { value, tangent } = dualNumbers.operation(name, operands);
            // What is whole was computed without rounding. A whole value may have a tangent that is not.
            const rounded = (number: number): number => (Number.isInteger(number) ? number : number * (1 + rounding()));
            return { value: typeof value === "boolean" ? value : rounded(value), tangent: rounded(tangent) };
          },
        };
  const { returned, final } = interpret(graph, duals, domain, limits);
  return { leaves: leavesOf(returned, []), final: new Map([...final].map(([k, array]) => [k, flat(array)])) };
}

/** The direction in one argument; `undefined` is 0. */
export type Tangent = number | ArrayLike<number> | undefined;

/** A number or boolean with its derivative along the direction; booleans have 0. */
export interface Dual {
  readonly value: number | boolean;
  readonly tangent: number;
}

export interface DualArray {
  readonly element: ElementType;
  readonly value: RuntimeArray;
  readonly tangent: Float64Array;
}

/** A number or array somewhere in the returned structure; the path is empty where that is returned itself. */
export interface DualLeaf {
  readonly path: readonly (string | number)[];
  readonly value: number | boolean | RuntimeArray;
  readonly tangent: number | Float64Array;
}

export interface DualEvaluation {
  /** In the order of the returned structure; none where nothing is returned. */
  readonly leaves: readonly DualLeaf[];
  /** What each array parameter holds at the end, by the parameter's index. */
  readonly final: ReadonlyMap<number, DualArray>;
}

const dualNumbers: Domain<Dual, DualArray> = {
  isBuffer: (value): value is DualArray => "element" in value,
  constant: (value) => ({ value, tangent: 0 }),
  primal: ({ value }) => value,
  operation: (name, operands) => {
    const x = operands.map(({ value }) => Number(value));
    const dx = operands.map(({ tangent }) => tangent);
    const out = rowOf(name).evaluate(...x);
    // A constant stays one, whatever the slope there is.
    const isConstant = typeof out === "boolean" || dx.every((tangent) => tangent === 0);
    return { value: out, tangent: isConstant ? 0 : dualRuleOf(name)(x, dx, out) };
  },
  table: (element, values) => dualArray(element, arrayOf(element, values), () => 0),
  allocate: (element, length, filled) => {
    const entry = filled ? 0 : poison(element);
    return dualArray(element, filledArray(element, length, entry), () => entry);
  },
  grow: (element, array, length, isZeroed) => {
    if (array.value.length >= length) return array;
    const value = filledArray(element, Math.max(length, 2 * array.value.length), isZeroed ? 0 : poison(element));
    array.value.forEach((entry, k) => (value[k] = entry));
    return dualArray(element, value, (k) => array.tangent[k] ?? (isZeroed ? 0 : poison(element)));
  },
  shortened: (element, array, length) => {
    if (array.value.length === length) return array;
    return { element, value: array.value.slice(0, length), tangent: array.tangent.slice(0, length) };
  },
  length: (array) => array.value.length,
  load: (array, index) => ({ value: array.value[index] ?? NaN, tangent: array.tangent[index] ?? NaN }),
  store: (array, index, { value, tangent }) => {
    array.value[index] = Number(value);
    array.tangent[index] = isFloatElement(array.element) ? tangent : 0;
  },
};

function dualArray(element: ElementType, value: RuntimeArray, tangentAt: (index: number) => number): DualArray {
  return { element, value, tangent: Float64Array.from({ length: value.length }, (_, index) => tangentAt(index)) };
}

/** The rows of nested arrays one after the other. */
function flat(array: DualArray | Rows<DualArray>): DualArray {
  if (!(array instanceof Rows)) return array;
  const rows = innermostOf(array);
  return {
    element: rows[0]?.element ?? "number",
    value: rows.flatMap(({ value }) => [...value]),
    tangent: Float64Array.from(rows.flatMap(({ tangent }) => [...tangent])),
  };
}

/** The tangent of a nested array is flat. */
function dualArgument(
  type: ValueType,
  argument: Argument | NestedArray | undefined,
  tangent: Tangent,
): Dual | DualArray | Rows<DualArray> {
  if (typeof type === "object") {
    invariant(typeof argument === "object", "an array parameter takes an array");
    invariant(typeof tangent !== "number", "the tangent of an array is an array");
    let position = 0;
    const duals = rowsOf(argument, depthOf(type), (entries) => {
      const before = position;
      position += entries.length;
      return dualArray(type.element, arrayOf(type.element, entries), (index) => tangent?.[before + index] ?? 0);
    });
    invariant(tangent === undefined || tangent.length === position, "a tangent has the length of its argument");
    return duals;
  }
  const value = copyArgument(type, argument);
  invariant(typeof value !== "object", "a number parameter takes a number");
  invariant(tangent === undefined || typeof tangent === "number", "the tangent of a number is a number");
  return { value, tangent: tangent ?? 0 };
}

function leavesOf(returned: Returned<Dual, DualArray>, path: readonly (string | number)[]): readonly DualLeaf[] {
  switch (returned.kind) {
    case "none":
      return [];
    case "scalar":
      return [{ path, value: returned.value.value, tangent: returned.value.tangent }];
    case "array": {
      const { value, tangent } = flat(returned.value);
      return [{ path, value, tangent }];
    }
    case "object":
      return returned.entries.flatMap(([key, entry]) => leavesOf(entry, [...path, key]));
    case "tuple":
      return returned.entries.flatMap((entry, k) => leavesOf(entry, [...path, k]));
    case "rows":
      return returned.leaves.map(([within, { value, tangent }]) => ({ path: [...path, ...within], value, tangent }));
    default:
      return assertNever(returned);
  }
}
