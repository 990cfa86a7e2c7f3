/** Ranges of arrays as `slice`, `fill` and their like are given them. */
import type { ts } from "ts-morph";
import { type ArrayBinding, lengthOf } from "./arrays.ts";
import { type Binding, isAbsent, known, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { demandRange, endWithin } from "./demand.ts";
import { isSameNumber, numberOf, operate, subtract } from "./emit.ts";

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
  const end = endWithin(context, array, wanted);
  demandRange(context, array, { start, end }, node);
  const length = subtract(context, end, start);
  const isOpen = isSameNumber(context, wanted, lengthOf(context, array));
  const moved = end === wanted ? undefined : subtract(context, wanted, start);
  const reach = isOpen ? known(Infinity) : moved;
  return { start, length: length.kind === "known" ? known(Math.max(Number(length.value), 0)) : length, reach };
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
