import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { Graph, Output, Parameter, RowsLeaf, ValueId, ValueType } from "../../src/ir/graph.ts";
import { each } from "../../src/ir/nested.ts";
import { isFloatElement } from "../../src/ir/runtime-array.ts";
import type { Mode, TagRequest } from "../../src/ir/signature.ts";

/** One dependent: a scalar or array among the outputs asked for. */
export interface SeedLeaf {
  readonly output: number | "value";
  readonly path: readonly (string | number)[];
  readonly value: ValueId;
  /** Of an array that is returned: how many entries it has. */
  readonly length?: ValueId;
  /** Of a parameter that is returned: which. */
  readonly parameter?: number;
  /** The entries of rows are one after the other in the value, but not in the seed. */
  readonly rows?: RowsLeaf;
}

/** The dependents of a request, in the order of the outputs, each flattened in the order of its structure. */
export function seedsOf(graph: Graph, request: TagRequest): readonly SeedLeaf[] {
  return request.outputs.flatMap((output): readonly SeedLeaf[] => {
    if (output === "value") return leavesOf(graph.returned, graph).map((leaf) => ({ output, ...leaf }));
    return [{ output, path: [], value: present(graph.final.get(output), "written parameter") }];
  });
}

function leavesOf(output: Output, graph: Graph): readonly Omit<SeedLeaf, "output">[] {
  switch (output.kind) {
    case "none":
      return [];
    case "scalar":
      return graph.values.get(output.value)?.type === "number" ? [{ path: [], value: output.value }] : [];
    case "array":
      return isFloat(graph.values.get(output.value)?.type)
        ? [{ path: [], value: output.value, length: output.length }]
        : [];
    case "parameter":
      return isFloat(graph.values.get(output.value)?.type)
        ? [{ path: [], value: output.value, parameter: output.parameter }]
        : [];
    case "object":
      return output.entries.flatMap(({ key, output: entry }) =>
        leavesOf(entry, graph).map((leaf) => ({ ...leaf, path: [key, ...leaf.path] })),
      );
    case "tuple":
      return output.entries.flatMap((entry, k) =>
        leavesOf(entry, graph).map((leaf) => ({ ...leaf, path: [k, ...leaf.path] })),
      );
    case "rows":
      return output.leaves.flatMap((rows) => {
        const { path, value, type, isBoolean } = rows;
        return isFloat(type) && isBoolean !== true ? [{ path, value, rows }] : [];
      });
    case "mixed":
      return leavesOf(output.of, graph);
  }
}

function isFloat(type: ValueType | undefined): boolean {
  return typeof type === "object" && isFloatElement(type.element);
}

/** What the parameter that brings the seeds is called: the first of these, unless the primal has one of that name. */
const names: Readonly<Record<Mode, readonly string[]>> = {
  grad: [],
  vjp: ["seed", "outputSeed", "adjointSeed"],
  jvp: ["tangent", "direction", "inputTangent"],
  hvp: ["vector", "direction", "inputVector"],
  jacobian: [],
  hessian: [],
};

function seedName(graph: Graph, mode: Mode): string {
  const taken = new Set(graph.parameters.map(({ path }) => path[0]));
  const wishes = names[mode];
  return wishes.find((name) => !taken.has(name)) ?? `${wishes[0] ?? "seed"}${graph.parameters.length}`;
}

/** The parameter that brings the seed of a dependent; `path` starts with its name. */
export function seedParameter(build: GraphBuilder, graph: Graph, request: TagRequest, leaf: SeedLeaf): Parameter {
  const type = leaf.rows?.type ?? build.typeOf(leaf.value);
  const isLone = request.outputs.length === 1 && leaf.output === "value";
  const output = leaf.output === "value" ? ["value"] : present(graph.parameters[leaf.output]).path;
  const seed = seedName(graph, request.mode);
  const path = isLone ? [seed, ...leaf.path] : [seed, ...output, ...leaf.path];
  const last = path.findLast((key) => key !== each);
  const name = last === seed ? seed : `d${String(last)}`;
  return { path, value: build.fresh(type, name), type, written: false, span: graph.span };
}

/** The parameter that brings the tangent of an independent: a parameter, or a leaf of one. It may be left out with it. */
export function tangentParameter(
  build: GraphBuilder,
  graph: Graph,
  request: TagRequest,
  index: number,
  naming: Naming,
): Parameter {
  const { path, type, leftOut, absent } = present(graph.parameters[index]);
  const last = path.findLast((key) => key !== each);
  const value = build.fresh(type, typeof last === "string" ? naming(last) : undefined);
  const places = [...(leftOut ?? []), ...(absent === undefined ? [] : [path.length])];
  return {
    path: [seedName(graph, request.mode), ...path],
    value,
    type,
    written: false,
    ...(places.length > 0 && { leftOut: places.map((count) => count + 1) }),
    span: graph.span,
  };
}
