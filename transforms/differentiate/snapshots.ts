/** The snapshots of a loop that its reverse runs again: what they are kept in, and when they are taken. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ArrayRole, ElementType, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf } from "../../src/ir/walk.ts";
import type { EntryArray } from "../normalize/expose-entries.ts";
import { isOwnName } from "../analyze/result-names.ts";
import type { Rounds } from "./rerun-loop.ts";
import { snapshotRoom } from "./snapshot-room.ts";
import type { SweepParts } from "./reverse-sweep.ts";

/** A value that goes round with the reverse loop, or with the rounds that are run again. */
export interface SnapshotThread {
  readonly init: ValueId;
  readonly name?: string | undefined;
  readonly get: () => ValueId;
  readonly set: (value: ValueId) => void;
}

/** One number or array that the loop carries. */
interface Part {
  readonly argument: ValueId;
  /** Of an array: how many entries it has. */
  readonly length: ValueId | undefined;
  /** What is kept of it in all snapshots; nothing of an array of which each round stores all before it reads any. */
  kept: ValueId | undefined;
  /** What it is now; of an array, the one that is worked on. */
  current: ValueId;
}

export class SnapshotState {
  readonly #build: GraphBuilder;
  readonly #rounds: Rounds;
  readonly #parts: Part[];
  /** How many there may be at once; the first is that of the state before the loop. */
  readonly #room: ValueId;
  /** The rounds that they belong to; with one alone that is the first. */
  #at: ValueId | undefined;
  /** The number of the last of them. */
  #top: ValueId | undefined;
  /** The round before which the next is taken. */
  #next: ValueId | undefined;
  #from: ValueId | undefined;

  constructor(loop: LoopNode, entries: ReadonlyMap<ValueId, EntryArray>, sweep: SweepParts, rounds: Rounds) {
    const { build, primal, plan } = sweep;
    this.#build = build;
    this.#rounds = rounds;
    const { snapshots } = present(loop.checkpoint, "the mark of a loop");
    const isSingle = snapshots === 1;
    this.#room = roomOf(loop, rounds, build);
    const note = (name: string): ArrayRole => ({
      kind: "stash",
      note: `${name} before rounds of the loop${lineOf(loop)}`,
    });
    this.#parts = carriedOf(loop).map((argument, slot): Part => {
      const init = present(loop.inits[slot]);
      const type = build.typeOf(argument);
      if (typeof type !== "object") {
        const element: ElementType = type === "boolean" ? "u8" : "f64";
        const value = primal.valueOf(init);
        if (isSingle) return { argument, length: undefined, kept: value, current: value };
        const kept = build.allocate(
          element,
          this.#room,
          note(build.nameOf(argument) ?? "what is carried"),
          false,
          snapshotName(build, argument),
        );
        const first = build.store(kept, build.constant(0), asNumber(build, value));
        return { argument, length: undefined, kept: first, current: value };
      }
      const entry = present(entries.get(init), "the entries of a carried array");
      const length = primal.valueOf(entry.length);
      const current = build.allocate(type.element, length, { kind: "local" }, false, build.nameOf(argument));
      if (plan.isSpare(loop, slot)) return { argument, length, kept: undefined, current };
      return {
        argument,
        length,
        kept: firstSnapshot(entry, length, this.#room, note(build.nameOf(argument) ?? "an array"), type.element, sweep),
        current,
      };
    });
    if (!isSingle) {
      const at = build.allocate(
        "i32",
        this.#room,
        { kind: "stash", note: `the rounds of the loop${lineOf(loop)} that there are snapshots of` },
        false,
        "snapshotAt",
      );
      this.#at = build.store(at, build.constant(0), rounds.first);
      this.#top = build.constant(0);
    }
  }

  /** What the reverse loop carries. */
  threads(): readonly SnapshotThread[] {
    return [
      ...this.#scheduleThreads(),
      ...this.#keptThreads(),
      ...this.#parts.flatMap((part) => (part.length === undefined ? [] : [this.#thread(part, "current")])),
    ];
  }

  /** Takes the state from the last snapshot; drops it if its own round is to be reversed. */
  restore(round: ValueId): void {
    const build = this.#build;
    const top = this.#top;
    this.#from = this.#at === undefined ? this.#rounds.first : build.load(this.#at, present(top), "from");
    for (const part of this.#parts) part.current = this.#restored(part, top);
    if (top === undefined) return;
    const isLast = build.operation("eq", [this.#from, round], "boolean");
    const [left] = build.if(
      isLast,
      () => [build.operation("sub", [top, build.constant(1)])],
      () => [top],
      ["snapshot"],
    );
    this.#top = left;
  }

  get from(): ValueId {
    return present(this.#from, "the round of the last snapshot");
  }

  /** Sets the schedule up for the way to a round; gives what goes along with it. */
  schedule(round: ValueId): readonly SnapshotThread[] {
    if (this.#at === undefined) return [];
    this.#next = this.#after(this.from, round);
    this.#build.suggestName(this.#next, "next");
    return [this.#field("#next"), ...this.#scheduleThreads(), ...this.#keptThreads()];
  }

  running(): readonly ValueId[] {
    return this.#parts.map(({ current }) => current);
  }

  /** Before a round on the way: a snapshot of it, if one is due. */
  takeIfDue(round: ValueId, target: ValueId, states: readonly ValueId[]): void {
    if (this.#at === undefined) return;
    const build = this.#build;
    const threads = [this.#field("#next"), ...this.#scheduleThreads(), ...this.#keptThreads()];
    const before = threads.map((thread) => thread.get());
    const isDue = build.operation("eq", [round, present(this.#next)], "boolean");
    const results = build.if(
      isDue,
      () => {
        this.#take(round, states);
        this.#next = this.#after(round, target);
        return threads.map((thread) => thread.get());
      },
      () => before,
      before.map((value) => build.nameOf(value)),
    );
    threads.forEach((thread, k) => thread.set(present(results[k])));
  }

  /** The arrays that the next round works on are those that this one has left. */
  leave(next: readonly ValueId[]): void {
    this.#parts.forEach((part, slot) => {
      if (part.length !== undefined) part.current = present(next[slot]);
    });
  }

  #take(round: ValueId, states: readonly ValueId[]): void {
    const build = this.#build;
    const top = build.operation("add", [present(this.#top), build.constant(1)], "number", "snapshot");
    this.#top = top;
    this.#at = build.store(present(this.#at), top, round);
    this.#parts.forEach((part, slot) => {
      const value = present(states[slot]);
      if (part.kept === undefined) return;
      if (part.length === undefined) {
        part.kept = build.store(part.kept, top, asNumber(build, value));
        return;
      }
      const offset = build.operation("mul", [top, part.length]);
      part.kept = forEach(build, part.length, part.kept, (k, kept) =>
        build.store(kept, build.operation("add", [offset, k]), build.load(value, k)),
      );
    });
  }

  #restored(part: Part, top: ValueId | undefined): ValueId {
    const build = this.#build;
    const { kept, length, argument } = part;
    if (kept === undefined) return part.current;
    if (length === undefined) {
      if (top === undefined) return kept;
      const value = build.load(kept, top, build.nameOf(argument));
      return build.typeOf(argument) === "boolean"
        ? build.operation("ne", [value, build.constant(0)], "boolean")
        : value;
    }
    const offset = top === undefined ? undefined : build.operation("mul", [top, length]);
    return forEach(build, length, part.current, (k, current) => {
      const place = offset === undefined ? k : build.operation("add", [offset, k]);
      return build.store(current, k, build.load(kept, place));
    });
  }

  /** The round of the snapshot after that of `from`, on the way to the target. */
  #after(from: ValueId, target: ValueId): ValueId {
    const build = this.#build;
    const { step } = this.#rounds;
    const distance = step < 0 ? build.operation("sub", [from, target]) : build.operation("sub", [target, from]);
    const size = Math.abs(step);
    const between = size === 1 ? distance : build.operation("div", [distance, build.constant(size)]);
    const steps = build.operation("add", [between, build.constant(1)]);
    const room = build.operation("sub", [this.#room, present(this.#top)]);
    const stride = build.operation("stepsToSnapshot", [steps, room]);
    const away = size === 1 ? stride : build.operation("mul", [stride, build.constant(size)]);
    return build.operation(step < 0 ? "sub" : "add", [from, away], "number", "next");
  }

  #scheduleThreads(): readonly SnapshotThread[] {
    return this.#at === undefined ? [] : [this.#field("#top", "snapshot"), this.#field("#at")];
  }

  #keptThreads(): readonly SnapshotThread[] {
    if (this.#at === undefined) return [];
    return this.#parts.flatMap((part) => (part.kept === undefined ? [] : [this.#thread(part, "kept")]));
  }

  #thread(part: Part, key: "kept" | "current"): SnapshotThread {
    return {
      init: present(part[key]),
      get: () => present(part[key]),
      set: (value) => void (part[key] = value),
    };
  }

  #field(key: "#next" | "#top" | "#at", name?: string): SnapshotThread {
    const get = (): ValueId => present(key === "#next" ? this.#next : key === "#top" ? this.#top : this.#at);
    return {
      init: get(),
      name,
      get,
      set: (value) => {
        if (key === "#next") this.#next = value;
        else if (key === "#top") this.#top = value;
        else this.#at = value;
      },
    };
  }
}

/** Where the mark says how many, the number is known before the rounds are counted. */
function roomOf(loop: LoopNode, { count }: Rounds, build: GraphBuilder): ValueId {
  const isCounted = loop.kind === "for" && !loop.stops;
  const isAsked = loop.checkpoint?.snapshots !== undefined;
  return present(snapshotRoom(build, loop, isCounted || !isAsked ? count : undefined), "the number of snapshots");
}

function lineOf({ span }: LoopNode): string {
  return span === undefined ? "" : ` in line ${span.line}`;
}

/** The snapshots of an array, with what it holds before the loop as the first. */
function firstSnapshot(
  entry: EntryArray,
  length: ValueId,
  room: ValueId,
  role: ArrayRole,
  element: ElementType,
  { build, primal, recording, state }: SweepParts,
): ValueId {
  if (recording.holdsSnapshots(entry.value)) return recording.stashOf(entry.value);
  const size = build.operation("mul", [room, length]);
  const kept = build.allocate(element, size, role, false, snapshotName(build, entry.value));
  return keptNumber(entry, kept, (index) => index, { build, primal, recording, state });
}

/** Copies the entries that an array had before the loop to places of another. */
export function keptNumber(
  { loop, index, value, length }: EntryArray,
  target: ValueId,
  placeOf: (index: ValueId) => ValueId,
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
      const stored = build.store(present(version), placeOf(k), primal.valueOf(value));
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
