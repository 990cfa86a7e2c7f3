/**
 * How many entries of each parameter array are surely accessed, as a polynomial in what is known at entry: what a length
 * is checked against. It must never be above what a right call needs, so only accesses count that surely happen: at the
 * top, or in counted loops that are not left early. Loops may run no time; where that does not make the polynomial 0 or
 * less by itself, a guard says when they run.
 *
 *   for (i < m) for (j < n) … W[i * n + j]     m * n entries
 *   for (i < m) for (k < K) … x[i + k]         m + K - 1 entries, if m > 0 and K > 0
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { CallNode, ForNode, Graph, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { indexOf, walkNodes } from "../../src/ir/walk.ts";
import { isNested } from "../../src/ir/nested.ts";
import { indexAlgebra, type IndexAlgebra } from "./affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import {
  addPolynomials,
  atomPolynomial,
  atomsOf,
  constantOf,
  constantPolynomial,
  equalPolynomials,
  multiplyPolynomials,
  replaceAtom,
  scalePolynomial,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { isNonNegative } from "./ranges.ts";

/** `value > limit`, or `value >= limit`. */
export interface Guard {
  readonly value: Polynomial;
  readonly limit: number;
  readonly isStrict: boolean;
}

export interface Extent {
  readonly parameter: number;
  readonly size: Polynomial;
  /** The access happens only if all of these hold. */
  readonly guards: readonly Guard[];
  /** The values that bound the loops around the access, outermost first: the order in which to print factors. */
  readonly order: readonly ValueId[];
}

/** More checks of one parameter than this are noise. */
const mostPerParameter = 3;

/**
 * `isKnown`: whether a value can be computed from the parameters when the function is entered. `entered`: the functions
 * around the graph, which it may call again.
 */
export function surelyAccessed(
  graph: Graph,
  isKnown: (value: ValueId) => boolean,
  entered: ReadonlySet<string> = new Set(),
): readonly Extent[] {
  const buffers = bufferOf(graph);
  const algebra = indexAlgebra(graph);
  const parameters = new Map(graph.parameters.map(({ value }, k) => [value, k] as const));
  const floored = flooredIn(graph);
  const lengths = new Map<number, Polynomial>();
  const found: Extent[] = [];

  /** What a function that is surely called accesses, where that is a number. */
  const visitCall = ({ callee, operands }: CallNode): void => {
    const { functions } = graph;
    const inside = functions?.get(callee);
    if (functions === undefined || inside === undefined || entered.has(callee)) return;
    for (const extent of surelyAccessed({ ...inside, functions }, () => false, new Set([...entered, callee]))) {
      const parameter = parameters.get(present(operands[extent.parameter]));
      if (parameter !== undefined && constantOf(extent.size) !== undefined) found.push({ ...extent, parameter });
    }
  };
  const visit = (region: Region, loops: readonly ForNode[]): void => {
    for (const node of region.nodes) {
      // The reverse sweep of a derivative reads what its forward sweep has read.
      if (node.origin !== undefined) continue;
      if (node.kind === "for" && !node.stops) visit(node.body, [...loops, withoutFloor(node, floored, algebra)]);
      // Both ways run the primal.
      if (node.kind === "if" && node.isByMode === true) visit(node.then, loops);
      if (node.kind === "call" && loops.length === 0) visitCall(node);
      if (node.kind === "throw") return;
      if (node.kind !== "load" && node.kind !== "store" && node.kind !== "length") continue;
      if (node.kind === "load" && node.mayBeAbsent) continue;
      const parameter = parameters.get(buffers.get(node.array) ?? node.array);
      if (parameter === undefined || isNested(graph.parameters[parameter]?.type)) continue;
      if (node.kind === "length") lengths.set(parameter, algebra.polynomialOf(node.result));
      else {
        const extent = extentOf(parameter, algebra.polynomialOf(node.index), loops, algebra, isKnown);
        if (extent !== undefined) found.push(extent);
      }
    }
  };
  visit(graph.body, []);

  const quotients = new Map<ValueId, OperationNode>();
  for (const node of graph.body.nodes) {
    if (node.kind === "operation" && node.operation === "div") quotients.set(node.result, node);
  }
  /** `n * d` entries, where `n` is the length divided by `d`: there is nothing to ask. */
  const isQuotient = (size: Polynomial, length: Polynomial): boolean =>
    [...atomsOf(size)].some((atom) => {
      const [dividend, divisor] = quotients.get(atom)?.operands ?? [];
      if (dividend === undefined || divisor === undefined) return false;
      const whole = multiplyPolynomials(algebra.polynomialOf(divisor), atomPolynomial(atom));
      return equalPolynomials(algebra.polynomialOf(dividend), length) && equalPolynomials(whole, size);
    });

  const kept: Extent[] = [];
  for (const extent of found) {
    const own = lengths.get(extent.parameter);
    if (own !== undefined && isQuotient(extent.size, own)) continue;
    if (own !== undefined && isAtMost(extent.size, own, algebra)) continue;
    if (kept.some((other) => covers(other, extent, algebra))) continue;
    const others = kept.filter((other) => !covers(extent, other, algebra));
    kept.splice(0, kept.length, ...others, extent);
  }
  return kept.filter(
    (extent, k) => kept.slice(0, k).filter(({ parameter }) => parameter === extent.parameter).length < mostPerParameter,
  );
}

/** What `Math.max(0, n)` is made of. */
function flooredIn(graph: Graph): ReadonlyMap<ValueId, ValueId> {
  const zeros = new Set<ValueId>();
  const floored = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "constant" && node.value === 0) zeros.add(node.result);
    if (node.kind !== "operation" || node.operation !== "max") return;
    const [rest, ...others] = node.operands.filter((operand) => !zeros.has(operand));
    if (rest !== undefined && others.length === 0) floored.set(node.result, rest);
  });
  return floored;
}

/** A loop that counts up from 0 runs as often to `Math.max(0, n)` as to `n`. */
function withoutFloor(loop: ForNode, floored: ReadonlyMap<ValueId, ValueId>, algebra: IndexAlgebra): ForNode {
  const bound = floored.get(loop.bound);
  const isFromZero = loop.step > 0 && !loop.inclusive && constantOf(algebra.polynomialOf(loop.start)) === 0;
  return bound === undefined || !isFromZero ? loop : { ...loop, bound };
}

function extentOf(
  parameter: number,
  index: Polynomial,
  loops: readonly ForNode[],
  algebra: IndexAlgebra,
  isKnown: (value: ValueId) => boolean,
): Extent | undefined {
  let greatest = index;
  let conditions: readonly Guard[] = [];
  for (let k = loops.length - 1; k >= 0; k--) {
    const loop = loops[k];
    if (loop === undefined) continue;
    const split = splitBy(greatest, indexOf(loop));
    if (split === undefined) return undefined;
    const rises = isNonNegative(split.factor, loops, algebra.facts);
    const falls = isNonNegative(scalePolynomial(split.factor, -1), loops, algebra.facts);
    if (!rises && !falls) return undefined;
    const extreme = extremeIndex(loop, rises, algebra);
    const replaced = replaceAtom(greatest, indexOf(loop), extreme);
    if (replaced === undefined) return undefined;
    greatest = replaced;
    const runs = runsIf(loop, algebra);
    const inner: Guard[] = [];
    for (const condition of conditions) {
      // The inner loop must run at this extreme: it must not run less there than at the last index.
      const slope = splitBy(condition.value, indexOf(loop))?.factor;
      const value = replaceAtom(condition.value, indexOf(loop), extreme);
      if (slope === undefined || value === undefined) return undefined;
      const towards = rises ? slope : scalePolynomial(slope, -1);
      if (!isNonNegative(towards, loops, algebra.facts)) return undefined;
      inner.push({ ...condition, value });
    }
    conditions = [runs, ...inner];
  }
  const size = addPolynomials(greatest, constantPolynomial(1));
  const polynomials = [size, ...conditions.map(({ value }) => value)];
  if (polynomials.some((polynomial) => [...atomsOf(polynomial)].some((atom) => !isKnown(atom)))) return undefined;
  const fixed = constantOf(size);
  if (fixed !== undefined && fixed <= 0) return undefined;
  const order = conditions.flatMap(({ value }) => [...atomsOf(value)]);
  return { parameter, size, guards: guardsFor(size, conditions, algebra), order };
}

/** An index at least as near to the greatest (or least) as one that surely occurs if the loop runs. */
function extremeIndex(loop: ForNode, isGreatest: boolean, algebra: IndexAlgebra): Polynomial {
  const start = algebra.polynomialOf(loop.start);
  if (loop.step > 0 !== isGreatest) return start;
  const bound = algebra.polynomialOf(loop.bound);
  const isWhole = Number.isInteger(loop.step) && algebra.isInteger(loop.start) && algebra.isInteger(loop.bound);
  // The last index lies less than one step before an exclusive bound, or at most one step after that place.
  const slack = Math.abs(loop.step) - (loop.inclusive && isWhole ? 1 : 0);
  return addPolynomials(bound, constantPolynomial(loop.step > 0 ? -slack : slack));
}

function runsIf(loop: ForNode, algebra: IndexAlgebra): Guard {
  const [low, high] = loop.step > 0 ? [loop.start, loop.bound] : [loop.bound, loop.start];
  const value = subtractPolynomials(algebra.polynomialOf(high), algebra.polynomialOf(low));
  return withoutFactor({ value, limit: 0, isStrict: !loop.inclusive });
}

/** Those conditions that must be asked, because the size can be positive where they do not hold. */
function guardsFor(size: Polynomial, conditions: readonly Guard[], algebra: IndexAlgebra): readonly Guard[] {
  const asked: Guard[] = [];
  const positive = new Set<ValueId>();
  const isFloor = (value: ValueId) => positive.has(value) || algebra.facts.isLength(value);
  let waiting = [...conditions];
  for (;;) {
    const open = waiting.filter((condition) => !isImplied(condition, size, isFloor, algebra));
    const [next] = open;
    if (next === undefined) return asked;
    const guard = normal(next);
    if (!asked.some((other) => follows(guard, other))) asked.push(guard);
    const atom = soleAtom(next.value);
    if (atom !== undefined && atom.rest <= 0) positive.add(atom.atom);
    waiting = open.slice(1);
  }
}

/** Whether the size is 0 or less wherever the condition does not hold. */
function isImplied(
  condition: Guard,
  size: Polynomial,
  isFloor: (value: ValueId) => boolean,
  algebra: IndexAlgebra,
): boolean {
  const fixed = constantOf(condition.value);
  if (fixed !== undefined) return condition.isStrict ? fixed > 0 : fixed >= 0;
  const sole = soleAtom(condition.value);
  if (sole === undefined) return false;
  if (algebra.facts.isLength(sole.atom) && sole.rest > 0) return true;
  if (!condition.isStrict && algebra.facts.isLength(sole.atom) && sole.rest === 0) return true;
  // An atom that is not negative is 0 where `atom > 0` does not hold.
  if (condition.isStrict && sole.rest === 0 && isFloor(sole.atom)) {
    const rest = new Map([...size].filter(([, { factors }]) => !factors.includes(sole.atom)));
    return hasNoNegative(scalePolynomial(rest, -1), isFloor);
  }
  const split = splitBy(size, sole.atom);
  if (split === undefined || !hasNoNegative(split.factor, isFloor)) return false;
  // Where the condition does not hold, the atom is at most this.
  const most = -sole.rest - (!condition.isStrict && algebra.isInteger(sole.atom) ? 1 : 0);
  const atMost = addPolynomials(multiplyPolynomials(split.factor, constantPolynomial(most)), split.rest);
  return hasNoNegative(scalePolynomial(atMost, -1), isFloor);
}

/** `atom + rest`, if the polynomial is that. */
function soleAtom(polynomial: Polynomial): { readonly atom: ValueId; readonly rest: number } | undefined {
  const [atom, ...others] = atomsOf(polynomial);
  if (atom === undefined || others.length > 0) return undefined;
  const split = splitBy(polynomial, atom);
  if (split === undefined || constantOf(split.factor) !== 1) return undefined;
  const rest = constantOf(split.rest);
  return rest === undefined ? undefined : { atom, rest };
}

/** `4 * m > 0` is `m > 0`. */
function withoutFactor(guard: Guard): Guard {
  const [only] = guard.value.values();
  if (guard.value.size !== 1 || only === undefined || only.coefficient <= 0 || guard.limit !== 0) return guard;
  return { ...guard, value: scalePolynomial(guard.value, 1 / only.coefficient) };
}

function normal(guard: Guard): Guard {
  const rest = guard.value.get("")?.coefficient ?? 0;
  return {
    value: subtractPolynomials(guard.value, constantPolynomial(rest)),
    limit: guard.limit - rest,
    isStrict: guard.isStrict,
  };
}

function hasNoNegative(polynomial: Polynomial, isFloor: (value: ValueId) => boolean): boolean {
  return [...polynomial.values()].every(({ coefficient, factors }) => coefficient >= 0 && factors.every(isFloor));
}

function isAtMost(size: Polynomial, other: Polynomial, algebra: IndexAlgebra): boolean {
  return hasNoNegative(subtractPolynomials(other, size), algebra.facts.isLength);
}

/** Whether the check of `one` makes that of `other` needless. */
function covers(one: Extent, other: Extent, algebra: IndexAlgebra): boolean {
  return (
    one.parameter === other.parameter &&
    isAtMost(other.size, one.size, algebra) &&
    one.guards.every((guard) => other.guards.some((each) => follows(guard, each)))
  );
}

/** Whether the guard holds wherever the other does. */
function follows(guard: Guard, other: Guard): boolean {
  if (!equalPolynomials(guard.value, other.value)) return false;
  return guard.limit < other.limit || (guard.limit === other.limit && (!guard.isStrict || other.isStrict));
}
