/**
 * What a run of a graph costs, by the sizes that come in: a polynomial over them, in additions. A loop costs its body as
 * often as it runs; one that goes up to an index of a loop around it is taken to go up to the largest of them. What the
 * data decide counts as one size more, the same for all.
 *
 *   for (i < m) for (j < n) y[i] += W[i * n + j] * x[j]   ->   6·m·n
 *
 * Sizes of several graphs that say the same are one: `names` holds what each is called in the first that has it.
 */
import { bufferOf } from "../../src/ir/buffers.ts";
import type { ForNode, Graph, GraphNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { makeValueId } from "../../src/ir/ids.ts";
import { indexOf, isLoop, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import {
  addPolynomials,
  atomPolynomial,
  constantOf,
  constantPolynomial,
  multiplyPolynomials,
  type Polynomial,
  scalePolynomial,
  subtractPolynomials,
  zeroPolynomial,
} from "../analyze/polynomial.ts";

/** How often a loop runs where neither the text nor the sizes tell. */
export const unknownSize: ValueId = makeValueId(-2);

export function costBySizes(graph: Graph, names: Map<string, ValueId>): Polynomial {
  const { polynomialOf } = indexAlgebra(graph);
  const texts = textsOfSizes(graph);
  const operations = new Map<ValueId, OperationNode>();
  walkNodes(graph.body, (node) => node.kind === "operation" && operations.set(node.result, node));
  /** Of the indices of the loops around: what they are below. */
  const ends = new Map<ValueId, Polynomial>();

  const sizeOf = (atom: ValueId): Polynomial => {
    const rounded = roundedSize(atom);
    if (rounded !== undefined) return rounded;
    const text = texts.get(atom);
    if (text === undefined) return ends.get(atom) ?? atomPolynomial(unknownSize);
    const name = names.get(text) ?? atom;
    names.set(text, name);
    return atomPolynomial(name);
  };
  /** What is taken away is left out: the cost is at most this. */
  const sizesIn = (polynomial: Polynomial): Polynomial => {
    const known = constantOf(polynomial);
    if (known !== undefined) return constantPolynomial(Math.max(0, known));
    let sum = zeroPolynomial;
    for (const { coefficient, factors } of polynomial.values()) {
      if (coefficient < 0) continue;
      let term = constantPolynomial(coefficient);
      for (const factor of factors) term = multiplyPolynomials(term, sizeOf(factor));
      sum = addPolynomials(sum, term);
    }
    return sum.size === 0 ? constantPolynomial(1) : sum;
  };
  /** `Math.max(0, n - 1)`, `Math.floor(n / 2)`: about n. */
  const roundedSize = (atom: ValueId): Polynomial | undefined => {
    const node = operations.get(atom);
    const [first, second] = (node?.operands ?? []).map(polynomialOf);
    if (node === undefined || first === undefined) return undefined;
    if (["floor", "ceil", "round", "trunc"].includes(node.operation)) {
      const [inner] = node.operands;
      return inner === undefined ? undefined : roundedSize(inner);
    }
    if (second === undefined) return undefined;
    const divisor = constantOf(second);
    if (node.operation === "div" && divisor !== undefined && divisor > 0)
      return scalePolynomial(sizesIn(first), 1 / divisor);
    return node.operation === "max" ? addPolynomials(sizesIn(first), sizesIn(second)) : undefined;
  };
  const tripsOf = ({ start, bound, step, inclusive }: ForNode): Polynomial => {
    const [first, last] = (step > 0 ? [start, bound] : [bound, start]).map(polynomialOf);
    const distance = subtractPolynomials(last ?? zeroPolynomial, first ?? zeroPolynomial);
    const whole = inclusive ? addPolynomials(distance, constantPolynomial(1)) : distance;
    return scalePolynomial(sizesIn(whole), 1 / Math.abs(step));
  };

  const costOfRegion = (region: Region): Polynomial => {
    return region.nodes.map(costOfNode).reduce(addPolynomials, zeroPolynomial);
  };
  const costOfNode = (node: GraphNode): Polynomial => {
    if (node.kind === "operation") return constantPolynomial(rowOf(node.operation).cost);
    if (node.kind === "load" || node.kind === "store") return constantPolynomial(1);
    if (node.kind === "allocate") return node.filled ? sizesIn(polynomialOf(node.length)) : zeroPolynomial;
    if (node.kind === "for") ends.set(indexOf(node), sizesIn(polynomialOf(node.step > 0 ? node.bound : node.start)));
    const inner = regionsOf(node).map(costOfRegion).reduce(addPolynomials, zeroPolynomial);
    if (isLoop(node)) {
      return multiplyPolynomials(node.kind === "for" ? tripsOf(node) : atomPolynomial(unknownSize), inner);
    }
    return node.kind === "if" ? scalePolynomial(inner, 1 / 2) : inner;
  };
  return costOfRegion(graph.body);
}

/** What is made of parameters, their lengths and constants alone, as a text that says how. */
function textsOfSizes(graph: Graph): ReadonlyMap<ValueId, string> {
  const buffers = bufferOf(graph);
  const places = new Map(graph.parameters.map(({ value }, k) => [value, k] as const));
  const texts = new Map<ValueId, string>();
  for (const { value, type } of graph.parameters) if (type === "number") texts.set(value, `${places.get(value)}`);
  for (const node of graph.body.nodes) {
    if (node.kind === "constant") texts.set(node.result, `constant ${node.value}`);
    if (node.kind === "length") {
      const place = places.get(buffers.get(node.array) ?? node.array);
      const at = node.at === undefined ? "" : texts.get(node.at);
      if (place !== undefined && at !== undefined) texts.set(node.result, `length of ${place} at ${at}`);
    }
    if (node.kind === "operation") {
      const operands = node.operands.map((operand) => texts.get(operand));
      if (!operands.includes(undefined)) texts.set(node.result, `${node.operation}(${operands.join()})`);
    }
  }
  return texts;
}
