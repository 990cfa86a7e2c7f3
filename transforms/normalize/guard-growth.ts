/**
 * A plain array grows where one stores beyond its end; the arrays of a graph have one length. So a store to a `number[]`
 * that is not known to stay within is preceded by a test, and the generated function throws where the primal would grow
 * or (below 0, or between two entries) set a property that is no entry. Typed arrays lose such a store, as they do.
 *
 *   y[k] = e   ->   if (!(k >= 0 && k < 3)) throw new RangeError("y has 3 entries, and …"); y[k] = e
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { isNested, pairing } from "../../src/ir/nested.ts";
import { indexOf, isLoop, mapNode, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { atomsOf, subtractPolynomials } from "../analyze/polynomial.ts";
import { isPositive } from "../analyze/ranges.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";

export function guardGrowth(graph: Graph): Graph {
  const isPlain = (array: ValueId): boolean => {
    const type = graph.values.get(array)?.type;
    return typeof type === "object" && type.element === "number";
  };
  let isConcerned = false;
  walkNodes(graph.body, (node) => {
    if (node.kind === "store" && isPlain(node.array)) isConcerned = true;
  });
  if (!isConcerned) return graph;

  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const groups = arrayGroups(graph);
  const definitions = definitionsOf(graph);
  const parameters = new Set(graph.parameters.map(({ value }) => value));
  const lengths = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "length" && node.at === undefined && !lengths.has(node.array))
      lengths.set(node.array, node.result);
  });

  for (const [parameter, length] of graph.lengths ?? []) lengths.set(graph.parameters[parameter]!.value, length);

  const isWithin = ({ index }: StoreNode, length: ValueId | undefined, loops: readonly LoopNode[]): boolean => {
    const place = algebra.polynomialOf(index);
    if (!algebra.isInteger(index) || length === undefined || !algebra.isNonNegative(place, loops)) return false;
    return isPositive(subtractPolynomials(algebra.polynomialOf(length), place), loops, algebra.facts);
  };

  /** Whether the lengths of parameters, which are checked at entry, account for the store. */
  const isCheckedAtEntry = ({ index }: StoreNode, loops: readonly LoopNode[], isSure: boolean): boolean => {
    if (graph.lengths !== undefined) return false;
    const indices = new Set(loops.map(indexOf));
    const isKnown = (atom: ValueId): boolean =>
      indices.has(atom) || parameters.has(atom) || [...lengths.values()].includes(atom);
    return isSure && algebra.isInteger(index) && [...atomsOf(algebra.polynomialOf(index))].every(isKnown);
  };

  /** Lengths that the graph did not ask for, in front of all else, as the front end has them. */
  const asked: GraphNode[] = [];
  const lengthOf = (parameter: ValueId): ValueId => {
    const result = build.fresh("number");
    asked.push({ kind: "length", array: parameter, result, span: graph.span });
    lengths.set(parameter, result);
    return result;
  };

  /** A row that grows shows at the end, by its length; an entry in front of it does not. */
  const guardRow = (store: StoreNode, loops: readonly LoopNode[]): void => {
    const pair = nodeOf(definitions, store.index);
    const column = pair?.kind === "operation" && pair.operation === pairing ? pair.operands[1] : undefined;
    if (column === undefined || algebra.isNonNegative(algebra.polynomialOf(column), loops)) return;
    const before = build.at(store.span);
    const isFromStart = build.operation("ge", [column, build.constant(0)], "boolean");
    const parts = [`entry `, column, ` of a row of ${build.nameOf(store.array) ?? "the array"} is stored`];
    build.if(
      isFromStart,
      () => [],
      () => {
        build.push({ kind: "throw", errorClass: "RangeError", parts, ...build.place() });
        return [];
      },
    );
    build.at(before);
  };

  const guard = (store: StoreNode, loops: readonly LoopNode[], isSure: boolean): void => {
    if (isNested(graph.values.get(store.array)?.type)) return guardRow(store, loops);
    if (store.isInside) return;
    const { allocations, parameters: owners } = groups.groupOf(store.array);
    if (allocations.some(({ keepsCount }) => keepsCount)) return;
    const [owner] = owners;
    const parameter = owner === undefined ? undefined : graph.parameters[owner]?.value;
    const length = parameter === undefined ? allocations[0]?.length : lengths.get(parameter);
    if (isWithin(store, length, loops)) return;
    if (parameter !== undefined && isCheckedAtEntry(store, loops, isSure)) return;
    const size = length ?? (parameter === undefined ? undefined : lengthOf(parameter));
    if (size === undefined) return;
    const before = build.at(store.span);
    const isFromStart = build.operation("ge", [store.index, build.constant(0)], "boolean");
    const isBelowEnd = build.operation("lt", [store.index, size], "boolean");
    const isInside = build.operation("and", [isFromStart, isBelowEnd], "boolean");
    const name = build.nameOf(store.array) ?? "the array";
    const parts = [`${name} has length `, size, ", and entry ", store.index, " is stored: it cannot grow here"];
    build.if(
      isInside,
      () => [],
      () => {
        build.push({ kind: "throw", errorClass: "RangeError", parts, ...build.place() });
        return [];
      },
    );
    build.at(before);
  };

  const visitRegion = (region: Region, loops: readonly LoopNode[], isSure: boolean): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) {
        if (node.kind === "store" && isPlain(node.array)) guard(node, loops, isSure);
        build.push(visitNode(node, loops, isSure));
      }
      return region.yields;
    });
  const visitNode = (node: GraphNode, loops: readonly LoopNode[], isSure: boolean): GraphNode => {
    const inner = isLoop(node) ? [...loops, node] : loops;
    const isStillSure = isSure && node.kind === "for" && !node.stops;
    return mapNode(
      node,
      (value) => value,
      (region) => visitRegion(region, inner, isStillSure),
    );
  };
  const body = visitRegion(graph.body, [], true);
  return { ...graph, body: { ...body, nodes: [...asked, ...body.nodes] }, values: build.values };
}
