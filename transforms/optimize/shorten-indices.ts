/**
 * Writes whole-number arithmetic in indices, lengths and bounds shorter, where its normal form is: what storage and
 * reversal put together from starts, bounds and strides.
 *
 *   a[t - (t - k)]   ->   a[k]          1 - (0 - n)   ->   n + 1          k <= n - 1   ->   k < n
 */
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { ForNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { addPolynomials, atomsOf, constantPolynomial, type Monomial, type Polynomial } from "../analyze/polynomial.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { buildPolynomial } from "./build-polynomial.ts";
import { deadCode } from "./dead-code.ts";
import { keepName, mapRoots, resolver } from "./substitute.ts";

const arithmetic: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg"]);

export function shortenIndices(graph: Graph): Graph {
  let current = graph;
  // What one value shares with another is its own once the other is shorter.
  for (let round = 0; round < 4; round++) {
    const next = shortenOnce(current);
    if (next === current) break;
    current = next;
  }
  return current;
}

function shortenOnce(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const definitions = definitionsOf(graph);
  const uses = useCounts(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);

  /** How many operations stand between the value and what others use too. */
  const costOf = (value: ValueId): number => {
    const node = nodeOf(definitions, value);
    if (node?.kind !== "operation" || !arithmetic.has(node.operation)) return 0;
    const operands = node.operands.filter((operand) => uses.get(operand) === 1);
    return operands.reduce((cost, operand) => cost + costOf(operand), 1);
  };

  /** How many there are in all. */
  const fullCostOf = (value: ValueId): number => {
    const node = nodeOf(definitions, value);
    if (node?.kind !== "operation" || !arithmetic.has(node.operation)) return 0;
    let cost = fullCosts.get(value);
    if (cost === undefined) {
      cost = node.operands.reduce((sum, operand) => sum + fullCostOf(operand), 1);
      fullCosts.set(value, cost);
    }
    return cost;
  };
  const fullCosts = new Map<ValueId, number>();

  const shorter = new Map<GraphNode, Polynomial>();
  for (const value of wholeRoles(graph)) {
    const node = nodeOf(definitions, value);
    if (node?.kind !== "operation" || !arithmetic.has(node.operation)) continue;
    const polynomial = inOrder(algebra.polynomialOf(value));
    if (polynomial === undefined) continue;
    const atoms = atomsOf(polynomial);
    // Too large a polynomial is none: it stands for itself.
    if (atoms.has(value) || ![...atoms].every((atom) => algebra.isInteger(atom))) continue;
    const [size, cost] = [sizeOf(polynomial), costOf(value)];
    // No longer, and without what it shares, is better too: `n - 1` for `1 + last`, where `last` is `n - 2`.
    if (size < cost || (size === cost && size < fullCostOf(value))) shorter.set(node, polynomial);
  }

  /** The bound of a reversed loop that runs up to and with `bound`, as one that it stays below, where that is shorter. */
  const boundAbove = (loop: ForNode): Polynomial | undefined => {
    if (loop.origin === undefined || !loop.inclusive || loop.step !== 1) return undefined;
    if (!algebra.isInteger(loop.start) || !algebra.isInteger(loop.bound)) return undefined;
    const polynomial = algebra.polynomialOf(loop.bound);
    const above = inOrder(addPolynomials(polynomial, constantPolynomial(1)));
    return above !== undefined && sizeOf(above) < sizeOf(polynomial) ? above : undefined;
  };
  const exclusive = new Map<GraphNode, Polynomial>();
  walkNodes(graph.body, (node) => {
    const above = node.kind === "for" ? boundAbove(node) : undefined;
    if (above !== undefined) exclusive.set(node, above);
  });
  if (shorter.size + exclusive.size === 0) return graph;

  const written = (node: GraphNode, polynomial: Polynomial): ValueId => {
    const before = build.at(node.span);
    const reversing = build.reversing(node.origin);
    const value = buildPolynomial(build, polynomial);
    build.at(before);
    build.reversing(reversing);
    return value;
  };
  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) {
        const polynomial = shorter.get(node);
        if (polynomial === undefined || node.kind !== "operation") {
          const above = exclusive.get(node);
          const bound = above && written(node, above);
          const mapped = mapNode(node, resolve, visitRegion);
          build.push(mapped.kind === "for" && bound !== undefined ? { ...mapped, bound, inclusive: false } : mapped);
          continue;
        }
        const value = written(node, polynomial);
        replaced.set(node.result, value);
        if (sizeOf(polynomial) > 0) keepName(build.values, node.result, value);
      }
      return region.yields.map(resolve);
    });
  const body = visitRegion(graph.body);
  return deadCode(mapRoots({ ...graph, body, values: build.values }, resolve));
}

/** Values where only the number counts, and not the sign of a zero. */
function wholeRoles(graph: Graph): ReadonlySet<ValueId> {
  const roles = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "load" || node.kind === "store") roles.add(node.index);
    if (node.kind === "allocate" || node.kind === "grow") roles.add(node.length);
    if (node.kind === "for") roles.add(node.start).add(node.bound);
  });
  return roles;
}

/** The terms as one writes them: the first is positive, a constant comes last. */
function inOrder(polynomial: Polynomial): Polynomial | undefined {
  const rank = ({ coefficient, factors }: Monomial): number =>
    (coefficient < 0 ? 2 : 0) + (factors.length === 0 ? 1 : 0);
  const terms = [...polynomial].sort(([, a], [, b]) => rank(a) - rank(b));
  const [first] = terms;
  return first !== undefined && first[1].coefficient < 0 && first[1].factors.length > 0 ? undefined : new Map(terms);
}

/** How many operations it takes to write it. */
function sizeOf(polynomial: Polynomial): number {
  let size = Math.max(0, polynomial.size - 1);
  for (const { coefficient, factors } of polynomial.values()) {
    const scale = factors.length > 0 && Math.abs(coefficient) !== 1 ? 1 : 0;
    size += Math.max(0, factors.length - 1) + scale;
  }
  return size;
}
