/** The snapshots of a loop that its reverse runs again: what they are kept in, and when they are taken. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ArrayRole, ElementType, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf } from "../../src/ir/walk.ts";
import type { EntryArray } from "../analyze/rerun-loops.ts";
import { isOwnName } from "../analyze/result-names.ts";
import { lineOf } from "./loop-line.ts";
import type { Rounds } from "./rerun-loop.ts";
import type { SweepParts } from "./sweep-parts.ts";
import { snapshotRoom } from "./snapshot-room.ts";

/** A value that goes round with the reverse loop, and with the rounds that are run again. */
export interface SnapshotThread {
  readonly name?: string | undefined;
  readonly get: () => ValueId;
  readonly set: (value: ValueId) => void;
}

/** One number or array that the loop carries. */
interface Part {
  readonly argument: ValueId;
  readonly array: { readonly element: ElementType; readonly length: ValueId } | undefined;
  /** What is kept of it in all snapshots; nothing of an array of which each round stores all before it reads any. */
  kept: ValueId | undefined;
  /** Of an array of which the state before the loop alone is kept, apart from the loop. */
  readonly copied?: (target: ValueId) => ValueId;
}

/** The stack of snapshots, where there may be more than that of the state before the loop. */
interface Stack {
  /** How many there may be. */
  readonly room: ValueId;
  /** The rounds that they belong to. */
  at: ValueId;
  /** The number of the last. */
  top: ValueId;
  /** The round before which the next is taken. */
  next: ValueId;
}

export class Snapshots {
  readonly #build: GraphBuilder;
  readonly #rounds: Rounds;
  readonly #parts: readonly Part[];
  readonly #stack: Stack | undefined;

  constructor(loop: LoopNode, entries: ReadonlyMap<ValueId, EntryArray>, sweep: SweepParts, rounds: Rounds) {
    const { build } = sweep;
    this.#build = build;
    this.#rounds = rounds;
    const room = roomOf(loop, rounds, build);
    const isSingle = loop.checkpoint?.snapshots === 1;
    this.#parts = carriedOf(loop).map((argument, slot): Part => {
      const init = present(loop.inits[slot]);
      const type = build.typeOf(argument);
      if (typeof type !== "object") {
        const value = sweep.primal.valueOf(init);
        const kept = isSingle ? value : numbersFrom(build, value, room, roleOf(loop, argument, build), argument);
        return { argument, array: undefined, kept };
      }
      const entry = present(entries.get(init), "the entries of a carried array");
      const array = { element: type.element, length: sweep.primal.valueOf(entry.length) };
      if (sweep.plan.isSpare(loop, slot)) return { argument, array, kept: undefined };
      if (isSingle && isFoundInPlace(entry, sweep)) {
        return { argument, array, kept: undefined, copied: (target) => copyEntries(entry, target, sweep) };
      }
      return { argument, array, kept: arraysFrom(entry, array, room, roleOf(loop, argument, build), sweep) };
    });
    if (isSingle) return;
    const note = `the rounds of the loop${lineOf(loop)} that there are snapshots of`;
    const at = build.allocate("i32", room, { kind: "stash", note }, false, "snapshotAt");
    const [zero, first] = [build.constant(0), rounds.first];
    this.#stack = { room, at: build.store(at, zero, first), top: zero, next: first };
  }

  /** What the reverse loop carries. */
  threads(): readonly SnapshotThread[] {
    const stack = this.#stack;
    if (stack === undefined) return [];
    return [
      field(stack, "top", "snapshot"),
      field(stack, "at"),
      ...this.#parts.flatMap((part) => (part.kept === undefined ? [] : [keptThread(part)])),
    ];
  }

  /** The same with the round before which the next is taken: on the way from the last snapshot to a round. */
  threadsOfWay(): readonly SnapshotThread[] {
    const stack = this.#stack;
    return stack === undefined ? [] : [field(stack, "next", "next"), ...this.threads()];
  }

  /**
   * The round of the last snapshot, and the state before it, in arrays of its own. A snapshot of the round that is to be reversed
   * is of no use afterwards: it is dropped.
   */
  restore(round: ValueId): { readonly from: ValueId; readonly states: readonly ValueId[] } {
    const build = this.#build;
    const stack = this.#stack;
    if (stack === undefined) {
      return { from: this.#rounds.first, states: this.#parts.map((part) => this.#restored(part, undefined)) };
    }
    const { at, top } = stack;
    const from = build.load(at, top, "from");
    const states = this.#parts.map((part) => this.#restored(part, top));
    const isOwn = build.operation("eq", [from, round], "boolean");
    const drop = (): readonly ValueId[] => [build.operation("sub", [top, build.constant(1)])];
    stack.top = present(build.if(isOwn, drop, () => [top], ["snapshot"])[0]);
    stack.next = this.#after(stack, from, round);
    return { from, states };
  }

  /** Before a round on the way to another: a snapshot of it, if one is due. */
  takeIfDue(round: ValueId, target: ValueId, states: readonly ValueId[]): void {
    const stack = this.#stack;
    if (stack === undefined) return;
    const build = this.#build;
    const threads = this.threadsOfWay();
    const before = threads.map((thread) => thread.get());
    const isDue = build.operation("eq", [round, stack.next], "boolean");
    const take = (): readonly ValueId[] => {
      stack.top = build.operation("add", [stack.top, build.constant(1)], "number", "snapshot");
      stack.at = build.store(stack.at, stack.top, round);
      this.#parts.forEach((part, slot) => this.#keep(part, present(states[slot]), stack.top));
      stack.next = this.#after(stack, round, target);
      return threads.map((thread) => thread.get());
    };
    const names = before.map((value) => build.nameOf(value));
    const results = build.if(isDue, take, () => before, names);
    threads.forEach((thread, k) => thread.set(present(results[k])));
  }

  #keep(part: Part, value: ValueId, top: ValueId): void {
    const build = this.#build;
    const { kept, array } = part;
    if (kept === undefined) return;
    if (array === undefined) {
      part.kept = build.store(kept, top, asNumber(build, value));
      return;
    }
    const offset = build.operation("mul", [top, array.length]);
    part.kept = forEach(build, array.length, kept, (k, version) =>
      build.store(version, build.operation("add", [offset, k]), build.load(value, k)),
    );
  }

  #restored({ argument, kept, array, copied }: Part, top: ValueId | undefined): ValueId {
    const build = this.#build;
    const name = build.nameOf(argument);
    if (array === undefined) {
      if (top === undefined) return present(kept);
      const value = build.load(present(kept), top, name);
      return build.typeOf(argument) === "boolean"
        ? build.operation("ne", [value, build.constant(0)], "boolean")
        : value;
    }
    const own = build.allocate(array.element, array.length, { kind: "local" }, false, name);
    if (copied !== undefined) return copied(own);
    if (kept === undefined) return own;
    const offset = top === undefined ? undefined : build.operation("mul", [top, array.length]);
    return forEach(build, array.length, own, (k, version) => {
      const place = offset === undefined ? k : build.operation("add", [offset, k]);
      return build.store(version, k, build.load(kept, place));
    });
  }

  /** The round of the snapshot after that of `from`, on the way to the target. */
  #after({ room, top }: Stack, from: ValueId, target: ValueId): ValueId {
    const build = this.#build;
    const { step } = this.#rounds;
    const size = Math.abs(step);
    const distance = build.operation("sub", step < 0 ? [from, target] : [target, from]);
    const between = size === 1 ? distance : build.operation("div", [distance, build.constant(size)]);
    const steps = build.operation("add", [between, build.constant(1)]);
    const stride = build.operation("stepsToSnapshot", [steps, build.operation("sub", [room, top])]);
    const away = size === 1 ? stride : build.operation("mul", [stride, build.constant(size)]);
    return build.operation(step < 0 ? "sub" : "add", [from, away], "number", "next");
  }
}

function field(stack: Stack, key: "at" | "top" | "next", name?: string): SnapshotThread {
  return { name, get: () => stack[key], set: (value) => void (stack[key] = value) };
}

function keptThread(part: Part): SnapshotThread {
  return { get: () => present(part.kept), set: (value) => void (part.kept = value) };
}

/** Where the mark says how many, the number is known before the rounds are counted. */
function roomOf(loop: LoopNode, { count }: Rounds, build: GraphBuilder): ValueId {
  const isCounted = loop.kind === "for" && !loop.stops;
  const isAsked = loop.checkpoint?.snapshots !== undefined;
  return present(snapshotRoom(build, loop, isCounted || !isAsked ? count : undefined), "the number of snapshots");
}

function roleOf(loop: LoopNode, value: ValueId, build: GraphBuilder): ArrayRole {
  const name = build.nameOf(value);
  const what = isOwnName(name) ? name : "what is carried";
  return { kind: "stash", note: `${what} before rounds of the loop${lineOf(loop)}` };
}

/** The snapshots of a number or boolean, with what it is before the loop as the first. */
function numbersFrom(build: GraphBuilder, first: ValueId, room: ValueId, role: ArrayRole, argument: ValueId): ValueId {
  const element: ElementType = build.typeOf(argument) === "boolean" ? "u8" : "f64";
  const kept = build.allocate(element, room, role, false, snapshotName(build, argument));
  return build.store(kept, build.constant(0), asNumber(build, first));
}

/** The snapshots of an array, with what it holds before the loop as the first. */
function arraysFrom(
  entry: EntryArray,
  { element, length }: NonNullable<Part["array"]>,
  room: ValueId,
  role: ArrayRole,
  { build, primal, recording, state }: SweepParts,
): ValueId {
  if (recording.holdsSnapshots(entry.value)) return recording.stashOf(entry.value);
  const size = build.operation("mul", [room, length]);
  const kept = build.allocate(element, size, role, false, snapshotName(build, entry.value));
  return copyEntries(entry, kept, { build, primal, recording, state });
}

/** Whether the entries before the loop can be found again in each round of its reverse: not with a counter that runs back. */
function isFoundInPlace({ loop, value }: EntryArray, { recording }: SweepParts): boolean {
  if (recording.holdsSnapshots(value)) return false;
  return !recording.countedLayouts.some((layout) => recording.isInside(layout, loop));
}

/** Copies the entries that an array had before the loop to another. */
export function copyEntries(
  { loop, index, value, length }: EntryArray,
  target: ValueId,
  { build, primal, recording, state }: Pick<SweepParts, "build" | "primal" | "recording" | "state">,
): ValueId {
  const counted = recording.countedLayouts.filter((layout) => recording.isInside(layout, loop));
  const slots = counted.map((layout) => state.counterSlot(layout, primal.counterOf(layout)));
  const bound = primal.valueOf(length);
  const zero = build.constant(0);
  // A counter runs back.
  const range =
    counted.length === 0
      ? { start: zero, bound, step: 1, inclusive: false, indexName: "k" }
      : {
          start: build.operation("sub", [bound, build.constant(1)]),
          bound: zero,
          step: -1,
          inclusive: true,
          indexName: "k",
        };
  const copied = build.for(range, [target, ...slots.map(({ init }) => init)], (k, [version, ...counts]) =>
    primal.scoped(() => {
      primal.bind(index, k);
      slots.forEach((slot, at) => slot.enter(present(counts[at])));
      primal.enterRegion(loop.body);
      const stored = build.store(present(version), k, primal.valueOf(value));
      return [stored, ...slots.map((slot) => slot.leave())];
    }),
  );
  slots.forEach((slot, at) => slot.after(present(copied.results[at + 1])));
  return present(copied.results[0]);
}

/** The last version of an array that each index below the bound changes. */
function forEach(
  build: GraphBuilder,
  bound: ValueId,
  array: ValueId,
  change: (index: ValueId, version: ValueId) => ValueId,
): ValueId {
  const range = { start: build.constant(0), bound, step: 1, inclusive: false, indexName: "k" };
  const loop = build.for(range, [array], (index, [version]) => [change(index, present(version))]);
  return present(loop.results[0]);
}

function asNumber(build: GraphBuilder, value: ValueId): ValueId {
  return build.typeOf(value) === "boolean" ? build.operation("toNumber", [value]) : value;
}

function snapshotName(build: GraphBuilder, value: ValueId): string {
  const name = build.nameOf(value);
  return isOwnName(name) ? `${name}Snapshots` : "snapshots";
}
