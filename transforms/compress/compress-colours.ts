/**
 * Matrices in compressed rows that are made colour by colour (each-colour.ts), where functions are called whose entries
 * cannot be told: the structure is that of a derivative in which something stands in for the calls (stand-ins.ts), and the
 * rows and colours are put in the place of the parameters that they have been.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { calleeOf, rowCallOf } from "../../src/ir/row-calls.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { mapRoots } from "../optimize/substitute.ts";
import type { DerivativeGraph } from "../pass.ts";
import { decidingValues } from "./deciding-values.ts";
import { findStructure, startRows } from "./find-structure.ts";
import { matrixAccesses } from "./matrix-accesses.ts";
import { structureOf } from "./structure.ts";

/** With colours; none where numbers decide it, for those of what stands in are others. */
export function colouredStructure({ graph, matrices = [] }: DerivativeGraph): Graph | undefined {
  const structure = structureOf(graph, matrices, matrixAccesses(graph, matrices));
  if ("fault" in structure || decidingValues(structure.graph) === undefined) return undefined;
  const { body } = structure.graph;
  const nodes = body.nodes.flatMap((node): readonly GraphNode[] => {
    const call = node.kind === "call" ? rowCallOf(node.callee) : undefined;
    if (node.kind !== "call" || call?.verb !== "compress") return [node];
    return [node, { ...node, callee: calleeOf({ ...call, verb: "colour" }), operands: node.operands.slice(1) }];
  });
  return { ...structure.graph, body: { ...body, nodes } };
}

/** `derivative`: with the rows and colours of each matrix behind the parameters of the primal. */
export function compressColours(derivative: DerivativeGraph, structure: Graph): DerivativeGraph {
  const { graph, primal, matrices = [] } = derivative;
  const own = primal.parameters.length;
  const build = new GraphBuilder(graph.values);
  const found = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => found.get(value) ?? value;
  const visit = (region: Region): Region =>
    build.region(region.arguments, () => {
      region.nodes.forEach((node) => build.push(mapNode(node, resolve, visit)));
      return region.yields.map(resolve);
    });
  const body = build.region(graph.body.arguments.slice(0, own), () => {
    const parameters = graph.parameters.slice(0, own);
    findStructure(build, structure, parameters);
    const rows = startRows(build, matrices.length);
    rows.forEach(([rowStart, column], matrix) => {
      const first = own + 4 * matrix;
      const [colours, count] = [2, 3].map((k) => build.twin(present(graph.parameters[first + k]).value));
      const values = [rowStart, column, present(colours), present(count)];
      build.call(calleeOf({ verb: "colours", matrix }), [], [], values.slice(2));
      values.forEach((value, k) => found.set(present(graph.parameters[first + k]).value, value));
    });
    graph.body.nodes.forEach((node) => build.push(mapNode(node, resolve, visit)));
    return [];
  });
  const final = new Map([...graph.final].filter(([parameter]) => parameter < own));
  const whole = { ...graph, parameters: graph.parameters.slice(0, own), body, final, values: build.values };
  return { ...derivative, graph: mapRoots(whole, resolve) };
}
