/**
 * What whole numbers are at most: a rounded quotient, and what a loop only ever lowers.
 *
 *   half = n >> 1                                half <= n / 2
 *   j = i - 1; while (…) { …; j--; }             j <= i - 1
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, LoopNode, OperationNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, walkNodes } from "../../src/ir/walk.ts";
import { quotientOf } from "./closed-forms.ts";
import { atomsOf, constantOf, scalePolynomial, subtractPolynomials, type Polynomial } from "./polynomial.ts";
import type { RangeFacts } from "./ranges.ts";
import { definitionsOf } from "./uses.ts";

export function ceilingsOf(graph: Graph, facts: RangeFacts): ReadonlyMap<ValueId, Polynomial> {
  const { polynomialOf, isInteger } = facts;
  const ceilings = new Map<ValueId, Polynomial>();
  const definitions = definitionsOf(graph);

  const visitLoop = (loop: LoopNode): void => {
    for (const [slot, carried] of carriedOf(loop).entries()) {
      if (!isInteger(carried)) continue;
      const by = subtractPolynomials(polynomialOf(present(nextOf(loop)[slot])), polynomialOf(carried));
      if ((constantOf(by) ?? 1) > 0) continue;
      const tested = loop.kind === "while" ? loop.condition.arguments[slot] : undefined;
      const first = polynomialOf(present(loop.inits[slot]));
      for (const each of [carried, loop.results[slot], tested]) if (each !== undefined) ceilings.set(each, first);
    }
  };

  const ceilingOf = ({ operation, operands, result }: OperationNode): Polynomial | undefined => {
    const [operand, by] = operands;
    if (operand === undefined) return undefined;
    const other = by === undefined ? undefined : constantOf(polynomialOf(by));
    const quotient = quotientOf(operation === "div" ? result : operand, definitions, polynomialOf);
    if (quotient !== undefined && ![...atomsOf(quotient)].every(isInteger)) return undefined;
    switch (operation) {
      case "div":
      case "floor":
        return quotient;
      // The end of a view comes first, that of the array behind it.
      case "min":
        return polynomialOf(operand);
      case "trunc":
        return quotient && isSumOfLengths(quotient, facts) ? quotient : undefined;
      case "bitOr":
        return other === 0 && quotient && isSumOfLengths(quotient, facts) ? quotient : undefined;
      case "shiftRight":
      case "shiftRightUnsigned": {
        if (other === undefined || other < 0 || other > 31 || !isInteger(operand)) return undefined;
        const shifted = scalePolynomial(polynomialOf(operand), 2 ** -other);
        return isSumOfLengths(shifted, facts) ? shifted : undefined;
      }
      default:
        return undefined;
    }
  };

  walkNodes(graph.body, (node) => {
    if (isLoop(node)) visitLoop(node);
    const ceiling = node.kind === "operation" ? ceilingOf(node) : undefined;
    if (node.kind === "operation" && ceiling !== undefined) ceilings.set(node.result, ceiling);
  });
  return ceilings;
}

function isSumOfLengths(polynomial: Polynomial, { isLength }: RangeFacts): boolean {
  return [...polynomial.values()].every(({ coefficient, factors }) => coefficient >= 0 && factors.every(isLength));
}
