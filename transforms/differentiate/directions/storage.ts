/**
 * The arrays in which all directions of something are kept: of a number, a row of as many numbers as there are directions;
 * of an array, such a row for each entry. A block of a matrix that is returned may be one too.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { ValueId } from "../../../src/ir/graph.ts";
import { pairing } from "../../../src/ir/nested.ts";
import type { Coefficient, DirectionGroup, EntryIndex, GroupForm, Term } from "./linear-form.ts";
import { coefficientValue, entryKey, termsOf } from "./linear-form.ts";

/** How far it is from one to the next: 1 if it is left out, and nothing where all are at one place. */
export type Stride = ValueId | "none" | undefined;

/** The number for an entry and a direction stands at `base + entry * entryStride + direction * directionStride`. */
export interface Axis {
  readonly base?: ValueId | undefined;
  readonly entryStride?: Stride;
  readonly directionStride?: Stride;
}

/** One array of the new graph, known by a key that stays the same when a loop is built again. */
export interface Storage extends Axis {
  readonly key: string;
  /** Of a block of a matrix in compressed rows: an index is a pair, and this its second part. */
  readonly column?: Axis;
  /** The array in which it is a block; several share one. */
  readonly array: string;
  readonly isInMatrix?: true;
}

/** Where the first direction of an entry stands, along each axis. */
type Start = readonly (ValueId | undefined)[];

/** What is to be kept, and where. */
export interface RowWrite {
  readonly storage: Storage;
  readonly entry: EntryIndex | undefined;
  readonly part: GroupForm | undefined;
  /** The row holds zeros. */
  readonly isClean: boolean;
}

/** The current versions of the arrays. */
export class StorageVersions {
  readonly #build: GraphBuilder;
  readonly #areDistinct: (one: EntryIndex, other: EntryIndex) => boolean;
  #versions: Map<string, ValueId>;

  /** `areDistinct`: whether two entries are sure to be others. */
  constructor(build: GraphBuilder, areDistinct: (one: EntryIndex, other: EntryIndex) => boolean) {
    this.#build = build;
    this.#areDistinct = areDistinct;
    this.#versions = new Map();
  }

  snapshot(): ReadonlyMap<string, ValueId> {
    return new Map(this.#versions);
  }

  restore(versions: ReadonlyMap<string, ValueId>): void {
    this.#versions = new Map(versions);
  }

  of({ array }: Pick<Storage, "array">): ValueId {
    return present(this.#versions.get(array), "the version of an array of directions");
  }

  set({ array }: Pick<Storage, "array">, version: ValueId): void {
    this.#versions.set(array, version);
  }

  #start(storage: Storage, entry: EntryIndex | undefined): Start {
    return axesOf(storage).map(({ base, entryStride }) => {
      if (entry === undefined || (typeof entry === "object" && entry.constant === 0)) return base;
      return this.#step(base, entryStride, () => {
        return typeof entry === "object" ? this.#build.constant(entry.constant) : entry;
      });
    });
  }

  /** The index of the number for a direction; without one that of the first. */
  #at(storage: Storage, start: Start, direction?: ValueId): ValueId {
    const build = this.#build;
    const parts = axesOf(storage).map(({ directionStride }, k) => {
      const at = direction === undefined ? start[k] : this.#step(start[k], directionStride, () => direction);
      return at ?? build.constant(0);
    });
    return storage.column === undefined ? present(parts[0]) : build.operation(pairing, parts);
  }

  #step(from: ValueId | undefined, stride: Stride, count: () => ValueId): ValueId | undefined {
    if (stride === "none") return from;
    const build = this.#build;
    const step = stride === undefined ? count() : build.operation("mul", [count(), stride]);
    return from === undefined ? step : build.operation("add", [from, step]);
  }

  /** Of a group of one direction. */
  loadNumber(storage: Storage, entry: EntryIndex | undefined): ValueId {
    const build = this.#build;
    return build.load(this.of(storage), this.#at(storage, this.#start(storage, entry)));
  }

  storeNumber(storage: Storage, entry: EntryIndex | undefined, value: ValueId): void {
    const build = this.#build;
    this.set(storage, build.store(this.of(storage), this.#at(storage, this.#start(storage, entry)), value));
  }

  /** Keeps rows, in one loop over the directions; what each reads is as it was before all of them. */
  write(group: DirectionGroup, writes: readonly RowWrite[]): void {
    const build = this.#build;
    const plans = writes.map((each) => this.#plan(each));
    const looped = plans.filter(({ isWhole }) => isWhole);
    if (looped.length > 0) {
      const arrays = [...new Set(looped.map(({ storage }) => storage.array))];
      const starts = new Map<Term, Start>();
      const targets = looped.map(({ storage, entry, rows }) => {
        for (const term of rows) {
          if (term.atom.kind === "row") starts.set(term, this.#start(term.atom.storage, term.atom.entry));
        }
        return this.#start(storage, entry);
      });
      const bound = present(group.count, "the number of directions");
      const range = { start: build.constant(0), bound, step: 1, inclusive: false, indexName: "d" };
      const loop = build.for(
        range,
        arrays.map((array) => this.of({ array })),
        (direction, versions) => {
          const before = this.snapshot();
          arrays.forEach((array, k) => this.set({ array }, present(versions[k])));
          const values = looped.map(({ rows }) => this.#sum(rows, starts, direction));
          looped.forEach(({ storage }, k) => {
            const at = this.#at(storage, present(targets[k]), direction);
            this.set(storage, build.store(this.of(storage), at, present(values[k])));
          });
          const after = arrays.map((array) => this.of({ array }));
          this.restore(before);
          return after;
        },
      );
      arrays.forEach((array, k) => this.set({ array }, present(loop.results[k])));
    }
    for (const { storage, entry, units, isZero } of plans) {
      const start = units.length === 0 ? [] : this.#start(storage, entry);
      units.forEach(({ atom, coefficient }, k) => {
        const { entry: unit } = atom;
        const direction = typeof unit === "object" ? build.constant(unit.constant) : unit;
        const at = this.#at(storage, start, direction);
        const value = coefficientValue(build, coefficient);
        const isFirst =
          isZero &&
          atom.isChosen !== true &&
          units.slice(0, k).every((other) => this.#areDistinct(other.atom.entry, unit));
        const sum = isFirst ? value : build.operation("add", [build.load(this.of(storage), at), value]);
        this.set(storage, build.store(this.of(storage), at, sum));
      });
    }
  }

  /** What of a row is to be done in a loop over the directions, and what at single places. */
  #plan({ storage, entry, part, isClean }: RowWrite) {
    const terms = termsOf(part);
    const own = terms.find(({ atom, coefficient }) => isSame(atom, storage, entry) && coefficient === "one");
    const rows = terms.filter((term) => term.atom.kind === "row" && term !== own);
    const units = terms.flatMap(({ atom, coefficient }) => (atom.kind === "unit" ? [{ atom, coefficient }] : []));
    const isAdded = own !== undefined && rows.length > 0;
    const isWhole = own === undefined ? !isClean || rows.length > 0 : isAdded;
    return {
      storage,
      entry,
      rows: isAdded ? [own, ...rows] : rows,
      units,
      isWhole,
      isZero: own === undefined && rows.length === 0,
    };
  }

  #sum(rows: readonly Term[], starts: ReadonlyMap<Term, Start>, direction: ValueId): ValueId {
    const build = this.#build;
    const values = rows.map((term) => {
      if (term.atom.kind !== "row") throw new TypeError("a unit vector is no row");
      const { storage } = term.atom;
      const value = build.load(this.of(storage), this.#at(storage, present(starts.get(term)), direction));
      return scaled(build, value, term.coefficient);
    });
    const [first, ...others] = values;
    if (first === undefined) return build.constant(0);
    return others.reduce((sum, value) => build.operation("add", [sum, value]), first);
  }

  /** A row of numbers that are made of those of another, one by one. */
  writeMapped(
    group: DirectionGroup,
    from: Storage,
    to: readonly Storage[],
    map: (value: ValueId) => readonly ValueId[],
  ): void {
    const build = this.#build;
    const bound = present(group.count, "the number of directions");
    const range = { start: build.constant(0), bound, step: 1, inclusive: false, indexName: "d" };
    const loop = build.for(
      range,
      to.map((storage) => this.of(storage)),
      (direction, versions) => {
        const values = map(build.load(this.of(from), direction));
        return to.map((_, k) => build.store(present(versions[k]), direction, present(values[k])));
      },
    );
    to.forEach((storage, k) => this.set(storage, present(loop.results[k])));
  }
}

function axesOf(storage: Storage): readonly Axis[] {
  return storage.column === undefined ? [storage] : [storage, storage.column];
}

function scaled(build: GraphBuilder, value: ValueId, coefficient: Coefficient): ValueId {
  return coefficient === "one" ? value : build.operation("mul", [coefficient, value]);
}

function isSame(atom: Term["atom"], storage: Storage, entry: EntryIndex | undefined): boolean {
  if (atom.kind !== "row" || atom.storage.key !== storage.key) return false;
  return entryKey(atom.entry) === entryKey(entry);
}
