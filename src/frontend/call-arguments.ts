/**
 * The arguments of a call. A spread of something whose length only the run knows stays one: `Math.max(...x)` is a loop, a rest
 * parameter becomes an array, and a parameter of its own takes an entry.
 */
import { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import {
  allocate,
  type ArrayBinding,
  entryIfThere,
  isArray,
  lengthOf,
  load,
  loadInside,
  partOf,
  storeAt,
} from "./arrays.ts";
import { type Binding, known, poison, undefinedValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, numberOf, operate, subtract } from "./emit.ts";
import { collected } from "./generators.ts";
import { lowerExpression } from "./lower-expression.ts";
import { readEntry } from "./missing.ts";
import { allEntries } from "./tuple-entries.ts";

export interface Given {
  readonly node: ts.Node;
  /** An array that is spread. */
  readonly isSpread: boolean;
  readonly binding: Binding;
}

/** All arguments, in order, each lowered before the call does anything. */
export function givenArguments(context: Context, elements: readonly ts.Expression[]): readonly Given[] {
  return elements.flatMap((element): readonly Given[] => {
    if (ts.isOmittedExpression(element)) return [{ node: element, isSpread: false, binding: undefinedValue }];
    if (!ts.isSpreadElement(element)) {
      return [{ node: element, isSpread: false, binding: lowerExpression(context, element) }];
    }
    return spread(context, lowerExpression(context, element.expression), element);
  });
}

/** Arrays up to this length are spread entry by entry. */
const writtenOut = 64;

/** The entries of a tuple one by one; an array as it is. */
export function spread(context: Context, binding: Binding, node: ts.Node): readonly Given[] {
  const given = asOne(context, binding, node);
  const source = given.kind === "generator" ? collected(context, given, node) : given;
  if (source.kind === "aggregate" && source.cell.shape === "tuple") {
    return allEntries(context, source, node).map((each) => ({ node, isSpread: false, binding: each }));
  }
  const length = isArray(source) ? lengthOf(context, source) : undefined;
  if (isArray(source) && length?.kind === "known" && Number(length.value) <= writtenOut) {
    return Array.from({ length: Number(length.value) }, (_, k) => ({
      node,
      isSpread: false,
      binding: load(context, source, known(k), node),
    }));
  }
  if (isArray(source)) return [{ node, isSpread: true, binding: source }];
  if (source.kind !== "poison") context.reporter.report("ADJ2012", node);
  return [{ node, isSpread: false, binding: poison }];
}

/** Arguments by position, as far as each has one, and what comes from the first spread on. */
export interface CallArguments {
  readonly singles: readonly Binding[];
  readonly others: readonly Given[];
}

export function byPosition(given: readonly Given[]): CallArguments {
  const first = given.findIndex(({ isSpread }) => isSpread);
  const end = first < 0 ? given.length : first;
  return { singles: given.slice(0, end).map(({ binding }) => binding), others: given.slice(end) };
}

/** What a parameter gets. `isOptional`: it has a default, or may be undefined. */
export function argumentAt(
  context: Context,
  { singles, others }: CallArguments,
  position: number,
  isOptional: boolean,
): Binding {
  const single = singles[position];
  if (single !== undefined) return single;
  const [first, ...more] = others;
  if (first === undefined || !isArray(first.binding)) return undefinedValue;
  if (more.length > 0) {
    context.reporter.report("ADJ2012", first.node);
    return poison;
  }
  const index = known(position - singles.length);
  const array = first.binding;
  return isOptional ? entryIfThere(context, array, index, first.node) : readEntry(context, array, index, first.node);
}

/** What a rest parameter gets, where that has a length that only the run knows: a new array. */
export function restArray(
  context: Context,
  { singles, others }: CallArguments,
  position: number,
  node: ts.Node,
): Binding {
  const parts: (Binding | ArrayBinding)[] = singles.slice(position);
  const taken = Math.max(0, position - singles.length);
  for (const [k, { binding, node: at }] of others.entries()) {
    if (k === 0 && taken > 0 && isArray(binding)) {
      if (others.length > 1) context.reporter.report("ADJ2012", at);
      const length = operate(context, "max", known(0), subtract(context, lengthOf(context, binding), known(taken)));
      parts.push(partOf(context, binding, known(taken), length));
    } else parts.push(binding);
  }
  return joined(context, parts, node);
}

/** A new array of numbers and of the entries of arrays. */
export function joined(context: Context, parts: readonly Binding[], node: ts.Node): Binding {
  const sizeOf = (part: Binding): Value => (isArray(part) ? lengthOf(context, part) : known(1));
  const length = parts.reduce<Value>((sum, part) => add(context, sum, sizeOf(part)), known(0));
  const all = allocate(context, "number", length, undefined, node);
  let start: Value = known(0);
  for (const part of parts) {
    const from = start;
    const size = sizeOf(part);
    if (isArray(part)) {
      countedLoop(context, node, known(0), size, "k", (k) => {
        storeAt(context, all, add(context, from, k), loadInside(context, part, k, node), node);
      });
    } else storeAt(context, all, from, numberOf(context, part, node), node);
    start = add(context, from, size);
  }
  return all;
}
