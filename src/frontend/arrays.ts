/** Arrays: what is read from them, written to them, and how long they are. */
import { ts } from "ts-morph";
import { assertNever, present } from "../diagnostics/invariant.ts";
import type { ElementType } from "../ir/graph.ts";
import { pairing } from "../ir/nested.ts";
import {
  type Binding,
  type Choice,
  isValue,
  isWhole,
  known,
  type Root,
  scalar,
  undefinedValue,
  type Value,
  type View,
  wholeView,
} from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import { wayTo } from "./calls-around.ts";
import { storedValue } from "./constant-call.ts";
import { isAbove, isBelow, isFromStart, startsBeyond } from "./count-facts.ts";
import { growNextTime, isCounted, storeInto } from "./growth.ts";
import { askForEntry, noteSet } from "./holes.ts";
import { optionalOf } from "./optional.ts";
import { constantOf } from "./stop-gradient.ts";
import { currentRow } from "./grow-one-row.ts";
import { demandWithinRow, refuseRows } from "./pools.ts";
import type { Context } from "./context.ts";
import { add, anyNumber, idOf, isSameNumber, operate, quoted, toNumber } from "./emit.ts";
import { notePlace } from "./note-place.ts";

/** A view, or a choice of views. */
export type ArrayBinding = View | (Choice & { readonly then: ArrayBinding; readonly else: ArrayBinding });

export function isArray(binding: Binding): binding is ArrayBinding {
  if (binding.kind === "choice") return isArray(binding.then) && isArray(binding.else);
  return binding.kind === "view";
}

/** The number of entries of a whole root. */
export function rootLength(context: Context, root: Root): Value {
  if (root.length !== undefined) return root.length;
  if (root.count !== undefined) return valueOf(context, context.state.read(root.count));
  const before = context.lengths.get(root);
  if (before !== undefined) return scalar(before);
  const { builder, prologue } = context;
  const result = builder.fresh("number");
  prologue.push({ kind: "length", array: present(root.allocated), result, ...builder.place() });
  context.lengths.set(root, result);
  context.everywhere.add(result);
  return scalar(result);
}

/** The length of a row of a nested parameter; of the whole where there is no index. */
export function lengthAt(context: Context, root: Root, at: readonly Value[]): Value {
  const row = at.slice(1).reduce<Value | undefined>((index, next) => index && pair(context, index, next), at[0]);
  if (row === undefined) return rootLength(context, root);
  const { builder, definitions } = context;
  const result = builder.fresh("number");
  const array = present(root.allocated, "a nested parameter");
  const node = { kind: "length", array, at: idOf(context, row), result, ...builder.place() } as const;
  builder.push(node);
  definitions.set(result, node);
  return scalar(result);
}

function pair(context: Context, row: Value, column: Value): Value {
  const result = context.builder.fresh("number");
  const operands = [idOf(context, row), idOf(context, column)];
  const node = { kind: "operation", operation: pairing, operands, result, ...context.builder.place() } as const;
  context.builder.push(node);
  context.definitions.set(result, node);
  return scalar(result);
}

/** The index of an entry in the root of a view. */
function placeOf(context: Context, { rows = [], offset }: View, index: Value): Value {
  return [...rows, add(context, offset ?? known(0), index)].reduce((at, next) => pair(context, at, next));
}

export function lengthOf(context: Context, array: ArrayBinding): Value {
  if (array.kind === "view")
    return currentRow(context, array).length ?? lengthAt(context, array.root, array.rows ?? []);
  const side = (part: ArrayBinding) => () => lengthOf(context, part);
  return valueOf(context, branch(context, scalar(array.condition), side(array.then), side(array.else)));
}

export function elementOf(array: ArrayBinding): ElementType {
  return array.kind === "view" ? array.root.element : elementOf(array.then);
}

export function load(context: Context, given: ArrayBinding, index: Value, at: ts.Node): Value {
  if (given.kind === "choice") {
    const side = (part: ArrayBinding) => () => load(context, part, index, at);
    const entry = valueOf(context, branch(context, scalar(given.condition), side(given.then), side(given.else)));
    if (entry.kind === "scalar") context.entries.set(entry.id, { array: given, index, node: at });
    return entry;
  }
  const array = currentRow(context, given, at);
  if (index.kind === "known" && array.root.entries !== undefined && array.offset === undefined) {
    return known(array.root.entries[Number(index.value)] ?? NaN);
  }
  if (isOutsideView(array, index)) return known(NaN);
  if (array.root.pool !== undefined && (mayBeAbsent(at) || context.assumptions.isAskedLater(at)))
    return loadIfThere(context, array, index, at);
  if (isView(array)) return loadIfThere(context, array, index, at);
  demandWithinRow(context, array, index, "read", at);
  if ((isCounted(array) || array.root.hasRoom) && !isBelow(context, index, lengthOf(context, array))) {
    return loadBelow(context, array, index, at);
  }
  return loadAt(context, array, index, at);
}

/** An entry that is there. */
export function loadInside(context: Context, array: ArrayBinding, index: Value, at: ts.Node): Value {
  if (array.kind === "view" && (array.root.count !== undefined || array.root.hasRoom || isView(array)))
    return loadAt(context, array, index, at);
  if (array.kind === "view") return load(context, array, index, at);
  const side = (part: ArrayBinding) => () => loadInside(context, part, index, at);
  return valueOf(context, branch(context, scalar(array.condition), side(array.then), side(array.else)));
}

/** What lies in the buffer beyond the entries is not seen. */
function loadBelow(context: Context, array: View, index: Value, at: ts.Node): Value {
  const isThere = operate(context, "lt", index, lengthOf(context, array));
  const entry = branch(
    context,
    isThere,
    () => loadAt(context, array, index, at),
    () => known(NaN),
  );
  if (entry.kind === "scalar") context.entries.set(entry.id, { array, index, node: at });
  return valueOf(context, entry);
}

/** An entry of a row or of a view, which there may be none of: what lies beside it is not seen. */
function loadIfThere(context: Context, array: View, index: Value, at: ts.Node): Value {
  const isThere = isView(array) ? isWithinReach(context, array, index) : hasEntry(context, array, index);
  if (isThere.kind === "known" && isThere.value === true) return loadAt(context, array, index, at);
  const entry = branch(
    context,
    isThere,
    () => loadAt(context, array, index, at),
    () => known(NaN),
  );
  if (entry.kind === "scalar") context.entries.set(entry.id, { array, index, node: at });
  return valueOf(context, entry);
}

/** Whether the source asks if there is an entry: `row[j + 1] ?? 0`, `row[j] === undefined`. */
function mayBeAbsent(node: ts.Node): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = at.parent;
  if (!ts.isBinaryExpression(at.parent)) return false;
  const { kind } = at.parent.operatorToken;
  return kind === ts.SyntaxKind.QuestionQuestionToken || equalities.has(kind);
}

const equalities: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** Loads where there is an entry, or below 0. */
export function loadAt(context: Context, given: View, index: Value, at: ts.Node): Value {
  const array = currentRow(context, given, at);
  const version = versionOf(context, array.root, at);
  if (version === undefined) return anyNumber(context);
  const position = idOf(context, placeOf(context, array, index));
  const result = context.builder.fresh("number");
  const { assumptions } = context;
  const isAsked = assumptions.isAskedLater(at) || assumptions.isTested(at);
  const mayBeAbsent = isAsked && ({ mayBeAbsent: true } as const);
  const place = context.builder.place();
  const node = { kind: "load", array: version, index: position, result, ...mayBeAbsent, ...place } as const;
  context.builder.push(node);
  context.definitions.set(result, node);
  context.entries.set(result, { array, index, node: at });
  const isConstant = array.isConstant === true && !isInteger(array.root.element);
  return isConstant ? constantOf(context, scalar(result)) : scalar(result);
}

/** Whether the array may not be written. */
export function isFixed({ assumptions, calls }: Context, root: Root): boolean {
  const cause = calls.frozen.get(root);
  if (cause !== undefined && assumptions.isLarge(cause)) assumptions.noteMustInline(cause);
  return root.readOnly || cause !== undefined;
}

export function store(context: Context, array: ArrayBinding, index: Value, value: Value, node: ts.Node): void {
  if (array.kind === "choice") {
    const side = (part: ArrayBinding) => () => store(context, part, index, value, node);
    return branchEffects(context, scalar(array.condition), side(array.then), side(array.else));
  }
  if (array.isConstant === true) return refuseConstant(context, array, node);
  // A view is one of a typed array, which loses such a store.
  if (isOutsideView(array, index)) return;
  if (isView(array)) {
    const lost = (): void => {};
    return branchEffects(
      context,
      isWithinReach(context, array, index),
      () => storeIn(context, array, index, value, node),
      lost,
    );
  }
  storeIn(context, array, index, value, node);
}

/** Stores to what is no choice, where there is an entry, or at the end of what grows. */
function storeIn(context: Context, given: View, index: Value, value: Value, node: ts.Node): void {
  const array = currentRow(context, given, node);
  const { root } = array;
  if (root.isShared === true) return void refuseRows(context, node, "they are known under other names too");
  if (isFixed(context, root)) return context.reporter.report("ADJ2005", node, { name: root.name ?? "this array" });
  const isParameter = root.kind !== "local" || root.source === undefined;
  if (root.element === "number" && isParameter && array.offset === undefined && isBeyond(index, root.length)) {
    return context.reporter.report("ADJ2031", node, { name: root.name ?? "this array" });
  }
  if (isCounted(array)) return storeInto(context, array, index, toNumber(context, value), node);
  if (root.kind === "local" && array.offset === undefined && root.element === "number") {
    const isNext = isSameNumber(context, index, rootLength(context, root));
    if ((isNext || startsBeyond(context, index, rootLength(context, root))) && growNextTime(context, root)) return;
  }
  if (root.hasRoom && !isBelow(context, index, lengthOf(context, array))) {
    const length = lengthOf(context, array);
    const isInside = operate(context, "lt", index, length);
    const lost = (): void => {
      if (root.element === "number") refuseGrowth(context, array, index, length);
    };
    const isSure = isFromStart(context, index);
    return branchEffects(context, isInside, () => storeAt(context, array, index, value, node, isSure), lost);
  }
  const isSure = root.hasRoom === true && isFromStart(context, index);
  storeAt(context, array, index, value, node, isSure || array.among?.isHeld === true);
}

/** A plain array would have one more entry; its buffer, which other arrays use too, is not asked. */
function refuseGrowth(context: Context, { root }: View, index: Value, length: Value): void {
  const parts = [
    `${root.name ?? "the array"} has length `,
    idOf(context, length),
    ", and entry ",
    idOf(context, index),
    " is stored: it cannot grow here",
  ];
  context.builder.push({ kind: "throw", errorClass: "RangeError", parts, ...context.builder.place() });
}

/** Stores where there is an entry, in whatever array that is. */
export function storeInside(context: Context, array: ArrayBinding, index: Value, value: Value, node: ts.Node): void {
  if (array.kind === "view" && !array.root.readOnly && array.root.isShared !== true)
    return storeAt(context, array, index, value, node);
  if (array.kind === "view") return store(context, array, index, value, node);
  const side = (part: ArrayBinding) => () => storeInside(context, part, index, value, node);
  branchEffects(context, scalar(array.condition), side(array.then), side(array.else));
}

/** Stores where there is an entry. */
export function storeAt(
  context: Context,
  given: View,
  index: Value,
  value: Value,
  node: ts.Node,
  isInside = true,
): void {
  const array = currentRow(context, given, node);
  const { root } = array;
  if (array.isConstant === true) return refuseConstant(context, array, node);
  demandWithinRow(context, array, index, "stored", node);
  const version = versionOf(context, root, node);
  if (version === undefined) return;
  const place = idOf(context, placeOf(context, array, index));
  const kept = isInteger(root.element) ? value : storedValue(context, value);
  const next = context.builder.store(version, place, idOf(context, toNumber(context, kept)), isInside);
  context.state.write(root.memory, scalar(next));
  noteSet(context, array, index, version, next);
  if (isInteger(root.element)) notePlace(context, node, scalar(next));
}

function refuseConstant(context: Context, { root }: View, node: ts.Node): void {
  context.reporter.report("ADJ2070", node, { name: root.name ?? "this array" });
}

function isInteger(element: ElementType): boolean {
  return !["f64", "f32", "number"].includes(element);
}

/** Whether it is a part of a typed array: it has no entry where the array has one. */
function isView({ root, offset }: View): boolean {
  return offset !== undefined && root.pool === undefined;
}

/** Whether it is known that there is no such entry in a view, though there may be one beside it. */
function isOutsideView({ root, offset, length }: View, index: Value): boolean {
  if (offset === undefined || root.pool !== undefined || index.kind !== "known") return false;
  return Number(index.value) < 0 || isBeyond(index, length);
}

function isBeyond(index: Value, length: Value | undefined): boolean {
  return index.kind === "known" && length?.kind === "known" && Number(index.value) >= Number(length.value);
}

/** The current version of a root. */
export function versionOf(context: Context, root: Root, node: ts.Node) {
  const version = context.state.read(root.memory);
  if (version.kind === "scalar") return version.id;
  if (version.kind === "poison") version.report?.(node);
  return undefined;
}

/**
 * A new array of zeros. Its length may change if `source` made it, a plain array; then `isStored` says that every entry is
 * stored right away.
 */
export function allocate(
  context: Context,
  element: ElementType,
  length: Value,
  name: string | undefined,
  source?: ts.Node,
  isStored = true,
): View {
  const { builder, state } = context;
  const changes = source !== undefined && element === "number" && context.assumptions.changesLength(source);
  const count = changes ? state.createCount(`${name ?? "array"}Length`, length, source) : undefined;
  const allocated = builder.allocate(element, idOf(context, length), { kind: "local" }, !(changes && isStored), name);
  const memory = context.state.create("memory", name ?? "array", scalar(allocated));
  return wholeView({
    element,
    name,
    memory,
    kind: "local",
    length: count === undefined ? length : undefined,
    count,
    hasRoom: source !== undefined && !changes && context.assumptions.hasLongerBuffer(source) ? true : undefined,
    source,
    way: source && wayTo(context, source),
    readOnly: false,
    origin: undefined,
    allocated,
    entries: undefined,
  });
}

/** A new array of which every entry is stored before it is read. */
export function allocateUnfilled(context: Context, element: ElementType, length: Value, name: string): View {
  const { builder, state } = context;
  const allocated = builder.allocate(element, idOf(context, length), { kind: "local" }, false, name);
  const memory = state.create("memory", name, scalar(allocated));
  const role = { kind: "local", readOnly: false, origin: undefined, entries: undefined } as const;
  return wholeView({ element, name, memory, length, allocated, ...role });
}

/** A constant array of a module. */
export function table(context: Context, element: ElementType, values: readonly number[]): View {
  const { builder } = context;
  const allocated = builder.table(element, values);
  const memory = context.state.create("memory", "table", scalar(allocated));
  return wholeView({
    element,
    name: undefined,
    memory,
    kind: "table",
    length: known(values.length),
    readOnly: true,
    origin: undefined,
    allocated,
    entries: values.map((value) => stored(element, value)),
  });
}

/** What an array of this element type holds when a number is stored to it. */
function stored(element: ElementType, value: number): number {
  switch (element) {
    case "f64":
    case "number":
      return value;
    case "f32":
      return Math.fround(value);
    case "i8":
      return Int8Array.of(value)[0] ?? 0;
    case "u8":
      return Uint8Array.of(value)[0] ?? 0;
    case "u8c":
      return Uint8ClampedArray.of(value)[0] ?? 0;
    case "i16":
      return Int16Array.of(value)[0] ?? 0;
    case "u16":
      return Uint16Array.of(value)[0] ?? 0;
    case "i32":
      return Int32Array.of(value)[0] ?? 0;
    case "u32":
      return Uint32Array.of(value)[0] ?? 0;
    default:
      return assertNever(element);
  }
}

/** Whether a view goes on to the end of its array, so that what lies beyond is beyond the array too. */
export function isEndless(reach: Value | undefined): boolean {
  return reach?.kind === "known" && reach.value === Infinity;
}

/** The part of an array from `offset` on. `reach`: how long it would be if the array did not end before. */
export function partOf(
  context: Context,
  array: ArrayBinding,
  offset: Value,
  length: Value,
  reach?: Value,
): ArrayBinding {
  if (array.kind === "view") {
    const goesToEnd = isWhole({ ...array, isConstant: undefined }) || isEndless(array.reach);
    const { among, ...row } = currentRow(context, array);
    const ends = { length, reach: goesToEnd ? reach : undefined };
    // A part does not move with its row.
    const part = among && { among: { ...among, pool: undefined } };
    return { ...row, offset: add(context, row.offset ?? known(0), offset), ...ends, ...part };
  }
  return {
    ...array,
    then: partOf(context, array.then, offset, length, reach),
    else: partOf(context, array.else, offset, length, reach),
  };
}

/** Whether the number is the index of a loop over all that is below the length. */
export function isIndexOf(context: Context, index: Value, length: Value): boolean {
  const counted = index.kind === "scalar" ? context.counters.get(index.id) : undefined;
  if (counted === undefined || counted.step < 0 || counted.inclusive) return false;
  const startsInside = counted.start.kind === "known" && Number(counted.start.value) >= 0;
  return startsInside && isSameNumber(context, counted.bound, length);
}

/** Whether the array has an entry at the index: what is read beyond its ends is undefined. */
export function hasEntry(context: Context, array: ArrayBinding, index: Value): Value {
  return isBetween(context, index, lengthOf(context, array));
}

/** Whether what lies at the index of a view is an entry of it, or beyond the end of the array too. */
function isWithinReach(context: Context, view: View, index: Value): Value {
  const length = lengthOf(context, view);
  return isIndexOf(context, index, length) ? known(true) : isBetween(context, index, view.reach ?? length);
}

/** Whether the index is at least 0 and below the length. */
function isBetween(context: Context, index: Value, length: Value): Value {
  if (isIndexOf(context, index, length)) return known(true);
  if (index.kind === "known" && Number(index.value) >= 0 && isAbove(context, length, Number(index.value)))
    return known(true);
  const isFromStart = operate(context, "ge", index, known(0));
  if (length.kind === "known" && length.value === Infinity) return isFromStart;
  const isBelowEnd = operate(context, "lt", index, length);
  if (isFromStart.kind === "known") return isFromStart.value === true ? isBelowEnd : isFromStart;
  return isBelowEnd.kind === "known" && isBelowEnd.value === true
    ? isFromStart
    : operate(context, "and", isFromStart, isBelowEnd);
}

/** The entry at the index, undefined where there is none. */
export function entryIfThere(context: Context, array: ArrayBinding, index: Value, node: ts.Node): Binding {
  const read = (): Binding => load(context, array, index, node);
  const entry = branch(context, askForEntry(context, array, index, node), read, () => undefinedValue);
  const value = optionalOf(entry)?.value;
  if (value?.kind === "scalar") context.asked.add(value.id);
  return entry;
}

/** Reports that a binding is no array. */
export function noArray(context: Context, binding: Binding, node: ts.Node): void {
  if (binding.kind === "poison") binding.report?.(node);
  else if (binding.kind === "unknown") context.reporter.report("ADJ2004", node, { name: binding.name });
  else if (isValue(binding)) context.reporter.report("ADJ2007", node, { what: `an entry of ${quoted(node)}` });
  else context.reporter.report("ADJ2014", node, { what: `${quoted(node)} as an array` });
}

export function valueOf(context: Context, binding: Binding): Value {
  return isValue(binding) ? binding : anyNumber(context);
}
