/**
 * The tangents of a loop that comes to a fixed point x = f(x, u) (`@fixedpoint`), solved for at the solution (A. Griewank & A.
 * Walther, Evaluating Derivatives, 2nd ed., chapter 15):
 *
 *   x' = (df/dx) x' + (df/du) u'     until it settles; starts at 0
 *
 * The values themselves are made as ever, without tangents on the way.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { copyArray, forEachEntry } from "../../src/ir/copy-array.ts";
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf } from "../../src/ir/walk.ts";
import type { Solution, SolutionRound } from "../analyze/solution-round.ts";
import { changeableCopy, type KeptArray, measuredAtSolution, stateForRound } from "./fixed-point-state.ts";
import type { ForwardParts, ForwardSweep } from "./forward-sweep.ts";
import { settle } from "./settle.ts";
import { type TangentRound, tangentRound } from "./tangent-round.ts";

/** One number or array that the loop carries, with a tangent. */
interface Slot {
  readonly slot: number;
  readonly argument: ValueId;
  readonly result: ValueId;
  /** Of an array. */
  readonly length: ValueId | undefined;
  /** The next round reads what the round before has left in it. */
  readonly isFedBack: boolean;
}

export function tangentsAtFixedPoint(loop: LoopNode, parts: ForwardParts, sweep: ForwardSweep): void {
  new FixedPointTangents(loop, parts, sweep).run();
}

class FixedPointTangents {
  readonly #loop: LoopNode;
  readonly #parts: ForwardParts;
  readonly #sweep: ForwardSweep;
  readonly #solution: Solution;
  readonly #slots: readonly Slot[];
  /** The tangents of the carried, by slot: numbers, or versions of the arrays that they had before the loop. */
  readonly #tangents = new Map<number, ValueId>();
  readonly #standing = new Map<ValueId, ValueId>();

  constructor(loop: LoopNode, parts: ForwardParts, sweep: ForwardSweep) {
    this.#loop = loop;
    this.#parts = parts;
    this.#sweep = sweep;
    this.#solution = parts.solutionOf(loop);
    const { activity, arrays, isSpare } = parts;
    this.#slots = carriedOf(loop).flatMap((argument, slot): readonly Slot[] => {
      const result = present(loop.results[slot]);
      const isActive = activity.isActive(argument) || activity.isActive(result);
      if (!isActive) return [];
      const length = this.#lengthOf(result);
      const isFedBack = activity.isActive(argument) && !(length !== undefined && isSpare(loop, slot));
      return length !== undefined && !arrays.has(result) ? [] : [{ slot, argument, result, length, isFedBack }];
    });
  }

  run(): void {
    const { build, arrays } = this.#parts;
    const loop = this.#loop;
    build.push(loop);
    loop.results.forEach((result, slot) => {
      const init = present(loop.inits[slot]);
      if (this.#isArray(result) && arrays.has(init)) arrays.set(result, arrays.of(init));
    });
    if (this.#slots.length === 0) return;
    this.#findStanding();
    const { staying, leaving } = this.#solution.rounds;
    this.#solve(staying);
    this.#finish(staying);
    if (leaving !== undefined) this.#leave(leaving);
    for (const { slot, result } of this.#slots) {
      const tangent = this.#tangents.get(slot);
      if (tangent === undefined) continue;
      if (this.#isArray(result)) arrays.set(result, tangent);
      else this.#sweep.enter(result, tangent);
    }
  }

  #findStanding(): void {
    const loop = this.#loop;
    const measured = measuredAtSolution(this.#parts.build, loop, this.#solution.rounds);
    for (const [value, found] of measured) this.#standing.set(value, found);
    carriedOf(loop).forEach((argument, slot) => this.#standing.set(argument, present(loop.results[slot])));
  }

  #state(round: SolutionRound): ReadonlyMap<ValueId, ValueId> {
    const { build, isSpare } = this.#parts;
    const keptAt = (slot: number): KeptArray | undefined => {
      const array = present(this.#loop.results[slot]);
      const length = this.#lengthOf(array);
      return length === undefined ? undefined : { array, length };
    };
    return stateForRound(build, this.#loop, round, this.#standing, keptAt, isSpare);
  }

  /** The tangents that the round reads; those that it changes are copies. */
  #seeds(round: SolutionRound, current: ReadonlyMap<number, ValueId>): ReadonlyMap<ValueId, ValueId> {
    const seeds = new Map<ValueId, ValueId>();
    for (const { slot, argument, length, isFedBack } of this.#slots) {
      if (!isFedBack) continue;
      const tangent = present(current.get(slot));
      const isChanged = length !== undefined && round.written.has(argument);
      seeds.set(argument, isChanged ? changeableCopy(this.#parts.build, { array: tangent, length }) : tangent);
    }
    for (const value of round.free) {
      const tangent = this.#freeTangent(value);
      if (tangent !== undefined) seeds.set(value, tangent);
    }
    return seeds;
  }

  #freeTangent(value: ValueId): ValueId | undefined {
    const { arrays, activity } = this.#parts;
    if (this.#isArray(value)) return arrays.has(value) ? arrays.of(value) : undefined;
    return activity.isActive(value) ? this.#sweep.tangentOf(value) : undefined;
  }

  #tangentRound(round: SolutionRound, slots: readonly Slot[]): TangentRound {
    const given = new Map<ValueId, ValueId>();
    for (const { slot, argument, isFedBack } of this.#slots) {
      if (isFedBack) given.set(argument, present(this.#tangents.get(slot)));
    }
    for (const value of round.free) {
      const tangent = this.#freeTangent(value);
      if (tangent !== undefined) given.set(value, tangent);
    }
    return tangentRound(
      round,
      given,
      slots.map(({ slot }) => slot),
      this.#parts,
    );
  }

  #solve(round: SolutionRound): void {
    const { build, naming } = this.#parts;
    const back = this.#slots.filter(({ isFedBack }) => isFedBack);
    if (back.length === 0) return;
    for (const each of back) this.#tangents.set(each.slot, this.#zero(each));
    const made = this.#tangentRound(round, back);
    const unknowns = back.map(({ slot, argument, length }) => {
      return { start: present(this.#tangents.get(slot)), length, name: naming(build.nameOf(argument)) };
    });
    const results = settle(build, this.#loop, unknowns, (current) => {
      const bySlot = new Map(back.map(({ slot }, k) => [slot, present(current[k])] as const));
      const found = made.inline(build, this.#state(round), this.#seeds(round, bySlot));
      return back.map(({ slot, length }) => {
        const next = found(slot);
        if (next === undefined) return length === undefined ? build.constant(0) : () => build.constant(0);
        return length === undefined ? next : (index: ValueId) => build.load(next, index);
      });
    });
    back.forEach(({ slot }, k) => this.#tangents.set(slot, present(results[k])));
  }

  /** What is not read by the next round has its tangent from one more. */
  #finish(round: SolutionRound): void {
    const { build, arrays } = this.#parts;
    const last = this.#slots.filter(({ isFedBack }) => !isFedBack);
    if (last.length === 0) return;
    const found = this.#tangentRound(round, last).inline(build, this.#state(round), this.#seeds(round, this.#tangents));
    for (const each of last) {
      const { slot, result, length } = each;
      const tangent = found(slot);
      if (tangent === undefined) this.#tangents.set(slot, this.#zero(each));
      else
        this.#tangents.set(slot, length === undefined ? tangent : copyArray(build, tangent, arrays.of(result), length));
    }
  }

  #zero({ result, length }: Slot): ValueId {
    const { build, arrays } = this.#parts;
    const zero = build.constant(0);
    if (length === undefined) return zero;
    return forEachEntry(build, arrays.of(result), length, undefined, (array, k) => build.store(array, k, zero));
  }

  /** Where the loop was left, what it gives by that has its tangent from the round that leaves it. */
  #leave(round: SolutionRound): void {
    const { build } = this.#parts;
    const { left } = this.#solution.rounds;
    const slots = this.#slots.filter(({ slot, length }) => left.has(slot) && length === undefined);
    if (slots.length === 0) return;
    const found = this.#tangentRound(round, slots).inline(
      build,
      this.#state(round),
      this.#seeds(round, this.#tangents),
    );
    const stopped = present(this.#loop.stopped);
    const zero = build.constant(0);
    const out = build.if(
      stopped,
      () => slots.map(({ slot }) => found(slot) ?? zero),
      () => slots.map(({ slot }) => this.#tangents.get(slot) ?? zero),
    );
    slots.forEach(({ slot }, k) => this.#tangents.set(slot, present(out[k])));
  }

  #lengthOf(result: ValueId): ValueId | undefined {
    return this.#isArray(result) ? present(this.#solution.entries.get(result)).length : undefined;
  }

  #isArray(value: ValueId): boolean {
    return typeof this.#parts.build.typeOf(value) === "object";
  }
}
