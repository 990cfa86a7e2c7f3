/**
 * The reverse of a loop that comes to a fixed point x = f(x, u) (`@fixedpoint`), at the solution, in two phases (B. Christianson,
 * "Reverse accumulation and attractive fixed points", Optimization Methods and Software 3, 1994):
 *
 *   w = dx + (df/dx)' w     until it settles; starts at dx
 *   du += (df/du)' w
 *
 * Nothing is kept of the way there, and what it started from has no adjoint. What the loop gives by being left (`return next`)
 * is reversed first.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { copyArray, forEachEntry } from "../../src/ir/copy-array.ts";
import type { ArrayRole, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf } from "../../src/ir/walk.ts";
import type { SolutionRound } from "../analyze/solution-round.ts";
import { adjointRound } from "./adjoint-round.ts";
import { type KeptArray, measuredAtSolution, roundsOf, stateForRound } from "./fixed-point-state.ts";
import { lineOf } from "./loop-line.ts";
import { outsideValues } from "./outside-values.ts";
import type { SweepParts } from "./sweep-parts.ts";
import { settle } from "./settle.ts";

/** One number or array that the loop carries, with an adjoint. */
interface Slot {
  readonly slot: number;
  readonly argument: ValueId;
  readonly result: ValueId;
  readonly init: ValueId;
  /** Of an array. */
  readonly length: ValueId | undefined;
  /** The next round reads what the round before has left in it. */
  readonly isFedBack: boolean;
}

/** What the arrays of adjoints are called, and what is said of them. */
const roles = {
  total: ["Total", (name: string, line: string) => `the adjoints of ${name} at the fixed point${line}`],
  round: ["Round", (name: string, line: string) => `the adjoints of ${name} in one round at the fixed point${line}`],
} as const;

export function reverseFixedPoint(loop: LoopNode, parts: SweepParts, passArrays: () => void): void {
  new FixedPointReverse(loop, parts).run(passArrays);
}

class FixedPointReverse {
  readonly #loop: LoopNode;
  readonly #parts: SweepParts;
  readonly #slots: readonly Slot[];
  /** The adjoints of what the loop has come to, by slot; none where it is 0. */
  readonly #incoming = new Map<number, ValueId>();
  /** What stands for what a round reads, but for the arrays that it changes. */
  readonly #standing = new Map<ValueId, ValueId>();
  /** The arrays as the loop leaves them, by slot. */
  readonly #kept = new Map<number, KeptArray>();

  constructor(loop: LoopNode, parts: SweepParts) {
    this.#loop = loop;
    this.#parts = parts;
    const { activity, build, plan, primal } = parts;
    const { entries } = plan.solutionOf(loop);
    this.#slots = carriedOf(loop).flatMap((argument, slot): readonly Slot[] => {
      const result = present(loop.results[slot]);
      if (!activity.isActive(argument) && !activity.isActive(result)) return [];
      const isArray = typeof build.typeOf(argument) === "object";
      const isFedBack = activity.isActive(argument) && !(isArray && plan.isSpare(loop, slot));
      const length = isArray ? primal.valueOf(present(entries.get(result)).length) : undefined;
      return [{ slot, argument, result, init: present(loop.inits[slot]), length, isFedBack }];
    });
  }

  run(passArrays: () => void): void {
    const { state, shadows, activity, build, plan } = this.#parts;
    const { rounds } = plan.solutionOf(this.#loop);
    for (const { slot, result, length } of this.#slots) {
      const incoming = length === undefined ? state.adjointOf(result) : state.shadows.get(result);
      if (incoming !== undefined) this.#incoming.set(slot, incoming);
    }
    passArrays();
    this.#findStanding();
    for (const value of roundsOf(rounds).flatMap((each) => each.free)) {
      if (typeof build.typeOf(value) === "object" && activity.isActive(value)) shadows.ensure(value);
    }
    if (rounds.leaving !== undefined) this.#reverseExit(rounds.leaving, rounds.left);
    const solved = this.#solve(rounds.staying);
    this.#accumulate(rounds.staying, solved);
    for (const { slot, result, init, length } of this.#slots) {
      state.forget(result);
      const shadow = this.#incoming.get(slot);
      if (length === undefined || shadow === undefined || !activity.isActive(init)) continue;
      if (plan.groups.bufferOf(result) !== plan.groups.bufferOf(init)) continue;
      const zero = build.constant(0);
      state.shadows.set(
        init,
        forEachEntry(build, shadow, length, undefined, (array, index) => build.store(array, index, zero)),
      );
    }
  }

  #findStanding(): void {
    const { build, plan, primal, state } = this.#parts;
    const loop = this.#loop;
    const { rounds, entries } = plan.solutionOf(loop);
    const free = [...new Set(roundsOf(rounds).flatMap((each) => each.free))];
    for (const [value, found] of outsideValues(free, entries, this.#parts).found) this.#standing.set(value, found);
    const measured = measuredAtSolution(build, loop, rounds, (value) => primal.valueOf(value));
    for (const [value, found] of measured) this.#standing.set(value, found);
    carriedOf(loop).forEach((argument, slot) => {
      const result = present(loop.results[slot]);
      if (!isArray(argument, build)) {
        this.#standing.set(argument, primal.valueOf(result));
        return;
      }
      const array = outsideValues([result], entries, this.#parts).found.get(result) ?? state.arrayOf(result);
      this.#standing.set(argument, array);
      this.#kept.set(slot, { array, length: primal.valueOf(present(entries.get(result)).length) });
    });
  }

  #state(round: SolutionRound): ReadonlyMap<ValueId, ValueId> {
    const { build, plan } = this.#parts;
    return stateForRound(build, this.#loop, round, this.#standing, (slot) => this.#kept.get(slot), plan.isSpare);
  }

  /** A number, or an array that may be changed; 0 if there is none. `role`: what the array is called, and what it is for. */
  #seedFrom(value: ValueId | undefined, { length, argument }: Slot, role: keyof typeof roles): ValueId {
    const { build, state } = this.#parts;
    if (length === undefined) return value ?? build.constant(0);
    const [ending, note] = roles[role];
    const of = build.nameOf(argument);
    const what: ArrayRole = { kind: "stash", note: note(of ?? "what is carried", lineOf(this.#loop)) };
    const d = state.naming(of);
    const array = build.allocate("f64", length, what, value === undefined, d && `${d}${ending}`);
    return value === undefined ? array : copyArray(build, value, array, length);
  }

  /** Where the loop was left, what it gives by that comes from the round that leaves it. */
  #reverseExit(round: SolutionRound, left: ReadonlySet<number>): void {
    const { build, activity, primal, derived } = this.#parts;
    const slots = this.#slots.filter(({ slot }) => left.has(slot));
    if (slots.length === 0) return;
    const zero = build.constant(0);
    const stopped = primal.valueOf(present(this.#loop.stopped));
    const seeds = new Map<number, ValueId>();
    for (const { slot } of slots) {
      const d = this.#incoming.get(slot);
      if (d === undefined) continue;
      const [out, stays] = build.if(
        stopped,
        () => [d, zero],
        () => [zero, d],
        [build.nameOf(d), build.nameOf(d)],
      );
      seeds.set(slot, present(out));
      this.#incoming.set(slot, present(stays));
    }
    if (seeds.size === 0) return;
    const free = round.free.filter(activity.isActive);
    const back = this.#slots.filter(({ isFedBack }) => isFedBack);
    const wanted = [...free, ...back.map(({ argument }) => argument)];
    const adjoint = adjointRound(round, wanted, [...seeds.keys()], this.#arraysOf(free), derived);
    const found = adjoint.inline(build, this.#state(round), seeds, this.#shadowsOf(free));
    this.#add(free, found);
    for (const { slot, argument, length } of back) {
      const before = this.#incoming.get(slot);
      const more = found(argument);
      const sum =
        before === undefined
          ? more
          : length === undefined
            ? build.operation("add", [before, more], "number", build.nameOf(before))
            : forEachEntry(build, before, length, undefined, (array, index) => {
                const entry = build.operation("add", [build.load(array, index), build.load(more, index)]);
                return build.store(array, index, entry);
              });
      this.#incoming.set(slot, sum);
    }
  }

  /** The first phase: the adjoints of what a round gives at the solution, by slot. */
  #solve(round: SolutionRound): ReadonlyMap<number, ValueId> {
    const { build, primal, state, derived } = this.#parts;
    const back = this.#slots.filter(({ isFedBack }) => isFedBack);
    const solved = new Map<number, ValueId>();
    for (const each of this.#slots) {
      if (!back.includes(each)) solved.set(each.slot, this.#seedFrom(this.#incoming.get(each.slot), each, "total"));
    }
    if (back.length === 0) return solved;
    const slots = this.#slots.map(({ slot }) => slot);
    const adjoint = adjointRound(
      round,
      back.map(({ argument }) => argument),
      slots,
      new Set(),
      derived,
    );
    const unknowns = back.map((each) => {
      const start = this.#seedFrom(this.#incoming.get(each.slot), each, "total");
      const name = state.naming(build.nameOf(each.argument));
      return { start, length: each.length, name: name && `${name}${roles.total[0]}` };
    });
    const results = primal.scoped(() =>
      settle(build, this.#loop, unknowns, (current) => {
        const seeds = new Map<number, ValueId>();
        for (const each of this.#slots) {
          const known = current[back.indexOf(each)] ?? this.#incoming.get(each.slot);
          seeds.set(each.slot, this.#seedFrom(known, each, "round"));
        }
        const found = adjoint.inline(build, this.#state(round), seeds, new Map());
        return back.map(({ slot, argument, length }) => {
          const [first, more] = [this.#incoming.get(slot), found(argument)];
          if (first === undefined) return length === undefined ? more : (index: ValueId) => build.load(more, index);
          if (length === undefined) return build.operation("add", [first, more]);
          return (index: ValueId) =>
            build.operation("add", [build.load(first, index), build.load(more, index)], "number", "next");
        });
      }),
    );
    back.forEach(({ slot }, k) => solved.set(slot, present(results[k])));
    return solved;
  }

  /** The second phase: what the adjoints of a round mean for what it reads from outside. */
  #accumulate(round: SolutionRound, solved: ReadonlyMap<number, ValueId>): void {
    const { build, activity, derived } = this.#parts;
    const free = round.free.filter(activity.isActive);
    if (free.length === 0) return;
    const slots = this.#slots.map(({ slot }) => slot);
    const adjoint = adjointRound(round, free, slots, this.#arraysOf(free), derived);
    this.#add(free, adjoint.inline(build, this.#state(round), solved, this.#shadowsOf(free)));
  }

  #add(free: readonly ValueId[], found: (value: ValueId) => ValueId): void {
    const { state, build } = this.#parts;
    for (const value of free) {
      if (isArray(value, build)) state.shadows.set(value, found(value));
      else state.accumulate(value, found(value));
    }
  }

  #arraysOf(values: readonly ValueId[]): ReadonlySet<ValueId> {
    return new Set(values.filter((value) => isArray(value, this.#parts.build)));
  }

  #shadowsOf(values: readonly ValueId[]): ReadonlyMap<ValueId, ValueId> {
    const { state } = this.#parts;
    return new Map([...this.#arraysOf(values)].map((array) => [array, present(state.shadows.get(array))] as const));
  }
}

function isArray(value: ValueId, build: GraphBuilder): boolean {
  return typeof build.typeOf(value) === "object";
}
