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
  constantOf,
  constantPolynomial,
  replaceAtom,
  replacePowers,
  scalePolynomial,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { byRows } from "./row-width.ts";

export interface RangeFacts {
  readonly polynomialOf: (value: ValueId) => Polynomial;
  readonly isInteger: (value: ValueId) => boolean;
  readonly isLength: (value: ValueId) => boolean;
  /** What a whole number is at most, where that is known. */
  readonly ceilingOf: (value: ValueId) => Polynomial | undefined;
  /** What it is at least. */
  readonly floorOf: (value: ValueId) => Polynomial | undefined;
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
  return decidesAny(polynomial, loops, facts, isPlainNonNegative);
}

/** Whether `polynomial > 0` there. */
export function isPositive(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  return decidesAny(polynomial, loops, facts, isPlainPositive);
}

type Sign = typeof isPlainPositive;

/** Asks of the polynomial, and of what it is at least where numbers are replaced by their floors. */
function decidesAny(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts, last: Sign): boolean {
  if (decides(polynomial, loops, facts, last)) return true;
  const lowered = atBounds(polynomial, facts.floorOf, 1);
  return lowered !== polynomial && decides(lowered, loops, facts, last);
}

/** Asks the first coefficient of the row width that is not 0; those behind it only where it may be 0. */
function decides(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts, last: Sign): boolean {
  // What is at most an index must be known before the index is replaced.
  const coefficients = byRows(atBounds(polynomial, facts.ceilingOf, -1));
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
    const range = indexRange(loop, facts);
    if (split === undefined) {
      const least = leastOfPowers(current, index, range, loops.slice(0, k), facts);
      const reflected = least ?? fromTheEnd(current, loop, loops.slice(k + 1), range, facts);
      if (reflected === undefined) return undefined;
      current = reflected;
      continue;
    }
    if (split.factor.size === 0) continue;
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

/** The polynomial at the greatest index, where all that the index, from 0 up, stands in is taken away. */
function leastOfPowers(
  polynomial: Polynomial,
  index: ValueId,
  { least, greatest, strict }: IndexRange,
  around: readonly LoopNode[],
  facts: RangeFacts,
): Polynomial | undefined {
  if (least === undefined || greatest === undefined || strict || !isNonNegative(least, around, facts)) return undefined;
  const floors = atomFloors(around, facts);
  const isTakenAway = [...polynomial.values()].every(
    ({ coefficient, factors }) =>
      !factors.includes(index) ||
      (coefficient < 0 && factors.every((each) => each === index || floors.has(each) || facts.isLength(each))),
  );
  return isTakenAway ? replacePowers(polynomial, index, greatest) : undefined;
}

/**
 * The polynomial with the index counted down from the last: then what is left to go is at least 0, and its squares, too.
 * The last is the one before a loop within runs no more, as in `for (i < d) for (j = i + 1; j < d; j++)`.
 */
function fromTheEnd(
  polynomial: Polynomial,
  loop: LoopNode,
  inner: readonly LoopNode[],
  { greatest, strict }: IndexRange,
  facts: RangeFacts,
): Polynomial | undefined {
  if (greatest === undefined || strict) return undefined;
  const index = indexOf(loop);
  let last = greatest;
  for (const each of inner) {
    if (each.kind !== "for" || each.step < 0) continue;
    const { least: first, greatest: end, strict: isOpen } = indexRange(each, facts);
    const split = first && splitBy(first, index);
    const isAfter = split !== undefined && constantOf(split.factor) === 1 && constantOf(split.rest) !== undefined;
    if (!isAfter || isOpen || end === undefined || splitBy(end, index)?.factor.size !== 0) continue;
    const before = subtractPolynomials(end, split.rest);
    if ((constantOf(subtractPolynomials(last, before)) ?? 0) > 0) last = before;
  }
  return replacePowers(polynomial, index, subtractPolynomials(last, atomPolynomial(leftOf(index))));
}

/** Stands for how far an index is from its last: no value of the graph, and at least 0. */
function leftOf(index: ValueId): ValueId {
  return (-1 - index) as ValueId;
}

function isLeft(atom: ValueId): boolean {
  return atom < 0;
}

/**
 * Each atom that a running loop bounds from below (`0 <= start < n`) is written as that bound plus what is above it;
 * then no monomial may be negative.
 */
function hasNoNegativeTerm(polynomial: Polynomial, loops: readonly LoopNode[], facts: RangeFacts): boolean {
  const floors = atomFloors(loops, facts);
  let current = atBounds(polynomial, facts.ceilingOf, -1);
  for (const [atom, floor] of floors) {
    if (floor === 0) continue;
    current = replacePowers(current, atom, addPolynomials(atomPolynomial(atom), constantPolynomial(floor)));
  }
  return everyTerm(current);

  function everyTerm(of: Polynomial): boolean {
    return [...of.values()].every(
      ({ coefficient, factors }) =>
        coefficient >= 0 && factors.every((factor) => floors.has(factor) || facts.isLength(factor) || isLeft(factor)),
    );
  }
}

/** Not above the polynomial: what is taken away is at its ceiling; what is added, with the sign 1, at its floor. */
function atBounds(polynomial: Polynomial, boundOf: RangeFacts["ceilingOf"], sign: 1 | -1): Polynomial {
  let current = polynomial;
  for (let round = 0; round < mostBounds; round++) {
    const found = [...current.values()].find(
      ({ coefficient, factors: [atom, other] }) =>
        coefficient * sign > 0 && atom !== undefined && other === undefined && boundOf(atom) !== undefined,
    );
    const atom = found?.factors[0];
    const bound = atom === undefined ? undefined : boundOf(atom);
    if (found === undefined || atom === undefined || bound === undefined) return current;
    const change = subtractPolynomials(bound, atomPolynomial(atom));
    current = addPolynomials(current, scalePolynomial(change, found.coefficient));
  }
  return current;
}

const mostBounds = 4;

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
