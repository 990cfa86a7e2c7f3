/**
 * Matrices in compressed rows. The derivative has been made as if there were room for all entries, each told by the pair of
 * its row and its column; here the structure is put before it, and each access finds the place of its entry.
 *
 *   for (i < n) J(i, i) = a[i]
 *   ->   compare n; if (isUnknown) { for (i < n) note(i, i, 1); compress; keep }; for (i < n) value[place(i, i)] = a[i]
 *
 * The structure is found once, and anew where what decides it is not what it was (deciding-values.ts).
 *
 * So what the walk over all directions makes is kept as it is (directions/all-directions.ts): what depends on few entries
 * costs as much as these do, which is the cost of a colouring or less, and no colour is needed. After the last pass, since
 * no pass knows what the calls do.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { calleeOf } from "../../src/ir/row-calls.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { constantsOf } from "../analyze/constants.ts";
import { buildPolynomial } from "../optimize/build-polynomial.ts";
import { mapRoots, resolver } from "../optimize/substitute.ts";
import type { DerivativeGraph } from "../pass.ts";
import { findStructure, startRows } from "./find-structure.ts";
import { type InRun, matrixAccesses, type Run } from "./matrix-accesses.ts";
import { structureOf } from "./structure.ts";

/** Where the structure is not known before the derivative runs: the node because of which it is not. */
export function compressRows(derivative: DerivativeGraph): DerivativeGraph | { readonly fault: GraphNode | undefined } {
  const { graph, matrices = [] } = derivative;
  const accesses = matrixAccesses(graph, matrices);
  const structure = structureOf(graph, matrices, accesses);
  if ("fault" in structure) return structure;
  const build = new GraphBuilder(new Map([...graph.values, ...structure.graph.values]));
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const starts = new Map<Run, ValueId>();
  const arrays: (readonly [ValueId, ValueId])[] = [];

  const lookUp = (run: Run): void => {
    const { matrix, row, first, rowValue, firstValue } = run;
    const [rowStart, column] = present(arrays[matrix]);
    const at = build.fresh("number", "at");
    const entry = [
      rowValue === undefined ? buildPolynomial(build, row, resolve) : resolve(rowValue),
      firstValue === undefined ? buildPolynomial(build, first, resolve) : resolve(firstValue),
    ];
    build.call(calleeOf({ verb: "place", matrix }), [rowStart, column, ...entry], [], [at]);
    starts.set(run, at);
  };
  /** `at + index - start + offset` */
  const placeOf = ({ run, offset, loop }: InRun): ValueId => {
    let at = present(starts.get(run));
    if (loop !== undefined) {
      at = build.operation("add", [at, present(loop.body.arguments[0])]);
      const isFromZero = constants.get(loop.start) === 0;
      if (!isFromZero) at = build.operation("sub", [at, resolve(loop.start)]);
    }
    return offset === 0 ? at : build.operation("add", [at, build.constant(offset)]);
  };
  const constants = constantsOf(graph);

  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      region.nodes.forEach(visit);
      return region.yields.map(resolve);
    });
  const visit = (node: GraphNode): void => {
    const origin = build.reversing(node.origin);
    (accesses.runsBefore.get(node) ?? []).forEach(lookUp);
    build.reversing(origin);
    const clearing = accesses.clearings.get(node);
    const place = accesses.places.get(node);
    if (clearing !== undefined) {
      const { matrix, row, array, result, columns } = clearing;
      const [rowStart, column] = present(arrays[matrix]);
      const entries =
        columns === undefined
          ? [rowStart, resolve(row), next(row)]
          : [
              rowStart,
              column,
              resolve(row),
              resolve(columns.first),
              columns.end === undefined ? next(columns.first) : resolve(columns.end),
            ];
      build.call(calleeOf({ verb: "clear", matrix }), [resolve(array), ...entries], [0], [result]);
      if (node.kind === "for") replaced.set(node.trips, build.constant(0));
    } else if (place !== undefined && (node.kind === "load" || node.kind === "store")) {
      build.push(mapNode({ ...node, index: placeOf(place) }, resolve, visitRegion));
    } else build.push(mapNode(node, resolve, visitRegion));
  };
  const next = (value: ValueId): ValueId => {
    const known = constants.get(value);
    if (typeof known === "number") return build.constant(known + 1);
    return build.operation("add", [resolve(value), build.constant(1)]);
  };

  const body = build.region(graph.body.arguments, () => {
    findStructure(build, structure.graph, graph.parameters);
    arrays.push(...startRows(build, matrices.length));
    graph.body.nodes.forEach(visit);
    return [];
  });
  const lowered: Graph = mapRoots({ ...graph, body, values: build.values }, resolve);
  return {
    ...derivative,
    graph: lowered,
    matrices: matrices.map((matrix) => ({ ...matrix, value: resolve(matrix.value) })),
  };
}
