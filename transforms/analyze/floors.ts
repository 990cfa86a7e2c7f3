/**
 * What whole numbers are not below: what a loop starts at some index and only ever raises, or makes one above it, like
 * the row of the largest pivot.
 *
 *   pivot = k; for (i = k + 1; …) if (…) pivot = i     pivot >= k
 *   entry = d; for (…) for (…) entry++                 entry >= d
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { subtractPolynomials, type Polynomial } from "./polynomial.ts";
import { isNonNegative, type RangeFacts } from "./ranges.ts";
import { definitionsOf, nodeOf } from "./uses.ts";

export function floorsOf(graph: Graph, facts: RangeFacts): ReadonlyMap<ValueId, Polynomial> {
  const floors = new Map<ValueId, Polynomial>();
  const definitions = definitionsOf(graph);

  /** What a value may be, or what it is not below, through branches and loops that only raise it. */
  const alternatives = (value: ValueId): readonly ValueId[] => {
    const node = nodeOf(definitions, value);
    if (node?.kind === "if") {
      const slot = node.results.indexOf(value);
      return [node.then, node.else].flatMap(({ yields }) => alternatives(present(yields[slot])));
    }
    const slot = node !== undefined && isLoop(node) ? node.results.indexOf(value) : -1;
    if (node === undefined || !isLoop(node) || slot < 0) return [value];
    const carried = present(carriedOf(node)[slot]);
    const isRaised = alternatives(present(nextOf(node)[slot])).every((next) => rises(next, carried));
    return isRaised ? alternatives(present(node.inits[slot])) : [value];
  };

  /** Whether the value is the other one, or that and something more. */
  const rises = (value: ValueId, from: ValueId): boolean =>
    value === from ||
    isNonNegative(subtractPolynomials(facts.polynomialOf(value), facts.polynomialOf(from)), [], facts);

  const visitLoop = (loop: LoopNode, loops: readonly LoopNode[]): void => {
    for (const [slot, result] of loop.results.entries()) {
      if (!facts.isInteger(result)) continue;
      const carried = present(carriedOf(loop)[slot]);
      const floor = facts.polynomialOf(present(loop.inits[slot]));
      const isAbove = (value: ValueId): boolean =>
        rises(value, carried) || isNonNegative(subtractPolynomials(facts.polynomialOf(value), floor), loops, facts);
      if (!alternatives(present(nextOf(loop)[slot])).every(isAbove)) continue;
      floors.set(result, floor);
      floors.set(carried, floor);
    }
  };

  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      const inner = isLoop(node) ? [...loops, node] : loops;
      for (const each of regionsOf(node)) visit(each, inner);
      if (isLoop(node)) visitLoop(node, inner);
    }
  };
  visit(graph.body, []);
  return floors;
}
