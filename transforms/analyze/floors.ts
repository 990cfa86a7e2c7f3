/**
 * What numbers that a search finds are not below: a loop's result that starts at some index and only ever becomes one
 * above it, like the row of the largest pivot.
 *
 *   pivot = k; for (i = k + 1; …) if (…) pivot = i     pivot >= k
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { subtractPolynomials, type Polynomial } from "./polynomial.ts";
import { isNonNegative, type RangeFacts } from "./ranges.ts";
import { definitionsOf, nodeOf } from "./uses.ts";

export function floorsOf(graph: Graph, facts: RangeFacts): ReadonlyMap<ValueId, Polynomial> {
  const floors = new Map<ValueId, Polynomial>();
  const definitions = definitionsOf(graph);

  /** What a value may be, through branches. */
  const alternatives = (value: ValueId): readonly ValueId[] => {
    const node = nodeOf(definitions, value);
    if (node?.kind !== "if") return [value];
    const slot = node.results.indexOf(value);
    return [node.then, node.else].flatMap(({ yields }) => alternatives(present(yields[slot])));
  };

  const visitLoop = (loop: ForNode, loops: readonly LoopNode[]): void => {
    for (const [slot, result] of loop.results.entries()) {
      if (!facts.isInteger(result)) continue;
      const carried = present(carriedOf(loop)[slot]);
      const floor = facts.polynomialOf(present(loop.inits[slot]));
      const isAbove = (value: ValueId): boolean =>
        value === carried || isNonNegative(subtractPolynomials(facts.polynomialOf(value), floor), loops, facts);
      if (!alternatives(present(nextOf(loop)[slot])).every(isAbove)) continue;
      floors.set(result, floor);
      floors.set(carried, floor);
    }
  };

  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      const inner = isLoop(node) ? [...loops, node] : loops;
      for (const each of regionsOf(node)) visit(each, inner);
      if (node.kind === "for") visitLoop(node, inner);
    }
  };
  visit(graph.body, []);
  return floors;
}
