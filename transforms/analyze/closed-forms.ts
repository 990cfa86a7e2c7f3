/**
 * What numbers are in terms of others, where arithmetic hides it: a half, and an entry that loops count up, also by the
 * rounds of a loop within.
 *
 *   size = (d * (d + 1)) / 2                                          d² / 2 + d / 2
 *   entry = d; for (j < d) for (i = j + 1; i < d) { …; entry++ }      d + the rounds before this one
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import {
  addPolynomials,
  atomPolynomial,
  atomsOf,
  constantOf,
  constantPolynomial,
  multiplyPolynomials,
  replacePowers,
  scalePolynomial,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { isNonNegative, type RangeFacts } from "./ranges.ts";
import { type Definition, definitionsOf, nodeOf, placesOf } from "./uses.ts";

/** Writes a polynomial with the closed forms of what it is made of. */
export type Expand = (polynomial: Polynomial) => Polynomial;

const deepest = 4;
const largest = 24;

export function closedFormsOf(graph: Graph, facts: RangeFacts): Expand {
  const { polynomialOf, isInteger } = facts;
  const definitions = definitionsOf(graph);
  const places = placesOf(graph);
  const forms = new Map<ValueId, Polynomial>();

  const expand = (polynomial: Polynomial, depth = 0): Polynomial => {
    if (depth > deepest || polynomial.size > largest) return polynomial;
    for (const atom of atomsOf(polynomial)) {
      const form = forms.get(atom) ?? quotientOf(atom, definitions, polynomialOf);
      if (form !== undefined) return expand(replacePowers(polynomial, atom, form), depth + 1);
    }
    return polynomial;
  };

  const isSteady = (polynomial: Polynomial, loop: LoopNode): boolean =>
    [...atomsOf(polynomial)].every((atom) => !places.isWithin(atom, loop));

  /** By how much each round of the loop raises what it carries there, where that is always the same. */
  const stepOf = (loop: LoopNode, slot: number): Polynomial | undefined => {
    const [next, carried] = [present(nextOf(loop)[slot]), present(carriedOf(loop)[slot])];
    const by = subtractPolynomials(polynomialOf(next), polynomialOf(carried));
    return isSteady(by, loop) ? by : undefined;
  };

  const roundsBefore = (loop: ForNode): Polynomial =>
    subtractPolynomials(atomPolynomial(indexOf(loop)), polynomialOf(loop.start));

  /** What is carried through a loop within, and raised there: how much a round of the outer one raises it. */
  const visitNested = (loop: ForNode, slot: number, loops: readonly LoopNode[]): void => {
    const carried = present(carriedOf(loop)[slot]);
    const last = present(nextOf(loop)[slot]);
    const inner = nodeOf(definitions, last);
    if (inner?.kind !== "for" || inner.step !== 1 || inner.stops) return;
    const within = inner.results.indexOf(last);
    const by = within < 0 || inner.inits[within] !== carried ? undefined : stepOf(inner, within);
    if (by === undefined || !isSteady(by, loop)) return;
    const off = constantPolynomial(inner.inclusive ? 1 : 0);
    const rounds = addPolynomials(subtractPolynomials(polynomialOf(inner.bound), polynomialOf(inner.start)), off);
    const index = indexOf(loop);
    const split = splitBy(rounds, index);
    if (split === undefined || !isSteady(split.factor, loop) || !isSteady(split.rest, loop)) return;
    if (!isInteger(inner.bound) || !isNonNegative(rounds, loops, facts)) return;
    const start = polynomialOf(loop.start);
    /** The sum of all indices below this one. */
    const triangle = (of: Polynomial): Polynomial =>
      scalePolynomial(multiplyPolynomials(of, subtractPolynomials(of, constantPolynomial(1))), 0.5);
    const indices = subtractPolynomials(triangle(atomPolynomial(index)), triangle(start));
    const before = addPolynomials(
      multiplyPolynomials(split.factor, indices),
      multiplyPolynomials(split.rest, roundsBefore(loop)),
    );
    const first = polynomialOf(present(loop.inits[slot]));
    const here = addPolynomials(first, multiplyPolynomials(by, before));
    forms.set(carried, here);
    forms.set(present(carriedOf(inner)[within]), addPolynomials(here, multiplyPolynomials(by, roundsBefore(inner))));
  };

  const visitLoop = (loop: LoopNode, loops: readonly LoopNode[]): void => {
    if (loop.kind !== "for" || loop.step !== 1) return;
    for (const [slot, carried] of carriedOf(loop).entries()) {
      if (!isInteger(carried) || forms.has(carried)) continue;
      const by = stepOf(loop, slot);
      if (by === undefined) visitNested(loop, slot, loops);
      else {
        const first = polynomialOf(present(loop.inits[slot]));
        forms.set(carried, addPolynomials(first, multiplyPolynomials(by, roundsBefore(loop))));
      }
    }
  };
  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      const inner = isLoop(node) ? [...loops, node] : loops;
      if (isLoop(node)) visitLoop(node, inner);
      for (const each of regionsOf(node)) visit(each, inner);
    }
  };
  visit(graph.body, []);
  return expand;
}

/** A number over a power of 2, which only moves the point. */
export function quotientOf(
  value: ValueId,
  definitions: ReadonlyMap<ValueId, Definition>,
  polynomialOf: RangeFacts["polynomialOf"],
): Polynomial | undefined {
  const node = nodeOf(definitions, value);
  if (node?.kind !== "operation" || node.operation !== "div") return undefined;
  const [dividend, divisor] = [present(node.operands[0]), present(node.operands[1])];
  const by = constantOf(polynomialOf(divisor));
  const isExact = by !== undefined && by > 0 && Number.isInteger(Math.log2(by));
  return isExact ? scalePolynomial(polynomialOf(dividend), 1 / by) : undefined;
}
