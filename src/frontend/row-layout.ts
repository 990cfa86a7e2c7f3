/**
 * Where the rows of numbers of a pool (pools.ts) lie that are not all of one length, one after the other in one array. Where
 * each is longer than the one before by the same, or shorter, its place is computed; else two arrays of whole numbers
 * say where each row begins and how long it is.
 *
 *     L[i] = new Float64Array(i + 1)      sloping: row i begins at i * (i + 1) / 2, and has i + 1 entries
 *     rows.push(x.filter(isLarge))        listed: row i begins at starts[i], and has lengths[i] entries
 *
 * A listed row that is replaced by another keeps its place, and the new one is put behind all others: a name that it had
 * before still stands for it.
 */
import type { ts } from "ts-morph";
import { each } from "../ir/nested.ts";
import type { Shape } from "../ir/signature.ts";
import { loadAt, rootLength, storeAt } from "./arrays.ts";
import { type Cell, isValue, known, type Value, type View } from "./binding.ts";
import type { Context } from "./context.ts";
import { add, operate } from "./emit.ts";
import { makeRoom, setCount } from "./growth.ts";
import { combine, isEqualForm, linearForm, quotient, valueOfForm } from "./linear-forms.ts";
import { leafName, widthName } from "./pools.ts";
import { recipeOf } from "./recipes.ts";

/** How the lengths of rows vary: by so much from each to the next, or in any way; or each gets longer by itself. */
export type Variation = number | "listed" | "growing";

export interface Span {
  readonly start: Value;
  readonly length: Value;
}

/** Whether rows of different lengths are supported for what they are: arrays of numbers. */
export function mayVary(shape: Shape): boolean {
  return shape.kind === "rows" && shape.of.kind === "array";
}

export function isListed(cell: Cell): boolean {
  return cell.members.has("#lengths");
}

/** Whether the rows of a pool are known to differ in their lengths. */
export function isVaried(cell: Cell): boolean {
  return isListed(cell) || cell.nest?.slope !== undefined;
}

/** Row `index`, where the first row has `base` entries. */
export function slopingSpan(context: Context, base: Value, slope: number, index: Value): Span {
  if (index.kind === "known" && index.value === 0) return { start: index, length: base };
  const [first, at] = [linearForm(context, base), linearForm(context, index)];
  const length = valueOfForm(context, combine(context, first, at, slope));
  // index * base + slope * index * (index - 1) / 2
  const twice = combine(context, combine(context, combine(context, first, first, 1), at, slope), one, -slope);
  const half = quotient(twice, 2);
  const start =
    half === undefined
      ? operate(context, "div", operate(context, "mul", index, valueOfForm(context, twice)), known(2))
      : operate(context, "mul", index, valueOfForm(context, half));
  return { start, length };
}

const one = { constant: 1, terms: new Map() };

/** Which row it is that has so many entries, where rows slope; undefined where that is not seen. */
export function rowOfLength(context: Context, base: Value, slope: number, length: Value): Value | undefined {
  const steps = combine(context, linearForm(context, length), linearForm(context, base), -1);
  const index = quotient(steps, slope);
  return index && valueOfForm(context, index);
}

/** Where a row of a pool lies in which rows are not all of one length. */
export function spanOf(context: Context, cell: Cell, index: Value, node: ts.Node): Span | undefined {
  const slope = cell.nest?.slope;
  const base = cell.members.get(widthName([each]));
  if (slope !== undefined && base !== undefined) {
    const width = context.state.read(base);
    return isValue(width) ? slopingSpan(context, width, slope, index) : undefined;
  }
  const listed = listOf(context, cell);
  if (listed === undefined) return undefined;
  return { start: loadAt(context, listed.starts, index, node), length: loadAt(context, listed.lengths, index, node) };
}

export interface List {
  readonly entries: View;
  readonly starts: View;
  readonly lengths: View;
  /** Of rows that get longer by themselves (grow-one-row.ts): how many entries there is room for. */
  readonly rooms?: View | undefined;
}

export function listOf(context: Context, cell: Cell): List | undefined {
  const view = (name: string): View | undefined => {
    const member = cell.members.get(name);
    const binding = member && context.state.read(member);
    return binding?.kind === "view" ? binding : undefined;
  };
  const [entries, starts, lengths] = [view(leafName([each])), view("#starts"), view("#lengths")];
  return entries && starts && lengths && { entries, starts, lengths, rooms: view("#rooms") };
}

/** Makes room for a row behind all others; `put` puts it there. Gives where it begins. */
export function spanBehind(
  context: Context,
  { entries: { root } }: List,
  length: Value,
  node: ts.Node,
  put: (span: Span) => void,
): Span {
  const start = rootLength(context, root);
  if (length.kind === "known" && length.value === 0) {
    put({ start, length });
    return { start, length };
  }
  const end = add(context, start, length);
  makeRoom(context, root, end, node);
  put({ start, length });
  setCount(context, root, end);
  return { start, length };
}

/** Says that a row lies there: the next one, or one that is there already. */
export function listRow(context: Context, list: List, index: Value, span: Span, node: ts.Node): void {
  storeAt(context, list.starts, index, span.start, node);
  storeAt(context, list.lengths, index, span.length, node);
  if (list.rooms !== undefined) storeAt(context, list.rooms, index, span.length, node);
}

export function addRow(context: Context, list: List, span: Span, node: ts.Node): void {
  const { root } = list.starts;
  const count = rootLength(context, root);
  const next = add(context, count, known(1));
  for (const view of [list.starts, list.lengths, list.rooms]) if (view) makeRoom(context, view.root, next, node);
  listRow(context, list, count, span, node);
  setCount(context, root, next);
}

/**
 * How rows vary of which one has another length than that of the first: undefined where both are known when the function begins, or
 * are lengths of rows that come in. These are held against each other when it runs.
 */
export function variationOf(context: Context, length: Value, first: Value, count: Value): Variation | undefined {
  if (isEqualForm(context, length, first)) return undefined;
  const { constant, terms } = combine(context, linearForm(context, length), linearForm(context, first), -1);
  if (terms.size === 0) {
    const slope = count.kind === "known" ? constant / Number(count.value) : NaN;
    return Number.isInteger(slope) ? slope : "listed";
  }
  const counters = [...terms].filter(([id]) => context.counters.has(id)).sort(([x], [y]) => y - x);
  const slope = counters[0]?.[1];
  if (slope !== undefined) return Number.isInteger(slope) ? slope : "listed";
  const isFixed = recipeOf(context, length) !== undefined && recipeOf(context, first) !== undefined;
  return isFixed || isOfRowThatComesIn(context, length) ? undefined : "listed";
}

/** The lengths of the first row, and how those of others differ from it, as a row shows that is added in a loop. */
export function slopeInLoop(
  context: Context,
  length: Value,
): { readonly first: Value; readonly slope: number } | undefined {
  const form = linearForm(context, length);
  const [counter] = [...form.terms].filter(([id]) => context.counters.has(id)).sort(([x], [y]) => y - x);
  const counted = counter && context.counters.get(counter[0]);
  if (counter === undefined || counted === undefined || !Number.isInteger(counter[1])) return undefined;
  const [id, slope] = counter;
  const terms = new Map([...form.terms].filter(([other]) => other !== id));
  const start = linearForm(context, counted.start);
  return { first: valueOfForm(context, combine(context, { ...form, terms }, start, slope)), slope };
}

function isOfRowThatComesIn(context: Context, value: Value, depth = 6): boolean {
  const node = value.kind === "scalar" ? context.definitions.get(value.id) : undefined;
  if (node?.kind === "length") return node.at !== undefined;
  if (node?.kind !== "operation" || depth === 0) return false;
  return node.operands.some((id) => isOfRowThatComesIn(context, { kind: "scalar", id }, depth - 1));
}
