/** Polynomials with integer coefficients over values: the normal form of index arithmetic. */
import type { ValueId } from "../../src/ir/graph.ts";

export interface Monomial {
  readonly coefficient: number;
  /** Ascending; a square names its factor twice. */
  readonly factors: readonly ValueId[];
}

/** Monomials by the key of their factors; none has the coefficient 0. */
export type Polynomial = ReadonlyMap<string, Monomial>;

export const zeroPolynomial: Polynomial = new Map();

export function constantPolynomial(value: number): Polynomial {
  return value === 0 ? zeroPolynomial : new Map([["", { coefficient: value, factors: [] }]]);
}

export function atomPolynomial(value: ValueId): Polynomial {
  return new Map([[String(value), { coefficient: 1, factors: [value] }]]);
}

export function addPolynomials(left: Polynomial, right: Polynomial): Polynomial {
  const sum = new Map(left);
  for (const [key, term] of right) accumulate(sum, key, term);
  return sum;
}

export function subtractPolynomials(left: Polynomial, right: Polynomial): Polynomial {
  return addPolynomials(left, scalePolynomial(right, -1));
}

export function scalePolynomial(polynomial: Polynomial, by: number): Polynomial {
  if (by === 0) return zeroPolynomial;
  const scaled = new Map<string, Monomial>();
  for (const [key, { coefficient, factors }] of polynomial) {
    scaled.set(key, { coefficient: coefficient * by, factors });
  }
  return scaled;
}

export function multiplyPolynomials(left: Polynomial, right: Polynomial): Polynomial {
  const product = new Map<string, Monomial>();
  for (const one of left.values()) {
    for (const other of right.values()) {
      const factors = [...one.factors, ...other.factors].sort((a, b) => a - b);
      accumulate(product, factors.join("*"), { coefficient: one.coefficient * other.coefficient, factors });
    }
  }
  return product;
}

/** The value, if the polynomial is one number. */
export function constantOf(polynomial: Polynomial): number | undefined {
  if (polynomial.size === 0) return 0;
  return polynomial.size === 1 ? polynomial.get("")?.coefficient : undefined;
}

export function equalPolynomials(left: Polynomial, right: Polynomial): boolean {
  if (left.size !== right.size) return false;
  for (const [key, term] of left) if (right.get(key)?.coefficient !== term.coefficient) return false;
  return true;
}

/** A text that is the same for equal polynomials, and for these alone. */
export function polynomialKey(polynomial: Polynomial): string {
  return [...polynomial]
    .map(([key, { coefficient }]) => `${coefficient}:${key}`)
    .sort()
    .join("+");
}

export function atomsOf(polynomial: Polynomial): ReadonlySet<ValueId> {
  const atoms = new Set<ValueId>();
  for (const { factors } of polynomial.values()) for (const factor of factors) atoms.add(factor);
  return atoms;
}

/** `polynomial` as `factor · atom + rest`, where neither part holds the atom. Undefined where it stands in a square. */
export function splitBy(polynomial: Polynomial, atom: ValueId): { factor: Polynomial; rest: Polynomial } | undefined {
  const factor = new Map<string, Monomial>();
  const rest = new Map<string, Monomial>();
  for (const [key, term] of polynomial) {
    const times = term.factors.filter((each) => each === atom).length;
    if (times > 1) return undefined;
    if (times === 0) {
      rest.set(key, term);
      continue;
    }
    const factors = term.factors.filter((each) => each !== atom);
    factor.set(factors.join("*"), { coefficient: term.coefficient, factors });
  }
  return { factor, rest };
}

/** `polynomial` with the atom replaced, which must not stand in a square. */
export function replaceAtom(polynomial: Polynomial, atom: ValueId, by: Polynomial): Polynomial | undefined {
  const split = splitBy(polynomial, atom);
  if (split === undefined) return undefined;
  if (split.factor.size === 0) return polynomial;
  return addPolynomials(multiplyPolynomials(split.factor, by), split.rest);
}

/** `polynomial` with the atom replaced wherever it stands, in powers too. */
export function replacePowers(polynomial: Polynomial, atom: ValueId, by: Polynomial): Polynomial {
  let sum = zeroPolynomial;
  for (const { coefficient, factors } of polynomial.values()) {
    let term = constantPolynomial(coefficient);
    for (const factor of factors) term = multiplyPolynomials(term, factor === atom ? by : atomPolynomial(factor));
    sum = addPolynomials(sum, term);
  }
  return sum;
}

function accumulate(into: Map<string, Monomial>, key: string, term: Monomial): void {
  const coefficient = (into.get(key)?.coefficient ?? 0) + term.coefficient;
  if (coefficient === 0) into.delete(key);
  else into.set(key, { coefficient, factors: term.factors });
}
