/**
 * Local arrays whose length changes: `push`, `pop`, `length = n`, `y[y.length] = e`, and what `filter` keeps. The buffer has
 * room for all entries that there ever are (bound-growth.ts), and how many there are is a number like any other, which
 * branches merge and loops carry: the count of the root.
 *
 * What lies in the buffer from the count on is not seen: to read there gives `undefined`. To leave holes is refused where
 * it is run: nothing is stored beyond the first place that is free.
 */
import type { ts } from "ts-morph";
import type { ElementType } from "../ir/graph.ts";
import { type ArrayBinding, lengthOf, load, loadAt, rootLength, storeAt, versionOf } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  known,
  poison,
  type Root,
  scalar,
  undefinedValue,
  type Value,
  type View,
} from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { isAbove, isBelow, isFromStart } from "./count-facts.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { add, idOf, isSameNumber, operate, quoted, subtract } from "./emit.ts";
import { isEqualForm } from "./linear-forms.ts";
import { isWhole } from "./loop-bound.ts";
import { loopsAround } from "./state.ts";

export function isCounted(array: View): boolean {
  return array.root.count !== undefined && array.offset === undefined;
}

/** Whether an array can be one whose length changes; then it is in the next round of the lowering. */
export function growNextTime(context: Context, root: Root): boolean {
  if (root.source === undefined || root.element !== "number" || root.kind !== "local") return false;
  context.assumptions.noteLengthChanges(root.source);
  noteLoops(context, root, root.memory.age);
  return true;
}

/** The same of what is written out entry by entry so far. */
export function growTupleNextTime(context: Context, { cell }: Aggregate, literal: ts.Node): void {
  context.assumptions.makeArray(literal);
  context.assumptions.noteLengthChanges(literal);
  for (const loop of loopsAround(context.state.frame, cell.age)) {
    context.assumptions.noteLengthChangesIn(loop, literal);
  }
}

export function noteLoops(context: Context, root: Root, age: number): void {
  if (root.source === undefined) return;
  for (const loop of loopsAround(context.state.frame, age)) context.assumptions.noteLengthChangesIn(loop, root.source);
}

/** The array, if its length may change here; else it is said that it may not. */
export function growable(context: Context, array: ArrayBinding, node: ts.Node): (View & { root: Root }) | undefined {
  if (array.kind === "choice") return undefined;
  const { root } = array;
  if (array.isConstant === true) {
    context.reporter.report("ADJ2070", node, { name: root.name ?? "this array" });
    return undefined;
  }
  if (root.element === "number" && root.source !== undefined && isCounted(array)) return array;
  if (array.offset === undefined && !root.readOnly && growNextTime(context, root)) return undefined;
  context.reporter.report("ADJ2031", node, { name: root.name ?? "this array" });
  return undefined;
}

/** Says how many entries there are from now on. */
export function setCount(context: Context, root: Root, count: Value): void {
  if (root.count === undefined) return;
  noteLoops(context, root, root.count.age);
  context.state.write(root.count, count);
}

/** Adds an entry at the end. */
export function append(context: Context, array: View, value: Value, node: ts.Node): void {
  const { root } = array;
  const count = rootLength(context, root);
  const next = add(context, count, known(1));
  makeRoom(context, root, next, node);
  storeAt(context, array, count, value, node);
  setCount(context, root, next);
}

/** Sees to it that the buffer has room for so many entries. */
export function makeRoom(context: Context, root: Root, length: Value, node: ts.Node): void {
  const version = versionOf(context, root, node);
  if (version === undefined) return;
  const grown = context.builder.grow(version, idOf(context, length));
  context.growths.set(grown, { node, name: root.name ?? "this array" });
  context.state.write(root.memory, scalar(grown));
}

/** Adds all entries of another array, or of itself. */
export function appendAll(context: Context, array: View, from: ArrayBinding, node: ts.Node): void {
  const { root } = array;
  const length = lengthOf(context, from);
  const count = rootLength(context, root);
  const next = add(context, count, length);
  makeRoom(context, root, next, node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    storeAt(context, array, add(context, count, k), load(context, from, k, node), node);
  });
  setCount(context, root, next);
}

/** `pop`: undefined if there is none. */
export function removeLast(context: Context, array: View, node: ts.Node): Binding {
  const { root } = array;
  const count = rootLength(context, root);
  const last = operate(context, "sub", count, known(1));
  return removed(context, root, last, () => loadAt(context, array, last, node));
}

/** `shift`: the others move down. */
export function removeFirst(context: Context, array: View, node: ts.Node): Binding {
  const { root } = array;
  const count = rootLength(context, root);
  return removed(context, root, operate(context, "sub", count, known(1)), () => {
    const first = load(context, array, known(0), node);
    countedLoop(context, node, known(1), count, "k", (k) => {
      storeAt(context, array, subtract(context, k, known(1)), loadAt(context, array, k, node), node);
    });
    return first;
  });
}

/** The entry that is taken out, if there is one, and one entry less. */
function removed(context: Context, root: Root, rest: Value, take: () => Value): Binding {
  const count = rootLength(context, root);
  const isSome = isAbove(context, count, 0) ? known(true) : operate(context, "gt", count, known(0));
  if (isSome.kind === "known" && isSome.value === false) return undefinedValue;
  const value = take();
  // Asked later, it is there whatever the length is then.
  if (value.kind === "scalar") context.entries.delete(value.id);
  setCount(context, root, isSome.kind === "known" ? rest : operate(context, "max", rest, known(0)));
  return isSome.kind === "known" ? value : { kind: "choice", condition: isSome.id, then: value, else: undefinedValue };
}

/** `unshift`: the others move up. */
export function insertFirst(context: Context, array: View, values: readonly Value[], node: ts.Node): void {
  const { root } = array;
  const count = rootLength(context, root);
  const by = known(values.length);
  const next = add(context, count, by);
  makeRoom(context, root, next, node);
  countedLoop(context, node, known(0), count, "k", (k) => {
    const from = subtract(context, subtract(context, count, known(1)), k);
    storeAt(context, array, add(context, from, by), loadAt(context, array, from, node), node);
  });
  values.forEach((value, k) => storeAt(context, array, known(k), value, node));
  setCount(context, root, next);
}

/** `y.length = n`: what is cut off is gone; it cannot become longer so. */
export function setLength(context: Context, array: View, length: Value, node: ts.Node): void {
  const count = rootLength(context, array.root);
  if (!(length.kind === "known" && length.value === 0) && !isSameNumber(context, length, count)) {
    const isBroken = operate(
      context,
      "or",
      operate(context, "lt", length, known(0)),
      operate(context, "gt", length, count),
    );
    const name = array.root.name ?? "the array";
    throwIf(context, isBroken, [`${quoted(node)} is set to `, length, `, and ${name} has length `, count]);
  }
  setCount(context, array.root, length);
}

/** `y[i] = e`, where that may be the next one. */
export function storeInto(context: Context, array: View, index: Value, value: Value, node: ts.Node): void {
  const count = rootLength(context, array.root);
  if (isSameNumber(context, index, count)) return append(context, array, value, node);
  const isSafe = isFromStart(context, index) && isWhole(context, index);
  if (isSafe && isBelow(context, index, count)) return storeAt(context, array, index, value, node);
  if (array.root.element === "number" && context.state.frame.loop !== undefined && index.kind === "scalar") {
    if (context.assumptions.fillsInOrder(node)) {
      context.orders.push({ node, index, count });
      return append(context, array, value, node);
    }
  }
  const outside = [operate(context, "gt", index, count)];
  if (!isFromStart(context, index)) outside.push(operate(context, "lt", index, known(0)));
  if (!isWhole(context, index)) {
    outside.push(operate(context, "ne", operate(context, "rem", index, known(1)), known(0)));
  }
  const name = array.root.name ?? "the array";
  const isOutside = outside.reduce((any, each) => operate(context, "or", any, each));
  throwIf(context, isOutside, [`${name} has length `, count, ", and entry ", index, " is stored: it has no holes"]);
  branchEffects(
    context,
    operate(context, "eq", index, count),
    () => append(context, array, value, node),
    () => storeAt(context, array, index, value, node),
  );
}

/** When all loops are closed: whether what was taken to be filled in order is. */
export function checkOrders(context: Context): void {
  for (const { node, index, count } of context.orders) {
    if (!isEqualForm(context, index, count)) context.assumptions.noteFillsOutOfOrder(node);
  }
}

/** A new array that keeps a count, that of another where one is given: none yet. There is room for so many. */
export function emptyArray(
  context: Context,
  element: ElementType,
  room: Value,
  node: ts.Node,
  count = context.state.createCount("length", known(0), node),
): View {
  const { builder, state } = context;
  const length = idOf(context, room);
  const allocated = builder.fresh({ kind: "array", element });
  const role = { kind: "local" } as const;
  const place = builder.place();
  builder.push({
    kind: "allocate",
    element,
    length,
    role,
    filled: false,
    keepsCount: true,
    result: allocated,
    ...place,
  });
  const root: Root = {
    element,
    name: undefined,
    memory: state.create("memory", "array", scalar(allocated)),
    kind: "local",
    length: undefined,
    count,
    source: node,
    readOnly: false,
    origin: undefined,
    allocated,
    entries: undefined,
  };
  return { kind: "view", root, offset: undefined, length: undefined };
}

/** `undefined` and poison for what could not be done. */
export function onEach(
  context: Context,
  array: ArrayBinding,
  node: ts.Node,
  run: (array: View) => Binding | undefined,
): Binding {
  if (array.kind === "choice") {
    const side = (part: ArrayBinding) => () => onEach(context, part, node, run);
    return branch(context, scalar(array.condition), side(array.then), side(array.else));
  }
  const view = growable(context, array, node);
  return view === undefined ? poison : (run(view) ?? undefinedValue);
}
