/** Nodes for index polynomials, and the loop that zeroes what a nest leaves of an array. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import type { Polynomial } from "../analyze/polynomial.ts";

/** A value that is the polynomial: `m * n + 1`. `known` gives what an atom is called in this place. */
export function buildPolynomial(
  build: GraphBuilder,
  polynomial: Polynomial,
  known: (atom: ValueId) => ValueId = (atom) => atom,
): ValueId {
  let sum: ValueId | undefined;
  for (const { coefficient, factors } of polynomial.values()) {
    const isFirst = sum === undefined;
    const size = isFirst ? coefficient : Math.abs(coefficient);
    let term: ValueId | undefined = size === 1 && factors.length > 0 ? undefined : build.constant(size);
    for (const factor of factors.map(known))
      term = term === undefined ? factor : build.operation("mul", [term, factor]);
    const whole: ValueId = present(term);
    sum = sum === undefined ? whole : build.operation(coefficient < 0 ? "sub" : "add", [sum, whole]);
  }
  return sum ?? build.constant(0);
}

/** `for (k = start; k < bound; k++) array[k] = 0`; gives the version after it. */
export function buildZeroing(build: GraphBuilder, array: ValueId, start: ValueId, bound: ValueId): ValueId {
  return buildFilling(build, array, start, bound, 0);
}

/** `for (k = start; k < bound; k++) array[k] = entry`; gives the version after it. */
export function buildFilling(
  build: GraphBuilder,
  array: ValueId,
  start: ValueId,
  bound: ValueId,
  entry: number,
): ValueId {
  const loop = build.for({ start, bound, step: 1, inclusive: false, indexName: "k" }, [array], (index, [carried]) => [
    build.store(present(carried), index, build.constant(entry), true),
  ]);
  return present(loop.results[0]);
}
