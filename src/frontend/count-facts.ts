/** What is known of counts of arrays and of indices, by how they are computed and by what was tested. */
import type { ValueId } from "../ir/graph.ts";
import { known, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { isSameNumber, resolve, sameBinding } from "./emit.ts";
import { combine, isPositiveForm, linearForm } from "./linear-forms.ts";
import { isNeverNegative } from "./loop-counts.ts";

interface Linear {
  readonly base: Value | undefined;
  readonly offset: number;
}

function linearOf(context: Context, value: Value): Linear {
  let offset = 0;
  let at = value;
  for (;;) {
    if (at.kind === "known") return { base: undefined, offset: offset + Number(at.value) };
    const node = context.definitions.get(resolve(context, at.id));
    if (node?.kind === "constant") return { base: undefined, offset: offset + Number(node.value) };
    if (node?.kind !== "operation" || (node.operation !== "add" && node.operation !== "sub")) break;
    const [left, right] = node.operands.map((id): Value => scalar(id));
    if (left === undefined || right === undefined) break;
    const [x, y] = [constantOf(context, left), constantOf(context, right)];
    if (y !== undefined) [at, offset] = [left, offset + (node.operation === "add" ? y : -y)];
    else if (x !== undefined && node.operation === "add") [at, offset] = [right, offset + x];
    else break;
  }
  return { base: at, offset };
}

function constantOf(context: Context, value: Value): number | undefined {
  if (value.kind === "known") return Number(value.value);
  const node = context.definitions.get(resolve(context, value.id));
  return node?.kind === "constant" ? Number(node.value) : undefined;
}

/** Whether an index is below a length, by how they are computed. (It may be below 0: there is nothing there.) */
export function isBelow(context: Context, index: Value, length: Value): boolean {
  if (isBelowByCounter(context, index, length)) return true;
  return isPositiveForm(context, combine(context, linearForm(context, length), linearForm(context, index), -1));
}

function isBelowByCounter(context: Context, index: Value, length: Value): boolean {
  const end = linearOf(context, length);
  let { base, offset } = linearOf(context, index);
  for (;;) {
    if (base === undefined) return end.base === undefined && offset < end.offset;
    if (end.base !== undefined) {
      const index: Value = base;
      const leasts = leastsOf(context, end.base).filter((least) => isSameNumber(context, index, least.base));
      const [least] = leasts;
      if (least !== undefined) {
        const best = leasts.reduce((most, other) => Math.max(most, other.offset), least.offset);
        return offset < end.offset + best;
      }
    }
    const counted = base.kind === "scalar" ? context.counters.get(resolve(context, base.id)) : undefined;
    if (counted === undefined) return false;
    const isRising = counted.step > 0;
    const last = linearOf(context, isRising ? counted.bound : counted.start);
    [base, offset] = [last.base, offset + last.offset - (isRising && !counted.inclusive ? 1 : 0)];
  }
}

/** A comparison that fails whatever the numbers are, NaN too, by how they are computed: `max(0, n) < n`, `n > n`. */
export function isNeverSo(context: Context, operation: string, x: Value, y: Value): boolean {
  if (operation === "lt") return isAtMost(context, y, x);
  return operation === "gt" && isAtMost(context, x, y);
}

/** `n` is at most `max(0, n)`. */
function isAtMost(context: Context, x: Value, y: Value): boolean {
  if (sameBinding(context, x, y) || isSameNumber(context, x, y)) return true;
  const node = y.kind === "scalar" ? context.definitions.get(resolve(context, y.id)) : undefined;
  return (
    node?.kind === "operation" &&
    node.operation === "max" &&
    node.operands.some((id) => isSameNumber(context, x, scalar(id)))
  );
}

/** What a number is at least, by how it is computed: `max(a, n + 1)` is at least `a`, and at least one more than `n`. */
function leastsOf(context: Context, value: Value): readonly (Linear & { readonly base: Value })[] {
  const node = value.kind === "scalar" ? context.definitions.get(resolve(context, value.id)) : undefined;
  const own = [{ base: value, offset: 0 }];
  if (node?.kind !== "operation" || node.operation !== "max") return own;
  const operands = node.operands.flatMap((id) => {
    const { base, offset } = linearOf(context, scalar(id));
    return [{ base: scalar(id), offset: 0 }, ...(base === undefined ? [] : [{ base, offset }])];
  });
  return [...own, ...operands];
}

/** Whether an index starts at the end of an array, or beyond: `y = [0, 1]; for (let k = 2; …) y[k] = …`. */
export function startsBeyond(context: Context, index: Value, length: Value): boolean {
  const size = constantOf(context, length);
  const { base, offset } = linearOf(context, index);
  if (size === undefined) return false;
  if (base === undefined) return offset >= size;
  const counted = base.kind === "scalar" ? context.counters.get(resolve(context, base.id)) : undefined;
  const first = counted === undefined ? undefined : linearOf(context, counted.start);
  return first !== undefined && first.base === undefined && first.offset + offset >= size;
}

export function isFromStart(context: Context, index: Value): boolean {
  if (isFromStartByCounter(context, index)) return true;
  return isPositiveForm(context, combine(context, linearForm(context, index), linearForm(context, known(1)), 1));
}

function isFromStartByCounter(context: Context, index: Value): boolean {
  let { base, offset } = linearOf(context, index);
  for (;;) {
    if (base === undefined) return offset >= 0;
    if (offset >= 0 && isNeverNegative(context, base)) return true;
    const counted = base.kind === "scalar" ? context.counters.get(resolve(context, base.id)) : undefined;
    if (counted === undefined) return false;
    const isFalling = counted.step < 0;
    const least = linearOf(context, isFalling ? counted.bound : counted.start);
    [base, offset] = [least.base, offset + least.offset + (isFalling && !counted.inclusive ? 1 : 0)];
  }
}

/** Whether a number is above a constant, by what was tested: in `while (y.length > 0)`. */
export function isAbove(context: Context, value: Value, least: number): boolean {
  const { base, offset } = linearOf(context, value);
  if (base === undefined || (offset > least && isNeverNegative(context, base))) return offset > least;
  const bounds: Readonly<Record<string, { readonly left: number; readonly holds: boolean } | undefined>> = {
    gt: { left: 0, holds: true },
    ge: { left: -1, holds: true },
    lt: { left: -1, holds: false },
    le: { left: 0, holds: false },
  };
  const isTested = (operation: string, x: ValueId, y: ValueId, holds: boolean): boolean => {
    const bound = bounds[operation];
    const constant = constantOf(context, scalar(y));
    if (bound === undefined || bound.holds !== holds || constant === undefined) return false;
    const tested = linearOf(context, scalar(x));
    if (tested.base === undefined || !isSameNumber(context, tested.base, base)) return false;
    // base + tested.offset > constant + left
    return constant + bound.left - tested.offset + offset >= least;
  };
  const mirrored: Readonly<Record<string, string>> = { lt: "gt", gt: "lt", le: "ge", ge: "le" };
  const isCount = (x: ValueId): boolean => {
    const tested = linearOf(context, scalar(x));
    return tested.offset === 0 && tested.base !== undefined && isSameNumber(context, tested.base, base);
  };
  return context.facts.some(({ operation, operands: [x, y] }, holds) => {
    if (x === undefined) return false;
    // A count that is not 0 is above it.
    const isNotZero = operation === "truthy" || (y !== undefined && constantOf(context, scalar(y)) === 0);
    if (isNotZero && isCount(x) && offset >= least) {
      if (operation === "eq" ? !holds : holds && (operation === "ne" || operation === "truthy")) return true;
    }
    if (y === undefined) return false;
    return isTested(operation, x, y, holds) || isTested(mirrored[operation] ?? "", y, x, holds);
  });
}
