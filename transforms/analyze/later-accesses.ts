/**
 * Whether an access, at any time after another one, is of other entries, so that what the earlier one has read or written
 * is still there when the reverse sweep comes by.
 *
 *   for (i…) { for (j < i) s -= L[i * n + j] * y[j]; y[i] = s }     y[j] stays: all later stores go to entries from i on
 *   for (i…) for (j…) D[i * n + j] = f(D[i * n + j - 1])            a table that is filled row by row
 *   for (j…) for (i…) for (k < j) A[i * n + j] -= A[i * n + k] …    columns that are finished, of a matrix kept by rows
 *
 * Method: the loops around both decide what is later: in the same iteration of the outer ones, a later one of the next.
 * Level by level, the least (or greatest) index in the next iteration is held against that of the earlier access; it must
 * move away from there, or never come near. Indices may be compared by row or by column: `p * row + column` with `0 <= column < p` are two
 * entries where the rows differ or the columns do (delinearization: Maslov, PLDI 1992).
 */
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf } from "../../src/ir/walk.ts";
import type { IndexAlgebra } from "./affine.ts";
import {
  addPolynomials,
  atomPolynomial,
  atomsOf,
  constantPolynomial,
  replaceAtom,
  scalePolynomial,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { isPositive, leastWithin } from "./ranges.ts";

/** An access with the loops around it, outermost first. */
export interface PlacedAccess {
  readonly index: ValueId;
  readonly loops: readonly LoopNode[];
}

/** The two indices, or parts of them that differ only where they do. */
interface Pair {
  readonly later: Polynomial;
  readonly earlier: Polynomial;
}

/**
 * `isAfter`: within one iteration of all loops that they share, `later` comes after `earlier`. `outside`: the loops around
 * both of which one iteration is looked at.
 */
export function staysClear(
  later: PlacedAccess,
  earlier: PlacedAccess,
  isAfter: boolean,
  outside: readonly LoopNode[],
  algebra: IndexAlgebra,
): boolean {
  const shared = later.loops.filter((loop, k) => earlier.loops[k] === loop);
  const isClear = clearance(later, earlier, outside, algebra);
  return (
    isClear !== undefined &&
    shared.every((loop, k) => isClear(k + 1, loop)) &&
    (!isAfter || isClear(shared.length, undefined))
  );
}

/** Whether the access, in a later iteration of the outermost loop of both, is of other entries than the earlier one. */
export function staysClearOfIterations(
  later: PlacedAccess,
  earlier: PlacedAccess,
  outside: readonly LoopNode[],
  algebra: IndexAlgebra,
): boolean {
  return clearance(later, earlier, outside, algebra)?.(1, later.loops[0]) === true;
}

/** Answers whether they differ where the loops up to a depth are in the same iteration, and `next` in a later one. */
function clearance(
  later: PlacedAccess,
  earlier: PlacedAccess,
  outside: readonly LoopNode[],
  algebra: IndexAlgebra,
): ((depth: number, next: LoopNode | undefined) => boolean) | undefined {
  const shared = later.loops.filter((loop, k) => earlier.loops[k] === loop);
  if (shared.some((loop) => loop.kind === "for" && !Number.isInteger(loop.step))) return undefined;
  const whole: Pair = { later: algebra.polynomialOf(later.index), earlier: algebra.polynomialOf(earlier.index) };
  if (!isAffine(whole.earlier, earlier.loops, earlier, algebra)) return undefined;
  const isKnown = isAffine(whole.later, later.loops, later, algebra);
  const lowered = isKnown ? whole.later : withFloors(whole.later, later, outside, algebra);
  if (lowered === undefined) return undefined;
  const pairs = isKnown
    ? [whole, ...partsOf(whole, later, earlier, outside, algebra)]
    : [{ later: lowered, earlier: whole.earlier }];
  // What is not below a bound may lie anywhere above it.
  const signs = isKnown ? [1, -1] : [1];

  const isApart = (pair: Pair, sign: number, depth: number, next: LoopNode | undefined): boolean => {
    const around = later.loops.slice(0, depth);
    const inner = later.loops.slice(depth);
    const extreme = leastWithin(scalePolynomial(pair.later, sign), [...outside, ...around], inner, algebra.facts);
    if (extreme === undefined || !isAffine(extreme, around, later, algebra)) return false;
    const loops = [...outside, ...earlier.loops];
    const isAbove = (least: Polynomial): boolean =>
      isPositive(subtractPolynomials(least, scalePolynomial(pair.earlier, sign)), loops, algebra.facts);
    const moved = next === undefined ? extreme : advanced(extreme, next, loops, algebra);
    if (moved !== undefined && isAbove(moved)) return true;
    // In whatever iteration: z[m + i] against z[i], with i < m.
    const outer = later.loops.slice(0, depth - 1);
    const whole = next && leastWithin(extreme, [...outside, ...outer], [next], algebra.facts);
    return whole !== undefined && isAffine(whole, outer, later, algebra) && isAbove(whole);
  };
  return (depth, next) => pairs.some((pair) => signs.some((sign) => isApart(pair, sign, depth, next)));
}

/** A bound that the index is not below, where a row (or whatever is in the place of a loop's index) was searched for. */
function withFloors(
  index: Polynomial,
  access: PlacedAccess,
  outside: readonly LoopNode[],
  algebra: IndexAlgebra,
): Polynomial | undefined {
  const loops = [...outside, ...access.loops];
  let bound: Polynomial | undefined = index;
  for (const atom of atomsOf(index)) {
    const floor = algebra.floorOf(atom);
    const split = bound && splitBy(bound, atom);
    if (floor === undefined || split === undefined || !algebra.isNonNegative(split.factor, loops)) continue;
    bound = bound && replaceAtom(bound, atom, floor);
  }
  return bound && isAffine(bound, access.loops, access, algebra) ? bound : undefined;
}

/** Rows and columns, for each value from outside the loops that a row may have as its length. */
function partsOf(
  { later: ofLater, earlier: ofEarlier }: Pair,
  later: PlacedAccess,
  earlier: PlacedAccess,
  outside: readonly LoopNode[],
  algebra: IndexAlgebra,
): readonly Pair[] {
  const indices = new Set([...later.loops, ...earlier.loops].map(indexOf));
  return [...atomsOf(ofLater)].flatMap((length): readonly Pair[] => {
    if (indices.has(length)) return [];
    const [one, other] = [splitBy(ofLater, length), splitBy(ofEarlier, length)];
    if (one === undefined || other === undefined) return [];
    const isColumn = (column: Polynomial, access: PlacedAccess): boolean => {
      const loops = [...outside, ...access.loops];
      const room = subtractPolynomials(atomPolynomial(length), column);
      return algebra.isNonNegative(column, loops) && isPositive(room, loops, algebra.facts);
    };
    if (!isColumn(one.rest, later) || !isColumn(other.rest, earlier)) return [];
    return [
      { later: one.rest, earlier: other.rest },
      { later: one.factor, earlier: other.factor },
    ];
  });
}

/** The polynomial in the next iteration, if it grows from there on. */
function advanced(
  polynomial: Polynomial,
  loop: LoopNode,
  around: readonly LoopNode[],
  algebra: IndexAlgebra,
): Polynomial | undefined {
  const index = indexOf(loop);
  const step = loop.kind === "for" ? loop.step : 1;
  const split = splitBy(polynomial, index);
  if (split === undefined || !algebra.isNonNegative(scalePolynomial(split.factor, Math.sign(step)), around)) {
    return undefined;
  }
  return replaceAtom(polynomial, index, addPolynomials(atomPolynomial(index), constantPolynomial(step)));
}

/** Whether the indices of these loops are all that changes in it while the loops of the access run. */
function isAffine(
  polynomial: Polynomial,
  loops: readonly LoopNode[],
  access: PlacedAccess,
  algebra: IndexAlgebra,
): boolean {
  const indices = new Set(loops.map(indexOf));
  const [outermost] = access.loops;
  return [...atomsOf(polynomial)].every(
    (atom) => indices.has(atom) || outermost === undefined || !algebra.places.isWithin(atom, outermost),
  );
}
