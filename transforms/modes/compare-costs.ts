/**
 * By which sizes one of two costs is the smaller one.
 *
 *   3·h·h·n + 3·h·n·m against 3·h·h·m + 4·h·n·m   ->   n < m
 *
 * The costs are estimates, and so are compared as one does by hand: what grows slower than something else is left out,
 * what both have to pay is left out, whatever its factor, and so is a factor that all terms have.
 */
import type { ValueId } from "../../src/ir/graph.ts";
import type { Monomial, Polynomial } from "../analyze/polynomial.ts";
import { unknownSize } from "./cost-by-sizes.ts";

/** Below this factor, two estimates are the same. */
const precision = 2;

/** The first cost is the smaller one where `less < than`. */
export interface Test {
  readonly less: Polynomial;
  readonly than: Polynomial;
}

/** None where the sizes make no difference, or one that takes more than such a test. */
export function compareCosts(first: Polynomial, second: Polynomial): Test | undefined {
  const leading = [leadingTerms(first, second), leadingTerms(second, first)] as const;
  const [ofFirst, ofSecond] = [notIn(...leading), notIn(leading[1], leading[0])];
  if (ofFirst.length === 0 || ofSecond.length === 0) return undefined;
  const all = [...ofFirst, ...ofSecond];
  const common = all.map(({ factors }) => factors).reduce(sharedFactors);
  const least = Math.min(...all.map(({ coefficient }) => coefficient));
  const reduced = (terms: readonly Monomial[]): Polynomial => {
    return new Map(
      terms.map((term) => {
        const coefficient = term.coefficient < precision * least ? 1 : Math.round(term.coefficient / least);
        const factors = withoutFactors(term.factors, common);
        return [factors.join("*"), { coefficient, factors }] as const;
      }),
    );
  };
  const [less, than] = [reduced(ofFirst), reduced(ofSecond)];
  return isPlain(less, than) ? { less, than } : undefined;
}

/** Whether a test is what one would write: of two products of different sizes, or of sums of sizes. */
function isPlain(...sides: readonly Polynomial[]): boolean {
  const terms = sides.flatMap((side) => [...side.values()]);
  const factors = terms.flatMap((term) => term.factors);
  if (factors.includes(unknownSize) || terms.some((term) => term.factors.length === 0)) return false;
  return (
    terms.every((term) => term.factors.length === 1) || (terms.length === 2 && new Set(factors).size === factors.length)
  );
}

/** Those that grow slower than no other of either cost. */
function leadingTerms(own: Polynomial, other: Polynomial): readonly Monomial[] {
  const all = [...own.values(), ...other.values()];
  return [...own.values()].filter(({ factors }) => {
    return !all.some((term) => term.factors.length > factors.length && divides(factors, term.factors));
  });
}

function notIn(terms: readonly Monomial[], others: readonly Monomial[]): readonly Monomial[] {
  const known = new Set(others.map(({ factors }) => factors.join("*")));
  return terms.filter(({ factors }) => !known.has(factors.join("*")));
}

function divides(factors: readonly ValueId[], whole: readonly ValueId[]): boolean {
  return sharedFactors(factors, whole).length === factors.length;
}

function sharedFactors(one: readonly ValueId[], other: readonly ValueId[]): readonly ValueId[] {
  const rest = [...other];
  return one.filter((factor) => {
    const at = rest.indexOf(factor);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function withoutFactors(factors: readonly ValueId[], gone: readonly ValueId[]): readonly ValueId[] {
  const rest = [...gone];
  return factors.filter((factor) => {
    const at = rest.indexOf(factor);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
