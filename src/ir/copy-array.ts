import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "./builder.ts";
import type { ValueId } from "./graph.ts";
import { depthOf, pairing } from "./nested.ts";

/** The last version of `to` with entry after entry copied from `from`. Nested arrays have the lengths of the parameter `like`. */
export function copyArray(
  build: GraphBuilder,
  from: ValueId,
  to: ValueId,
  length: ValueId,
  like: ValueId | undefined = undefined,
): ValueId {
  return forEachEntry(build, to, length, like, (version, index) =>
    build.store(version, index, build.load(from, index)),
  );
}

/** The last version of an array of which each entry is stored. */
export function forEachEntry(
  build: GraphBuilder,
  array: ValueId,
  length: ValueId,
  like: ValueId | undefined,
  store: (version: ValueId, index: ValueId) => ValueId,
): ValueId {
  const depth = depthOf(build.typeOf(array));
  const loopAt = (layer: number, bound: ValueId, before: ValueId, outer: ValueId | undefined): ValueId => {
    const indexName = depth === 1 ? "k" : ["i", "j", "k"][layer];
    const range = { start: build.constant(0), bound, step: 1, inclusive: false, ...(indexName && { indexName }) };
    const loop = build.for(range, [before], (own, [version]) => {
      const index = outer === undefined ? own : build.operation(pairing, [outer, own]);
      if (layer === depth - 1) return [store(present(version), index)];
      return [loopAt(layer + 1, build.length(present(like), index), present(version), index)];
    });
    return present(loop.results[0]);
  };
  return loopAt(0, length, array, undefined);
}

/**
 * The last version of an array in which rows lie one after the other, of which each entry is stored: `place` is where it
 * lies, `index` the pair of its indices.
 */
export function forEachOfRows(
  build: GraphBuilder,
  array: ValueId,
  lengths: readonly ValueId[],
  store: (version: ValueId, place: ValueId, index: ValueId) => ValueId,
): ValueId {
  const loopAt = (layer: number, before: ValueId, outer?: { place: ValueId; index: ValueId }): ValueId => {
    const bound = present(lengths[layer]);
    const indexName = ["i", "j", "k"][layer];
    const range = { start: build.constant(0), bound, step: 1, inclusive: false, ...(indexName && { indexName }) };
    const loop = build.for(range, [before], (own, [version]) => {
      const start = outer && build.operation("mul", [outer.place, bound]);
      const place = start === undefined ? own : build.operation("add", [start, own]);
      const index = outer === undefined ? own : build.operation(pairing, [outer.index, own]);
      const isLast = layer === lengths.length - 1;
      return [isLast ? store(present(version), place, index) : loopAt(layer + 1, present(version), { place, index })];
    });
    return present(loop.results[0]);
  };
  return loopAt(0, array);
}
