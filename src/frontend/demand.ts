/**
 * What the derivative takes for granted of numbers that are only known at run time: where it does not hold, the generated
 * function throws a RangeError. JavaScript would go on, with an array of another length than the one that is written down.
 */
import type { ts } from "ts-morph";
import { type ArrayBinding, lengthOf } from "./arrays.ts";
import { known, scalar, type Value } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { isWhole as isCounted } from "./counted-header.ts";
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

function throwIf(context: Context, condition: Value, parts: readonly (string | Value)[]): void {
  if (condition.kind === "known" && condition.value === false) return;
  branchEffects(
    context,
    condition,
    () => {
      const texts = parts.map((part) => (typeof part === "string" ? part : idOf(context, part)));
      context.builder.push({ kind: "throw", errorClass: "RangeError", parts: texts, ...context.builder.place() });
    },
    () => {},
  );
}

const roundings: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "sign", "bitAnd", "bitOr"]);

/** Whether a number is whole by how it is computed; parameters that stand for lengths are by contract. */
function isWholeNumber(context: Context, value: Value): boolean {
  const node = value.kind === "known" ? undefined : context.definitions.get(value.id);
  return (node?.kind === "operation" && roundings.has(node.operation)) || isCounted(context, value);
}
