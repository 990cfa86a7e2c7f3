/**
 * The reverse of a loop that is marked `@checkpoint`: it keeps what a few rounds start from, and runs the others again
 * (A. Griewank & A. Walther, "Algorithm 799: Revolve", ACM TOMS 26, 2000). For each round, the last first:
 *
 *   take the state from the last snapshot before it;
 *   run on to it, with snapshots on the way where the schedule says;
 *   run it as the forward sweep of one round, then its reverse.
 *
 * The snapshots are a stack: the first is the state before the loop, each next one belongs to a later round, and the last is
 * dropped when its own round is reversed. What the loop works on meanwhile are arrays of its own: those of the primal stay as
 * the forward sweep left them.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { cloneRegion } from "../../src/ir/clone.ts";
import type { ElementType, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, nextOf } from "../../src/ir/walk.ts";
import type { EntryArray } from "../normalize/expose-entries.ts";
import { resolver, substituteRegion } from "../optimize/substitute.ts";
import { freeValues } from "../analyze/program-order.ts";
import type { SweepParts } from "./reverse-sweep.ts";
import { keptNumber, SnapshotState } from "./snapshots.ts";
import type { Slot } from "./sweep-state.ts";
import { lastIndex, tripCount } from "./trip-count.ts";

/** What the sweep does as it does for any loop. */
export interface LoopSweep {
  readonly slots: () => readonly Slot[];
  /** The nodes of the body, then their reverse. */
  readonly runBody: () => void;
  /** The versions before the loop are found where those after it are. */
  readonly passArrays: () => void;
}

export function reverseRerun(
  loop: LoopNode,
  entries: ReadonlyMap<ValueId, EntryArray>,
  parts: SweepParts,
  sweep: LoopSweep,
): void {
  const { build, state, primal } = parts;
  const rounds = roundsOf(loop, parts);
  const slots = sweep.slots();
  const outside = outsideValues(loop, entries, parts);
  sweep.passArrays();
  const snapshots = new SnapshotState(loop, entries, parts, rounds);
  const before = state.snapshot();
  outside.arrays.forEach((stands, array) => state.arrays.set(array, stands));
  const resolve = resolver(outside.found);

  const own = slots.map((slot) => build.fresh(build.typeOf(slot.init), build.nameOf(slot.init)));
  const index = indexOf(loop);
  const kept = snapshots.threads();
  const inits = [...slots.map((slot) => slot.init), ...kept.map(({ init }) => init)];
  const insides = kept.map(({ init, name }) => build.fresh(build.typeOf(init), name ?? build.nameOf(init)));
  const body = primal.scoped(() =>
    build.region([index, ...own, ...insides], () => {
      slots.forEach((slot, k) => slot.enter(present(own[k])));
      kept.forEach((thread, k) => thread.set(present(insides[k])));
      snapshots.restore(index);
      advance(loop, index, snapshots, rounds, build);
      sweep.runBody();
      snapshots.leave(nextOf(loop));
      return [...slots.map((slot) => slot.leave()), ...kept.map((thread) => thread.get())];
    }),
  );
  const results = inits.map((init) => build.twin(init));
  state.restore(before);
  build.push({
    kind: "for",
    start: rounds.last,
    bound: rounds.first,
    step: -rounds.step,
    inclusive: true,
    inits,
    body: substituteRegion(body, resolve),
    stops: false,
    results,
    trips: build.fresh("number"),
    stopped: undefined,
    ...build.place(),
  });
  loop.results.forEach((result) => state.forget(result));
  slots.forEach((slot, k) => slot.after(present(results[k])));
}

/** The rounds of a loop, by its index; of a `while` by their numbers. */
export interface Rounds {
  readonly first: ValueId;
  readonly last: ValueId;
  readonly step: number;
  readonly count: ValueId;
}

function roundsOf(loop: LoopNode, { build, primal }: SweepParts): Rounds {
  if (loop.kind === "while") {
    const count = primal.valueOf(loop.trips);
    build.suggestName(indexOf(loop), "trip");
    const last = build.operation("sub", [count, build.constant(1)]);
    return { first: build.constant(0), last, step: 1, count };
  }
  const first = primal.valueOf(loop.start);
  const count = loop.stops ? primal.valueOf(loop.trips) : tripCount(build, loop, first, primal.valueOf(loop.bound));
  return { first, last: lastIndex(build, loop, first, count), step: loop.step, count };
}

/** From the snapshot to the round that is to be reversed; what it starts from then goes by the names of the loop's body. */
function advance(loop: LoopNode, round: ValueId, snapshots: SnapshotState, rounds: Rounds, build: GraphBuilder): void {
  const schedule = snapshots.schedule(round);
  const running = snapshots.running();
  const inits = [...schedule.map((thread) => thread.get()), ...running];
  const carried = inits.map((init) => build.fresh(build.typeOf(init), build.nameOf(init)));
  const index = build.twin(indexOf(loop));
  const [kept, states] = [carried.slice(0, schedule.length), carried.slice(schedule.length)];
  const start = snapshots.from;
  const body = build.region([index, ...carried], () => {
    schedule.forEach((thread, k) => thread.set(present(kept[k])));
    snapshots.takeIfDue(index, round, states);
    const given = [
      [indexOf(loop), index] as const,
      ...carriedOf(loop).map((value, k) => [value, present(states[k])] as const),
    ];
    const again = cloneRegion(build, loop.body, given);
    again.nodes.forEach((node) => build.push(node));
    return [...schedule.map((thread) => thread.get()), ...(loop.stops ? again.yields.slice(1) : again.yields)];
  });
  const results = kept.map((value) => build.twin(value));
  build.push({
    kind: "for",
    start,
    bound: round,
    step: rounds.step,
    inclusive: false,
    inits,
    body,
    stops: false,
    results: [...results, ...carriedOf(loop)],
    trips: build.fresh("number"),
    stopped: undefined,
    ...build.place(),
  });
  schedule.forEach((thread, k) => thread.set(present(results[k])));
}

/** What stands for the values from outside that the body reads: those that the forward sweep has gone on from are found again. */
function outsideValues(
  loop: LoopNode,
  entries: ReadonlyMap<ValueId, EntryArray>,
  { build, plan, primal, state, recording }: SweepParts,
): { readonly found: ReadonlyMap<ValueId, ValueId>; readonly arrays: ReadonlyMap<ValueId, ValueId> } {
  const found = new Map<ValueId, ValueId>();
  const arrays = new Map<ValueId, ValueId>();
  const regions: readonly Region[] = [loop.body];
  for (const value of freeValues(regions, plan.order)) {
    const isArray = typeof build.typeOf(value) === "object";
    const entry = entries.get(value);
    const stands = !isArray
      ? primal.valueOf(value)
      : entry === undefined || plan.decisionOf(entry.value) !== "stash"
        ? state.arrayOf(value)
        : copyOf(value, entry);
    if (stands !== value) found.set(value, stands);
    if (isArray && stands !== value) arrays.set(value, stands);
  }
  return { found, arrays };

  function copyOf(array: ValueId, entry: EntryArray): ValueId {
    const type = build.typeOf(array);
    const element: ElementType = typeof type === "object" ? type.element : "f64";
    const length = primal.valueOf(entry.length);
    const copy = build.allocate(element, length, { kind: "local" }, false, build.nameOf(array));
    return keptNumber(entry, copy, (index) => index, { build, primal, recording, state });
  }
}
