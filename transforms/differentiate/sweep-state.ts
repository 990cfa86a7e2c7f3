import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { differentialName, type Naming } from "../../src/ir/differential-name.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import type { Activity } from "../analyze/activity.ts";
import type { StashLayout } from "./stash.ts";

/** All that changes while the reverse sweep walks: what a branch starts from twice and a loop carries. */
export interface Snapshot {
  /** The adjoint of each scalar of the primal, so far. */
  readonly adjoints: ReadonlyMap<ValueId, ValueId>;
  /** The array of adjoints (the shadow) of each array version that the sweep has come to. */
  readonly shadows: ReadonlyMap<ValueId, ValueId>;
  /** What stands for each version of a primal array at this point of the sweep. */
  readonly arrays: ReadonlyMap<ValueId, ValueId>;
  /** The counters of the stashes that are indexed by one. */
  readonly counters: ReadonlyMap<StashLayout, ValueId>;
}

/** One value that a loop of the derivative carries beside the primal's. */
export interface Slot {
  readonly init: ValueId;
  /** Binds the value inside the body. */
  readonly enter: (inside: ValueId) => void;
  /** The value for the next iteration, read when the body is done. */
  readonly leave: () => ValueId;
  /** Binds the value after the loop. */
  readonly after: (result: ValueId) => void;
}

/** A value that the two sides of a branch leave differently. */
export interface Merge {
  readonly then: ValueId;
  readonly else: ValueId;
  readonly name: string | undefined;
  readonly after: (result: ValueId) => void;
}

export class SweepState {
  readonly #build: GraphBuilder;
  readonly #activity: Activity;
  /** What the adjoint of a value is called. */
  readonly naming: Naming;
  adjoints = new Map<ValueId, ValueId>();
  shadows = new Map<ValueId, ValueId>();
  arrays = new Map<ValueId, ValueId>();
  counters = new Map<StashLayout, ValueId>();

  constructor(build: GraphBuilder, activity: Activity, naming: Naming = differentialName) {
    this.#build = build;
    this.#activity = activity;
    this.naming = naming;
  }

  snapshot(): Snapshot {
    return {
      adjoints: new Map(this.adjoints),
      shadows: new Map(this.shadows),
      arrays: new Map(this.arrays),
      counters: new Map(this.counters),
    };
  }

  restore(snapshot: Snapshot): void {
    this.adjoints = new Map(snapshot.adjoints);
    this.shadows = new Map(snapshot.shadows);
    this.arrays = new Map(snapshot.arrays);
    this.counters = new Map(snapshot.counters);
  }

  adjointOf(value: ValueId): ValueId | undefined {
    return this.adjoints.get(value);
  }

  /** Adds a contribution to the adjoint of an active scalar. */
  accumulate(value: ValueId, contribution: ValueId): void {
    if (!this.#activity.isActive(value)) return;
    const before = this.adjoints.get(value);
    const name = this.naming(this.#build.nameOf(value));
    if (before === undefined) {
      if (name !== undefined) this.#build.suggestName(contribution, name);
      this.adjoints.set(value, contribution);
      return;
    }
    this.adjoints.set(value, this.#build.operation("add", [before, contribution], "number", name));
  }

  /** What stands for a version of a primal array; a version that nothing came after stands for itself. */
  arrayOf(version: ValueId): ValueId {
    return this.arrays.get(version) ?? version;
  }

  /** A sum over the iterations, for a scalar from outside the loop. */
  sumSlot(value: ValueId): Slot {
    const init = this.adjoints.get(value) ?? this.#build.constant(0);
    const name = this.naming(this.#build.nameOf(value));
    if (name !== undefined) this.#build.suggestName(init, name);
    let unchanged = false;
    let inside: ValueId | undefined;
    return {
      init,
      enter: (argument) => {
        inside = argument;
        this.adjoints.set(value, argument);
      },
      leave: () => {
        const last = present(this.adjoints.get(value));
        unchanged = last === inside;
        return last;
      },
      after: (result) => {
        if (!unchanged) this.adjoints.set(value, result);
      },
    };
  }

  /** A shadow that runs backwards through what the primal's loop carries. */
  shadowSlot(init: ValueId, argument: ValueId, yielded: ValueId, result: ValueId): Slot {
    return {
      init: present(this.shadows.get(result), "shadow of a carried array"),
      enter: (inside) => this.shadows.set(yielded, inside),
      leave: () => present(this.shadows.get(argument), "shadow at the head of an iteration"),
      after: (outcome) => {
        this.shadows.delete(result);
        if (this.#activity.isActive(init)) this.shadows.set(init, outcome);
      },
    };
  }

  /** The shadow of an array that the loop only reads. */
  freeShadowSlot(array: ValueId): Slot {
    return {
      init: present(this.shadows.get(array), "shadow of an array"),
      enter: (inside) => this.shadows.set(array, inside),
      leave: () => present(this.shadows.get(array)),
      after: (outcome) => this.shadows.set(array, outcome),
    };
  }

  counterSlot(layout: StashLayout, count: ValueId): Slot {
    return {
      init: count,
      enter: (inside) => this.counters.set(layout, inside),
      leave: () => present(this.counters.get(layout)),
      after: (outcome) => this.counters.set(layout, outcome),
    };
  }

  /**
   * Hands the adjoint of a result of a branch to the value that is yielded for it. After the branch the array that is yielded
   * is found in the result; in it (`isWithin`) there is no result yet.
   */
  pass(result: ValueId, yielded: ValueId, isWithin: boolean): void {
    const d = this.adjoints.get(result);
    if (d !== undefined) this.accumulate(yielded, d);
    const shadow = this.shadows.get(result);
    if (shadow !== undefined && this.#activity.isActive(yielded)) this.shadows.set(yielded, shadow);
    if (typeof this.#build.typeOf(result) === "object" && !isWithin) this.arrays.set(yielded, this.arrayOf(result));
  }

  forget(result: ValueId): void {
    this.adjoints.delete(result);
    this.shadows.delete(result);
  }

  /**
   * What the two sides of a branch leave behind, for these scalars and arrays from outside it. What both leave alike is
   * bound at once; the rest is to become results of the branch. `zero` stands for an adjoint that one side lacks.
   */
  merge(
    then: Snapshot,
    otherwise: Snapshot,
    scalars: readonly ValueId[],
    arrays: readonly ValueId[],
    layouts: readonly StashLayout[],
    zero: ValueId,
    isRestored: (array: ValueId) => boolean,
  ): readonly Merge[] {
    const merges: Merge[] = [];
    const meet = <Key>(
      pick: (from: Snapshot) => ReadonlyMap<Key, ValueId>,
      into: Map<Key, ValueId>,
      key: Key,
      named: string | undefined,
      absent = zero,
    ): void => {
      const [a, b] = [pick(then).get(key), pick(otherwise).get(key)];
      if (a === undefined && b === undefined) return;
      if (a === b) {
        into.set(key, present(a));
        return;
      }
      const name = named ?? this.#build.nameOf(present(a ?? b));
      merges.push({ then: a ?? absent, else: b ?? absent, name, after: (result) => into.set(key, result) });
    };
    for (const value of scalars) {
      meet((from) => from.adjoints, this.adjoints, value, this.naming(this.#build.nameOf(value)));
    }
    for (const array of arrays) meet((from) => from.shadows, this.shadows, array, undefined);
    for (const array of arrays) {
      const isAlike = then.arrays.get(array) === otherwise.arrays.get(array);
      if (isAlike || isRestored(array)) meet((from) => from.arrays, this.arrays, array, undefined, this.arrayOf(array));
    }
    for (const layout of layouts) meet((from) => from.counters, this.counters, layout, undefined);
    return merges;
  }
}
