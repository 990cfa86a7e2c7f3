/** Sums of products of values with whole exponents: the normal form in which equal factors cancel. */
import type { ValueId } from "../../src/ir/graph.ts";

export interface FractionTerm {
  readonly coefficient: number;
  /** Exponents, none of them 0, in the order in which the factors were met. */
  readonly factors: ReadonlyMap<ValueId, number>;
}
/** No two terms have the same factors; no coefficient is 0. */
export type Fraction = readonly FractionTerm[];

/** Fractions of more terms than this, or terms of more factors, are not looked at. */
const largest = 8;
const mostFactors = 10;

export function constantFraction(value: number): Fraction {
  return value === 0 ? [] : [{ coefficient: value, factors: new Map() }];
}

export function atomFraction(value: ValueId, exponent = 1): Fraction {
  return [{ coefficient: 1, factors: new Map([[value, exponent]]) }];
}

/** Undefined where it grows too large. */
export function addFractions(left: Fraction, right: Fraction): Fraction | undefined {
  if (left.length === 0) return right;
  const terms = new Map<string, FractionTerm>();
  for (const term of [...left, ...right]) {
    const key = keyOf(term);
    const known = terms.get(key);
    if (known === undefined) terms.set(key, term);
    else terms.set(key, { ...known, coefficient: known.coefficient + term.coefficient });
  }
  const sum = [...terms.values()].filter((term) => term.coefficient !== 0);
  return sum.length > largest ? undefined : sum;
}

export function scaleFraction(fraction: Fraction, by: number): Fraction {
  return fraction.map((term) => ({ ...term, coefficient: term.coefficient * by }));
}

export function multiplyFractions(left: Fraction, right: Fraction): Fraction | undefined {
  if (left.length * right.length > 2 * largest) return undefined;
  let product: Fraction | undefined = [];
  for (const one of left) {
    // Products of distinct terms with one term are distinct.
    const row = right.map((other) => multiplyTerms(one, other));
    if (row.some(isLarge)) return undefined;
    product = addFractions(product, row);
    if (product === undefined) return undefined;
  }
  return product;
}

export function multiplyTerms(left: FractionTerm, right: FractionTerm): FractionTerm {
  const factors = new Map(left.factors);
  for (const [value, exponent] of right.factors) {
    const sum = (factors.get(value) ?? 0) + exponent;
    if (sum === 0) factors.delete(value);
    else factors.set(value, sum);
  }
  return { coefficient: left.coefficient * right.coefficient, factors };
}

/** One over a fraction of a single term. */
export function invertTerm(term: FractionTerm): FractionTerm | undefined {
  const coefficient = 1 / term.coefficient;
  // Only powers of two have an inverse that is not rounded.
  if (!Number.isFinite(coefficient) || !Number.isInteger(Math.log2(Math.abs(coefficient)))) return undefined;
  return { coefficient, factors: new Map([...term.factors].map(([value, exponent]) => [value, -exponent])) };
}

/** The factors, and the size of the coefficient, that all terms have; and what is left of each. */
export function commonFactor(fraction: Fraction): { readonly common: FractionTerm; readonly rest: Fraction } {
  const [first, ...others] = fraction;
  if (first === undefined || others.length === 0) {
    return { common: { coefficient: 1, factors: new Map() }, rest: fraction };
  }
  const factors = new Map<ValueId, number>();
  for (const [value, exponent] of first.factors) {
    const exponents = fraction.map((term) => term.factors.get(value) ?? 0);
    const shared = exponent > 0 ? Math.min(...exponents) : Math.max(...exponents);
    if (shared !== 0 && shared > 0 === exponent > 0) factors.set(value, shared);
  }
  const size = Math.abs(first.coefficient);
  const coefficient = others.every((term) => Math.abs(term.coefficient) === size) ? size : 1;
  const common = { coefficient, factors };
  const inverse = { coefficient: 1 / coefficient, factors: new Map([...factors].map(([value, e]) => [value, -e])) };
  return { common, rest: fraction.map((term) => multiplyTerms(term, inverse)) };
}

function isLarge(term: FractionTerm): boolean {
  let degree = 0;
  for (const exponent of term.factors.values()) degree += Math.abs(exponent);
  return degree > mostFactors;
}

function keyOf(term: FractionTerm): string {
  if (term.factors.size === 0) return "";
  return [...term.factors]
    .sort(([a], [b]) => a - b)
    .map(([value, exponent]) => `${value}^${exponent}`)
    .join();
}
