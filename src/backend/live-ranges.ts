/**
 * Where each value of a tree of blocks is live, as a list of intervals of places in program order.
 *
 * Places count up through the tree: what an item reads it reads at an even place, what it defines it defines at the odd
 * place after. Branches come one after the other, so a value that only the second one reads has a gap over the first.
 * A value from outside of a loop that the loop reads is live throughout the loop.
 *
 * The target of a move (a result of a branch, a carried value of a loop) is live where the moves are made, and for a
 * loop from its entry to the start of its body, since the test runs in between.
 */
import type { ValueId } from "../ir/graph.ts";
import { present } from "../diagnostics/invariant.ts";
import { indexOf, operandsOf } from "../ir/walk.ts";
import type { Block, End, Item, LoopItem } from "./blocks.ts";
import { valuesIn } from "./steps.ts";

/** Half open. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

interface Scope {
  readonly parent: Scope | undefined;
  /** The place in the parent where it is entered. */
  readonly entry: number;
  readonly isLoop: boolean;
  start: number;
  end: number;
}

/** A live range that is still growing: from `start` to `end`, or to the end of the loop `until`. */
interface OpenRange {
  readonly start: number;
  end: number;
  readonly until: Scope | undefined;
}

interface Definition {
  readonly scope: Scope;
  readonly place: number;
  readonly ranges: OpenRange[];
  readonly within: Map<Scope, OpenRange>;
}

export function liveRanges(
  block: Block,
  parameters: readonly ValueId[],
  /** Parameters whose variable always holds the same array: its length can be asked whatever was stored to it. */
  steady: ReadonlySet<ValueId>,
  pairs: ReadonlyMap<ValueId, readonly ValueId[]> = new Map(),
): ReadonlyMap<ValueId, readonly Interval[]> {
  const definitions = new Map<ValueId, Definition>();
  let place = 2;

  const define = (value: ValueId, scope: Scope, at: number): void => {
    if (definitions.has(value)) return;
    const range: OpenRange = { start: at, end: at + 1, until: undefined };
    definitions.set(value, { scope, place: at, ranges: [range], within: new Map([[scope, range]]) });
  };
  /** Reads the value at a place of the scope: it is live from the scope's start, and in the scopes around back to its own. */
  const use = (value: ValueId, scope: Scope, at: number): void => {
    pairs.get(value)?.forEach((part) => use(part, scope, at));
    const definition = definitions.get(value);
    if (definition === undefined) return; // a constant
    let [current, until] = [scope, at];
    for (;;) {
      const open = definition.within.get(current);
      if (open !== undefined) {
        open.end = Math.max(open.end, until + 1);
        return;
      }
      const range = { start: current.start, end: until + 1, until: current.isLoop ? current : undefined };
      definition.within.set(current, range);
      definition.ranges.push(range);
      until = current.entry;
      current = present(current.parent, "the scope of a definition");
    }
  };
  const keep = (value: ValueId, from: number, to: number): void => {
    definitions.get(value)?.ranges.push({ start: from, end: to, until: undefined });
  };
  const enter = (parent: Scope, entry: number, isLoop: boolean): Scope => {
    place += 2;
    return { parent, entry, isLoop, start: place - 1, end: place };
  };

  function visitBlock(of: Block, scope: Scope): void {
    for (const item of of.items) visitItem(item, scope);
    place += 2;
    visitEnd(of.end, scope);
    scope.end = place;
  }

  function visitEnd(end: End, scope: Scope): void {
    const at = place;
    if (end.kind === "test") use(end.value, scope, at);
    if (end.kind === "moves") {
      for (const { source } of end.moves) use(source, scope, at);
      for (const { target } of end.moves) pending.push([target, at + 1, at + 2]);
      if (typeof end.exit !== "boolean") use(end.exit, scope, at + 2);
    }
    if (end.kind === "branch") {
      use(end.condition, scope, at);
      visitBlock(end.then, enter(scope, at, false));
      visitBlock(end.else, enter(scope, at, false));
    }
    place += 2;
  }
  /** Where moves write targets that are defined later: the results of the branch or loop around. */
  const pending: [ValueId, number, number][] = [];

  function visitItem(item: Item, scope: Scope): void {
    place += 2;
    const at = place;
    switch (item.kind) {
      case "loop":
        return visitLoop(item, scope);
      case "branch":
        use(item.node.condition, scope, at);
        visitBlock(item.then, enter(scope, at, false));
        visitBlock(item.else, enter(scope, at, false));
        place += 2;
        for (const result of item.results) define(result, scope, place + 1);
        return;
      case "template":
        for (const value of [...valuesIn(item.parts), ...item.writes]) use(value, scope, at);
        if (item.result !== undefined) define(item.result, scope, at + 1);
        return;
      case "bind":
        for (const { value } of item.entries) define(value, scope, at + 1);
        return;
      default:
        if (item.kind !== "length" || !steady.has(item.array)) {
          for (const value of operandsOf(item)) use(value, scope, at);
        } else if (item.at !== undefined) use(item.at, scope, at);
        if (item.kind !== "throw") define(item.result, scope, at + 1);
    }
  }

  function visitLoop(item: LoopItem, scope: Scope): void {
    const at = place;
    const { node, carried } = item;
    for (const { init } of carried) use(init, scope, at);
    if (node.kind === "for") use(node.start, scope, at);
    const loop = enter(scope, at, true);
    if (node.kind === "for") use(node.bound, loop, place);
    if (item.condition !== undefined) {
      const tested = enter(loop, place, false);
      for (const { arguments: within } of carried) if (within[1] !== undefined) define(within[1], tested, tested.start);
      visitBlock(item.condition, tested);
    }
    const body = enter(loop, place, false);
    if (node.kind === "for") define(indexOf(node), body, body.start);
    for (const { arguments: within } of carried) if (within[0] !== undefined) define(within[0], body, body.start);
    visitBlock(item.body, body);
    place += 2;
    loop.end = place;
    if (node.kind === "for") keep(indexOf(node), body.start, loop.end);
    for (const { result } of carried) {
      define(result, scope, place + 1);
      keep(result, at + 1, body.start + 1);
    }
  }

  const top: Scope = { parent: undefined, entry: 0, isLoop: false, start: 1, end: 1 };
  for (const parameter of parameters) define(parameter, top, 1);
  visitBlock(block, top);
  for (const [target, from, to] of pending) keep(target, from, to);
  const ranges = new Map<ValueId, readonly Interval[]>();
  for (const [value, definition] of definitions) {
    ranges.set(
      value,
      mergeIntervals(definition.ranges.map(({ start, end, until }) => ({ start, end: until?.end ?? end }))),
    );
  }
  return ranges;
}

/** The same places, in ascending intervals that do not touch. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && next.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
    } else merged.push(next);
  }
  return merged;
}

/** Whether two ascending lists have a place in common. */
export function intersect(left: readonly Interval[], right: readonly Interval[]): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [left[i], right[j]];
    if (a === undefined || b === undefined) return false;
    if (a.start < b.end && b.start < a.end) return true;
    if (a.end <= b.end) i++;
    else j++;
  }
}
