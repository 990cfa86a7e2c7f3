/**
 * Tuples whose length changes where they are made: what they hold is known, so that how much it is is known too. Arrays of
 * numbers that change their length are in growth.ts.
 */
import type { ts } from "ts-morph";
import { type ArrayBinding, isArray } from "./arrays.ts";
import { type Aggregate, type Binding, isValue, known, undefinedValue } from "./binding.ts";
import { givenArguments } from "./call-arguments.ts";
import { memberBinding } from "./constant-call.ts";
import type { Context } from "./context.ts";
import { ownerOf } from "./lower-growth.ts";
import { optionalOf } from "./optional.ts";
import type { Location } from "./state.ts";
import { unrollFor } from "./unrolled-loop.ts";

/** Whether it may be an entry of an array of numbers. */
export function isNumberLike(binding: Binding): boolean {
  if (binding.kind === "choice") return isNumberLike(binding.then) && isNumberLike(binding.else);
  return isValue(binding) || binding.kind === "poison";
}

/** The same, or a row of numbers. */
export function isRowLike(context: Context, binding: Binding): boolean {
  if (isNumberLike(binding) || isArray(binding)) return true;
  if (binding.kind !== "aggregate" || binding.cell.shape !== "tuple") return false;
  return [...binding.cell.members.values()].every((member) => isNumberLike(context.state.read(member)));
}

/** What the method gives; undefined where the tuple is to be an array of numbers, "later" where the next round shows it, or it was refused. */
export function changeTuple(
  context: Context,
  tuple: Aggregate,
  method: string,
  node: ts.CallExpression,
): Binding | "later" | undefined {
  const { cell } = tuple;
  const given = givenArguments(context, node.arguments);
  if (cell.readOnly || given.some(({ isSpread }) => isSpread)) return undefined;
  const entries = [...cell.members.values()].map((member) => context.state.read(member));
  const values = given.map(({ binding, node: at }) => memberBinding(context, binding, at));
  const isKept = cell.literal !== undefined && context.assumptions.isKeptTuple(cell.literal);
  if (!isKept && [...entries, ...values].every(isNumberLike)) return undefined;
  if (cell.frozen || cell.hasAll === true || !context.state.isMadeHere(cell.age)) {
    if (unrollFor(context, cell.age)) return "later";
    if (!isKept) return undefined;
    context.reporter.report("ADJ2031", node, { name: ownerOf(node) });
    return "later";
  }
  const result = changed(method, entries, values);
  if (result === undefined) return undefined;
  setEntries(context, tuple, result.entries);
  return result.value;
}

function changed(
  method: string,
  entries: readonly Binding[],
  values: readonly Binding[],
): { readonly entries: readonly Binding[]; readonly value: Binding } | undefined {
  const count = known(entries.length + values.length);
  switch (method) {
    case "push":
      return { entries: [...entries, ...values], value: count };
    case "unshift":
      return { entries: [...values, ...entries], value: count };
    case "pop":
      return { entries: entries.slice(0, -1), value: entries.at(-1) ?? undefinedValue };
    case "shift":
      return { entries: entries.slice(1), value: entries[0] ?? undefinedValue };
    default:
      return undefined;
  }
}

function setEntries(context: Context, { cell }: Aggregate, entries: readonly Binding[]): void {
  const before = [...cell.members.values()];
  cell.members.clear();
  entries.forEach((entry, k) => {
    const old = before[k];
    if (old === undefined) cell.members.set(String(k), context.state.create("member", String(k), entry));
    else {
      cell.members.set(String(k), old);
      context.state.write(old, entry);
    }
  });
}

/** `points[k] = point`, where that is the next one of a tuple. */
export function nextOfTuple(context: Context, { cell }: Aggregate, index: Binding): Location | undefined {
  const isNext = index.kind === "known" && index.value === cell.members.size;
  const { literal } = cell;
  if (!isNext || cell.frozen || cell.readOnly || cell.hasAll === true || !context.state.isMadeHere(cell.age))
    return undefined;
  if (literal === undefined || !context.assumptions.isKeptTuple(literal)) return undefined;
  const added = context.state.create("member", String(index.value), undefinedValue);
  cell.members.set(String(index.value), added);
  return added;
}

/** An array that is given something other than a number is a tuple in the next round, if the loops around can be run. */
export function keptAsTuple(context: Context, array: ArrayBinding, binding: Binding): boolean {
  if (array.kind !== "view") return false;
  const { root } = array;
  const { source } = root;
  // A number that may be missing, as what `pop` gives, is NaN where it is.
  const optional = optionalOf(binding);
  const isNumber = isNumberLike(binding) || (optional !== undefined && optional.absent.value === undefined);
  if (source === undefined || isNumber || context.assumptions.isKeptTuple(source)) return false;
  context.assumptions.keepTuple(source);
  unrollFor(context, root.memory.age);
  return true;
}
