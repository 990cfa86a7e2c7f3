/**
 * Numbers as sums of others with constant factors, `2 * n - i + 1`: two that are computed in different ways are seen to be one,
 * and what they are at least follows from what the counters of loops run through.
 */
import type { ValueId } from "../ir/graph.ts";
import { known, scalar, type Value } from "./binding.ts";
import type { Context, Counted } from "./context.ts";
import { add, isSameNumber, operate, resolve, subtract } from "./emit.ts";
import { isWhole } from "./loop-bound.ts";
import { isNeverNegative } from "./loop-counts.ts";

export interface LinearForm {
  readonly constant: number;
  readonly terms: ReadonlyMap<ValueId, number>;
}

/** What is no sum or multiple is a term of its own. */
export function linearForm(context: Context, value: Value, depth = 10): LinearForm {
  if (value.kind === "known") return { constant: Number(value.value), terms: new Map() };
  const id = resolve(context, value.id);
  const node = context.definitions.get(id);
  if (node?.kind === "constant") return { constant: Number(node.value), terms: new Map() };
  const own: LinearForm = { constant: 0, terms: new Map([[id, 1]]) };
  if (node?.kind !== "operation" || depth === 0) return own;
  const operands = node.operands.map((operand) => linearForm(context, scalar(operand), depth - 1));
  const [x, y] = operands;
  if (x === undefined) return own;
  if (node.operation === "neg") return combine(context, zero, x, -1);
  if (y === undefined) return own;
  if (node.operation === "add") return combine(context, x, y, 1);
  if (node.operation === "sub") return combine(context, x, y, -1);
  if (node.operation === "mul" && x.terms.size === 0) return combine(context, zero, y, x.constant);
  if (node.operation === "mul" && y.terms.size === 0) return combine(context, zero, x, y.constant);
  return own;
}

const zero: LinearForm = { constant: 0, terms: new Map() };

/** `x + factor * y`. */
export function combine(context: Context, x: LinearForm, y: LinearForm, factor: number): LinearForm {
  const terms = new Map(x.terms);
  for (const [id, coefficient] of y.terms) {
    const same = [...terms.keys()].find((each) => isSameNumber(context, scalar(each), scalar(id))) ?? id;
    const sum = (terms.get(same) ?? 0) + factor * coefficient;
    if (sum === 0) terms.delete(same);
    else terms.set(same, sum);
  }
  return { constant: x.constant + factor * y.constant, terms };
}

/** The form divided by a number, if all that comes out is whole. */
export function quotient({ constant, terms }: LinearForm, divisor: number): LinearForm | undefined {
  const divided = [...terms].map(([id, coefficient]) => [id, coefficient / divisor] as const);
  if (![constant / divisor, ...divided.map(([, coefficient]) => coefficient)].every(Number.isInteger)) return undefined;
  return { constant: constant / divisor, terms: new Map(divided) };
}

/** The number that a form is. */
export function valueOfForm(context: Context, { constant, terms }: LinearForm): Value {
  let sum: Value | undefined;
  for (const [id, coefficient] of [...terms].sort(([, x], [, y]) => y - x)) {
    const size = Math.abs(coefficient);
    const term = size === 1 ? scalar(id) : operate(context, "mul", known(size), scalar(id));
    if (sum === undefined) sum = coefficient > 0 ? term : operate(context, "neg", term);
    else sum = coefficient > 0 ? add(context, sum, term) : subtract(context, sum, term);
  }
  if (sum === undefined) return known(constant);
  return constant < 0 ? subtract(context, sum, known(-constant)) : add(context, sum, known(constant));
}

/** Whether two numbers are equal, whatever the numbers are of which they are made. */
export function isEqualForm(context: Context, x: Value, y: Value): boolean {
  const { constant, terms } = combine(context, linearForm(context, x), linearForm(context, y), -1);
  return constant === 0 && terms.size === 0;
}

/** Whether a whole number is sure to be above 0, by what counters of loops run through and what was tested. */
export function isPositiveForm(context: Context, form: LinearForm): boolean {
  if (isPositive(context, form)) return true;
  return atLeastZero(context).some((each) => {
    const isOfUse = [...each.terms.keys()].some((id) => form.terms.has(id));
    return isOfUse && isPositive(context, combine(context, form, each, -1));
  });
}

/** What is at least 0 where the lowering is: a round of a loop is run only where its counter is within, and what was tested holds. */
function atLeastZero(context: Context): readonly LinearForm[] {
  const found: LinearForm[] = [];
  for (const id of context.openCounters) {
    const counted = context.counters.get(id);
    if (counted === undefined || counted.step < 0) continue;
    const { bound, inclusive } = counted;
    const isBefore = !inclusive && isWhole(context, bound);
    found.push(difference(context, bound, scalar(id), isBefore ? 1 : 0));
  }
  context.facts.some(({ operation, operands }, holds) => {
    const [x, y] = operands.map((id): Value => scalar(id));
    const order = orders[operation];
    if (x === undefined || y === undefined) return false;
    if (operation === (holds ? "ne" : "eq") && [x, y].every((each) => isWholeHere(context, each))) {
      // Of two that differ, one is above the other if it is not below.
      for (const [high, low] of [
        [x, y],
        [y, x],
      ] as const) {
        if (isPositive(context, difference(context, high, low, -1))) found.push(difference(context, high, low, 1));
      }
    }
    if (order === undefined || ![x, y].every((each) => isWholeHere(context, each))) return false;
    const [low, high] = order.isRising === holds ? [x, y] : [y, x];
    found.push(difference(context, high, low, order.isStrict === holds ? 1 : 0));
    return false;
  });
  return found;
}

/** `x < y` and `x <= y` rise: the first is the lower one. */
const orders: Readonly<Record<string, { readonly isRising: boolean; readonly isStrict: boolean } | undefined>> = {
  lt: { isRising: true, isStrict: true },
  le: { isRising: true, isStrict: false },
  gt: { isRising: false, isStrict: true },
  ge: { isRising: false, isStrict: false },
};

function difference(context: Context, high: Value, low: Value, by: number): LinearForm {
  const gap = combine(context, linearForm(context, high), linearForm(context, low), -1);
  return { ...gap, constant: gap.constant - by };
}

/** Whether it is made of counters, lengths and constants. */
function isWholeHere(context: Context, value: Value): boolean {
  const { constant, terms } = linearForm(context, value);
  const isCount = (id: ValueId): boolean => context.counters.has(id) || isNeverNegative(context, scalar(id));
  return Number.isInteger(constant) && [...terms].every(([id, q]) => Number.isInteger(q) && isCount(id));
}

function isPositive(context: Context, form: LinearForm): boolean {
  let at = form;
  for (let rounds = 0; rounds < 8; rounds++) {
    const counters = [...at.terms].filter(([id]) => context.counters.has(id));
    const [inner] = counters.sort(([x], [y]) => y - x);
    if (inner === undefined) {
      return at.constant > 0 && [...at.terms].every(([id, q]) => q > 0 && isNeverNegative(context, scalar(id)));
    }
    const [id, coefficient] = inner;
    const counted = context.counters.get(id);
    const end = counted && endOf(context, counted, coefficient > 0);
    if (end === undefined) return false;
    const without: LinearForm = { ...at, terms: new Map([...at.terms].filter(([each]) => each !== id)) };
    at = combine(context, without, end, coefficient);
  }
  return false;
}

/** What the counter of a loop is at least, or at most. */
function endOf(context: Context, { start, bound, step, inclusive }: Counted, isLeast: boolean): LinearForm | undefined {
  const isRising = step > 0;
  if (isRising === isLeast) return linearForm(context, start);
  if (inclusive) return linearForm(context, bound);
  if (!isWhole(context, bound)) return undefined;
  return combine(context, linearForm(context, bound), { constant: 1, terms: new Map() }, isRising ? -1 : 1);
}
