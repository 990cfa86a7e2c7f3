/**
 * The indices of nested arrays as polynomials: `pair(i, j)` is `i · w + j`, where `w` stands for a width that no row
 * attains. So rows come one after the other, none is reached from another, and polynomials are compared as pairs are: by
 * the coefficients of the highest power of `w` first.
 */
import type { ValueId } from "../../src/ir/graph.ts";
import { makeValueId } from "../../src/ir/ids.ts";
import {
  addPolynomials,
  atomPolynomial,
  multiplyPolynomials,
  zeroPolynomial,
  type Monomial,
  type Polynomial,
} from "./polynomial.ts";

const width: ValueId = makeValueId(-1);

export const rowWidth: Polynomial = atomPolynomial(width);

/** The coefficients of the powers of the width, the highest first; the polynomial itself where there is none. */
export function byRows(polynomial: Polynomial): readonly Polynomial[] {
  const powers: Map<string, Monomial>[] = [];
  for (const { coefficient, factors } of polynomial.values()) {
    const rest = factors.filter((factor) => factor !== width);
    const power = factors.length - rest.length;
    for (let k = powers.length; k <= power; k++) powers.push(new Map());
    powers[power]?.set(rest.join("*"), { coefficient, factors: rest });
  }
  return powers.reverse();
}

/** The indices of the rows around an entry, the outermost first: of `pair(pair(i, j), k)`, `i` and `pair(i, j)`. */
export function outerIndices(index: Polynomial, depth: number): readonly Polynomial[] {
  const parts = byRows(index);
  const missing = new Array<Polynomial>(Math.max(0, depth - parts.length)).fill(zeroPolynomial);
  const outer: Polynomial[] = [];
  let row = zeroPolynomial;
  for (const part of [...missing, ...parts].slice(0, -1)) {
    row = addPolynomials(multiplyPolynomials(row, rowWidth), part);
    outer.push(row);
  }
  return outer;
}
