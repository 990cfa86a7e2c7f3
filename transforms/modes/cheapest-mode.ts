/**
 * The cheaper of the modes that a Jacobian can be made in. Where that depends on sizes which are not known before it
 * runs, one derivative with both, and a test.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import { unknownTrips } from "../analyze/cost.ts";
import type { Polynomial } from "../analyze/polynomial.ts";
import { runsOfWholeRows } from "../compress/matrix-accesses.ts";
import type { DerivativeGraph } from "../pass.ts";
import { apartFrom, bothModes } from "./both-modes.ts";
import { compareCosts } from "./compare-costs.ts";
import { costBySizes } from "./cost-by-sizes.ts";

export type Cheapest =
  { readonly kind: "one"; readonly place: number } | { readonly kind: "both"; readonly derivative: DerivativeGraph };

/**
 * Of one or two. In compressed rows the one with the fewest whole rows: what is not in the structure costs nothing, and
 * the structure is noted for one of them. `goesOn`: the result is differentiated once more, which is done for one.
 */
export function cheapestMode(list: readonly DerivativeGraph[], goesOn: boolean): Cheapest {
  const [first, second] = list;
  if (first === undefined || second === undefined) return { kind: "one", place: 0 };
  const names = new Map<string, ValueId>();
  const other = apartFrom(first, second);
  const costs = [first, other].map(({ graph }) => costBySizes(graph, names));
  const [ofFirst, ofSecond] = [present(costs[0]), present(costs[1])];
  const isFirst = onAverage(ofFirst) <= onAverage(ofSecond);
  const usual = { kind: "one", place: isFirst ? 0 : 1 } as const;
  if (first.request.sparse === true) {
    const [whole, otherWhole] = [runsOfWholeRows(first), runsOfWholeRows(second)];
    return whole === otherWhole ? usual : { kind: "one", place: whole < otherWhole ? 0 : 1 };
  }
  const test = goesOn ? undefined : compareCosts(ofFirst, ofSecond);
  const both = test && bothModes(first, other, test);
  return both === undefined ? usual : { kind: "both", derivative: both };
}

function onAverage(cost: Polynomial): number {
  return [...cost.values()].reduce((sum, { coefficient, factors }) => {
    return sum + coefficient * unknownTrips ** factors.length;
  }, 0);
}
