import { assertNever } from "../diagnostics/invariant.ts";
import type { Term } from "./operation.ts";
import { rowOf } from "./table.ts";

/** The number that a term stands for. A boolean counts as 0 or 1. */
export function evaluateTerm(term: Term, operands: readonly number[], out: number, d: number): number {
  const evaluate = (part: Term): number => evaluateTerm(part, operands, out, d);
  switch (term.kind) {
    case "operand":
      return operands[term.index]!;
    case "out":
      return out;
    case "d":
      return d;
    case "constant":
      return term.value;
    case "apply":
      return Number(rowOf(term.operation).evaluate(...term.operands.map(evaluate)));
    case "choose":
      return evaluate(term.condition) !== 0 ? evaluate(term.then) : evaluate(term.else);
    default:
      return assertNever(term);
  }
}
