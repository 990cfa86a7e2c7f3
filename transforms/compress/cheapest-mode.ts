/** Which of the modes that a Jacobian can be made in costs the least. */
import { costOf } from "../analyze/cost.ts";
import type { DerivativeGraph } from "../pass.ts";
import { runsOfWholeRows } from "./matrix-accesses.ts";

/** Its place in the list. In compressed rows the fewest whole rows come first: what is not in the structure costs nothing. */
export function cheapestMode(list: readonly DerivativeGraph[]): number {
  const wholeRows = list.map((each) => (each.request.sparse === true ? runsOfWholeRows(each) : 0));
  const least = Math.min(...wholeRows);
  const costs = list.map(({ graph }, k) => (wholeRows[k] === least ? costOf(graph) : Infinity));
  return costs.indexOf(Math.min(...costs));
}
