/**
 * Matrices column by column: the whole derivative in a loop over the unit vectors, for graphs that call functions, whose
 * values go on a stack, and for those of which all-directions.ts makes nothing. What the primal writes to is copied for
 * each column, so that every one starts from what came in.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph, GraphNode, ValueId, ValueType } from "../../../src/ir/graph.ts";
import { depthOf, isNested, pairing } from "../../../src/ir/nested.ts";
import { parameterLength } from "../parameter-length.ts";
import { asScratch, copyOf, lengthsOf, opaqueValues, withOtherFunctions, zerosLike } from "./column-runs.ts";
import { type EntryPlaces, entryPlaces } from "./entry-places.ts";
import { Filling, flatSteps, type Layer, type Layout, type Steps } from "./filling.ts";
import { inlineNodes } from "../../../src/ir/inline-nodes.ts";
import type { EntryIndex } from "./linear-form.ts";
import type { Matrices, Setting } from "./matrices.ts";
import { none, one, plus, times, valueOfSize } from "./sizes.ts";
import { StorageVersions } from "./storage.ts";

export interface EachDirectionOptions {
  /** Runs once: what gives the value. Its parameters are those of the primal. */
  readonly base: Graph;
  /** Its parameters are those of the primal, then the vectors. */
  readonly linear: Graph;
  readonly wrt: readonly number[];
  readonly layout: (setting: Setting) => Layout | undefined;
}

export function eachDirection({ base, linear: given, wrt, layout }: EachDirectionOptions): Matrices {
  const linear = withOtherFunctions(given, base);
  const build = new GraphBuilder(base.values);
  const own = base.parameters.length;
  const versions = new StorageVersions(build, () => false);
  const valueOf = (index: number): ValueId => present(base.parameters[index]).value;
  let matrices: Matrices["matrices"] = [];
  const body = build.region(base.body.arguments, () => {
    const written = base.parameters.flatMap(({ written: isWritten, type }, index) => {
      return isWritten && typeof type === "object" ? [index] : [];
    });
    const saved = new Map(written.map((index) => [index, copyOf(build, base, index, valueOf(index), "what came in")]));
    const rows = new Map<number, EntryPlaces>();
    for (const index of [...wrt, ...written]) {
      const { type, value } = present(base.parameters[index]);
      if (isNested(type)) rows.set(index, entryPlaces(build, type, value, parameterLength(build, base, index)));
    }
    base.body.nodes.forEach((node) => build.push(node));
    const setting: Setting = {
      build,
      sizeOf: (value) => value,
      entriesOf: (parameter) => {
        const { type } = present(base.parameters[parameter]);
        if (typeof type !== "object") return one;
        return rows.get(parameter)?.count ?? parameterLength(build, base, parameter);
      },
    };
    const shape = present(layout(setting), "the sizes of matrices");
    const filling = new Filling(build, shape, { versions });
    const arrays = shape.matrices.map((_, k) => ({ array: `matrix ${k}` }));

    const lengths = lengthsOf(build, linear, base, wrt);
    const known = [...lengths, ...opaqueValues(linear, base)];

    /** A vector has the shape of its parameter. */
    const asOfColumn = (node: GraphNode): GraphNode => {
      const scratch = asScratch(node);
      if (scratch.kind !== "allocate" || scratch.like === undefined || scratch.like < own) return scratch;
      return { ...scratch, like: present(wrt[scratch.like - own]) };
    };

    /** One column: the vectors are as they are to be. */
    const runColumn = (group: number, vectors: readonly ValueId[], column: EntryIndex): void => {
      const operands = linear.parameters.map(({ value }, index): readonly [ValueId, ValueId] => {
        if (index >= own) return [value, present(vectors[index - own])];
        const from = saved.get(index);
        return [
          value,
          from === undefined ? valueOf(index) : copyOf(build, base, index, from, "what the column starts from"),
        ];
      });
      const resolve = inlineNodes(build, linear, [...operands, ...known], asOfColumn);
      for (const { value, layers, like, blockOf } of shape.targets) {
        const block = blockOf({ index: group });
        const { columns } = present(shape.matrices[block.matrix]);
        const steps = flatSteps(build, block.row, block.column, columns);
        const first = plus(build, steps.first, times(build, column, steps.directionStride));
        const places = like === undefined ? undefined : rows.get(like);
        const nested = places && { places, array: valueOf(present(like)) };
        storeColumn(build, versions, resolve(value), layers, { ...steps, first }, block.matrix, nested);
      }
    };

    const vectorArrays = wrt.map((index) => {
      const { type } = present(base.parameters[index]);
      return typeof type === "object" ? zerosLike(build, base, index) : undefined;
    });
    wrt.forEach((index, group) => {
      const vectors = (ofGroup: ValueId | undefined): readonly ValueId[] =>
        wrt.map((_, k) => {
          if (k === group && ofGroup !== undefined) return ofGroup;
          return vectorArrays[k] ?? build.constant(k === group ? 1 : 0);
        });
      const array = vectorArrays[group];
      if (array === undefined) return runColumn(group, vectors(undefined), none);
      const places = rows.get(index);
      const depth = depthOf(build.typeOf(array));
      const loopAt = (
        layer: number,
        bound: ValueId,
        vector: ValueId,
        outer: readonly ValueId[],
        pair?: ValueId,
      ): ValueId => {
        const range = { start: build.constant(0), bound, step: 1, inclusive: false };
        const inits = [vector, ...arrays.map((each) => versions.of(each))];
        const loop = build.for({ ...range, indexName: layer === 0 ? "column" : "inner" }, inits, (entry, carried) => {
          arrays.forEach((each, k) => versions.set(each, present(carried[k + 1])));
          const indices = [...outer, entry];
          const at = pair === undefined ? entry : build.operation(pairing, [pair, entry]);
          let last = present(carried[0]);
          if (layer + 1 < depth) last = loopAt(layer + 1, build.length(valueOf(index), at), last, indices, at);
          else {
            const set = build.store(last, at, build.constant(1));
            runColumn(group, vectors(set), places?.placeOf(indices) ?? entry);
            last = build.store(set, at, build.constant(0));
          }
          return [last, ...arrays.map((each) => versions.of(each))];
        });
        arrays.forEach((each, k) => versions.set(each, present(loop.results[k + 1])));
        return present(loop.results[0]);
      };
      vectorArrays[group] = loopAt(0, parameterLength(build, base, index), array, []);
    });
    matrices = filling.results({ versions });
    return [];
  });
  const functions = new Map([...(base.functions ?? []), ...(linear.functions ?? [])]);
  return { graph: { ...base, body, values: build.values, ...(functions.size > 0 && { functions }) }, matrices };
}

/** Puts a number, or the entries of an array, into a column of a matrix. */
function storeColumn(
  build: GraphBuilder,
  versions: StorageVersions,
  value: ValueId,
  layers: readonly Layer[],
  { first, entryStride }: Steps,
  matrix: number,
  nested: { readonly places: EntryPlaces; readonly array: ValueId } | undefined,
): void {
  const array = { array: `matrix ${matrix}` };
  if (layers.length === 0) {
    versions.set(array, build.store(versions.of(array), valueOfSize(build, first), value));
    return;
  }
  if (nested !== undefined) {
    const [only] = layers;
    forEachPlace(
      build,
      nested.array,
      build.typeOf(value),
      (pair, indices) => {
        const row = times(build, nested.places.placeOf(indices), only?.stride ?? one);
        const at = plus(build, first, times(build, row, entryStride));
        versions.set(array, build.store(versions.of(array), valueOfSize(build, at), build.load(value, pair)));
      },
      versions,
      array,
    );
    return;
  }
  const loopAt = (layer: number, entry: EntryIndex, start: EntryIndex): void => {
    const { length, stride } = present(layers[layer]);
    const range = { start: build.constant(0), bound: valueOfSize(build, length), step: 1, inclusive: false };
    const loop = build.for({ ...range, indexName: "row" }, [versions.of(array)], (index, [version]) => {
      versions.set(array, present(version));
      const at = plus(build, start, times(build, times(build, index, stride), entryStride));
      const inner = plus(build, times(build, entry, length), index);
      if (layer + 1 < layers.length) loopAt(layer + 1, inner, at);
      else {
        const stored = build.load(value, valueOfSize(build, inner));
        versions.set(array, build.store(present(version), valueOfSize(build, at), stored));
      }
      return [versions.of(array)];
    });
    versions.set(array, present(loop.results[0]));
  };
  loopAt(0, none, first);
}

/** Goes through the entries of an array within arrays, and carries the matrix. */
function forEachPlace(
  build: GraphBuilder,
  array: ValueId,
  type: ValueType,
  visit: (pair: ValueId, indices: readonly ValueId[]) => void,
  versions: StorageVersions,
  matrix: { readonly array: string },
): void {
  const loopAt = (layer: number, bound: ValueId, outer: readonly ValueId[], pair?: ValueId): void => {
    const range = { start: build.constant(0), bound, step: 1, inclusive: false };
    const loop = build.for(
      { ...range, indexName: ["i", "j", "k"][layer] ?? "l" },
      [versions.of(matrix)],
      (own, [version]) => {
        versions.set(matrix, present(version));
        const at = pair === undefined ? own : build.operation(pairing, [pair, own]);
        if (layer + 1 < depthOf(type)) loopAt(layer + 1, build.length(array, at), [...outer, own], at);
        else visit(at, [...outer, own]);
        return [versions.of(matrix)];
      },
    );
    versions.set(matrix, present(loop.results[0]));
  };
  loopAt(0, build.length(array), []);
}
