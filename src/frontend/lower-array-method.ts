/** Methods of arrays: loops of loads and stores. */
import type { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import { copyArray } from "./array-copy.ts";
import { type ArrayBinding, elementOf, isArray, lengthOf, load, partOf, store, valueOf } from "./arrays.ts";
import { type Aggregate, type Binding, isAbsent, known, poison, undefinedValue, type Value } from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { demandRange, endWithin } from "./demand.ts";
import { add, conditionOf, numberOf, operate, quoted, subtract } from "./emit.ts";
import { exitTo } from "./exits.ts";
import { lowerLoop } from "./loop.ts";
import { changesLength, lowerGrowth } from "./lower-growth.ts";
import { argumentsOf, inlineCall } from "./lower-call.ts";
import { filled } from "./lower-new.ts";
import { isRows } from "./nested.ts";
import { countOf, entryOf, type Sequence } from "./sequences.ts";
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
  return lower(context, target, argumentsOf(context, node), node);
}

/** Methods of arrays of arrays and objects. */
function lowerRowsMethod(context: Context, rows: Sequence, method: string, node: Node): Binding {
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
  every: (context, array, values, node) => lowerSearch(context, array, values, node, false),
  some: (context, array, values, node) => lowerSearch(context, array, values, node, true),
};

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
    const { start, length } = rangeOf(context, array, values, node);
    return values.length === 0 ? array : partOf(context, array, start, length);
  },
  copyWithin: lowerCopyWithin,
  map: (context, array, values, node) =>
    filled(context, elementOf(array), lengthOf(context, array), node, (k) => visit(context, array, values, node, k)),
  forEach: lowerForEach,
  reduce: lowerReduce,
  every: (context, array, values, node) => lowerSearch(context, array, values, node, false),
  some: (context, array, values, node) => lowerSearch(context, array, values, node, true),
};

function lowerForEach(context: Context, array: Sequence, values: readonly Binding[], node: Node): Binding {
  countedLoop(context, node, known(0), countOf(context, array), "k", (k) => {
    visit(context, array, values, node, k);
  });
  return undefinedValue;
}

/** Calls the given function with an entry, its index and the array. */
function visit(context: Context, array: Sequence, values: readonly Binding[], node: Node, index: Value): Binding {
  return give(context, values[0], [entryOf(context, array, index, node), index, array], node);
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

/** An index or bound among the arguments: a negative constant counts from the end. */
function position(
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

/** `start` and `end` of `slice` and its like. */
function rangeOf(
  context: Context,
  array: ArrayBinding,
  values: readonly Binding[],
  node: Node,
): { readonly start: Value; readonly length: Value } {
  const start = position(context, array, values[0], known(0), node);
  const end = endWithin(context, array, position(context, array, values[1], lengthOf(context, array), node));
  demandRange(context, array, { start, end }, node);
  const length = subtract(context, end, start);
  return { start, length: length.kind === "known" ? known(Math.max(Number(length.value), 0)) : length };
}

function lowerAt(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const index = numberOf(context, values[0] ?? known(0), node);
  const fromEnd = (): Binding => add(context, lengthOf(context, array), index);
  const at = branch(context, operate(context, "lt", index, known(0)), fromEnd, () => index);
  return load(context, array, valueOf(context, at), node);
}

function lowerFill(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const value = numberOf(context, values[0] ?? undefinedValue, node.arguments[0] ?? node);
  if (value.kind === "known" && Object.is(value.value, 0) && isFresh(context, array)) return array;
  const start = position(context, array, values[1], known(0), node);
  const end = endWithin(context, array, position(context, array, values[2], lengthOf(context, array), node));
  demandRange(context, array, { start, end }, node);
  countedLoop(context, node, start, end, "k", (k) => store(context, array, k, value, node));
  return array;
}

/** `new Array(n).fill(0)`: it is zero already. */
function isFresh(context: Context, array: ArrayBinding): boolean {
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
  const start = init ?? entryOf(context, array, known(0), node);
  const result = state.create("hidden", accumulatorName(node), start);
  countedLoop(context, node, known(init === undefined ? 1 : 0), countOf(context, array), "k", (k) => {
    const entry = entryOf(context, array, k, node);
    state.write(result, give(context, visitor, [state.read(result), entry, k, array], node));
  });
  return state.read(result);
}

/** What the given function calls its first parameter. */
function accumulatorName(node: Node): string {
  const [visitor] = node.arguments;
  const name =
    visitor !== undefined && "parameters" in visitor ? /\(?\s*(\w+)/.exec(visitor.getText())?.[1] : undefined;
  return name ?? "result";
}

/** `some` stops at the first entry for which the function holds, `every` where it does not. */
function lowerSearch(
  context: Context,
  array: Sequence,
  values: readonly Binding[],
  node: Node,
  wanted: boolean,
): Binding {
  const [breakCode, continueCode] = [context.nextCode++, context.nextCode++];
  const { stopped } = lowerLoop(context, {
    node,
    kind: { kind: "for", start: known(0), bound: countOf(context, array), step: 1, inclusive: false },
    indexName: "k",
    counter: undefined,
    breakCode,
    continueCode,
    body: (k) => {
      const holds = conditionOf(context, visit(context, array, values, node, k), node);
      const leave = () => void (context.exit = exitTo(breakCode));
      const stay = (): void => {};
      branchEffects(context, holds, wanted ? leave : stay, wanted ? stay : leave);
    },
  });
  const found: Value = stopped === undefined ? known(false) : { kind: "scalar", id: stopped };
  return wanted ? found : operate(context, "not", found);
}

export function isArrayMethod(name: string): boolean {
  return methods[name] !== undefined;
}
