/**
 * A new array need not start as zeros where a loop nest stores its entries before anything reads them. What the nest
 * does not come to is zeroed after it: nothing, where the array is known to end there.
 *
 *   dW = zeros; for (i…m) for (j…n) dW[i * n + j] = e   ->   the same without zeros, then dW.fill(0, m * n)
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { AllocateNode, Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, mapNode, regionsOf } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { coveredFrom, readersOf, type Covered } from "../analyze/coverage.ts";
import { equalPolynomials, type Polynomial, subtractPolynomials } from "../analyze/polynomial.ts";
import { isPositive } from "../analyze/ranges.ts";
import { buildPolynomial, buildZeroing } from "./build-polynomial.ts";
import { mapRoots, resolver } from "./substitute.ts";

/** `accumulates`: gradients do not start at zero. */
export function skipZeroing(graph: Graph, accumulates = false): Graph {
  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const readers = readersOf(graph);
  const buffers = bufferOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  /** After which node the rest of an array is zeroed. */
  const rests = new Map<GraphNode, Rest[]>();

  const visitAllocation = (node: AllocateNode, region: Region): GraphNode => {
    // Of a matrix in compressed rows the entries alone that it has are zeroed.
    const isInRows = node.role.kind === "matrix" && node.role.isSparse === true;
    if (!node.filled || isInRows || (accumulates && node.role.kind === "gradient")) return node;
    const covered = coveredFrom(region, node.result, readers, buffers, algebra);
    if (covered.node === undefined) return node;
    if (!equalPolynomials(covered.extent, algebra.extentOf(node))) {
      if (!covered.isPlain || !covered.isWhole || node.like !== undefined) return node;
      // Another store of the nest may be beyond what this one covers.
      if (storesBeyond(covered.node, node.result, covered.extent, [])) return node;
      rests.set(covered.node, [...(rests.get(covered.node) ?? []), { covered, length: node.length }]);
    }
    return { ...node, filled: false };
  };

  /** Whether the nest stores to entries of the array from the extent on, or may. */
  const storesBeyond = (nest: GraphNode, array: ValueId, extent: Polynomial, loops: readonly LoopNode[]): boolean => {
    const inner = isLoop(nest) ? [...loops, nest] : loops;
    return regionsOf(nest).some(({ nodes }) =>
      nodes.some((node) => {
        if (node.kind !== "store") return storesBeyond(node, array, extent, inner);
        if (buffers.get(node.array) !== buffers.get(array)) return false;
        return !isPositive(subtractPolynomials(extent, algebra.polynomialOf(node.index)), inner, algebra.facts);
      }),
    );
  };

  const zeroRest = ({ covered, length }: Rest): void => {
    let start = buildPolynomial(build, covered.extent);
    if (!algebra.isNonNegative(covered.extent, [])) start = build.operation("max", [build.constant(0), start]);
    replaced.set(covered.version, buildZeroing(build, covered.version, start, length));
  };

  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const original of region.nodes) {
        const node = original.kind === "allocate" ? visitAllocation(original, region) : original;
        build.push(mapNode(node, resolve, visitRegion));
        const before = build.at(node.span);
        for (const rest of rests.get(original) ?? []) zeroRest(rest);
        build.at(before);
      }
      return region.yields.map(resolve);
    });

  const body = visitRegion(graph.body);
  return mapRoots({ ...graph, body, values: build.values }, resolve);
}

interface Rest {
  readonly covered: Covered;
  readonly length: ValueId;
}
