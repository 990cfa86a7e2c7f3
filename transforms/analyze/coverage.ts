/**
 * Which entries of an array a loop nest stores, before anything reads them: a range of entries without gaps.
 *
 *   for (i…m) for (j…n) W[i * n + j] = e     all of [0, m * n)
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, GraphNode, LoadNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf, operandsOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import type { IndexAlgebra } from "./affine.ts";
import {
  addPolynomials,
  constantOf,
  constantPolynomial,
  equalPolynomials,
  multiplyPolynomials,
  scalePolynomial,
  splitBy,
  subtractPolynomials,
  zeroPolynomial,
  type Polynomial,
} from "./polynomial.ts";
import { isPositive, leastWithin } from "./ranges.ts";
import { rowWidth } from "./row-width.ts";

/** The nodes that read each value as an operand. */
export function readersOf(graph: Graph): ReadonlyMap<ValueId, readonly GraphNode[]> {
  const readers = new Map<ValueId, GraphNode[]>();
  walkNodes(graph.body, (node) => {
    for (const operand of new Set(operandsOf(node))) {
      const known = readers.get(operand);
      if (known === undefined) readers.set(operand, [node]);
      else known.push(node);
    }
  });
  return readers;
}

export interface Covered {
  /** Entries below this one are stored. */
  readonly extent: Polynomial;
  /** The version in which they are, and the node that gives it. */
  readonly version: ValueId;
  readonly node: GraphNode | undefined;
  /** Whether it is one range, or made of constants: then there is no doubt about empty parts. */
  readonly isPlain: boolean;
  /** Whether the extent is a whole number; if not, the entry that it falls into is stored too. */
  readonly isWhole: boolean;
}

/**
 * Follows an array from a version that nothing was stored to, through stores and loops of its own region, as long as
 * they store one range after the other and read nothing else of it. Loads that are not among the readers do not count.
 */
export function coveredFrom(
  region: Region,
  start: ValueId,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  buffers: ReadonlyMap<ValueId, ValueId>,
  algebra: IndexAlgebra,
): Covered {
  const here = new Set(region.nodes);
  const isYielded = new Set(region.yields);
  let covered: Covered = { extent: zeroPolynomial, version: start, node: undefined, isPlain: true, isWhole: true };
  for (;;) {
    const [only, ...others] = (readers.get(covered.version) ?? []).filter((node) => !readsBelow(node, covered.node));
    if (only === undefined || others.length > 0 || !here.has(only) || isYielded.has(covered.version)) return covered;
    const range = rangeStored(only, covered.version, readers, buffers, algebra, "all below");
    if (range === undefined || !covered.isWhole || !equalPolynomials(range.low, covered.extent)) return covered;
    const isPlain = covered.node === undefined || constantOf(range.high) !== undefined;
    covered = { extent: range.high, version: range.version, node: only, isPlain, isWhole: range.isWhole };
  }

  /** A load of the entry that the store before has just stored. */
  function readsBelow(node: GraphNode, before: GraphNode | undefined): boolean {
    if (node.kind !== "load" || before?.kind !== "store") return false;
    return equalPolynomials(algebra.polynomialOf(node.index), algebra.polynomialOf(before.index));
  }
}

/**
 * Which entries of a carried array an iteration of the loop stores before it reads any: those below `extent`. Where an
 * inner loop alone uses the array, that holds for the iterations of the inner one.
 */
export function coveredInIteration(
  loop: LoopNode,
  slot: number,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  buffers: ReadonlyMap<ValueId, ValueId>,
  algebra: IndexAlgebra,
): { readonly loop: LoopNode; readonly slot: number; readonly extent: Polynomial } {
  const argument = present(carriedOf(loop)[slot]);
  const { extent } = coveredFrom(loop.body, argument, readers, buffers, algebra);
  const [only, ...others] = readers.get(argument) ?? [];
  const isInner = only !== undefined && others.length === 0 && isLoop(only) && loop.body.nodes.includes(only);
  if (extent.size > 0 || !isInner || loop.body.yields.includes(argument)) return { loop, slot, extent };
  const inner = only.inits.indexOf(argument);
  const isReadAfter = inner < 0 || (readers.get(present(only.results[inner])) ?? []).length > 0;
  return isReadAfter ? { loop, slot, extent } : coveredInIteration(only, inner, readers, buffers, algebra);
}

/** Entries `low` up to but not including `high`; where that is not whole, the entry that it falls into is among them. */
export interface DenseRange {
  readonly low: Polynomial;
  readonly high: Polynomial;
  readonly isWhole: boolean;
}

export interface StoredRange extends DenseRange {
  readonly version: ValueId;
}

/**
 * The range that a store, or a nest, stores from this version on, if the nest reads nothing of the array but what it has
 * stored; and what lies below the range, where all of that is known to be stored already.
 */
export function rangeStored(
  node: GraphNode,
  version: ValueId,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  buffers: ReadonlyMap<ValueId, ValueId>,
  algebra: IndexAlgebra,
  before: "all below" | "nothing" = "nothing",
): StoredRange | undefined {
  if (node.kind === "store" && node.array === version) {
    const low = algebra.polynomialOf(node.index);
    return { low, high: addPolynomials(low, constantPolynomial(1)), isWhole: true, version: node.result };
  }
  if (node.kind !== "for") return undefined;
  const slot = node.inits.indexOf(version);
  const buffer = buffers.get(version);
  if (slot < 0 || buffers.get(present(node.results[slot])) !== buffer) return undefined;
  const joined = joinedRange(node, slot, readers, algebra);
  if (joined !== undefined) return joined;
  const nest = storeOfNest(node, slot, readers, true);
  if (nest === undefined) return undefined;
  const index = algebra.polynomialOf(nest.store.index);
  const range = denseRange(index, nest.loops, algebra, nest.store.array);
  if (range === undefined) return undefined;
  const isStored = (load: LoadNode, loops: readonly LoopNode[]): boolean => {
    const read = algebra.polynomialOf(load.index);
    if (load.array === nest.store.result && equalPolynomials(read, index)) return true;
    return isStoredEarlier(read, loops, index, nest.loops, range, before, algebra);
  };
  const readsOnlyStored = (region: Region, loops: readonly LoopNode[]): boolean =>
    region.nodes.every((inner) => {
      const isRead = inner.kind === "load" && buffers.get(inner.array) === buffer;
      const isCall = inner.kind === "call" || inner.kind === "push";
      if (isCall && operandsOf(inner).some((value) => buffers.get(value) === buffer)) return false;
      if (isRead && readers.get(inner.array)?.includes(inner) === true && !isStored(inner, loops)) return false;
      return regionsOf(inner).every((each) => readsOnlyStored(each, isLoop(inner) ? [...loops, inner] : loops));
    });
  return readsOnlyStored(node.body, [node]) ? { ...range, version: present(node.results[slot]) } : undefined;
}

/**
 * The range that several stores of one iteration cover together, part by part or taking turns, if nothing else is done
 * with the array but to read what was just stored.
 *
 *   for (i…m) { z[i] = …; z[m + i] = … }           [0, 2 m)
 *   for (i…m) { z[2 * i] = …; z[2 * i + 1] = … }   the same
 */
function joinedRange(
  loop: ForNode,
  slot: number,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  algebra: IndexAlgebra,
): StoredRange | undefined {
  const span = spanOf(loop, zeroPolynomial, undefined, algebra);
  if (span === undefined || !span.isWhole) return undefined;
  const joinedRows = rowsRange(loop, slot, readers, algebra, span);
  if (joinedRows !== undefined) return joinedRows;
  const last = nextOf(loop)[slot];
  const stored: Polynomial[] = [];
  for (let version = present(carriedOf(loop)[slot]); version !== last;) {
    const [next, ...others] = (readers.get(version) ?? []).filter((node) => !isReadBack(node));
    if (next?.kind !== "store" || next.array !== version || others.length > 0) return undefined;
    if (!loop.body.nodes.includes(next)) return undefined;
    stored.push(algebra.polynomialOf(next.index));
    version = next.result;
  }
  // What reads other entries of the last version looks at what another iteration stores.
  if (!(readers.get(present(last)) ?? []).every((node) => isReadBack(node))) return undefined;
  const parts = stored.map((index) => splitBy(index, indexOf(loop)));
  const stride = constantOf(parts[0]?.factor ?? zeroPolynomial) ?? 0;
  const offsets: Polynomial[] = [];
  for (const part of parts) {
    if (part === undefined || constantOf(part.factor) !== stride || !algebra.isInvariant(part.rest, loop))
      return undefined;
    offsets.push(part.rest);
  }
  /** The offsets in a row, each from where the one before ends; none may be left. */
  const chained = (start: Polynomial, length: Polynomial): Polynomial | undefined => {
    let end = start;
    for (let count = 0; count < offsets.length; count++) {
      if (!offsets.some((offset) => equalPolynomials(offset, end))) return undefined;
      end = addPolynomials(end, length);
    }
    return end;
  };
  const isTurns = stride === offsets.length && stride > 1;
  if (!isTurns && stride !== 1) return undefined;
  const length = isTurns ? constantPolynomial(1) : subtractPolynomials(span.high, span.low);
  for (const first of offsets) {
    const end = chained(first, length);
    if (end === undefined) continue;
    const low = addPolynomials(first, scalePolynomial(span.low, stride));
    const high = isTurns ? addPolynomials(first, scalePolynomial(span.high, stride)) : addPolynomials(end, span.low);
    return { low, high, isWhole: true, version: present(loop.results[slot]) };
  }
  return undefined;

  function isReadBack(node: GraphNode): boolean {
    if (node.kind !== "load") return false;
    const read = algebra.polynomialOf(node.index);
    return stored.some((index) => equalPolynomials(index, read));
  }
}

/**
 * The rows of a fixed length that a loop stores, entry by entry.
 *
 *   for (i…m) { points[i][0] = …; points[i][1] = … }
 */
function rowsRange(
  loop: ForNode,
  slot: number,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  algebra: IndexAlgebra,
  span: DenseRange,
): StoredRange | undefined {
  const last = nextOf(loop)[slot];
  const stored: Polynomial[] = [];
  const row = multiplyPolynomials(algebra.polynomialOf(indexOf(loop)), rowWidth);
  const first = present(carriedOf(loop)[slot]);
  const entryOf = (index: ValueId) => subtractPolynomials(algebra.polynomialOf(index), row);
  const isReadBack = (node: GraphNode): boolean =>
    node.kind === "load" && stored.some((entry) => equalPolynomials(entry, entryOf(node.index)));
  for (let version = first; version !== last;) {
    const [next, ...others] = (readers.get(version) ?? []).filter((node) => !isReadBack(node));
    if (next?.kind !== "store" || next.array !== version || others.length > 0) return undefined;
    if (!loop.body.nodes.includes(next)) return undefined;
    stored.push(entryOf(next.index));
    version = next.result;
  }
  if (!(readers.get(present(last)) ?? []).every(isReadBack)) return undefined;
  const columns = new Set(stored.map(constantOf));
  for (let column = 0; column < columns.size; column++) if (!columns.has(column)) return undefined;
  if (!algebra.hasRowsOf(columns.size, first)) return undefined;
  const [low, high] = [span.low, span.high].map((end) => multiplyPolynomials(end, rowWidth));
  return { low: present(low), high: present(high), isWhole: true, version: present(loop.results[slot]) };
}

/** Whether the iterations of the outermost loop before the one that reads have stored the entry, or it lies below all. */
function isStoredEarlier(
  read: Polynomial,
  loops: readonly LoopNode[],
  written: Polynomial,
  nest: readonly ForNode[],
  range: DenseRange,
  before: "all below" | "nothing",
  algebra: IndexAlgebra,
): boolean {
  const [outermost, ...inner] = nest;
  const first = leastWithin(written, nest.slice(0, 1), inner, algebra.facts);
  const last = leastWithin(scalePolynomial(written, -1), nest.slice(0, 1), inner, algebra.facts);
  if (outermost === undefined || first === undefined || last === undefined) return false;
  if (outermost.step < 0) {
    const isAbove = isPositive(addPolynomials(read, last), loops, algebra.facts);
    return isAbove && isPositive(subtractPolynomials(range.high, read), loops, algebra.facts);
  }
  if (!isPositive(subtractPolynomials(first, read), loops, algebra.facts)) return false;
  return before === "all below" || algebra.isNonNegative(subtractPolynomials(read, range.low), loops);
}

/** The store that every iteration of the nest comes to first, without a branch on the way; nor a load, unless that is fine. */
export function storeOfNest(
  loop: ForNode,
  slot: number,
  readers: ReadonlyMap<ValueId, readonly GraphNode[]>,
  mayLoad = false,
): { readonly store: StoreNode; readonly loops: readonly ForNode[] } | undefined {
  const argument = present(carriedOf(loop)[slot]);
  const [only, ...others] = (readers.get(argument) ?? []).filter((node) => !mayLoad || node.kind !== "load");
  if (loop.stops || only === undefined || others.length > 0 || nextOf(loop).includes(argument)) return undefined;
  if (!loop.body.nodes.includes(only)) return undefined;
  if (only.kind === "store") return only.array === argument ? { store: only, loops: [loop] } : undefined;
  if (only.kind !== "for") return undefined;
  const inner = storeOfNest(only, only.inits.indexOf(argument), readers, mayLoad);
  return inner && { store: inner.store, loops: [loop, ...inner.loops] };
}

/**
 * The entries that an index runs through, if the nest comes to each entry of a range once: its strides are 1, n, m · n, …
 * for loops that run n, m, … times from 0. The outermost stride may start above 0, and all be shifted upwards.
 */
export function denseRange(
  index: Polynomial,
  loops: readonly LoopNode[],
  algebra: IndexAlgebra,
  array: ValueId | undefined = undefined,
): DenseRange | undefined {
  const outermost = loops[0];
  if (outermost === undefined) return undefined;
  let rest = index;
  const open: (DenseRange & { readonly stride: Polynomial })[] = [];
  for (const loop of loops) {
    const span = spanOf(loop, index, array, algebra);
    const split = splitBy(rest, indexOf(loop));
    if (span === undefined || split === undefined) return undefined;
    if (!algebra.isInvariant(span.low, outermost) || !algebra.isInvariant(span.high, outermost)) return undefined;
    open.push({ stride: split.factor, ...span });
    rest = split.rest;
  }
  const isShifted = rest.size !== 0;
  if (isShifted && !(algebra.isInvariant(rest, outermost) && algebra.isNonNegative(rest, []))) return undefined;
  // Of two loops that run m and n times, none runs where both are negative, though m · n is not.
  const mayBeNegative = open.filter(({ high }) => !algebra.isNonNegative(high, []));
  if (mayBeNegative.length > 1) return undefined;
  let extent = constantPolynomial(1);
  let low = zeroPolynomial;
  let isWhole = true;
  while (open.length > 0) {
    const at = open.findIndex(({ stride }) => equalPolynomials(stride, extent));
    const [dimension] = at < 0 ? [] : open.splice(at, 1);
    if (dimension === undefined || !isWhole) return undefined;
    if (dimension.low.size !== 0 && open.length > 0) return undefined;
    low = multiplyPolynomials(extent, dimension.low);
    extent = multiplyPolynomials(extent, dimension.high);
    isWhole = dimension.isWhole;
  }
  return { low: addPolynomials(low, rest), high: addPolynomials(extent, rest), isWhole };
}

/** The whole numbers that an index takes, each once; all of a row where the loop goes to the end of it. */
function spanOf(
  loop: LoopNode,
  index: Polynomial,
  array: ValueId | undefined,
  algebra: IndexAlgebra,
): DenseRange | undefined {
  if (loop.kind !== "for" || loop.stops || !algebra.isInteger(loop.start)) return undefined;
  const start = algebra.polynomialOf(loop.start);
  const isRow = (end: ValueId): boolean => array !== undefined && algebra.isRowLength(end, index, array);
  const bound = isRow(loop.bound) ? rowWidth : algebra.polynomialOf(loop.bound);
  const one = constantPolynomial(1);
  const isWhole = algebra.isInteger(loop.bound);
  if (loop.step === 1 && !loop.inclusive) return { low: start, high: bound, isWhole };
  if (!isWhole) return undefined;
  if (loop.step === 1) return { low: start, high: addPolynomials(bound, one), isWhole };
  if (loop.step !== -1) return undefined;
  return { low: loop.inclusive ? bound : addPolynomials(bound, one), high: addPolynomials(start, one), isWhole };
}

/** Whether an index lies in a range while the loops run, in every iteration alike of those that may go on in between. */
export function isWithinRange(
  index: Polynomial,
  range: { readonly low: Polynomial; readonly high: Polynomial },
  loops: readonly LoopNode[],
  algebra: IndexAlgebra,
  goingOn: readonly LoopNode[] = loops,
): boolean {
  const isSteady = [range.low, range.high].every((end) => goingOn.every((loop) => algebra.isInvariant(end, loop)));
  if (!isSteady) return false;
  const above = subtractPolynomials(index, range.low);
  const below = subtractPolynomials(range.high, index);
  return algebra.isNonNegative(above, loops) && isPositive(below, loops, algebra.facts);
}
