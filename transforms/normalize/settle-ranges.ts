/**
 * Folds comparisons that the ranges of indices decide: what asks whether a view has an entry, where the loop around stays
 * within it.
 *
 *   for (i…m) for (j…n) row = W[i * n, (i + 1) * n): j >= 0 && j < (i + 1) * n - i * n ? row[j] : NaN   ->   row[j]
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, LoopNode, OperationNode, Region, ValueId, WhileNode } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra, type IndexAlgebra } from "../analyze/affine.ts";
import { closedFormsOf, type Expand } from "../analyze/closed-forms.ts";
import {
  addPolynomials,
  atomPolynomial,
  atomsOf,
  constantOf,
  constantPolynomial,
  replaceAtom,
  scalePolynomial,
  subtractPolynomials,
  type Polynomial,
} from "../analyze/polynomial.ts";
import { isNonNegative, isPositive } from "../analyze/ranges.ts";
import { type Definition, definitionsOf, nodeOf } from "../analyze/uses.ts";

const orders: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge"]);

export function settleRanges(graph: Graph): Graph {
  let hasTests = false;
  walkNodes(graph.body, (node) => {
    if (isOrder(node)) hasTests = true;
  });
  if (!hasTests) return graph;

  const build = new GraphBuilder(graph.values);
  const decisions = new Decisions(graph);
  let isChanged = false;
  const visitNode = (node: GraphNode, loops: readonly LoopNode[], facts: readonly Fact[]): GraphNode => {
    const outcome = isOrder(node) ? decisions.outcomeOf(node, loops, facts) : undefined;
    if (isOrder(node) && outcome !== undefined) {
      isChanged = true;
      const { result, span } = node;
      return { kind: "constant", value: outcome, result, span };
    }
    const inner = isLoop(node) ? [...loops, node] : loops;
    const within = (region: Region): readonly Fact[] => {
      if (node.kind === "if") return [...facts, ...decisions.learn(node.condition, region === node.then)];
      return node.kind === "while" && region === node.body ? [...facts, ...decisions.learnOfRound(node)] : facts;
    };
    return mapNode(
      node,
      (value) => value,
      (region) => visitRegion(region, inner, within(region)),
    );
  };
  const visitRegion = (region: Region, loops: readonly LoopNode[], facts: readonly Fact[]): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) build.push(visitNode(node, loops, facts));
      return region.yields;
    });
  const body = visitRegion(graph.body, [], []);
  return isChanged ? { ...graph, body, values: build.values } : graph;
}

function isOrder(node: GraphNode): node is OperationNode {
  return node.kind === "operation" && orders.has(node.operation);
}

/** Decides comparisons at one place of the graph. */
class Decisions {
  readonly #algebra: IndexAlgebra;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #expand: Expand;

  constructor(graph: Graph) {
    this.#algebra = indexAlgebra(graph);
    this.#definitions = definitionsOf(graph);
    this.#expand = closedFormsOf(graph, this.#algebra.facts);
  }

  /** What is at least 0 (or above) where the condition has this outcome. */
  learn(condition: ValueId, outcome: boolean): readonly Fact[] {
    const node = nodeOf(this.#definitions, condition);
    if (node?.kind === "if") {
      // `a && b` is b where a holds, and else false; `a || b` is true where a holds, and else b.
      const slot = node.results.indexOf(condition);
      const [then, otherwise] = [present(node.then.yields[slot]), present(node.else.yields[slot])];
      if (this.#isConstant(otherwise, !outcome))
        return [...this.learn(node.condition, true), ...this.learn(then, outcome)];
      if (this.#isConstant(then, !outcome))
        return [...this.learn(node.condition, false), ...this.learn(otherwise, outcome)];
      return [];
    }
    if (node?.kind !== "operation") return [];
    if (node.operation === "not") return this.learn(present(node.operands[0]), !outcome);
    if (node.operation === (outcome ? "and" : "or")) return node.operands.flatMap((each) => this.learn(each, outcome));
    if (node.operation === (outcome ? "eq" : "ne")) {
      const equal = this.#differenceOf(node, isAlways);
      return equal === undefined ? [] : [equal, { ...equal, above: scalePolynomial(equal.above, -1) }];
    }
    // A comparison that holds is not one of NaN.
    const fact = isOrder(node) ? this.#differenceOf(node, outcome ? isAlways : isNever) : undefined;
    if (fact === undefined) return [];
    return [outcome ? fact : contraryOf(fact)];
  }

  /** What holds in the body of a loop, since its condition does. */
  learnOfRound(loop: WhileNode): readonly Fact[] {
    const { condition } = loop;
    const carried = carriedOf(loop);
    return this.learn(present(condition.yields[0]), true).flatMap(({ above, isStrict }) => {
      let inBody: Polynomial | undefined = above;
      for (const [k, tested] of condition.arguments.entries())
        inBody &&= replaceAtom(inBody, tested, atomPolynomial(present(carried[k])));
      return inBody === undefined ? [] : [{ above: inBody, isStrict }];
    });
  }

  /** Whether the comparison holds wherever the bodies of these loops run; undefined where it may hold or not. */
  outcomeOf(node: OperationNode, loops: readonly LoopNode[], facts: readonly Fact[]): boolean | undefined {
    const compared = new Set(facts.flatMap(({ above }) => [...atomsOf(above)]));
    const asked = this.#differenceOf(node, (atom) => compared.has(atom));
    if (asked === undefined) return undefined;
    if (this.#isSure(asked, loops, facts)) return true;
    return this.#isSure(contraryOf(asked), loops, facts) ? false : undefined;
  }

  /** What a comparison of whole numbers asks to be at least 0, or above; or one of numbers that nothing is made of. */
  #differenceOf({ operation, operands }: OperationNode, isNumber: (atom: ValueId) => boolean): Fact | undefined {
    const { polynomialOf, isInteger, facts } = this.#algebra;
    const [left, right] = operands;
    if (left === undefined || right === undefined) return undefined;
    const rises = operation === "lt" || operation === "le";
    const [greater, smaller] = (rises ? [right, left] : [left, right]).map(polynomialOf);
    if (greater === undefined || smaller === undefined) return undefined;
    const above = subtractPolynomials(greater, smaller);
    const atoms = atomsOf(above);
    const isPlain = [greater, smaller].every((side) => constantOf(side) !== undefined || isAtom(side));
    const isKnown = (atom: ValueId): boolean => isInteger(atom) || facts.ceilingOf(atom) !== undefined;
    if (![...atoms].every((atom) => isKnown(atom) || (isPlain && isNumber(atom)))) return undefined;
    // What cancels may be NaN, where no loop has run up to it: then nothing is above or below.
    const cancelled = [...this.#leavesOf(left, right)].filter((leaf) => !atoms.has(leaf));
    const isComputed = (atom: ValueId): boolean => nodeOf(this.#definitions, atom)?.kind === "operation";
    if (cancelled.some((atom) => !isInteger(atom) || isComputed(atom))) return undefined;
    const isStrict = operation === "lt" || operation === "gt";
    const isWhole =
      [...above.values()].every((term) => Number.isInteger(term.coefficient)) && [...atoms].every(isInteger);
    return isStrict && isWhole
      ? { above: subtractPolynomials(above, constantPolynomial(1)), isStrict: false }
      : { above, isStrict };
  }

  /** What numbers are computed from by the sums and products that polynomials stand for, whatever cancels in them. */
  #leavesOf(...values: ValueId[]): ReadonlySet<ValueId> {
    const reached = new Set(values);
    const leaves = new Set<ValueId>();
    for (const value of reached) {
      const node = nodeOf(this.#definitions, value);
      const polynomial = this.#algebra.polynomialOf(value);
      const isOwnAtom = isAtom(polynomial) && atomsOf(polynomial).has(value);
      if (node?.kind === "operation" && !isOwnAtom) node.operands.forEach((operand) => reached.add(operand));
      else if (node?.kind !== "constant") leaves.add(value);
    }
    return leaves;
  }

  /** As it stands, or where numbers are written out in terms of others. */
  #isSure(asked: Fact, loops: readonly LoopNode[], facts: readonly Fact[]): boolean {
    if (this.#holds(asked, loops, facts)) return true;
    const expanded = (fact: Fact): Fact => ({ ...fact, above: this.#expand(fact.above) });
    const written = expanded(asked);
    return written.above !== asked.above && this.#holds(written, loops, facts.map(expanded));
  }

  #holds({ above, isStrict }: Fact, loops: readonly LoopNode[], known: readonly Fact[], depth = 0): boolean {
    const { facts } = this.#algebra;
    const decides = isStrict ? isPositive : isNonNegative;
    if (decides(above, loops, facts)) return true;
    const follows = (fact: Fact): boolean => {
      const rest = subtractPolynomials(above, fact.above);
      return isStrict && !fact.isStrict ? isPositive(rest, loops, facts) : isNonNegative(rest, loops, facts);
    };
    if (known.some(follows)) return true;
    const sides = depth < deepestChoice ? this.#sidesOf(above) : [];
    return sides.length > 0 && sides.every((side) => this.#holds({ above: side, isStrict }, loops, known, depth + 1));
  }

  /** The polynomial with each of the numbers of which the least or greatest is one, whichever makes it smaller. */
  #sidesOf(polynomial: Polynomial): readonly Polynomial[] {
    for (const { coefficient, factors } of polynomial.values()) {
      const [atom, other] = factors;
      if (atom === undefined || other !== undefined) continue;
      const node = nodeOf(this.#definitions, atom);
      if (node?.kind !== "operation" || node.operation !== (coefficient > 0 ? "min" : "max")) continue;
      const without = subtractPolynomials(polynomial, scalePolynomial(atomPolynomial(atom), coefficient));
      return node.operands.map((operand) =>
        addPolynomials(without, scalePolynomial(this.#algebra.polynomialOf(operand), coefficient)),
      );
    }
    return [];
  }

  #isConstant(value: ValueId, outcome: boolean): boolean {
    const node = nodeOf(this.#definitions, value);
    return node?.kind === "constant" && node.value === outcome;
  }
}

/** A polynomial that is at least 0, or above 0. */
interface Fact {
  readonly above: Polynomial;
  readonly isStrict: boolean;
}

function contraryOf({ above, isStrict }: Fact): Fact {
  return { above: scalePolynomial(above, -1), isStrict: !isStrict };
}

function isAtom(polynomial: Polynomial): boolean {
  const [term, other] = polynomial.values();
  return other === undefined && term?.coefficient === 1 && term.factors.length === 1;
}

const isAlways = (): boolean => true;
const isNever = (): boolean => false;
const deepestChoice = 2;
