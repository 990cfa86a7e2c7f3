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
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf } from "../../src/ir/walk.ts";
import type { EntryArray } from "../analyze/rerun-loops.ts";
import { resolver, substituteRegion } from "../optimize/substitute.ts";
import { freeValues } from "../analyze/program-order.ts";
import type { SweepParts } from "./sweep-parts.ts";
import { outsideValues } from "./outside-values.ts";
import { Snapshots } from "./snapshots.ts";
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
  const outside = outsideValues(freeValues([loop.body], parts.plan.order), entries, parts);
  sweep.passArrays();
  const snapshots = new Snapshots(loop, entries, parts, rounds);
  const before = state.snapshot();
  outside.arrays.forEach((stands, array) => state.arrays.set(array, stands));

  const threads = snapshots.threads();
  const inits = [...slots.map((slot) => slot.init), ...threads.map((thread) => thread.get())];
  const names = [...slots.map(() => undefined), ...threads.map(({ name }) => name)];
  const carried = inits.map((init, k) => build.fresh(build.typeOf(init), names[k] ?? build.nameOf(init)));
  const index = indexOf(loop);
  const body = primal.scoped(() =>
    build.region([index, ...carried], () => {
      [...slots.map(({ enter }) => enter), ...threads.map(({ set }) => set)].forEach((enter, k) => {
        enter(present(carried[k]));
      });
      runOn(loop, index, snapshots, rounds, build);
      sweep.runBody();
      return [...slots.map((slot) => slot.leave()), ...threads.map((thread) => thread.get())];
    }),
  );
  state.restore(before);
  const results = inits.map((init) => build.twin(init));
  build.push({
    kind: "for",
    start: rounds.last,
    bound: rounds.first,
    step: -rounds.step,
    inclusive: true,
    inits,
    body: substituteRegion(body, resolver(outside.found)),
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

/** From the last snapshot to the round that is to be reversed: what it starts from then goes by the names of the loop's body. */
function runOn(loop: LoopNode, round: ValueId, snapshots: Snapshots, rounds: Rounds, build: GraphBuilder): void {
  const { from, states } = snapshots.restore(round);
  const threads = snapshots.threadsOfWay();
  const inits = [...threads.map((thread) => thread.get()), ...states];
  const carried = inits.map((init) => build.fresh(build.typeOf(init), build.nameOf(init)));
  const index = build.twin(indexOf(loop));
  const body = build.region([index, ...carried], () => {
    threads.forEach((thread, k) => thread.set(present(carried[k])));
    const before = carried.slice(threads.length);
    snapshots.takeIfDue(index, round, before);
    const given = loop.body.arguments.map((argument, k) => [argument, present([index, ...before][k])] as const);
    const again = cloneRegion(build, loop.body, given);
    again.nodes.forEach((node) => build.push(node));
    return [...threads.map((thread) => thread.get()), ...(loop.stops ? again.yields.slice(1) : again.yields)];
  });
  const kept = threads.map((thread) => build.twin(thread.get()));
  build.push({
    kind: "for",
    start: from,
    bound: round,
    step: rounds.step,
    inclusive: false,
    inits,
    body,
    stops: false,
    results: [...kept, ...carriedOf(loop)],
    trips: build.fresh("number"),
    stopped: undefined,
    ...build.place(),
  });
  threads.forEach((thread, k) => thread.set(present(kept[k])));
}
