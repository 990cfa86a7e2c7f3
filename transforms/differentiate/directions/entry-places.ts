/**
 * The entries of an array one after the other: the place of one, and how many there are. Those of a plain array stand at
 * their indices; those of arrays within arrays are counted row by row, and where the rows have lengths of their own, a
 * table holds where each begins.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { ValueId, ValueType } from "../../../src/ir/graph.ts";
import { depthOf, pairing } from "../../../src/ir/nested.ts";

export interface EntryPlaces {
  readonly count: ValueId;
  /** The place of the entry at an index, given as the indices of all layers. */
  readonly placeOf: (indices: readonly ValueId[]) => ValueId;
}

/** Of a layer behind the first: how long its arrays are, all alike, or where each begins. */
type Layer = { readonly size: ValueId } | { readonly starts: ValueId };

/** Of the parameter whose value is `array`; `length` is that of the outermost array. */
export function entryPlaces(build: GraphBuilder, type: ValueType, array: ValueId, length: ValueId): EntryPlaces {
  const layers: Layer[] = [];
  const bounds: ((outer: ValueId | undefined) => ValueId)[] = [() => length];
  let count = length;
  for (let layer = 1; layer < depthOf(type); layer++) {
    const known = typeof type === "object" ? type.sizes?.[layer] : undefined;
    if (known !== undefined) {
      const size = build.constant(known);
      layers.push({ size });
      bounds.push(() => size);
      count = build.operation("mul", [count, size]);
      continue;
    }
    const lengthAt = (outer: ValueId | undefined): ValueId => build.length(array, present(outer));
    const starts = build.allocate("i32", count, { kind: "stash", note: "where rows begin" }, false, "rowStarts");
    const [filled, total] = countRows(build, bounds, layers, starts, lengthAt);
    layers.push({ starts: filled });
    bounds.push(lengthAt);
    count = total;
  }
  return { count, placeOf: (indices) => placeIn(build, layers, indices) };
}

/** Writes where each row begins; gives the table, and the number of entries of all rows. */
function countRows(
  build: GraphBuilder,
  bounds: readonly ((outer: ValueId | undefined) => ValueId)[],
  layers: readonly Layer[],
  starts: ValueId,
  lengthAt: (outer: ValueId) => ValueId,
): readonly [ValueId, ValueId] {
  const loopAt = (layer: number, outer: readonly ValueId[], pair: ValueId | undefined, state: readonly ValueId[]) => {
    const bound = present(bounds[layer])(pair);
    const range = {
      start: build.constant(0),
      bound,
      step: 1,
      inclusive: false,
      indexName: ["i", "j", "k"][layer] ?? "l",
    };
    const loop = build.for(range, state, (own, carried): readonly ValueId[] => {
      const indices = [...outer, own];
      const index = pair === undefined ? own : build.operation(pairing, [pair, own]);
      if (layer + 1 < bounds.length) return loopAt(layer + 1, indices, index, carried);
      const [table, total] = [present(carried[0]), present(carried[1])];
      const filled = build.store(table, placeIn(build, layers, indices), total);
      return [filled, build.operation("add", [total, lengthAt(index)])];
    });
    return loop.results;
  };
  const [filled, total] = loopAt(0, [], undefined, [starts, build.constant(0)]);
  build.suggestName(present(total), "entries");
  return [present(filled), present(total)];
}

function placeIn(build: GraphBuilder, layers: readonly Layer[], indices: readonly ValueId[]): ValueId {
  return indices.slice(1).reduce(
    (place, index, k) => {
      const layer = present(layers[k], "a layer");
      const start = "size" in layer ? build.operation("mul", [place, layer.size]) : build.load(layer.starts, place);
      return build.operation("add", [start, index]);
    },
    present(indices[0], "an index"),
  );
}
