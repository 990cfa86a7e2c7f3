/** Lengths of arrays that move out of loops and branches, as values from outside. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf } from "../../src/ir/walk.ts";
import type { IndexAlgebra } from "../analyze/affine.ts";
import {
  addPolynomials,
  atomsOf,
  replaceAtom,
  replacePowers,
  splitBy,
  subtractPolynomials,
  zeroPolynomial,
  type Polynomial,
} from "../analyze/polynomial.ts";
import { indexRange, type IndexRange } from "../analyze/ranges.ts";
import { nodeOf, type Definition } from "../analyze/uses.ts";
import { buildPolynomial } from "../optimize/build-polynomial.ts";

/** How deep an expression may be that moves with its array. */
const reach = 8;

/**
 * A length that is made inside is made again outside. One that depends on the index of the loop, as a row of a triangle
 * or a last chunk that is shorter do, becomes the largest that it is: an array may be longer than what is used of it.
 */
export class MovedLengths {
  readonly #build: GraphBuilder;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #algebra: IndexAlgebra;
  /** For lengths that were made again: the length in the source. */
  readonly #sources = new Map<ValueId, ValueId>();
  /** For lengths that were made larger. */
  readonly #polynomials = new Map<ValueId, Polynomial>();

  constructor(build: GraphBuilder, definitions: ReadonlyMap<ValueId, Definition>, algebra: IndexAlgebra) {
    this.#build = build;
    this.#definitions = definitions;
    this.#algebra = algebra;
  }

  polynomialOf(length: ValueId): Polynomial {
    return this.#polynomials.get(length) ?? this.#algebra.polynomialOf(this.#sources.get(length) ?? length);
  }

  /** The length as a value that is defined outside of the node; built where the builder stands. */
  before(length: ValueId, node: GraphNode): ValueId | undefined {
    const source = this.#sources.get(length) ?? length;
    if (!this.#polynomials.has(length)) {
      if (!this.#algebra.places.isWithin(source, node)) return source;
      if (this.#canMove(source, node, 0)) {
        const moved = this.#move(source, node);
        this.#sources.set(moved, source);
        return moved;
      }
    }
    const largest = this.#bounds(this.polynomialOf(length))
      .map((bound) => this.#largest(bound, node))
      .find((bound) => bound !== undefined && this.#algebra.isInvariant(bound, node));
    if (largest === undefined) return undefined;
    const built = buildPolynomial(this.#build, largest);
    const isSafe = this.#algebra.isNonNegative(largest, []);
    const capacity = isSafe ? built : this.#build.operation("max", [this.#build.constant(0), built]);
    this.#polynomials.set(capacity, largest);
    return capacity;
  }

  /** The length, or what it is not above: either side of a least. */
  #bounds(length: Polynomial): readonly Polynomial[] {
    for (const atom of atomsOf(length)) {
      const made = nodeOf(this.#definitions, atom);
      if (made?.kind !== "operation" || made.operation !== "min") continue;
      const split = splitBy(length, atom);
      if (split === undefined || !this.#algebra.isNonNegative(split.factor, [])) continue;
      return made.operands
        .map((side) => replaceAtom(length, atom, this.#algebra.polynomialOf(side)))
        .filter((bound) => bound !== undefined);
    }
    return [length];
  }

  #canMove(value: ValueId, node: GraphNode, depth: number): boolean {
    if (!this.#algebra.places.isWithin(value, node)) return true;
    const made = nodeOf(this.#definitions, value);
    if (made?.kind === "constant") return true;
    if (made?.kind !== "operation" || depth > reach) return false;
    return made.operands.every((operand) => this.#canMove(operand, node, depth + 1));
  }

  #move(value: ValueId, node: GraphNode): ValueId {
    if (!this.#algebra.places.isWithin(value, node)) return value;
    const made = present(nodeOf(this.#definitions, value));
    if (made.kind === "constant") return this.#build.constant(made.value);
    const operands = made.kind === "operation" ? made.operands.map((operand) => this.#move(operand, node)) : [];
    const operation = made.kind === "operation" ? made.operation : "";
    return this.#build.operation(operation, operands, this.#build.typeOf(value), this.#build.nameOf(value));
  }

  /** The largest value of the polynomial over the iterations of the node, if it is a loop. */
  #largest(polynomial: Polynomial, node: GraphNode): Polynomial | undefined {
    if (node.kind !== "for") return polynomial;
    const index = indexOf(node);
    const split = splitBy(polynomial, index);
    const range = indexRange(node, this.#algebra.facts);
    if (split === undefined) return this.#largestTerms(polynomial, index, range);
    if (split.factor.size === 0) return polynomial;
    const rises = this.#algebra.isNonNegative(split.factor, []);
    const falls = this.#algebra.isNonNegative(subtractPolynomials(zeroPolynomial, split.factor), []);
    const extreme = rises ? range.greatest : falls ? range.least : undefined;
    return extreme && replaceAtom(polynomial, index, extreme);
  }

  /** A bound where the index stands in a power: its greatest value in each term that rises with it, else its least. */
  #largestTerms(polynomial: Polynomial, index: ValueId, { least, greatest }: IndexRange): Polynomial | undefined {
    if (least === undefined || greatest === undefined || !this.#algebra.isNonNegative(least, [])) return undefined;
    let bound = zeroPolynomial;
    for (const [key, term] of polynomial) {
      const others = term.factors.filter((factor) => factor !== index);
      const size = new Map([["", { coefficient: 1, factors: others }]]);
      if (!this.#algebra.isNonNegative(size, [])) return undefined;
      const extreme = term.coefficient > 0 ? greatest : least;
      bound = addPolynomials(bound, replacePowers(new Map([[key, term]]), index, extreme));
    }
    return bound;
  }
}
