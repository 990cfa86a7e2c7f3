import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, GraphNode, LoadNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import type { Access, IndexAlgebra } from "./affine.ts";
import { isNested } from "../../src/ir/nested.ts";
import { bufferOf, grownBuffers } from "../../src/ir/buffers.ts";
import { denseRange, isWithinRange, readersOf, storeOfNest } from "./coverage.ts";
import {
  addPolynomials,
  atomPolynomial,
  constantOf,
  equalPolynomials,
  subtractPolynomials,
  type Polynomial,
} from "./polynomial.ts";
import { isNone, isSameTangent, joinTangents, unknown, type Tangent } from "./tangents.ts";
import { definitionsOf, nodeOf, type Definition } from "./uses.ts";

/** How many accesses to an array are compared. */
const reach = 32;

/** What becomes of the tangents of arrays, all of whose entries have one tangent, or those of one range another. */
export class ArrayTangents {
  readonly #algebra: IndexAlgebra;
  readonly #buffers: ReadonlyMap<ValueId, ValueId>;
  readonly #readers: ReadonlyMap<ValueId, readonly GraphNode[]>;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #lengths = new Map<ValueId, Polynomial>();
  readonly #owned = new Map<ValueId, boolean>();

  constructor(graph: Graph, algebra: IndexAlgebra) {
    this.#algebra = algebra;
    this.#buffers = bufferOf(graph);
    this.#readers = readersOf(graph);
    this.#definitions = definitionsOf(graph);
    const grown = grownBuffers(graph, this.#buffers);
    for (const definition of this.#definitions.values()) {
      const node = definition.kind === "result" ? definition.node : undefined;
      if (node?.kind === "allocate") this.#lengths.set(node.result, algebra.extentOf(node));
      const isSteady = node?.kind === "length" && !grown.has(this.#bufferOf(node.array));
      if (isSteady && !isNested(graph.values.get(node.array)?.type))
        this.#lengths.set(this.#bufferOf(node.array), algebra.polynomialOf(node.result));
    }
  }

  loaded(load: LoadNode, array: Tangent): Tangent {
    if (array.kind === "zero value") return unknown;
    if (array.kind !== "part") return array;
    const loops = this.#algebra.places
      .loopsAround(load.result)
      .filter((loop) => [array.low, array.high].every((end) => this.#algebra.isInvariant(end, loop)));
    const index = this.#algebra.polynomialOf(load.index);
    const isInside = isWithinRange(index, array, loops, this.#algebra);
    return isInside ? array.inside : joinTangents(array.inside, array.rest);
  }

  /** In one iteration of a loop of which each owns its entries, a part is one entry. */
  stored(store: StoreNode, array: Tangent, value: Tangent): Tangent {
    const index = this.#algebra.polynomialOf(store.index);
    if (array.kind === "part" && equalPolynomials(array.low, index) && isOne(array)) return partOf(array, value);
    if (array.kind === "part") return unknown;
    const high = addPolynomials(index, new Map([["", { coefficient: 1, factors: [] }]]));
    return partOf({ low: index, high, rest: array }, value);
  }

  /** Whether each iteration has entries of its own in the array that the loop carries, and stores to one of them at most. */
  areOwned(carried: ValueId, loop: ForNode): boolean {
    const known = this.#owned.get(carried);
    if (known !== undefined) return known;
    const owned = this.#lookAt(carried, loop);
    this.#owned.set(carried, owned);
    return owned;
  }

  #lookAt(carried: ValueId, loop: ForNode): boolean {
    const slot = carriedOf(loop).indexOf(carried);
    const buffer = this.#bufferOf(carried);
    if (loop.stops || !this.#buffers.has(carried) || this.#bufferOf(present(nextOf(loop)[slot])) !== buffer)
      return false;
    const accesses: Access[] = [];
    const visit = (region: Region, inner: readonly LoopNode[]): void => {
      for (const node of region.nodes) {
        if ((node.kind === "load" || node.kind === "store") && this.#bufferOf(node.array) === buffer) {
          accesses.push({ index: this.#algebra.polynomialOf(node.index), inner });
        }
        const next = isLoop(node) ? [...inner, node] : inner;
        regionsOf(node).forEach((each) => visit(each, next));
      }
    };
    visit(loop.body, []);
    return accesses.length <= reach && this.#algebra.ownedBy(accesses, loop) !== undefined;
  }

  /** After a loop whose iterations own what they touch: `one` is the tangent after one of them. */
  after(loop: ForNode, slot: number, before: Tangent, one: Tangent): Tangent {
    if (one.kind !== "part") return isNone(before) && isNone(one) ? before : joinTangents(before, one);
    const range = this.#rangeOf(loop, slot);
    if (range === undefined) return this.outOf(loop, one);
    const length = this.#lengths.get(this.#bufferOf(present(loop.results[slot])));
    const isWhole = range.low.size === 0 && length !== undefined && equalPolynomials(range.high, length);
    if (isWhole) return one.inside;
    const isAgain =
      before.kind === "part" && equalPolynomials(before.low, range.low) && equalPolynomials(before.high, range.high);
    if (isAgain) return partOf(before, one.inside);
    return before.kind === "part" ? unknown : partOf({ ...range, rest: before }, one.inside);
  }

  /** The entries that the loop stores, without gaps. */
  #rangeOf(loop: ForNode, slot: number): { low: Polynomial; high: Polynomial } | undefined {
    const nest = storeOfNest(loop, slot, this.#readers, true);
    if (nest === undefined) return undefined;
    const index = this.#algebra.polynomialOf(nest.store.index);
    const offset = subtractPolynomials(index, atomPolynomial(indexOf(loop)));
    const start = nodeOf(this.#definitions, loop.start);
    const isPlain = nest.loops.length === 1 && start?.kind === "constant" && start.value === 0;
    if (isPlain && loop.step === 1 && !loop.inclusive && this.#algebra.isInvariant(offset, loop)) {
      return { low: offset, high: addPolynomials(offset, this.#algebra.polynomialOf(loop.bound)) };
    }
    const steady = new Map(
      [...index].filter(([, term]) => term.factors.every((factor) => this.#isOutside(factor, loop))),
    );
    const dense = denseRange(subtractPolynomials(index, steady), nest.loops, this.#algebra);
    return dense && { low: addPolynomials(dense.low, steady), high: addPolynomials(dense.high, steady) };
  }

  #isOutside(value: ValueId, loop: ForNode): boolean {
    return !this.#algebra.places.isWithin(value, loop);
  }

  /** The tangent outside of the loop, or in another iteration: a part whose ends change with it is no part any more. */
  outOf(loop: LoopNode, tangent: Tangent): Tangent {
    if (tangent.kind !== "part") return tangent;
    const isSteady = [tangent.low, tangent.high].every((end) => this.#algebra.isInvariant(end, loop));
    return isSteady ? tangent : joinTangents(tangent.inside, tangent.rest);
  }

  #bufferOf(array: ValueId): ValueId {
    return this.#buffers.get(array) ?? array;
  }
}

function partOf(
  range: { readonly low: Polynomial; readonly high: Polynomial; readonly rest: Tangent },
  inside: Tangent,
): Tangent {
  const { low, high, rest } = range;
  if (isSameTangent(inside, rest) || (isNone(inside) && isNone(rest))) return rest;
  return { kind: "part", low, high, inside, rest };
}

function isOne(part: { readonly low: Polynomial; readonly high: Polynomial }): boolean {
  return constantOf(subtractPolynomials(part.high, part.low)) === 1;
}
