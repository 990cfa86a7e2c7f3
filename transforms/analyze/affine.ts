/**
 * Index arithmetic: index expressions as polynomials, and which elements the iterations of a loop touch.
 *
 *   for (i…m) for (j…n) a[i * n + j]      over i: stride n, each iteration within [0, n) of it: owned
 *   for (y…) for (k…K) a[y * stride + k]  over y: overlaps unless K <= stride: not owned
 */
import type { AllocateNode, Graph, GraphNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf, walkNodes } from "../../src/ir/walk.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { depthOf, isNested, pairing } from "../../src/ir/nested.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { ceilingsOf } from "./ceilings.ts";
import { floorsOf } from "./floors.ts";
import {
  addPolynomials,
  atomPolynomial,
  atomsOf,
  constantOf,
  constantPolynomial,
  equalPolynomials,
  multiplyPolynomials,
  scalePolynomial,
  polynomialKey,
  splitBy,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { isNonNegative, isPositive, type RangeFacts } from "./ranges.ts";
import { outerIndices, rowWidth } from "./row-width.ts";
import { placesOf, type Places } from "./uses.ts";

/** Polynomials above this size are of no use to anyone: their value counts as an atom. */
const largest = 24;
const highestDegree = 6;

/** One access to an array: its index, and the loops around it that stand inside the loop in question, outermost first. */
export interface Access {
  readonly index: Polynomial;
  readonly inner: readonly LoopNode[];
}

/** Iteration `i` touches only elements of `[offset + stride · i, offset + stride · (i + step))`. `stride` may be negative. */
export interface Ownership {
  readonly stride: Polynomial;
  readonly offset: Polynomial;
}

export interface IndexAlgebra {
  readonly polynomialOf: (value: ValueId) => Polynomial;
  /** Below it lie all indices of a new array. */
  readonly extentOf: (allocation: AllocateNode) => Polynomial;
  /**
   * How long the rows of an array are in which an entry lies, if that is a constant, or the length of that row: then a
   * loop up to it goes through the whole row.
   */
  readonly isRowLength: (bound: ValueId, index: Polynomial, array: ValueId) => boolean;
  /** Whether the array is one of rows that have so many entries by their type. */
  readonly hasRowsOf: (size: number, array: ValueId) => boolean;
  readonly isInteger: (value: ValueId) => boolean;
  readonly places: Places;
  /** Whether all that the polynomial is made of is defined outside the loop. */
  readonly isInvariant: (polynomial: Polynomial, loop: GraphNode) => boolean;
  /**
   * Decides that different iterations of the loop touch different elements, for all the accesses together: no element
   * that one access touches in one iteration is touched by any of them in another.
   */
  readonly ownedBy: (accesses: readonly Access[], loop: LoopNode) => Ownership | undefined;
  /** Whether the polynomial is at least 0 while the bodies of these loops run (outermost first). */
  readonly isNonNegative: (polynomial: Polynomial, loops: readonly LoopNode[]) => boolean;
  /** Whether two indices are never the same while the bodies of these loops run. */
  readonly areApart: (one: Polynomial, other: Polynomial, loops: readonly LoopNode[]) => boolean;
  readonly facts: RangeFacts;
  /** What a number that a search has found is not below. */
  readonly floorOf: (value: ValueId) => Polynomial | undefined;
}

export function indexAlgebra(graph: Graph): IndexAlgebra {
  const polynomials = polynomialsOf(graph);
  const integers = integerValues(graph);
  const places = placesOf(graph);
  const polynomialOf = (value: ValueId) => polynomials.get(value) ?? atomPolynomial(value);
  const lengths = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "length") lengths.add(node.result);
  });
  const facts: RangeFacts = {
    polynomialOf,
    isInteger: (value) => integers.has(value),
    isLength: (value) => lengths.has(value),
    ceilingOf: (value) => ceilings().get(value),
    floorOf: (value) => floors().get(value),
  };
  const ceilings = lazily(() => ceilingsOf(graph, facts));
  const floors = lazily(() => floorsOf(graph, { ...facts, floorOf: () => undefined }));
  const buffers = lazily(() => bufferOf(graph));
  const rows = new Map<string, { readonly array: ValueId; readonly at: Polynomial }>();
  const likes = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "length" && node.at !== undefined) {
      rows.set(polynomialKey(polynomialOf(node.result)), { array: node.array, at: polynomialOf(node.at) });
    }
    const like = node.kind === "allocate" && node.like !== undefined ? graph.parameters[node.like] : undefined;
    if (node.kind === "allocate" && like !== undefined) likes.set(node.result, like.value);
  });
  const isRowLength: IndexAlgebra["isRowLength"] = (bound, index, array) => {
    const type = graph.values.get(array)?.type;
    if (!isNested(type)) return false;
    const outer = outerIndices(index, type.layers.length);
    const fixed = constantOf(polynomialOf(bound));
    const { sizes = [] } = type;
    if (fixed !== undefined) return outer.some((_, k) => sizes[k + 1] === fixed);
    const row = rows.get(polynomialKey(polynomialOf(bound)));
    const buffer = buffers().get(array) ?? array;
    if (row === undefined || row.array !== (likes.get(buffer) ?? buffer)) return false;
    return outer.some((at) => equalPolynomials(at, row.at));
  };
  const isInvariant = (polynomial: Polynomial, loop: GraphNode) =>
    [...atomsOf(polynomial)].every((atom) => !places.isWithin(atom, loop));
  return {
    polynomialOf,
    extentOf: ({ length, result }) => {
      let extent = polynomialOf(length);
      const type = graph.values.get(result)?.type ?? "number";
      for (let k = 1; k < depthOf(type); k++) extent = multiplyPolynomials(extent, rowWidth);
      return extent;
    },
    isRowLength: (bound, index, array) => isRowLength(bound, index, array),
    hasRowsOf: (size, array) => {
      const type = graph.values.get(array)?.type;
      return isNested(type) && type.layers.length === 2 && type.sizes?.[1] === size;
    },
    isInteger: facts.isInteger,
    places,
    isInvariant,
    ownedBy: (accesses, loop) => ownership(accesses, loop, facts, places),
    isNonNegative: (polynomial, loops) => isNonNegative(polynomial, loops, facts),
    areApart: (one, other, loops) => {
      const above = subtractPolynomials(one, other);
      const distance = constantOf(above);
      if (distance !== undefined) return distance !== 0;
      return isPositive(above, loops, facts) || isPositive(scalePolynomial(above, -1), loops, facts);
    },
    facts,
    floorOf: (value) => floors().get(value),
  };
}

/** The polynomial of every sum, difference and product of the graph, in program order. */
function polynomialsOf(graph: Graph): ReadonlyMap<ValueId, Polynomial> {
  const polynomials = new Map<ValueId, Polynomial>();
  const buffers = bufferOf(graph);
  const lengths = new Map<string, Polynomial>();
  const of = (value: ValueId | undefined) =>
    value === undefined ? constantPolynomial(0) : (polynomials.get(value) ?? atomPolynomial(value));
  walkNodes(graph.body, (node, region) => {
    if (node.kind === "constant" && Number.isSafeInteger(node.value)) {
      polynomials.set(node.result, constantPolynomial(Number(node.value)));
    } else if (node.kind === "length") {
      const row = node.at === undefined ? "" : `at ${polynomialKey(of(node.at))}`;
      const key = `${buffers.get(node.array) ?? node.array} ${row}`;
      const first = lengths.get(key);
      // What stands for another must be there wherever that is.
      const isEverywhere = node.at === undefined || region === graph.body;
      if (first === undefined && isEverywhere) lengths.set(key, atomPolynomial(node.result));
      if (first === undefined) return;
      polynomials.set(node.result, first);
    } else if (node.kind === "operation") {
      const [left, right] = node.operands;
      const polynomial = arithmetic(node.operation, of(left), of(right));
      if (polynomial !== undefined) polynomials.set(node.result, polynomial);
    }
  });
  return polynomials;
}

function arithmetic(operation: string, left: Polynomial, right: Polynomial): Polynomial | undefined {
  if (left.size + right.size > largest) return undefined;
  switch (operation) {
    case "add":
      return addPolynomials(left, right);
    case "sub":
      return subtractPolynomials(left, right);
    case "neg":
      return scalePolynomial(left, -1);
    case pairing:
      return addPolynomials(multiplyPolynomials(left, rowWidth), right);
    case "mul":
      if (left.size * right.size > largest || degree(left) + degree(right) > highestDegree) return undefined;
      return multiplyPolynomials(left, right);
    default:
      return undefined;
  }
}

function degree(polynomial: Polynomial): number {
  let highest = 0;
  for (const { factors } of polynomial.values()) highest = Math.max(highest, factors.length);
  return highest;
}

/**
 * Each access is written as `stride · i + rest`, with one stride for all. If `offset <= rest < offset + |stride · step|`
 * for one invariant offset, iterations own disjoint windows. Each access proposes a stride, and an offset.
 */
function ownership(
  accesses: readonly Access[],
  loop: LoopNode,
  facts: RangeFacts,
  places: Places,
): Ownership | undefined {
  const step = loop.kind === "for" ? Math.abs(loop.step) : 1;
  if (!Number.isInteger(step)) return undefined;
  const index = indexOf(loop);
  const around = places.loopsAround(index);
  for (const access of accesses) {
    const known = new Set([index, ...access.inner.map(indexOf)]);
    for (const atom of atomsOf(access.index)) if (!known.has(atom) && places.isWithin(atom, loop)) return undefined;
  }
  const isInvariant = (polynomial: Polynomial) =>
    [...atomsOf(polynomial)].every((atom) => !places.isWithin(atom, loop));
  const strides = distinct(
    accesses.map((access) => splitBy(access.index, index)?.factor ?? constantPolynomial(0)).filter(isInvariant),
  );
  for (const stride of strides) {
    const times = multiplyPolynomials(stride, atomPolynomial(index));
    const rests = accesses.map((access) => subtractPolynomials(access.index, times));
    const offsets = distinct([constantPolynomial(0), ...rests.map((rest) => invariantPart(rest, loop, places))]);
    for (const offset of offsets) {
      const fits = accesses.every((access, k) => {
        const loops = [...around, ...access.inner];
        const above = subtractPolynomials(rests[k] ?? constantPolynomial(0), offset);
        if (!isNonNegative(above, loops, facts)) return false;
        return [1, -1].some((sign) =>
          isPositive(subtractPolynomials(scalePolynomial(stride, sign * step), above), loops, facts),
        );
      });
      if (fits) return { stride, offset };
    }
  }
  return undefined;
}

/** The monomials that are made of values from outside the loop alone. */
function invariantPart(polynomial: Polynomial, loop: LoopNode, places: Places): Polynomial {
  return new Map([...polynomial].filter(([, term]) => term.factors.every((factor) => !places.isWithin(factor, loop))));
}

function distinct(polynomials: readonly Polynomial[]): readonly Polynomial[] {
  const kept: Polynomial[] = [];
  for (const one of polynomials) if (!kept.some((other) => equalPolynomials(one, other))) kept.push(one);
  return kept;
}
