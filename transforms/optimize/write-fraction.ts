/** Sums of products as operations, as one would write them by hand. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import { rowOf } from "../../src/operations/table.ts";
import { commonFactor, type Fraction, type FractionTerm } from "./fraction.ts";
import type { KnownReciprocals } from "./known-reciprocals.ts";

/** What an expression is written with: to a graph, or to a bill. */
export interface Writer {
  readonly constant: (value: number) => ValueId;
  readonly apply: (operation: string, operands: readonly ValueId[]) => ValueId;
}

export function costOf(fraction: Fraction, known: KnownReciprocals): number {
  let cost = 0;
  const nothing = present(known.anyValue);
  writeFraction(fraction, known, {
    constant: () => nothing,
    apply: (operation) => {
      cost += rowOf(operation).cost;
      return nothing;
    },
  });
  return cost;
}

/** `common * (positive terms - negative terms)`. */
export function writeFraction(fraction: Fraction, known: KnownReciprocals, writer: Writer): ValueId {
  const { common, rest } = commonFactor(fraction);
  const [first, ...others] = [...rest].sort((a, b) => Number(b.coefficient > 0) - Number(a.coefficient > 0));
  if (first === undefined) return writer.constant(0);
  if (others.length === 0) {
    const value = writeTerm({ ...first, coefficient: Math.abs(first.coefficient) }, undefined, known, writer);
    return first.coefficient < 0 ? writer.apply("neg", [value]) : value;
  }
  const isNegative = first.coefficient < 0;
  let sum = writeTerm({ ...first, coefficient: Math.abs(first.coefficient) }, undefined, known, writer);
  for (const term of others) {
    const value = writeTerm({ ...term, coefficient: Math.abs(term.coefficient) }, undefined, known, writer);
    sum = writer.apply(term.coefficient < 0 && !isNegative ? "sub" : "add", [sum, value]);
  }
  const whole = writeTerm(common, sum, known, writer);
  return isNegative ? writer.apply("neg", [whole]) : whole;
}

/** `coefficient * factors * sum / divisors`; powers of s below zero as powers of `1 / s` where that is known. */
function writeTerm(term: FractionTerm, sum: ValueId | undefined, known: KnownReciprocals, writer: Writer): ValueId {
  const above: ValueId[] = [];
  const below: ValueId[] = [];
  for (const [value, exponent] of term.factors) {
    const reciprocal = exponent < 0 ? known.reciprocalOf(value) : undefined;
    const list = exponent > 0 || reciprocal !== undefined ? above : below;
    const factor = reciprocal ?? complemented(value, known, writer);
    for (let k = 0; k < Math.abs(exponent); k++) list.push(factor);
  }
  if (sum !== undefined) above.push(sum);
  if (term.coefficient !== 1 || above.length === 0) above.unshift(writer.constant(term.coefficient));
  const product = (list: readonly ValueId[]) => list.reduce((whole, factor) => writer.apply("mul", [whole, factor]));
  return below.length === 0 ? product(above) : writer.apply("div", [product(above), product(below)]);
}

/** A complement that has no node yet is written out. */
function complemented(value: ValueId, known: KnownReciprocals, writer: Writer): ValueId {
  const of = known.complementedBy(value);
  return of === undefined ? value : writer.apply("sub", [writer.constant(1), of]);
}
