/**
 * What the derivative takes for granted of numbers that are only known at run time: where it does not hold, the generated
 * function throws a RangeError. JavaScript would go on, with an array of another length than the one that is written down.
 */
import type { ts } from "ts-morph";
import { type ArrayBinding, isIndexOf, lengthOf } from "./arrays.ts";
import { known, scalar, type Value } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { isWhole as isWholeNumber } from "./loop-bound.ts";
import { idOf, isSameNumber, operate, quoted } from "./emit.ts";

/** Throws where the length of a new array is no whole number: JavaScript cuts it off. */
export function demandWhole(context: Context, length: Value, node: ts.Node): void {
  if (isWholeNumber(context, length)) return;
  const isBroken = operate(context, "ne", operate(context, "rem", length, known(1)), known(0));
  throwIf(context, isBroken, [`the length of ${quoted(node)} is `, length, ", not a whole number"]);
}

/**
 * Throws where a range leaves the array, or runs backwards: JavaScript counts from the end, and moves the ends into the
 * array. Asked of ends that are differences, and of numbers in a whole array; a row of a matrix is held against its
 * accesses instead.
 */
export function demandRange(
  context: Context,
  array: ArrayBinding,
  { start, end }: { readonly start: Value; readonly end: Value },
  node: ts.Node,
): void {
  const length = lengthOf(context, array);
  const isWhole = array.kind === "view" && array.offset === undefined;
  const ends = [start, end].filter((each) => !isSameNumber(context, each, length));
  const isRisky = (each: Value): boolean =>
    each.kind === "known" ? isWhole && !isZero(each) : mayBeNegative(context, each);
  if (!ends.some(isRisky)) return;
  const conditions: Value[] = [];
  if (mayBeNegative(context, start)) conditions.push(operate(context, "lt", start, known(0)));
  if (mayBeNegative(context, end) || isSameNumber(context, end, length)) {
    if (!isZero(start)) conditions.push(operate(context, "lt", end, start));
    else if (!isSameNumber(context, end, length)) conditions.push(operate(context, "lt", end, known(0)));
  }
  if (!isSameNumber(context, end, length)) conditions.push(operate(context, "gt", end, length));
  const isSure = conditions.some((each) => each.kind === "known" && each.value === true);
  const [first, ...others] = conditions.filter(({ kind }) => kind !== "known");
  const isBroken =
    isSure || first === undefined
      ? known(isSure)
      : others.reduce((any, each) => operate(context, "or", any, each), first);
  throwIf(context, isBroken, [`${quoted(node)} asks for entries `, start, " to ", end, " of ", length]);
}

/**
 * The end of a range, moved into the array as JavaScript does, where it may be beyond: of one that starts at the index of
 * a loop over the array, so that the last may be shorter, and where control or data decides it.
 *
 *   for (let i = 0; i < x.length; i += 4) { const chunk = x.subarray(i, i + 4); … }
 *
 * An end that is made of indices and parameters alone is held against its accesses at entry instead: rows of a matrix
 * keep their length.
 */
export function endWithin(context: Context, array: ArrayBinding, end: Value): Value {
  const length = lengthOf(context, array);
  if (end.kind === "known" || isSameNumber(context, end, length)) return end;
  if (isPlain(context, end) && !isBeyondIndex(context, end, length)) return end;
  return operate(context, "min", end, length);
}

const kept: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "div",
  "neg",
  "min",
  "max",
  "floor",
  "trunc",
  "toNumber",
]);

/** Whether a number is made of indices of loops, lengths and parameters alone. */
function isPlain(context: Context, value: Value): boolean {
  if (value.kind === "known") return true;
  if (context.everywhere.has(value.id) || context.counters.has(value.id)) return true;
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant" || node?.kind === "length") return true;
  if (node?.kind !== "operation" || !kept.has(node.operation)) return false;
  return node.operands.every((id) => isPlain(context, scalar(id)));
}

/** Whether it is `i + c` where `i` goes through all indices below the length, or some of them. */
function isBeyondIndex(context: Context, end: Value, length: Value): boolean {
  const node = end.kind === "known" ? undefined : context.definitions.get(end.id);
  if (node?.kind !== "operation" || node.operation !== "add") return false;
  const [left, right] = node.operands.map((id) => scalar(id));
  for (const [index, by] of [
    [left, right],
    [right, left],
  ]) {
    if (index === undefined || by === undefined || !isIndexOf(context, index, length)) continue;
    const constant = context.definitions.get(by.id);
    return !(constant?.kind === "constant" && Number(constant.value) <= 1);
  }
  return false;
}

function isZero(value: Value): boolean {
  return value.kind === "known" && value.value === 0;
}

/** Whether a number is made by a difference. */
function mayBeNegative(context: Context, value: Value): boolean {
  if (value.kind === "known") return Number(value.value) < 0;
  const node = context.definitions.get(value.id);
  if (node?.kind !== "operation") return false;
  if (node.operation === "neg" || node.operation === "sub") return true;
  return ["add", "mul", "div", "min", "trunc", "floor"].includes(node.operation)
    ? node.operands.some((id) => mayBeNegative(context, scalar(id)))
    : false;
}

export function throwIf(
  context: Context,
  condition: Value,
  parts: readonly (string | Value)[],
  errorClass = "RangeError",
): void {
  if (condition.kind === "known" && condition.value === false) return;
  branchEffects(
    context,
    condition,
    () => {
      const texts = parts.map((part) => (typeof part === "string" ? part : idOf(context, part)));
      context.builder.push({ kind: "throw", errorClass, parts: texts, ...context.builder.place() });
    },
    () => {},
  );
}
