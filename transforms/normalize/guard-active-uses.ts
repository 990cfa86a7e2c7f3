import { rootsOf } from "../analyze/uses.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import { substituteRegion } from "../optimize/substitute.ts";

/**
 * Gives a branch its own copy of an operation whose derivative only that branch uses, so that its reverse stands in the
 * branch too. Otherwise a value that is only used where it is finite would be reversed with an adjoint of 0 where it
 * is not, and 0 · NaN is NaN:
 *
 *     const v = x[i] * scale;            if (v === v) sum += Math.sin(v);
 *     // dv = v === v ? cos(v) * dsum : 0;   dscale += dv * x[i]      NaN where x[i] is
 *
 * Sharing of common subexpressions makes the two copies one again in the forward sweep. Runs last before
 * differentiation.
 */
export function guardActiveUses(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const body = guardRegion(graph.body, build, new Set(rootsOf(graph)));
  return { ...graph, body, values: build.values };
}

/** Where the derivative of a value is used: in this region itself, or in one side of one branch of it. */
type Place = "here" | Region;

function guardRegion(region: Region, build: GraphBuilder, roots: ReadonlySet<ValueId>): Region {
  const places = new Map<ValueId, Place>();
  const use = (value: ValueId, place: Place): void => {
    const known = places.get(value);
    places.set(value, known === undefined || known === place ? place : "here");
  };
  for (const value of [...roots, ...region.yields]) use(value, "here");
  const moved = new Map<Region, OperationNode[]>();
  for (let k = region.nodes.length - 1; k >= 0; k--) {
    const node = present(region.nodes[k]);
    if (node.kind === "operation") {
      const place = places.get(node.result);
      if (place === undefined || rowOf(node.operation).pullback === "none") continue;
      if (place !== "here") {
        const list = moved.get(place);
        if (list === undefined) moved.set(place, [node]);
        else list.push(node);
      }
      for (const operand of node.operands) use(operand, place);
    } else if (node.kind === "if") {
      for (const side of regionsOf(node)) for (const value of derivativeUses(side)) use(value, side);
    } else {
      for (const operand of operandsOf(node)) use(operand, "here");
      for (const inner of regionsOf(node)) for (const value of derivativeUses(inner)) use(value, "here");
    }
  }
  const inside = (inner: Region): Region => guardRegion(withCopies(inner, moved.get(inner), build), build, new Set());
  return { ...region, nodes: region.nodes.map((node) => guardNode(node, inside)) };
}

function guardNode(node: GraphNode, inside: (region: Region) => Region): GraphNode {
  return regionsOf(node).length > 0 ? mapNode(node, (value) => value, inside) : node;
}

/** The region with copies of the operations, which are in reverse order, at its head. */
function withCopies(region: Region, operations: readonly OperationNode[] | undefined, build: GraphBuilder): Region {
  if (operations === undefined) return region;
  const copies = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => copies.get(value) ?? value;
  const nodes: GraphNode[] = [];
  for (let k = operations.length - 1; k >= 0; k--) {
    const node = present(operations[k]);
    const result = build.fresh("number", build.nameOf(node.result));
    nodes.push({ ...node, operands: node.operands.map(resolve), result });
    copies.set(node.result, result);
  }
  const inner = substituteRegion(region, resolve);
  return { ...inner, nodes: [...nodes, ...inner.nodes] };
}

/** The values that the region uses other than to compare them or to look something up. */
export function derivativeUses(region: Region): ReadonlySet<ValueId> {
  const uses = new Set<ValueId>(region.yields);
  walkNodes(region, (node) => {
    const isBlind = node.kind === "operation" && rowOf(node.operation).pullback === "none";
    if (!isBlind) for (const operand of operandsOf(node)) uses.add(operand);
    for (const inner of regionsOf(node)) for (const value of inner.yields) uses.add(value);
  });
  return uses;
}
