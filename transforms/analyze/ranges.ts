/**
 * Signs of index polynomials, from what is known while loops run: an index lies between the start and the bound of its
 * loop, a loop whose body runs has at least one iteration, lengths are not negative.
 *
 * Method: an index is replaced by its least or greatest value, whichever makes the polynomial smaller, innermost loop
 * first (so triangular bounds work); what is left is at least 0 if each monomial is.
 */
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf } from "../../src/ir/walk.ts";
import {
  addPolynomials,
  atomPolynomial,
  constantPolynomial,
  replaceAtom,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { byRows } from "./row-width.ts";

export interface RangeFacts {
  readonly polynomialOf: (value: ValueId) => Polynomial;
  readonly isInteger: (value: ValueId) => boolean;
  readonly isLength: (value: ValueId) => boolean;
}

/** Bounds of an index while the body runs. `least`, `greatest`: attained or not; `strict`: the greatest is not attained. */
export interface IndexRange {
  readonly least: Polynomial | undefined;
  readonly greatest: Polynomial | undefined;
  readonly strict: boolean;
}

export function indexRange(loop: LoopNode, facts: RangeFacts): IndexRange {
  if (loop.kind === "while") return { least: constantPolynomial(0), greatest: undefined, strict: false };
  const start = facts.polynomialOf(loop.start);
  const bound = facts.polynomialOf(loop.bound);
  const whole = Number.isInteger(loop.step) && facts.isInteger(loop.start) && facts.isInteger(loop.bound);
  const off = loop.inclusive || !whole ? 0 : 1;
  if (loop.step > 0) {
    return {
      least: start,
      greatest: subtractPolynomials(bound, constantPolynomial(off)),
      strict: !loop.inclusive && !whole,
    };
  }
  return { least: addPolynomials(bound, constantPolynomial(off)), greatest: start, strict: false };
}

/** Whether `polynomial >= 0` while the bodies of the loops (outermost first) run. */
export function isNonNegative(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  return decides(polynomial, loops, facts, isPlainNonNegative);
}

/** Whether `polynomial > 0` there. */
export function isPositive(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  return decides(polynomial, loops, facts, isPlainPositive);
}

type Sign = typeof isPlainPositive;

/** Asks the first coefficient of the row width that is not 0; those behind it only where it may be 0. */
function decides(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts, last: Sign): boolean {
  const coefficients = byRows(polynomial);
  for (const coefficient of coefficients.slice(0, -1)) {
    if (isPlainPositive(coefficient, loops, facts)) return true;
    if (coefficient.size > 0 && !isPlainNonNegative(coefficient, loops, facts)) return false;
  }
  return last(coefficients.at(-1) ?? polynomial, loops, facts);
}

function isPlainNonNegative(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  const least = smallest(polynomial, loops, facts);
  return least !== undefined && hasNoNegativeTerm(least.polynomial, loops, facts);
}

function isPlainPositive(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  const least = smallest(polynomial, loops, facts);
  if (least === undefined) return false;
  const margin = least.strict ? 0 : 1;
  return hasNoNegativeTerm(subtractPolynomials(least.polynomial, constantPolynomial(margin)), loops, facts);
}

/** A polynomial without the indices of the `inner` loops, which is not above the given one while their bodies run. */
export function leastWithin(
  polynomial: Polynomial,
  around: readonly LoopNode[],
  inner: readonly LoopNode[],
  facts: RangeFacts,
): Polynomial | undefined {
  return smallest(polynomial, [...around, ...inner], facts, around.length)?.polynomial;
}

/** A polynomial without the indices of the loops from `first` on that is not above the given one; `strict`: below it. */
function smallest(
  polynomial: Polynomial,
  loops: readonly LoopNode[],
  facts: RangeFacts,
  first = 0,
): { polynomial: Polynomial; strict: boolean } | undefined {
  let current = polynomial;
  let strict = false;
  for (let k = loops.length - 1; k >= first; k--) {
    const loop = loops[k];
    if (loop === undefined) continue;
    const index = indexOf(loop);
    const split = splitBy(current, index);
    if (split === undefined) return undefined;
    if (split.factor.size === 0) continue;
    const range = indexRange(loop, facts);
    const rises = isNonNegative(split.factor, loops, facts);
    const falling = subtractPolynomials(constantPolynomial(0), split.factor);
    if (!rises && !isNonNegative(falling, loops, facts)) return undefined;
    const extreme = rises ? range.least : range.greatest;
    if (extreme === undefined) return undefined;
    if (!rises && range.strict && isPositive(falling, loops, facts)) strict = true;
    const replaced = replaceAtom(current, index, extreme);
    if (replaced === undefined) return undefined;
    current = replaced;
  }
  return { polynomial: current, strict };
}

/**
 * Each atom that a running loop bounds from below (`0 <= start < n`) is written as that bound plus what is above it;
 * then no monomial may be negative.
 */
function hasNoNegativeTerm(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  const floors = atomFloors(loops, facts);
  let current = polynomial;
  for (const [atom, floor] of floors) {
    if (floor === 0) continue;
    const raised = addPolynomials(atomPolynomial(atom), constantPolynomial(floor));
    for (const [, term] of current)
      if (term.factors.filter((each) => each === atom).length > 1) return everyTerm(current);
    current = replaceAtom(current, atom, raised) ?? current;
  }
  return everyTerm(current);

  function everyTerm(of: Polynomial): boolean {
    return [...of.values()].every(
      ({ coefficient, factors }) =>
        coefficient >= 0 && factors.every((factor) => floors.has(factor) || facts.isLength(factor)),
    );
  }
}

/** Values that are at least the number given while the loops' bodies run; none of the numbers is negative. */
function atomFloors(loops: readonly LoopNode[], facts: RangeFacts): ReadonlyMap<ValueId, number> {
  const floors = new Map<ValueId, number>();
  for (const loop of loops) {
    if (loop.kind !== "for") continue;
    const [low, high] = loop.step > 0 ? [loop.start, loop.bound] : [loop.bound, loop.start];
    const least = facts.polynomialOf(low);
    const start = least.size === 0 ? 0 : least.size === 1 ? least.get("")?.coefficient : undefined;
    if (start === undefined) continue;
    const above = loop.inclusive ? 0 : 1;
    const whole = facts.isInteger(loop.start) && facts.isInteger(loop.bound);
    const bounded = facts.polynomialOf(high);
    // `n >= start + 1`, also where the bound is `n + c`.
    const atoms = [...bounded.values()].filter((term) => term.factors.length > 0);
    const [only] = atoms;
    const factor = only?.factors[0];
    if (atoms.length !== 1 || factor === undefined || only?.coefficient !== 1 || only.factors.length !== 1) continue;
    const floor = start + (whole ? above : 0) - (bounded.get("")?.coefficient ?? 0);
    if (floor >= 0) floors.set(factor, Math.max(floor, floors.get(factor) ?? 0));
  }
  return floors;
}
