/**
 * Which arrays that start without entries may be read where nothing was stored yet. Of each version it is known up to where
 * entries are set from the start, and from where on to the end; a loop that sets one after the other moves that on, and may
 * read what the rounds before have set.
 *
 *   c = new Array(n); c[0] = e; for (i = 1; i < n; i++) c[i] = c[i - 1] + …     before round i, [0, i) is set
 *
 * Method: abstract interpretation; what a loop does is guessed from its stores (the first entry that a round sets is where
 * the set ones end), and then shown by induction. What is set stays set.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type {
  AllocateNode,
  CallNode,
  ForNode,
  Graph,
  GraphNode,
  LoopNode,
  Region,
  ValueId,
} from "../../src/ir/graph.ts";
import { carriedOf, changedBy, indexOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { indexAlgebra, type IndexAlgebra } from "./affine.ts";
import { closedFormsOf, type Expand } from "./closed-forms.ts";
import {
  addPolynomials,
  constantOf,
  constantPolynomial,
  equalPolynomials,
  replacePowers,
  subtractPolynomials,
  zeroPolynomial,
  type Polynomial,
} from "./polynomial.ts";
import { isNonNegative, isPositive } from "./ranges.ts";
import { rootsOf } from "./uses.ts";

/** What is set of a version: the entries below `low`, and those from `high` on. */
interface Extent {
  readonly low: Polynomial;
  readonly high: Polynomial;
  readonly length: Polynomial;
  readonly sources: ReadonlySet<AllocateNode>;
}

const one = constantPolynomial(1);
/** Guesses of what a loop sets; and nodes that are looked at, since loops within loops are looked at anew for each guess. */
const mostGuesses = 4;
const mostVisits = 20_000;
const mostRounds = 4;

/** The allocations of which an entry may be read that is not set. */
export function unsetReads(graph: Graph): ReadonlySet<AllocateNode> {
  const reads = new UnsetReads(graph);
  return reads.found();
}

class UnsetReads {
  readonly #graph: Graph;
  readonly #algebra: IndexAlgebra;
  readonly #expand: Expand;
  readonly #extents = new Map<ValueId, Extent>();
  readonly #all = new Set<AllocateNode>();
  #visits = 0;
  #failed = new Set<AllocateNode>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#algebra = indexAlgebra(graph);
    this.#expand = closedFormsOf(graph, this.#algebra.facts);
  }

  found(): ReadonlySet<AllocateNode> {
    this.#visit(this.#graph.body, []);
    for (const root of rootsOf(this.#graph)) this.#needWhole(root, []);
    return this.#visits > mostVisits ? this.#all : this.#failed;
  }

  #visit(region: Region, loops: readonly LoopNode[]): void {
    for (const node of region.nodes) this.#visitNode(node, loops);
  }

  #visitNode(node: GraphNode, loops: readonly LoopNode[]): void {
    this.#visits += 1;
    if (this.#visits > mostVisits && node.kind !== "allocate") return;
    switch (node.kind) {
      case "allocate": {
        if (node.isUnset !== true) return;
        this.#all.add(node);
        const length = this.#polynomialOf(node.length);
        const start = { low: zeroPolynomial, high: length, length, sources: new Set([node]) };
        this.#extents.set(node.result, start);
        return;
      }
      case "load": {
        const extent = this.#extents.get(node.array);
        if (extent !== undefined && !this.#isSet(extent, this.#polynomialOf(node.index), loops)) this.#fail(extent);
        return;
      }
      case "store": {
        const extent = this.#extents.get(node.array);
        if (extent !== undefined) this.#extents.set(node.result, this.#after(extent, this.#polynomialOf(node.index)));
        return;
      }
      case "call":
        return this.#visitCall(node, loops);
      case "if": {
        this.#visit(node.then, loops);
        this.#visit(node.else, loops);
        node.results.forEach((result, k) => {
          const [then, otherwise] = [present(node.then.yields[k]), present(node.else.yields[k])];
          this.#define(result, this.#common([this.#extents.get(then), this.#extents.get(otherwise)], loops));
        });
        return;
      }
      case "for":
      case "while":
        return this.#visitLoop(node, loops);
      default:
        return;
    }
  }

  /** A function that is called may read all. */
  #visitCall(node: CallNode, loops: readonly LoopNode[]): void {
    for (const operand of node.operands) this.#needWhole(operand, loops);
    for (const { array, next } of changedBy(node)) this.#define(next, this.#extents.get(array));
  }

  #visitLoop(loop: LoopNode, loops: readonly LoopNode[]): void {
    const inits = loop.inits.map((init) => this.#extents.get(init));
    if (inits.every((extent) => extent === undefined)) {
      for (const region of regionsOf(loop)) this.#visit(region, [...loops, loop]);
      return;
    }
    const failed = this.#failed;
    for (const guess of loop.kind === "for" ? this.#guesses(loop, inits) : []) {
      this.#failed = new Set();
      const isShown = this.#isKept(loop, guess, loops);
      const isRight = isShown && this.#failed.size === 0;
      this.#failed = failed;
      if (!isRight || loop.kind !== "for") continue;
      const end = this.#polynomialOf(loop.bound);
      const off = loop.inclusive ? constantPolynomial(loop.step) : zeroPolynomial;
      const last = addPolynomials(end, off);
      loop.results.forEach((result, k) => {
        const extent = guess[k];
        this.#define(result, loop.stops || extent === undefined ? inits[k] : at(extent, indexOf(loop), last));
      });
      return;
    }
    this.#failed = failed;
    this.#visitUnguessed(loop, inits, loops);
  }

  /** What is set before the loop is set in each round, as far as the arrays that change places have it. */
  #visitUnguessed(loop: LoopNode, inits: readonly (Extent | undefined)[], loops: readonly LoopNode[]): void {
    const failed = this.#failed;
    let before = inits;
    for (let round = 0; round < mostRounds; round++) {
      this.#failed = new Set(failed);
      if (this.#isKept(loop, before, loops)) break;
      const after = nextOf(loop).map((next) => this.#extents.get(next));
      before = before.map((extent, k) => this.#common([extent, after[k]], loops));
      if (round === mostRounds - 1) for (const extent of before) if (extent !== undefined) this.#fail(extent);
    }
    loop.results.forEach((result, k) => this.#define(result, before[k]));
  }

  /** Goes through a round that starts with these extents; whether it leaves as much to the next one. */
  #isKept(loop: LoopNode, before: readonly (Extent | undefined)[], loops: readonly LoopNode[]): boolean {
    const inner = [...loops, loop];
    carriedOf(loop).forEach((value, k) => this.#define(value, before[k]));
    if (loop.kind === "while") {
      loop.condition.arguments.forEach((value, k) => this.#define(value, before[k]));
      this.#visit(loop.condition, inner);
    }
    this.#visit(loop.body, inner);
    const index = indexOf(loop);
    const step = constantPolynomial(loop.kind === "for" ? loop.step : 1);
    const nextIndex = addPolynomials(this.#polynomialOf(index), step);
    return nextOf(loop).every((next, k) => {
      const [extent, after] = [before[k], this.#extents.get(next)];
      if (after === undefined) return true;
      return extent !== undefined && this.#covers(after, at(extent, index, nextIndex), inner);
    });
  }

  /** For each round: the entries that the first store of the rounds before leaves off at. */
  #guesses(loop: ForNode, inits: readonly (Extent | undefined)[]): readonly (readonly (Extent | undefined)[])[] {
    if (Math.abs(loop.step) !== 1) return [];
    const [index, start] = [indexOf(loop), this.#polynomialOf(loop.start)];
    const guesses: (readonly (Extent | undefined)[])[] = [];
    const firsts = this.#firstStores(loop.body);
    for (const first of firsts) {
      const guess = inits.map((extent) => {
        if (extent === undefined) return undefined;
        if (loop.step > 0 && equalPolynomials(replacePowers(first, index, start), extent.low))
          return { ...extent, low: first };
        const end = addPolynomials(first, one);
        if (loop.step < 0 && equalPolynomials(replacePowers(end, index, start), extent.high))
          return { ...extent, high: end };
        return extent;
      });
      if (guess.some((extent, k) => extent !== inits[k])) guesses.push(guess);
      if (guesses.length === mostGuesses) break;
    }
    return guesses;
  }

  /** Where the stores of a region store first: loops within are at their starts. */
  #firstStores(region: Region): readonly Polynomial[] {
    return region.nodes.flatMap((node): readonly Polynomial[] => {
      if (node.kind === "store") return [this.#polynomialOf(node.index)];
      const inner = regionsOf(node).flatMap((each) => this.#firstStores(each));
      if (!isLoop(node) || node.kind !== "for") return inner;
      return inner.map((first) => replacePowers(first, indexOf(node), this.#polynomialOf(node.start)));
    });
  }

  #polynomialOf(value: ValueId): Polynomial {
    return this.#expand(this.#algebra.polynomialOf(value));
  }

  #isSet(extent: Extent, index: Polynomial, loops: readonly LoopNode[]): boolean {
    const { facts } = this.#algebra;
    return (
      isPositive(subtractPolynomials(extent.low, index), loops, facts) ||
      isNonNegative(subtractPolynomials(index, extent.high), loops, facts) ||
      this.#isWhole(extent, loops)
    );
  }

  #isWhole({ low, high }: Extent, loops: readonly LoopNode[]): boolean {
    return isNonNegative(subtractPolynomials(low, high), loops, this.#algebra.facts);
  }

  #after(extent: Extent, index: Polynomial): Extent {
    if (equalPolynomials(index, extent.low)) return { ...extent, low: addPolynomials(index, one) };
    return equalPolynomials(addPolynomials(index, one), extent.high) ? { ...extent, high: index } : extent;
  }

  #covers(extent: Extent, wanted: Extent, loops: readonly LoopNode[]): boolean {
    const { facts } = this.#algebra;
    return (
      this.#isWhole(extent, loops) ||
      (isNonNegative(subtractPolynomials(extent.low, wanted.low), loops, facts) &&
        isNonNegative(subtractPolynomials(wanted.high, extent.high), loops, facts))
    );
  }

  /** What is set in all of them; an array that starts with entries has all. */
  #common(extents: readonly (Extent | undefined)[], loops: readonly LoopNode[]): Extent | undefined {
    const [first, ...others] = extents.filter((extent) => extent !== undefined);
    return others.reduce<Extent | undefined>((left, right) => {
      if (left === undefined) return right;
      const sources = new Set([...left.sources, ...right.sources]);
      if (this.#covers(left, right, loops)) return { ...right, sources };
      if (this.#covers(right, left, loops)) return { ...left, sources };
      const least = (a: Polynomial, b: Polynomial): Polynomial | undefined => {
        const difference = constantOf(subtractPolynomials(a, b));
        return difference === undefined ? undefined : difference < 0 ? a : b;
      };
      const low = least(left.low, right.low) ?? zeroPolynomial;
      const high = least(left.high, right.high) === left.high ? right.high : left.high;
      const isComparable = constantOf(subtractPolynomials(left.high, right.high)) !== undefined;
      return { ...left, low, high: isComparable ? high : left.length, sources };
    }, first);
  }

  #define(value: ValueId, extent: Extent | undefined): void {
    if (extent === undefined) this.#extents.delete(value);
    else this.#extents.set(value, extent);
  }

  #needWhole(value: ValueId, loops: readonly LoopNode[]): void {
    const extent = this.#extents.get(value);
    if (extent !== undefined && !this.#isWhole(extent, loops)) this.#fail(extent);
  }

  #fail({ sources }: Extent): void {
    for (const source of sources) this.#failed.add(source);
  }
}

/** The extent where the index of a loop is this. */
function at(extent: Extent, index: ValueId, value: Polynomial): Extent {
  return {
    ...extent,
    low: replacePowers(extent.low, index, value),
    high: replacePowers(extent.high, index, value),
  };
}
