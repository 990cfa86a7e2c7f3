import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { each } from "../../src/ir/nested.ts";

/** The length of an array parameter. Leaves of one nested array have its length. */
export function parameterLength(build: GraphBuilder, { parameters }: Graph, index: number): ValueId {
  const { path, value } = present(parameters[index]);
  const outer = path.slice(0, Math.max(0, path.indexOf(each)));
  if (outer.length === 0) return build.length(value);
  const first = parameters.find(
    (other) => other.path[outer.length] === each && outer.every((key, k) => other.path[k] === key),
  );
  return build.length(first?.value ?? value);
}
