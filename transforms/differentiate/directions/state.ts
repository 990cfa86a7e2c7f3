/**
 * What the walk over all directions (all-directions.ts) knows at a place: the forms of numbers, where the directions of
 * arrays are kept, and which of these will be read again.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../../src/ir/graph.ts";
import type { ArrayGroups } from "../../analyze/array-groups.ts";
import { lastUses } from "./dependence.ts";
import {
  type Atom,
  type DirectionGroup,
  type EntryIndex,
  type Form,
  type GroupForm,
  rowForm,
  termsOf,
  zeroForm,
} from "./linear-form.ts";
import { type Storage, StorageVersions } from "./storage.ts";

export interface DirectionsContext {
  readonly graph: Graph;
  readonly build: GraphBuilder;
  readonly groups: ArrayGroups;
  readonly isDirectional: (value: ValueId) => boolean;
  readonly directions: readonly DirectionGroup[];
  /** What is read when the whole graph has been gone through. */
  readonly outcomes: readonly ValueId[];
  /** The block of a matrix in which the directions of an array are kept, if there is one. */
  readonly blockOf: (array: ValueId, group: DirectionGroup) => Storage | undefined;
  /** Where a number belongs that is an outcome, if that is known. */
  readonly homeOf: (value: ValueId, group: DirectionGroup) => Storage | undefined;
  /** The place of an entry of an array within arrays; without indices the number of entries. */
  readonly placeOf: (array: ValueId, indices: readonly ValueId[]) => ValueId;
  /** Whether two entries are sure to be others. */
  readonly areDistinct: (one: EntryIndex, other: EntryIndex) => boolean;
  /** What tells an index from another: those that are always equal have the same. */
  readonly keyOf: (index: ValueId) => string;
  /** What to call what belongs to the directions of a group. */
  readonly nameFor: (name: string | undefined, group: DirectionGroup) => string | undefined;
}

/** How a loop or branch carries a number of a group: as factors of atoms, or as a row. */
export type Carrying =
  | { readonly kind: "terms"; readonly atoms: ReadonlyMap<string, Atom> }
  /** `in`: the row that it is added to where it stands. */
  | { readonly kind: "row"; readonly in?: Storage };

/** What has been found out about a node with regions when it was built before. */
export interface Memory {
  /** Numbers to make rows of before it. */
  readonly kept: Set<ValueId>;
  /** Arrays that it changes. */
  readonly arrays: Set<string>;
  /** By place and group. */
  readonly carried: Map<string, Carrying>;
  isNew: boolean;
}

export interface Frame {
  readonly last: ReadonlyMap<ValueId, number>;
  place: number;
  /** The node whose region it is. */
  readonly owner: GraphNode | undefined;
}

/** Of more terms than these a row is made. */
export const mostTerms = 6;

export class DirectionsState {
  readonly context: DirectionsContext;
  readonly versions: StorageVersions;
  readonly #lastUsesOf: (region: Region) => ReadonlyMap<ValueId, number>;
  readonly #memories = new Map<GraphNode, Memory>();
  readonly frames: Frame[] = [];
  forms = new Map<ValueId, Form>();
  /** The storage of each version of an array, one for each group. */
  arrays = new Map<ValueId, ReadonlyMap<number, Storage>>();
  /** In how many regions a value stands. */
  depths = new Map<ValueId, number>();
  /** Arrays of zeros that nothing has been stored in. */
  clean = new Set<string>();
  /** Those that were clean where the loop around begins that has no other around it. */
  cleanAtLoop: ReadonlySet<string> = new Set();
  hasFailed = false;

  constructor(context: DirectionsContext) {
    this.context = context;
    this.versions = new StorageVersions(context.build, context.areDistinct);
    this.#lastUsesOf = lastUses(context.graph, context.outcomes);
  }

  formOf(value: ValueId): Form {
    return this.forms.get(value) ?? zeroForm;
  }

  arraysOf(version: ValueId): ReadonlyMap<number, Storage> {
    const found = this.arrays.get(version);
    if (found === undefined) this.hasFailed = true;
    return found ?? new Map<number, Storage>();
  }

  setForm(value: ValueId, form: Form): void {
    const { build, directions, nameFor } = this.context;
    const name = build.nameOf(value);
    for (const [index, part] of form) {
      const own = nameFor(name, present(directions[index]));
      if (part.kind === "number" && own !== undefined) build.suggestName(part.value, own);
    }
    this.forms.set(value, form);
  }

  enter(region: Region, owner: GraphNode | undefined): Frame {
    const frame: Frame = { last: this.#lastUsesOf(region), place: 0, owner };
    this.frames.push(frame);
    return frame;
  }

  leave(): void {
    this.frames.pop();
  }

  define(value: ValueId): void {
    this.depths.set(value, this.frames.length);
  }

  get isInLoop(): boolean {
    return this.frames.some(isOfLoop);
  }

  memoryOf(node: GraphNode): Memory {
    const known = this.#memories.get(node);
    if (known !== undefined) return known;
    const memory: Memory = { kept: new Set(), arrays: new Set(), carried: new Map(), isNew: false };
    this.#memories.set(node, memory);
    return memory;
  }

  /** Runs what builds a node until that finds out nothing new; what the tries before have built is dropped. */
  untilSettled(node: GraphNode, attempt: (memory: Memory) => void): void {
    const { build } = this.context;
    const memory = this.memoryOf(node);
    while (!this.hasFailed) {
      const [forms, arrays, depths, clean] = [this.forms, this.arrays, this.depths, this.clean];
      const [versions, atLoop] = [this.versions.snapshot(), this.cleanAtLoop];
      this.forms = new Map(forms);
      this.arrays = new Map(arrays);
      this.depths = new Map(depths);
      this.clean = new Set(clean);
      memory.isNew = false;
      const { nodes } = build.region([], () => {
        for (const value of memory.kept) this.keepAsRow(value);
        attempt(memory);
        return [];
      });
      this.cleanAtLoop = atLoop;
      if (!memory.isNew) {
        nodes.forEach((each) => build.push(each));
        return;
      }
      [this.forms, this.arrays, this.depths, this.clean] = [forms, arrays, depths, clean];
      this.versions.restore(versions);
    }
  }

  learnArray(memory: Memory, array: string): void {
    if (memory.arrays.has(array)) return;
    memory.arrays.add(array);
    memory.isNew = true;
  }

  /** Whether an atom means the same before and after a node at this depth that changes these arrays. */
  isKnownAround(atom: Atom, depth: number, known: ReadonlyMap<string, ValueId>, changed: ReadonlySet<string>): boolean {
    const { entry } = atom;
    const isEntryKnown = typeof entry !== "number" || (this.depths.get(entry) ?? Infinity) <= depth;
    if (atom.kind === "unit") return isEntryKnown;
    return isEntryKnown && known.has(atom.storage.array) && !changed.has(atom.storage.array);
  }

  /** Makes rows of their own of all numbers that are made of rows of an array that is about to change, and are read later. */
  keepBefore({ array }: Storage): void {
    for (const [value, form] of this.forms) {
      const names = [...form.values()].some((part) =>
        termsOf(part).some(({ atom }) => atom.kind === "row" && atom.storage.array === array),
      );
      if (!names || !this.#isReadLater(value)) continue;
      const depth = this.depths.get(value) ?? 0;
      const owner = this.frames[depth]?.owner;
      if (owner === undefined) this.keepAsRow(value);
      else {
        const memory = this.memoryOf(owner);
        if (!memory.kept.has(value)) memory.isNew = true;
        memory.kept.add(value);
      }
    }
  }

  /** Whether a number that is made of the row is read after the node that the walk stands at. */
  isRowReadLater({ array }: Storage): boolean {
    return [...this.forms].some(([value, form]) => {
      const names = [...form.values()].some((part) =>
        termsOf(part).some(({ atom }) => atom.kind === "row" && atom.storage.array === array),
      );
      return names && this.#isReadLater(value);
    });
  }

  /** Whether a value is read after the node that the walk stands at: by a later node, or in the next round of a loop. */
  #isReadLater(value: ValueId): boolean {
    const depth = this.depths.get(value) ?? 0;
    return this.frames.some((frame, k) => {
      if (k + 1 < depth) return false;
      const use = frame.last.get(value);
      if (use === undefined) return false;
      return use > frame.place || (k + 1 > depth && isOfLoop(frame));
    });
  }

  keepAsRow(value: ValueId): void {
    const form = new Map(this.formOf(value));
    for (const [index, part] of form) {
      if (!termsOf(part).some(({ atom }) => atom.kind === "row")) continue;
      form.set(index, rowForm(this.rowWith(value, index, part)));
    }
    this.forms.set(value, form);
  }

  /** A row of its own for a number, with what its form gives: the one that it has, or a new one. */
  rowWith(value: ValueId, index: number, part: GroupForm): Storage {
    const kept = rowOf(part);
    if (kept?.key === (this.#homeOf(value, index)?.key ?? rowKey(value, index))) return kept;
    const storage = this.rowFor(value, index);
    this.keep(storage, undefined, part, present(this.context.directions[index]), false);
    return storage;
  }

  /** Room for a row of its own for a number. */
  rowFor(value: ValueId, index: number): Storage {
    const { build, directions, nameFor } = this.context;
    const group = present(directions[index]);
    const home = this.#homeOf(value, index);
    if (home !== undefined) return home;
    return this.newRow(rowKey(value, index), group, nameFor(build.nameOf(value), group));
  }

  #homeOf(value: ValueId, index: number): Storage | undefined {
    return this.context.homeOf(value, present(this.context.directions[index]));
  }

  /** Room for one number of each direction. `isClean`: there are zeros in it. */
  newRow(key: string, { count }: DirectionGroup, name: string | undefined, isClean = false): Storage {
    const { build } = this.context;
    const storage: Storage = { key, array: key };
    this.versions.set(storage, build.allocate("f64", present(count, "directions"), { kind: "tangent" }, isClean, name));
    return storage;
  }

  /** Keeps a form in an entry of a block; what was there is gone. `isClean`: there were zeros. */
  keep(
    storage: Storage,
    entry: EntryIndex | undefined,
    part: GroupForm | undefined,
    group: DirectionGroup,
    isClean: boolean,
  ): void {
    if (group.count === undefined) {
      const isZero = part?.kind !== "number";
      if (!isZero) this.versions.storeNumber(storage, entry, part.value);
      else if (!isClean) this.versions.storeNumber(storage, entry, this.context.build.constant(0));
      return;
    }
    this.versions.write(group, [{ storage, entry, part, isClean }]);
  }
}

/** The row that it is, and nothing else. */
export function rowOf(part: GroupForm): Storage | undefined {
  const [term, ...others] = termsOf(part);
  const isRow = term?.atom.kind === "row" && term.coefficient === "one" && others.length === 0;
  return isRow ? term.atom.storage : undefined;
}

function rowKey(value: ValueId, index: number): string {
  return `value ${value} ${index}`;
}

function isOfLoop({ owner }: Frame): boolean {
  return owner?.kind === "for" || owner?.kind === "while";
}
