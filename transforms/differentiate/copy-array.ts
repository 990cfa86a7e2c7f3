import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";

/** A loop that copies `length` entries; gives the version of `target` after it. */
export function copyArray(build: GraphBuilder, source: ValueId, target: ValueId, length: ValueId): ValueId {
  const range = { start: build.constant(0), bound: length, step: 1, inclusive: false, indexName: "k" };
  const loop = build.for(range, [target], (index, [version]) => [
    build.store(present(version), index, build.load(source, index)),
  ]);
  return present(loop.results[0]);
}
