/** Ranges of arrays as `slice`, `fill` and their like are given them. */
import type { ts } from "ts-morph";
import { type ArrayBinding, lengthOf, valueOf } from "./arrays.ts";
import { type Binding, isAbsent, known, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { isFromStart } from "./count-facts.ts";
import { demandRange, endWithin } from "./demand.ts";
import { add, isSameNumber, numberOf, operate, subtract } from "./emit.ts";
import { isWhole } from "./loop-bound.ts";

type Node = ts.CallExpression;

/** An index or bound among the arguments: a negative constant counts from the end. */
export function position(
  context: Context,
  array: ArrayBinding,
  binding: Binding | undefined,
  fallback: Value,
  node: Node,
): Value {
  if (binding === undefined || isAbsent(binding)) return fallback;
  const value = numberOf(context, binding, node);
  if (value.kind !== "known") return value;
  const length = lengthOf(context, array);
  const at = Math.trunc(Number(value.value));
  if (length.kind === "known") {
    const size = Number(length.value);
    return known(at < 0 ? Math.max(size + at, 0) : Math.min(at, size));
  }
  return at < 0 ? operate(context, "sub", length, known(-at)) : known(at);
}

/** What `slice` and its like go through. `reach`: how long it would be if the array did not end before. */
export function rangeOf(
  context: Context,
  array: ArrayBinding,
  values: readonly Binding[],
  node: Node,
): { readonly start: Value; readonly length: Value; readonly reach?: Value | undefined } {
  if (array.kind === "view" && array.root.count !== undefined) return movedRange(context, array, values, node);
  const start = position(context, array, values[0], known(0), node);
  const wanted = position(context, array, values[1], lengthOf(context, array), node);
  const within = rangeOfAny(context, lengthOf(context, array), values, start, wanted);
  if (within !== undefined) return within;
  const end = endWithin(context, array, wanted);
  demandRange(context, array, { start, end }, node);
  const length = subtract(context, end, start);
  const isOpen = isSameNumber(context, wanted, lengthOf(context, array));
  const moved = end === wanted ? undefined : subtract(context, wanted, start);
  const reach = isOpen ? known(Infinity) : moved;
  return { start, length: length.kind === "known" ? known(Math.max(Number(length.value), 0)) : length, reach };
}

/**
 * What has constant ends, of an array that may be too short for it: `x.subarray(1)` of none is empty. Undefined where an end
 * may lie beyond that of the array, which is asked for.
 */
function rangeOfAny(
  context: Context,
  whole: Value,
  values: readonly Binding[],
  start: Value,
  end: Value,
): { readonly start: Value; readonly length: Value; readonly reach?: Value } | undefined {
  if (whole.kind === "known") return undefined;
  const atLeast0 = (value: Value): Value => operate(context, "max", known(0), value);
  const isOpen = isSameNumber(context, end, whole);
  const fromEnd = countedFromEnd(values[1]);
  if (!isOpen && fromEnd === undefined) return undefined;
  if (start.kind === "known") {
    const left = Number(start.value) + (isOpen ? 0 : (fromEnd ?? 0));
    if (left === 0) return undefined;
    const length = atLeast0(subtract(context, whole, known(left)));
    return isOpen ? { start, length, reach: known(Infinity) } : { start, length };
  }
  if (countedFromEnd(values[0]) === undefined) return undefined;
  const first = atLeast0(start);
  if (isOpen) return { start: first, length: subtract(context, whole, first), reach: known(Infinity) };
  return { start: first, length: atLeast0(subtract(context, atLeast0(end), first)) };
}

/** How many entries before the end a constant end is: 2 of `-2`. */
function countedFromEnd(binding: Binding | undefined): number | undefined {
  const at = binding?.kind === "known" ? Math.trunc(Number(binding.value)) : 0;
  return at < 0 ? -at : undefined;
}

/** Of an array whose length only the run knows, the ends are moved into it: `best.slice(0, 3)`. */
function movedRange(
  context: Context,
  array: ArrayBinding,
  values: readonly Binding[],
  node: Node,
): { readonly start: Value; readonly length: Value } {
  const length = lengthOf(context, array);
  const moved = (binding: Binding | undefined, fallback: Value): Value => {
    const at = position(context, array, binding, fallback, node);
    if (at === fallback) return at;
    const fromStart = at.kind === "known" ? at : operate(context, "max", known(0), at);
    return operate(context, "min", fromStart, length);
  };
  const [start, end] = [moved(values[0], known(0)), moved(values[1], length)];
  if (start.kind === "known" && start.value === 0) return { start, length: end };
  return { start, length: operate(context, "max", known(0), subtract(context, end, start)) };
}

/** Both ends as JavaScript moves them into what has so many entries: negative ones count from the end. */
export function rangeWithin(
  context: Context,
  count: Value,
  values: readonly Binding[],
  node: Node,
): { readonly start: Value; readonly length: Value } {
  const moved = (binding: Binding | undefined, fallback: Value): Value => {
    if (binding === undefined || isAbsent(binding)) return fallback;
    const given = numberOf(context, binding, node);
    const at = isWhole(context, given) ? given : operate(context, "trunc", given);
    const fromEnd = (): Value => operate(context, "max", known(0), add(context, count, at));
    const fromStart = (): Value => operate(context, "min", at, count);
    const isNegative = isFromStart(context, at) ? known(false) : operate(context, "lt", at, known(0));
    return valueOf(context, branch(context, isNegative, fromEnd, fromStart));
  };
  const [start, end] = [moved(values[0], known(0)), moved(values[1], count)];
  if (start.kind === "known" && start.value === 0) return { start, length: end };
  return { start, length: operate(context, "max", known(0), subtract(context, end, start)) };
}
