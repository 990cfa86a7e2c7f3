/**
 * Entries that were never set. `new Array(n)` makes none; here they are NaN, as arithmetic has it, and nothing at all where
 * each is set before it is read (transforms/normalize/fill-unset.ts). What would see more is refused: a test, a method that
 * passes over them, a read of one that is known not to be set.
 */
import type { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { type ArrayBinding, hasEntry, isIndexOf } from "./arrays.ts";
import { type Value, type View, wholeView } from "./binding.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";
import { alwaysGoesOn } from "./exits.ts";
import type { Frame } from "./state.ts";

/** Of an array: whether entries of it may not be set yet. */
export interface Holes {
  /** That of its memory. */
  readonly age: number;
  areFilled: boolean;
}

/** A new array, as one of which nothing is set. */
export function withHoles(context: Context, { root }: View): View {
  if (root.allocated !== undefined) {
    context.unset.add(root.allocated);
    context.setEntries.set(root.allocated, new Set());
  }
  return wholeView({ ...root, holes: { age: root.memory.age, areFilled: false } });
}

/** Which entries of it are set, where all stores to it are known. */
function setEntriesOf(context: Context, array: ArrayBinding): ReadonlySet<number> | undefined {
  if (array.kind !== "view" || array.root.holes?.areFilled !== false || array.offset !== undefined) return undefined;
  const version = context.state.read(array.root.memory);
  return version.kind === "scalar" ? context.setEntries.get(version.id) : undefined;
}

/** Notes a store, which made the version `after` of the version `before`. */
export function noteSet(context: Context, array: View, index: Value, before: ValueId, after: ValueId): void {
  const { holes, length } = array.root;
  if (holes === undefined || holes.areFilled || length === undefined || array.offset !== undefined) return;
  const { frame } = context.state;
  if (index.kind === "known") {
    const entries = context.setEntries.get(before);
    if (entries === undefined) return;
    const all = new Set(entries).add(Number(index.value));
    context.setEntries.set(after, all);
    const areAll = length.kind === "known" && Array.from({ length: all.size }, (_, k) => k).every((k) => all.has(k));
    if (areAll && all.size === length.value) noteAllSet(context, array);
    return;
  }
  const counted = context.counters.get(index.id);
  const isOverAll = counted?.start.kind === "known" && counted.start.value === 0 && counted.step === 1;
  if (!isOverAll || counted.node !== frame.loop || frame.logs.length > 0 || !alwaysGoesOn(context.exit)) return;
  if (!isIndexOf(context, index, length)) return;
  context.setInRounds.set(frame, [...(context.setInRounds.get(frame) ?? []), array]);
}

/** After a loop that ran to its end: what it set entry by entry has all of them. */
export function noteLoopOver(context: Context, frame: Frame): void {
  for (const array of context.setInRounds.get(frame) ?? []) noteAllSet(context, array);
}

/** Whether it starts without entries, or with such as are undefined: `Array.from({ length: n })`. */
export function isUnset(context: Context, { root }: View): boolean {
  return root.allocated !== undefined && context.unset.has(root.allocated);
}

/** `new Array(n).fill(0)` is a new array of zeros. */
export function startAtZero(context: Context, array: View): void {
  if (array.root.allocated !== undefined) context.unset.delete(array.root.allocated);
  noteAllSet(context, array);
}

/** Notes that all entries are set here. */
function noteAllSet(context: Context, { root }: View): void {
  const version = context.state.read(root.memory);
  if (version.kind === "scalar") context.setEntries.delete(version.id);
  if (root.holes !== undefined && context.state.isMadeHere(root.holes.age)) root.holes.areFilled = true;
}

/** Whether there is an entry, asked by the source at `node`. */
export function askForEntry(context: Context, array: ArrayBinding, index: Value, node: ts.Node): Value {
  refuseTest(context, array, index, node);
  return hasEntry(context, array, index);
}

/** A test tells an entry that is not set from a zero. */
export function refuseTest(context: Context, array: ArrayBinding, index: Value, node: ts.Node): void {
  if (array.kind === "choice") {
    refuseTest(context, array.then, index, node);
    return refuseTest(context, array.else, index, node);
  }
  if (array.root.holes?.areFilled !== false) return;
  const isSet = index.kind === "known" && setEntriesOf(context, array)?.has(Number(index.value)) === true;
  if (!isSet) context.reporter.report("ADJ2038", node, { what: quoted(node) });
}

/** `c[1]` where it is known that only others are set. */
export function refuseUnset(context: Context, array: ArrayBinding, index: Value, node: ts.Node): void {
  const entries = setEntriesOf(context, array);
  if (entries === undefined) return;
  const isUnset = index.kind === "known" ? !entries.has(Number(index.value)) : entries.size === 0;
  if (isUnset) context.reporter.report("ADJ2016", node, { name: quoted(node) });
}

const passingOver: ReadonlySet<string> = new Set([
  ...[
    "every",
    "filter",
    "flatMap",
    "forEach",
    "indexOf",
    "lastIndexOf",
    "map",
    "reduce",
    "reduceRight",
    "some",
    "sort",
  ],
]);

/** Methods pass over the entries that are not set. Gives whether that was refused. */
export function refusePassingOver(
  context: Context,
  array: ArrayBinding,
  method: string,
  node: ts.CallExpression,
): boolean {
  if (!passingOver.has(method) || setEntriesOf(context, array) === undefined) return false;
  context.reporter.report("ADJ2038", node, { what: quoted(node.expression) });
  return true;
}
