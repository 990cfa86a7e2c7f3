/** Puts the directions of what a graph gives into the matrices: in place where they are kept there from the start. */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { ElementType, MatrixKey, ValueId } from "../../../src/ir/graph.ts";
import { pairing } from "../../../src/ir/nested.ts";
import type { Matrix } from "../../pass.ts";
import { type DirectionGroup, type EntryIndex, type GroupForm, rowForm, sumOf, zeroForm } from "./linear-form.ts";
import { isSize, none, one, plus, times, valueOfSize } from "./sizes.ts";
import { type DirectionsState, rowOf } from "./state.ts";
import type { Axis, Storage, Stride } from "./storage.ts";

export interface MatrixLayout {
  readonly key: MatrixKey;
  readonly parameter: number | undefined;
  readonly element: ElementType;
  readonly rows: EntryIndex;
  readonly columns: EntryIndex;
  /** It comes in compressed rows: its entries are told by pairs. */
  readonly isSparse: boolean;
  readonly name: string;
  /** Numbers alone fill it, each place of it. */
  readonly isOfNumbers?: boolean;
}

/** How many entries an array of a layer has, and how far apart they stand. */
export interface Layer {
  readonly length: EntryIndex;
  readonly stride: EntryIndex;
}

/** A number or array of the graph, and where its directions go. */
export interface Target {
  readonly value: ValueId;
  /** None of a number. */
  readonly layers: readonly Layer[];
  /** The parameter whose entries it has, one by one. */
  readonly like: number | undefined;
  readonly blockOf: (group: Pick<DirectionGroup, "index">) => Block;
}

export interface Block {
  /** Which of the matrices. */
  readonly matrix: number;
  readonly row: Steps;
  readonly column: Steps;
}

/** Where the first number of a block stands, and how far it is from an entry, or a direction, to the next. */
export interface Steps {
  readonly first: EntryIndex;
  readonly entryStride: EntryIndex;
  readonly directionStride: EntryIndex;
}

export interface Layout {
  readonly matrices: readonly MatrixLayout[];
  readonly targets: readonly Target[];
  /** There is one matrix, and the targets are those by which the directions go, in order. */
  readonly isSymmetric?: boolean;
}

export class Filling {
  readonly #build: GraphBuilder;
  readonly #layout: Layout;
  readonly #blocks = new Map<string, Storage>();

  /** Allocates the matrices where the builder stands. */
  constructor(build: GraphBuilder, layout: Layout, { versions }: Pick<DirectionsState, "versions">) {
    this.#build = build;
    this.#layout = layout;
    layout.matrices.forEach(({ element, parameter, name, isSparse, isOfNumbers = false, ...sizes }, k) => {
      const { rows, columns } = sizes;
      const size = valueOfSize(build, isSparse ? rows : times(build, rows, columns));
      const role = { kind: "matrix", parameter, ...(isSparse && { isSparse }) } as const;
      versions.set({ array: arrayOf(k) }, build.allocate(element, size, role, !isOfNumbers, name));
    });
  }

  /** The block in which the directions of an array can stand from the start. */
  blockOf(isTarget: (value: ValueId) => boolean, group: DirectionGroup): Storage | undefined {
    const place = this.#layout.targets.findIndex(({ value, layers }) => layers.length > 0 && isTarget(value));
    const target = this.#layout.targets[place];
    const stride = target && commonStride(target.layers);
    return target === undefined || stride === undefined ? undefined : this.#block(place, target, group, stride);
  }

  /** Where a number belongs that is put into a matrix as it is. */
  homeOf(value: ValueId, group: DirectionGroup): Storage | undefined {
    const { targets, isSymmetric = false } = this.#layout;
    const place = targets.findIndex((target) => target.value === value && target.layers.length === 0);
    const target = targets[place];
    if (target === undefined || isSymmetric) return undefined;
    return this.#block(place, target, group, { constant: 1 });
  }

  #block(place: number, target: Target, group: DirectionGroup, stride: EntryIndex): Storage {
    const key = `block ${place} ${group.index}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const block = target.blockOf(group);
    const storage = this.#storageOf(key, block.matrix, this.#axesOf(block), stride);
    this.#blocks.set(key, storage);
    return storage;
  }

  /** Along the array of a matrix; of one in compressed rows: along its rows, and along its columns. */
  #axesOf({ matrix, row, column }: Block): readonly Steps[] {
    const { columns, isSparse } = present(this.#layout.matrices[matrix]);
    return isSparse ? [row, column] : [flatSteps(this.#build, row, column, columns)];
  }

  #storageOf(key: string, matrix: number, axes: readonly Steps[], stride: EntryIndex): Storage {
    const build = this.#build;
    const [first, column] = axes.map(({ first: base, entryStride, directionStride }): Axis => {
      const whole = times(build, entryStride, stride);
      return {
        base: isSize(base, 0) ? undefined : valueOfSize(build, base),
        entryStride: strideOf(build, whole),
        directionStride: strideOf(build, directionStride),
      };
    });
    return { key, array: arrayOf(matrix), isInMatrix: true, ...first, ...(column !== undefined && { column }) };
  }

  /** What is not in its place yet. */
  fill(state: DirectionsState, group: DirectionGroup): void {
    const { isDirectional } = state.context;
    for (const [place, target] of this.#layout.targets.entries()) {
      const { value, layers } = target;
      if (layers.length === 0) {
        const { matrices, isSymmetric = false } = this.#layout;
        const isRow = group.count !== undefined;
        if (isSymmetric && isRow) continue;
        const block = this.#block(place, target, group, { constant: 1 });
        const isClean = matrices[target.blockOf(group).matrix]?.isOfNumbers !== true;
        // Of two that are the same the one of the upper triangle.
        const isBelow = isSymmetric && place > group.index;
        const of = isBelow ? present(this.#layout.targets[group.index]).value : value;
        const form = isDirectional(of) ? state.formOf(of) : zeroForm;
        const part = form.get(isBelow ? place : group.index);
        if (part !== undefined && rowOf(part)?.key === block.key) continue;
        state.keep(block, undefined, part, group, isClean);
        continue;
      }
      if (!isDirectional(value)) continue;
      const own = state.arrays.get(value)?.get(group.index);
      if (own?.key === `block ${place} ${group.index}`) continue;
      if (own === undefined && group.seed !== value) continue;
      this.#copy(state, target, group, own);
    }
  }

  /** The rows of numbers of a symmetric matrix are their columns. */
  mirror({ versions }: DirectionsState, directions: readonly DirectionGroup[]): void {
    const { targets, isSymmetric = false } = this.#layout;
    if (!isSymmetric) return;
    const build = this.#build;
    for (const [place, target] of targets.entries()) {
      for (const group of directions) {
        if (target.layers.length > 0 || group.count === undefined) continue;
        const row = target.blockOf(group);
        const column = present(targets[group.index]).blockOf(present(directions[place]));
        const array = { array: arrayOf(row.matrix) };
        const [rows, columns] = [this.#axesOf(row), this.#axesOf(column)];
        const range = { start: build.constant(0), bound: group.count, step: 1, inclusive: false, indexName: "d" };
        const loop = build.for(range, [versions.of(array)], (index, [version]) => {
          const to = rows.map(({ first, directionStride }) => plus(build, first, times(build, index, directionStride)));
          const from = columns.map(({ first, entryStride }) => plus(build, first, times(build, index, entryStride)));
          const entry = build.load(present(version), indexOf(build, from));
          return [build.store(present(version), indexOf(build, to), entry)];
        });
        versions.set(array, present(loop.results[0]));
      }
    }
  }

  #copy(state: DirectionsState, target: Target, group: DirectionGroup, own: Storage | undefined): void {
    const build = this.#build;
    const block = target.blockOf(group);
    const [array, axes] = [arrayOf(block.matrix), this.#axesOf(block)];
    const partAt = (entry: ValueId): GroupForm => {
      const atom = { kind: "unit", key: `unit ${entry}`, entry } as const;
      if (own === undefined) return sumOf([{ atom, coefficient: "one" }]);
      if (group.count === undefined) return { kind: "number", value: state.versions.loadNumber(own, entry) };
      return rowForm(own, entry);
    };
    const loopAt = (layer: number, entry: EntryIndex, starts: readonly EntryIndex[]): void => {
      const { length, stride } = present(target.layers[layer]);
      const range = { start: build.constant(0), bound: valueOfSize(build, length), step: 1, inclusive: false };
      const loop = build.for({ ...range, indexName: "row" }, [state.versions.of({ array })], (index, [version]) => {
        state.versions.set({ array }, present(version));
        const steps = axes.map(({ entryStride }) => times(build, times(build, index, stride), entryStride));
        const inner = plus(build, times(build, entry, length), index);
        const at = starts.map((start, k) => plus(build, start, present(steps[k])));
        if (layer + 1 < target.layers.length) loopAt(layer + 1, inner, at);
        else {
          const own = axes.map((axis, k): Steps => ({ ...axis, first: present(at[k]), entryStride: one }));
          const storage = this.#storageOf(`row ${array}`, block.matrix, own, one);
          state.keep(storage, undefined, partAt(valueOfSize(build, inner)), group, true);
        }
        return [state.versions.of({ array })];
      });
      state.versions.set({ array }, present(loop.results[0]));
    };
    loopAt(
      0,
      none,
      axes.map(({ first }) => first),
    );
  }

  results({ versions }: Pick<DirectionsState, "versions">): readonly Matrix[] {
    const build = this.#build;
    return this.#layout.matrices.map(({ key, parameter, element, rows, columns, isSparse }, k) => {
      const value = versions.of({ array: arrayOf(k) });
      if (!isSparse) {
        return { key, parameter, element, value, length: valueOfSize(build, times(build, rows, columns)) };
      }
      const sizes = { length: valueOfSize(build, rows), columns: valueOfSize(build, columns) };
      return { key, parameter, element, value, ...sizes };
    });
  }
}

/** Row after row. */
export function flatSteps(build: GraphBuilder, row: Steps, column: Steps, columns: EntryIndex): Steps {
  const flat = (key: keyof Steps): EntryIndex => plus(build, times(build, row[key], columns), column[key]);
  return { first: flat("first"), entryStride: flat("entryStride"), directionStride: flat("directionStride") };
}

function indexOf(build: GraphBuilder, parts: readonly EntryIndex[]): ValueId {
  const values = parts.map((part) => valueOfSize(build, part));
  return values.length === 1 ? present(values[0]) : build.operation(pairing, values);
}

function strideOf(build: GraphBuilder, stride: EntryIndex): Stride {
  if (isSize(stride, 0)) return "none";
  return isSize(stride, 1) ? undefined : valueOfSize(build, stride);
}

function arrayOf(matrix: number): string {
  return `matrix ${matrix}`;
}

/** How far apart the entries stand, if all of them do so. */
function commonStride(layers: readonly Layer[]): EntryIndex | undefined {
  const last = layers.at(-1);
  const isDense = layers.every(({ stride }, k) => {
    const next = layers[k + 1];
    return next === undefined || (isSize(next.stride, 1) && isSame(stride, next.length));
  });
  return isDense ? last?.stride : undefined;
}

function isSame(a: EntryIndex, b: EntryIndex): boolean {
  if (typeof a === "object") return typeof b === "object" && a.constant === b.constant;
  return a === b;
}
