/**
 * Matrices in compressed rows colour by colour (Curtis, Powell & Reid): columns that have no row in common have one colour,
 * and the whole derivative runs once for each, with a vector that is 1 in all of them. What a row gets then is its entry in
 * the one of them that it has.
 *
 *   for (colour) { v[c] = colours[c] === colour ? 1 : 0; p = J v; for (row) for (k of the row) if (colours[column[k]] === colour) value[k] = p[row] }
 *
 * The rows and the colours are found before it runs: here they are parameters behind those of the primal. None where
 * something is an array within arrays.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../../src/ir/builder.ts";
import { forEachEntry } from "../../../src/ir/copy-array.ts";
import type { ArrayType, Parameter, ValueId } from "../../../src/ir/graph.ts";
import { inlineNodes } from "../../../src/ir/inline-nodes.ts";
import { isNested } from "../../../src/ir/nested.ts";
import { parameterLength } from "../parameter-length.ts";
import { asScratch, copyOf, lengthsOf, opaqueValues, withOtherFunctions, zerosLike } from "./column-runs.ts";
import type { EachDirectionOptions } from "./each-direction.ts";
import { Filling, type Target } from "./filling.ts";
import type { EntryIndex } from "./linear-form.ts";
import type { Matrices } from "./matrices.ts";
import { isSize, none, one, plus, valueOfSize } from "./sizes.ts";
import { StorageVersions } from "./storage.ts";

/** What is known of the structure of a matrix: `colours` has one for each column. */
export interface ColouredRows {
  readonly rowStart: ValueId;
  readonly column: ValueId;
  readonly colours: ValueId;
  readonly count: ValueId;
}

const indices: ArrayType = { kind: "array", element: "i32" };

/** `isJoint`: all columns are those of one matrix; else each entry of wrt has its own. */
export function eachColour(
  { base, linear: given, wrt, layout }: EachDirectionOptions,
  isJoint: boolean,
): Matrices | undefined {
  const linear = withOtherFunctions(given, base);
  const build = new GraphBuilder(base.values);
  const own = base.parameters.length;
  const versions = new StorageVersions(build, () => false);
  const valueOf = (index: number): ValueId => present(base.parameters[index]).value;
  const written = base.parameters.flatMap(({ written: isWritten, type }, index) => {
    return isWritten && typeof type === "object" ? [index] : [];
  });
  if ([...wrt, ...written].some((index) => isNested(present(base.parameters[index]).type))) return undefined;
  const sweeps = isJoint ? [wrt.map((_, group) => group)] : wrt.map((_, group) => [group]);
  const coloured = sweeps.map((): ColouredRows => ({
    rowStart: build.fresh(indices, "rowStart"),
    column: build.fresh(indices, "column"),
    colours: build.fresh(indices, "colours"),
    count: build.fresh("number", "colourCount"),
  }));
  const added = coloured.flatMap(({ rowStart, column, colours, count }) => [rowStart, column, colours, count]);
  let matrices: Matrices["matrices"] | undefined;
  const body = build.region([...base.body.arguments, ...added], () => {
    const saved = new Map(written.map((index) => [index, copyOf(build, base, index, valueOf(index), "what came in")]));
    base.body.nodes.forEach((node) => build.push(node));
    const shape = layout({
      build,
      sizeOf: (value) => value,
      entriesOf: (parameter) => {
        const isArray = typeof present(base.parameters[parameter]).type === "object";
        return isArray ? parameterLength(build, base, parameter) : one;
      },
    });
    if (shape === undefined || !shape.targets.every(isPlain)) return [];
    const filling = new Filling(build, shape, { versions });
    const known = [...lengthsOf(build, linear, base, wrt), ...opaqueValues(linear, base)];
    const vectors = wrt.map((index) => {
      const isArray = typeof present(base.parameters[index]).type === "object";
      return isArray ? zerosLike(build, base, index) : build.constant(0);
    });
    const isArray = (group: number): boolean => typeof build.typeOf(present(vectors[group])) === "object";
    const fill = (group: number, vector: ValueId, entryAt: (place: ValueId) => ValueId): ValueId => {
      const length = parameterLength(build, base, present(wrt[group]));
      return forEachEntry(build, vector, length, undefined, (version, k) => build.store(version, k, entryAt(k)));
    };

    for (const [matrix, groups] of sweeps.entries()) {
      const array = { array: `matrix ${matrix}` };
      const { rowStart, column, colours, count } = present(coloured[matrix]);
      const changed = groups.filter(isArray);
      const range = { start: build.constant(0), bound: count, step: 1, inclusive: false, indexName: "colour" };
      const inits = [versions.of(array), ...changed.map((group) => present(vectors[group]))];
      const loop = build.for(range, inits, (colour, [version, ...before]) => {
        versions.set(array, present(version));
        const isOfColour = (place: EntryIndex): ValueId => {
          const ofPlace = build.load(colours, valueOfSize(build, place));
          return build.operation("eq", [ofPlace, colour], "boolean");
        };
        const unitAt = (place: EntryIndex): ValueId => {
          return present(
            build.if(
              isOfColour(place),
              () => [build.constant(1)],
              () => [build.constant(0)],
            )[0],
          );
        };
        const next = changed.map((group, k) => {
          const first = firstColumn(shape.targets, group);
          return fill(group, present(before[k]), (place) => unitAt(plus(build, first, place)));
        });
        const along = vectors.map((vector, group) => {
          if (!groups.includes(group)) return vector;
          return isArray(group) ? present(next[changed.indexOf(group)]) : unitAt(firstColumn(shape.targets, group));
        });
        const operands = linear.parameters.map(({ value }, index): readonly [ValueId, ValueId] => {
          if (index >= own) return [value, present(along[index - own])];
          const from = saved.get(index);
          const note = "what the colour starts from";
          return [value, from === undefined ? valueOf(index) : copyOf(build, base, index, from, note)];
        });
        const resolve = inlineNodes(build, linear, [...operands, ...known], asScratch);
        /** The entries of a row that have the colour; the number is theirs. */
        const takeRow = (row: EntryIndex, before: ValueId, number: ValueId): ValueId => {
          const start = build.load(rowStart, valueOfSize(build, row));
          const bound = build.load(rowStart, valueOfSize(build, plus(build, row, one)));
          const through = { start, bound, step: 1, inclusive: false, indexName: "k" };
          const entries = build.for(through, [before], (k, [values]) => {
            const isTaken = isOfColour(build.load(column, k));
            return build.if(
              isTaken,
              () => [build.store(present(values), k, number)],
              () => [present(values)],
            );
          });
          return present(entries.results[0]);
        };
        for (const { value, layers, blockOf } of shape.targets) {
          const { first } = blockOf({ index: present(groups[0]) }).row;
          const [layer] = layers;
          if (layer === undefined) {
            versions.set(array, takeRow(first, versions.of(array), resolve(value)));
            continue;
          }
          const rows = { start: build.constant(0), bound: valueOfSize(build, layer.length), step: 1, inclusive: false };
          const all = build.for({ ...rows, indexName: "row" }, [versions.of(array)], (row, [values]) => {
            return [takeRow(plus(build, first, row), present(values), build.load(resolve(value), row))];
          });
          versions.set(array, present(all.results[0]));
        }
        return [versions.of(array), ...next];
      });
      versions.set(array, present(loop.results[0]));
      const isLast = matrix === sweeps.length - 1;
      changed.forEach((group, k) => {
        const last = present(loop.results[k + 1]);
        vectors[group] = isLast ? last : fill(group, last, () => build.constant(0));
      });
    }
    matrices = filling.results({ versions });
    return [];
  });
  if (matrices === undefined) return undefined;
  const functions = new Map([...(base.functions ?? []), ...(linear.functions ?? [])]);
  const parameters = [
    ...base.parameters,
    ...added.map((value): Parameter => {
      const type = build.typeOf(value);
      const isWhole = type === "number" && { isWhole: true as const };
      return { path: [present(build.nameOf(value))], value, type, written: false, ...isWhole, span: base.span };
    }),
  ];
  const final = new Map([
    ...base.final,
    ...added.flatMap((value, k) => {
      return typeof build.typeOf(value) === "object" ? [[own + k, value] as const] : [];
    }),
  ]);
  return {
    graph: { ...base, parameters, body, final, values: build.values, ...(functions.size > 0 && { functions }) },
    matrices,
  };
}

/** One number, or one array whose entries are rows that stand together. */
function isPlain({ layers, blockOf }: Target): boolean {
  const [layer] = layers;
  return (
    layers.length < 2 &&
    (layer === undefined || isSize(layer.stride, 1)) &&
    isSize(blockOf({ index: 0 }).row.entryStride, 1)
  );
}

function firstColumn(targets: readonly Target[], group: number): EntryIndex {
  return targets[0]?.blockOf({ index: group }).column.first ?? none;
}
