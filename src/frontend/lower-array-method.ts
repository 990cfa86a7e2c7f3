/** Methods of arrays: loops of loads and stores. */
import { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import { position, rangeOf, rangeWithin } from "./array-range.ts";
import { copyArray } from "./array-copy.ts";
import {
  type ArrayBinding,
  elementOf,
  entryIfThere,
  isArray,
  lengthOf,
  load,
  loadInside,
  partOf,
  store,
  valueOf,
} from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  isAbsent,
  known,
  poison,
  undefinedValue,
  type Value,
  type View,
} from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { isAbove } from "./count-facts.ts";
import { demandRange, endWithin, throwIf } from "./demand.ts";
import { add, conditionOf, numberOf, operate, quoted, subtract } from "./emit.ts";
import { isUnset, refusePassingOver, startAtZero } from "./holes.ts";
import { givenArguments } from "./call-arguments.ts";
import { pushRows } from "./grow-rows.ts";
import { refuseRows } from "./pools.ts";
import { changesLength, lowerGrowth } from "./lower-growth.ts";
import { argumentsOf, inlineCall } from "./lower-call.ts";
import { filled } from "./lower-new.ts";
import { readEntry } from "./missing.ts";
import { isRows } from "./nested.ts";
import { countOf, entryInRound, entryOf, type RowsBinding, type Sequence } from "./sequences.ts";
import { concatenated, filtered, flattened, replaced, reversedCopy, reverseInPlace } from "./new-arrays.ts";
import { foundEntry, foundIndex, foundRow, isSame, type Search, search } from "./search-array.ts";
import { filteredRows, reversedRows, reverseRows, slicedRows, sortedRows, sortRows } from "./select-rows.ts";
import { removeFirstRow, removeLastRow } from "./take-rows.ts";
import { sortedCopy, sortInPlace } from "./sort-array.ts";
import { lowerTupleMethod } from "./lower-tuple-method.ts";

type Node = ts.CallExpression;

export function lowerArrayMethod(
  context: Context,
  target: ArrayBinding | Aggregate,
  method: string,
  node: Node,
): Binding {
  const { reporter } = context;
  if (isRows(target)) return lowerRowsMethod(context, target, method, node);
  if (target.kind === "aggregate") return lowerTupleMethod(context, target, method, node);
  if (changesLength(method)) return lowerGrowth(context, target, method, node);
  const lower = methods[method];
  if (lower === undefined) {
    reporter.report("ADJ2030", node, { method });
    return poison;
  }
  if (refusePassingOver(context, target, method, node)) return poison;
  return lower(context, target, argumentsOf(context, node), node);
}

/** Methods of arrays of arrays and objects. */
function lowerRowsMethod(context: Context, rows: RowsBinding, method: string, node: Node): Binding {
  if (method === "push") {
    const given = givenArguments(context, node.arguments);
    const spread = given.find(({ isSpread }) => isSpread);
    if (spread !== undefined) return refuseRows(context, spread.node, "rows of another array are added");
    return pushRows(
      context,
      rows,
      given.map(({ binding }) => binding),
      node,
    );
  }
  const remove = { pop: removeLastRow, shift: removeFirstRow }[method];
  const taken = remove?.(context, rows, node);
  if (taken !== undefined) return taken;
  const select = selectingMethods[method];
  if (select !== undefined) return select(context, rows, argumentsOf(context, node), node);
  const lower = rowMethods[method];
  if (lower !== undefined) return lower(context, rows, argumentsOf(context, node), node);
  context.reporter.report("ADJ2030", node, { method: `${method} of an array of arrays or objects` });
  return poison;
}

type Method = (context: Context, array: ArrayBinding, values: readonly Binding[], node: Node) => Binding;
type SequenceMethod = (context: Context, array: Sequence, values: readonly Binding[], node: Node) => Binding;

const rowMethods: Readonly<Record<string, SequenceMethod | undefined>> = {
  map: (context, array, values, node) =>
    filled(context, "number", countOf(context, array), node, (k) => visit(context, array, values, node, k)),
  forEach: lowerForEach,
  reduce: lowerReduce,
  every: lowerEvery,
  some: (context, array, values, node) => search(context, searchOf(context, array, values, node), node).isFound,
  findIndex: (context, array, values, node) => foundIndex(context, searchOf(context, array, values, node), node),
  findLastIndex: (context, array, values, node) =>
    foundIndex(context, searchOf(context, array, values, node, true), node),
  find: (context, array, values, node) => foundRow(context, searchOf(context, array, values, node), node),
  findLast: (context, array, values, node) => foundRow(context, searchOf(context, array, values, node, true), node),
  at: (context, array, values, node) => {
    const at = indexFromEnd(context, countOf(context, array), values, node);
    return entryOf(context, array, at, node);
  },
  values: (_context, array) => array,
};

type RowsMethod = (context: Context, rows: RowsBinding, values: readonly Binding[], node: Node) => Binding;

/** Those that give the same rows and objects, in another order or not all. */
const selectingMethods: Readonly<Record<string, RowsMethod | undefined>> = {
  filter: (context, rows, values, node) =>
    filteredRows(context, rows, (k) => visit(context, rows, values, node, k), node),
  slice: (context, rows, values, node) => {
    const { start, length } = rangeWithin(context, countOf(context, rows), values, node);
    return slicedRows(context, rows, start, length, node);
  },
  sort: (context, rows, values, node) => ordered(context, rows, values, node, sortRows),
  toSorted: (context, rows, values, node) => ordered(context, rows, values, node, sortedRows),
  reverse: (context, rows, _values, node) => reverseRows(context, rows, node),
  toReversed: (context, rows, _values, node) => reversedRows(context, rows, node),
};

function ordered(
  context: Context,
  rows: RowsBinding,
  [compare]: readonly Binding[],
  node: Node,
  sort: typeof sortRows,
): Binding {
  if (compare === undefined || isAbsent(compare)) {
    const method = "sort of arrays or objects without a comparison, which compares texts,";
    context.reporter.report("ADJ2030", node, { method }, "give it a comparison: (a, b) => a.x - b.x");
    return poison;
  }
  return sort(context, rows, (x, y) => numberOf(context, give(context, compare, [x, y], node), node), node);
}

const methods: Readonly<Record<string, Method | undefined>> = {
  at: lowerAt,
  fill: lowerFill,
  set: lowerSet,
  slice: (context, array, values, node) => {
    const { start, length } = rangeOf(context, array, values, node);
    const part = partOf(context, array, start, length);
    return copyArray(context, part, elementOf(array), length, node, undefined);
  },
  subarray: (context, array, values, node) => {
    const { start, length, reach } = rangeOf(context, array, values, node);
    return values.length === 0 ? array : partOf(context, array, start, length, reach);
  },
  copyWithin: lowerCopyWithin,
  map: (context, array, values, node) =>
    filled(context, elementOf(array), lengthOf(context, array), node, (k) => visit(context, array, values, node, k)),
  forEach: lowerForEach,
  reduce: lowerReduce,
  reduceRight: lowerReduceRight,
  every: lowerEvery,
  some: (context, array, values, node) => search(context, searchOf(context, array, values, node), node).isFound,
  find: (context, array, values, node) => foundEntry(context, searchOf(context, array, values, node), node),
  findLast: (context, array, values, node) => foundEntry(context, searchOf(context, array, values, node, true), node),
  findIndex: (context, array, values, node) => foundIndex(context, searchOf(context, array, values, node), node),
  findLastIndex: (context, array, values, node) =>
    foundIndex(context, searchOf(context, array, values, node, true), node),
  indexOf: (context, array, values, node) => foundIndex(context, valueSearch(context, array, values, node), node),
  lastIndexOf: (context, array, values, node) =>
    foundIndex(context, { ...valueSearch(context, array, values, node), fromEnd: true }, node),
  includes: (context, array, values, node) => search(context, valueSearch(context, array, values, node), node).isFound,
  filter: (context, array, values, node) =>
    filtered(context, array, (k) => visit(context, array, values, node, k), node),
  concat: concatenated,
  reverse: (context, array, _values, node) => reverseInPlace(context, array, node),
  toReversed: (context, array, _values, node) => reversedCopy(context, array, node),
  with: replaced,
  flatMap: (context, array, values, node) =>
    flattened(context, array, (k) => visit(context, array, values, node, k), node),
  flat: (context, array, _values, node) =>
    copyArray(context, array, elementOf(array), lengthOf(context, array), node, undefined),
  sort: (context, array, values, node) => sortInPlace(context, array, comparisonOf(context, values, node), node),
  toSorted: (context, array, values, node) =>
    sortedCopy(context, array, comparisonOf(context, values, node), node) ?? poison,
  values: (_context, array) => array,
  keys: (context, array, _values, node) => filled(context, "number", lengthOf(context, array), node, (k) => k),
};

function lowerForEach(context: Context, array: Sequence, values: readonly Binding[], node: Node): Binding {
  countedLoop(context, node, known(0), countOf(context, array), "k", (k) => {
    visit(context, array, values, node, k);
  });
  return undefinedValue;
}

function lowerEvery(context: Context, array: Sequence, values: readonly Binding[], node: Node): Binding {
  const test = (k: Value): Value => operate(context, "not", holds(context, array, values, node, k));
  return operate(context, "not", search(context, { array, fromEnd: false, test }, node).isFound);
}

function comparisonOf(context: Context, [compare]: readonly Binding[], node: Node) {
  if (compare === undefined || isAbsent(compare)) return undefined;
  return (x: Value, y: Value): Binding => give(context, compare, [x, y], node);
}

function holds(context: Context, array: Sequence, values: readonly Binding[], node: Node, index: Value): Value {
  return conditionOf(context, visit(context, array, values, node, index), node);
}

function searchOf<Of extends Sequence>(
  context: Context,
  array: Of,
  values: readonly Binding[],
  node: Node,
  fromEnd = false,
): Search<Of> {
  return { array, fromEnd, test: (k) => holds(context, array, values, node, k) };
}

/** `x.indexOf(v)`. Where it starts elsewhere than at an end is refused. */
function valueSearch(
  context: Context,
  array: ArrayBinding,
  [wanted, from]: readonly Binding[],
  node: Node,
): Search<ArrayBinding> {
  const value = numberOf(context, wanted ?? undefinedValue, node.arguments[0] ?? node);
  const isPlain = from === undefined || isAbsent(from) || (from.kind === "known" && from.value === 0);
  const method = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : "indexOf";
  if (!isPlain) context.reporter.report("ADJ2030", node, { method: `${method} from an index on` });
  const findsNaN = method === "includes";
  const test = (k: Value): Value => isSame(context, load(context, array, k, node), value, findsNaN);
  return { array, fromEnd: false, test };
}

/** Calls the given function with an entry, its index and the array. */
function visit(context: Context, array: Sequence, values: readonly Binding[], node: Node, index: Value): Binding {
  return give(context, values[0], [entryInRound(context, array, index, node), index, array], node);
}

/** Calls a function that was given to a method. */
export function give(context: Context, visitor: Binding | undefined, values: readonly Binding[], node: Node): Binding {
  const at = node.arguments[0] ?? node;
  if (visitor?.kind === "function") return inlineCall(context, visitor, values, at);
  if (visitor?.kind === "builtin" && visitor.name.startsWith("Math.")) return mathOf(context, visitor.name, values, at);
  if (visitor?.kind !== "poison") context.reporter.report("ADJ2015", at, { what: quoted(at) });
  return poison;
}

/** `x.map(Math.sin)`. */
function mathOf(context: Context, name: string, values: readonly Binding[], node: ts.Node): Binding {
  const operation = unaryMath.find((each) => name === `Math.${each}`);
  const [value] = values;
  if (operation !== undefined && value !== undefined)
    return operate(context, operation, numberOf(context, value, node));
  context.reporter.report("ADJ2015", node, { what: name });
  return poison;
}

const unaryMath = [
  ...([
    "abs",
    "sign",
    "sqrt",
    "cbrt",
    "exp",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "fround",
    "sin",
    "cos",
  ] as const),
  ...(["tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"] as const),
  ...(["floor", "ceil", "round", "trunc"] as const),
] as const;

function lowerAt(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const at = indexFromEnd(context, lengthOf(context, array), values, node);
  const isOptional = ts.isOptionalChain(node.expression);
  return (isOptional ? entryIfThere : readEntry)(context, array, at, node);
}

function indexFromEnd(context: Context, length: Value, values: readonly Binding[], node: Node): Value {
  const index = numberOf(context, values[0] ?? known(0), node);
  const fromEnd = (): Binding => add(context, length, index);
  return valueOf(
    context,
    branch(context, operate(context, "lt", index, known(0)), fromEnd, () => index),
  );
}

function lowerFill(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const [given] = values;
  if (given !== undefined && (isArray(given) || given.kind === "aggregate")) {
    const hint = "make one for each entry: Array.from({ length: n }, () => …)";
    const at = node.arguments[0] ?? node;
    context.reporter.report("ADJ2014", at, { what: "an array or object that all entries of another share" }, hint);
    return poison;
  }
  const value = numberOf(context, values[0] ?? undefinedValue, node.arguments[0] ?? node);
  if (value.kind === "known" && Object.is(value.value, 0) && isFresh(context, array)) {
    if (values.length < 2) startAtZero(context, array);
    if (!isUnset(context, array)) return array;
  }
  const start = position(context, array, values[1], known(0), node);
  const end = endWithin(context, array, position(context, array, values[2], lengthOf(context, array), node));
  demandRange(context, array, { start, end }, node);
  countedLoop(context, node, start, end, "k", (k) => store(context, array, k, value, node));
  return array;
}

/** Whether nothing was stored to it yet. */
function isFresh(context: Context, array: ArrayBinding): array is View {
  if (array.kind !== "view" || array.root.kind !== "local") return false;
  const version = context.state.read(array.root.memory);
  return version.kind === "scalar" && version.id === array.root.allocated;
}

/** `x.set(y, offset)`. Where both are parts of one array, through a copy. */
function lowerSet(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const [given = undefinedValue, offset] = values;
  const source = asOne(context, given, node);
  const start = offset === undefined || isAbsent(offset) ? known(0) : numberOf(context, offset, node);
  if (source.kind === "aggregate") {
    [...source.cell.members.values()].forEach((member, k) => {
      const value = numberOf(context, context.state.read(member), node);
      store(context, array, add(context, start, known(k)), value, node);
    });
    return undefinedValue;
  }
  if (!isArray(source)) {
    if (source.kind !== "poison") context.reporter.report("ADJ2030", node, { method: `set of ${quoted(node)}` });
    return undefinedValue;
  }
  const length = lengthOf(context, source);
  const from = mayOverlap(source, array) ? copyArray(context, source, elementOf(source), length, node, "copy") : source;
  countedLoop(context, node, known(0), length, "k", (k) => {
    store(context, array, add(context, start, k), load(context, from, k, node), node);
  });
  return undefinedValue;
}

function mayOverlap(x: ArrayBinding, y: ArrayBinding): boolean {
  if (x.kind === "choice") return mayOverlap(x.then, y) || mayOverlap(x.else, y);
  if (y.kind === "choice") return mayOverlap(x, y.then) || mayOverlap(x, y.else);
  return x.root === y.root;
}

function lowerCopyWithin(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const target = position(context, array, values[0], known(0), node);
  const { start, length: wanted } = rangeOf(context, array, values.slice(1), node);
  const room = subtract(context, lengthOf(context, array), target);
  demandRange(context, array, { start: target, end: lengthOf(context, array) }, node);
  const length = operate(context, "min", wanted, room);
  const copy = copyArray(context, partOf(context, array, start, length), elementOf(array), length, node, "copy");
  countedLoop(context, node, known(0), length, "k", (k) => {
    store(context, array, add(context, target, k), load(context, copy, k, node), node);
  });
  return array;
}

function lowerReduce(context: Context, array: Sequence, values: readonly Binding[], node: Node): Binding {
  const { state } = context;
  const [visitor, init] = values;
  if (init === undefined) refuseEmpty(context, countOf(context, array), node);
  const start = init ?? entryOf(context, array, known(0), node);
  const result = state.create("hidden", accumulatorName(node), start);
  countedLoop(context, node, known(init === undefined ? 1 : 0), countOf(context, array), "k", (k) => {
    const entry = entryInRound(context, array, k, node);
    state.write(result, give(context, visitor, [state.read(result), entry, k, array], node));
  });
  return state.read(result);
}

/** Without a value to start from there must be an entry. */
function refuseEmpty(context: Context, count: Value, node: Node): void {
  if (isAbove(context, count, 0)) return;
  const isEmpty = operate(context, "eq", count, known(0));
  throwIf(context, isEmpty, [`${quoted(node.expression)} has no entry to start from`], "TypeError");
}

/** What the given function calls its first parameter. */
function accumulatorName(node: Node): string {
  const [visitor] = node.arguments;
  const name =
    visitor !== undefined && "parameters" in visitor ? /\(?\s*(\w+)/.exec(visitor.getText())?.[1] : undefined;
  return name ?? "result";
}

/** From the last entry to the first. */
function lowerReduceRight(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const { state } = context;
  const [visitor, init] = values;
  if (init === undefined) refuseEmpty(context, lengthOf(context, array), node);
  const last = subtract(context, lengthOf(context, array), known(1));
  const result = state.create("hidden", accumulatorName(node), init ?? load(context, array, last, node));
  const rounds = init === undefined ? last : lengthOf(context, array);
  const first = init === undefined ? subtract(context, last, known(1)) : last;
  countedLoop(context, node, known(0), rounds, "k", (k) => {
    const index = subtract(context, first, k);
    const entry = loadInside(context, array, index, node);
    state.write(result, give(context, visitor, [state.read(result), entry, index, array], node));
  });
  return state.read(result);
}

export function isArrayMethod(name: string): boolean {
  return methods[name] !== undefined;
}
