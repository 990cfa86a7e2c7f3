/**
 * Cancels in the derivative what a mathematician would: equal factors above and below, opposite terms, factors that all
 * terms share. Each expression of a derivative is written as a sum of products with whole exponents, with `1 / s` as a
 * power of s, and `e / (1 + e)` as `1 - 1 / (1 + e)` where the value has `1 / (1 + e)`. It is replaced if that is cheaper.
 *
 *   p = 1 / (1 + e)       (d / s) * p * e                                ->   d * p * (1 - p)
 *   log(p), log(1 - p)    ((1 - y) / (1 - p) - y / p) * p * (1 - p)      ->   p - y
 *
 * Nothing finite becomes infinite or NaN: what cancels is a division, or terms of opposite sign. Rounding changes, so it
 * is not for strict floating point.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { deadCode } from "./dead-code.ts";
import {
  addFractions,
  atomFraction,
  constantFraction,
  invertTerm,
  multiplyFractions,
  multiplyTerms,
  scaleFraction,
  type Fraction,
  type FractionTerm,
} from "./fraction.ts";
import { isOne, KnownReciprocals } from "./known-reciprocals.ts";
import { keepName, mapRoots, resolver } from "./substitute.ts";
import { costOf, writeFraction } from "./write-fraction.ts";

/** How many operations one expression may span. */
const reach = 24;

export function cancelFactors(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const uses = useCounts(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  /** For s: the value `1 / s`; for p: the value `1 - p`. Those of the regions that are open, up to where they are. */
  const known = new KnownReciprocals(build);

  const visitRegion = (region: Region): Region => {
    const mark = known.mark();
    const plans = plansOf(region);
    const rebuilt = build.region(region.arguments, () => {
      for (const node of region.nodes) {
        const plan = plans.get(node);
        if (plan === undefined || node.kind !== "operation") build.push(mapNode(node, resolve, visitRegion));
        else replace(node, plan);
        known.add(node, definitions);
      }
      return region.yields.map(resolve);
    });
    known.reset(mark);
    return rebuilt;
  };

  const replace = (node: OperationNode, fraction: Fraction): void => {
    const before = build.at(node.span);
    const reversing = build.reversing(node.origin);
    const value = writeFraction(fraction, known, {
      constant: (constant) => build.constant(constant),
      apply: (operation, operands) => build.operation(operation, operands.map(resolve)),
    });
    replaced.set(node.result, value);
    if (nodeOf(definitions, value)?.kind !== "constant") keepName(build.values, node.result, value);
    build.at(before);
    build.reversing(reversing);
  };

  /** What to replace in a region; from the last node back, so that the largest expression comes first. */
  const plansOf = (region: Region): ReadonlyMap<GraphNode, Fraction> => {
    const plans = new Map<GraphNode, Fraction>();
    const absorbed = new Set<GraphNode>();
    const whole: Reading = { keepsSums: true, fractions: new Map() };
    const open: Reading = { keepsSums: false, fractions: new Map() };
    const mark = known.mark();
    for (const node of region.nodes) {
      known.add(node, definitions);
      if (node.kind !== "operation" || node.origin === undefined || !isArithmetic(node)) continue;
      for (const reading of [whole, open]) {
        const fraction = fractionOf(node, reading);
        if (fraction !== undefined) reading.fractions.set(node.result, fraction);
      }
    }
    for (const node of [...region.nodes].reverse()) {
      known.remove(node);
      if (node.kind !== "operation" || absorbed.has(node)) continue;
      // A residual stays a difference, unless to multiply it out saves more.
      const [plan, other] = [planOf(node, whole), planOf(node, open)];
      const best = other !== undefined && other.saved > (plan?.saved ?? 0) ? other : plan;
      if (best === undefined) continue;
      plans.set(node, best.fraction);
      best.freed.forEach((freed) => absorbed.add(freed));
    }
    known.reset(mark);
    return plans;
  };

  const planOf = (
    root: OperationNode,
    reading: Reading,
  ): { fraction: Fraction; freed: readonly GraphNode[]; saved: number } | undefined => {
    const own = reading.fractions.get(root.result);
    const freed = own === undefined ? [] : freedBy(root, visitedFrom(root, reading));
    if (own === undefined || freed.length < 2) return undefined;
    const related = relate(own, known, definitions);
    const price = freed.reduce((sum, node) => sum + rowOf(node.operation).cost, 0);
    let least = price;
    let best: Fraction | undefined;
    for (const candidate of reading.keepsSums ? [related] : [related, expanded(related)]) {
      const cost = candidate === undefined ? least : costOf(candidate, known);
      if (cost >= least) continue;
      least = cost;
      best = candidate;
    }
    return best && { fraction: best, freed, saved: price - least };
  };

  /** The operations of the region that the fraction of the root is made of. */
  const visitedFrom = (root: OperationNode, reading: Reading): readonly OperationNode[] => {
    const visited = new Set<OperationNode>([root]);
    for (const node of visited) {
      if (visited.size >= reach) break;
      for (const operand of node.operands) {
        const isPart = reading.fractions.has(operand) && !isKept(node, operand, reading);
        const inner = isPart ? nodeOf(definitions, operand) : undefined;
        if (inner?.kind === "operation") visited.add(inner);
      }
    }
    return [...visited];
  };

  /** The sum of products that an operation is, of those of its operands; undefined if it is too large. */
  const fractionOf = (node: OperationNode, reading: Reading): Fraction | undefined => {
    const [left, right] = node.operands.map((operand) => {
      return (isKept(node, operand, reading) ? undefined : reading.fractions.get(operand)) ?? leafOf(operand);
    });
    const fraction = combine(node.operation, left, right);
    if (fraction !== undefined) return fraction;
    const [first, second] = node.operands.map(leafOf);
    return combine(node.operation, first, second);
  };

  /** Whether the operand is a sum that the operation would multiply out. */
  const isKept = ({ operation }: OperationNode, operand: ValueId, { keepsSums, fractions }: Reading): boolean =>
    keepsSums && (operation === "mul" || operation === "div") && (fractions.get(operand)?.length ?? 0) > 1;

  /** A constant, a power of s for `1 / s`, or the value as it is. */
  const leafOf = (value: ValueId): Fraction => {
    const node = nodeOf(definitions, value);
    if (node?.kind === "constant" && typeof node.value === "number") return constantFraction(node.value);
    const reciprocal = known.denominatorOf(value, definitions);
    return reciprocal === undefined ? atomFraction(value) : atomFraction(reciprocal, -1);
  };

  /** With the sums among its factors multiplied out: `q` as `1 - p`, `1 - y` as it stands. */
  const expanded = (fraction: Fraction): Fraction | undefined => {
    if (!fraction.some(({ factors }) => [...factors].some(([value, exponent]) => exponent > 0 && isSum(value)))) {
      return undefined;
    }
    let sum: Fraction | undefined = [];
    for (const term of fraction) {
      let product: Fraction | undefined = [{ coefficient: term.coefficient, factors: new Map() }];
      for (const [value, exponent] of term.factors) {
        const inner = exponent > 0 ? opened(value) : atomFraction(value, exponent);
        for (let k = 0; k < (exponent > 0 ? exponent : 1) && product !== undefined; k++) {
          product = multiplyFractions(product, inner);
        }
      }
      sum = product === undefined || sum === undefined ? undefined : addFractions(sum, product);
    }
    return sum;
  };
  const isSum = (value: ValueId): boolean => known.complementedBy(value) !== undefined || sumOf(value) !== undefined;
  const sumOf = (value: ValueId): OperationNode | undefined => {
    const node = nodeOf(definitions, value);
    return node?.kind === "operation" && ["add", "sub", "neg"].includes(node.operation) ? node : undefined;
  };
  const opened = (value: ValueId, depth = 0): Fraction => {
    const complement = known.complementedBy(value);
    if (complement !== undefined) {
      return addFractions(constantFraction(1), scaleFraction(leafOf(complement), -1)) ?? atomFraction(value);
    }
    const node = depth > 2 ? undefined : sumOf(value);
    if (node === undefined) return leafOf(value);
    const [left, right] = node.operands.map((operand) => opened(operand, depth + 1));
    return combine(node.operation, left, right) ?? leafOf(value);
  };

  /** The root, and the operations that only it and others of these read. */
  const freedBy = (root: OperationNode, visited: readonly OperationNode[]): readonly OperationNode[] => {
    const inside = new Map<ValueId, number>();
    const freed: OperationNode[] = [];
    const distinct = [...new Set(visited)].sort((a, b) => b.result - a.result);
    const pending = new Set(distinct);
    const free = (node: OperationNode): void => {
      pending.delete(node);
      freed.push(node);
      for (const operand of node.operands) inside.set(operand, (inside.get(operand) ?? 0) + 1);
      for (const other of [...pending]) {
        if (pending.has(other) && inside.get(other.result) === uses.get(other.result)) free(other);
      }
    };
    free(root);
    return freed;
  };

  const body = visitRegion(graph.body);
  if (replaced.size === 0) return graph;
  return deadCode(mapRoots({ ...graph, body, values: build.values }, resolve));
}

/** Expressions as sums of products: with the sums among the factors kept, or multiplied out. */
interface Reading {
  readonly keepsSums: boolean;
  readonly fractions: Map<ValueId, Fraction>;
}

function isArithmetic(node: OperationNode): boolean {
  return ["add", "sub", "mul", "div", "neg"].includes(node.operation);
}

function combine(operation: string, left: Fraction | undefined, right: Fraction | undefined): Fraction | undefined {
  if (left === undefined) return undefined;
  if (operation === "neg") return scaleFraction(left, -1);
  if (right === undefined) return undefined;
  switch (operation) {
    case "add":
      return addFractions(left, right);
    case "sub":
      return addFractions(left, scaleFraction(right, -1));
    case "mul":
      return multiplyFractions(left, right);
    default: {
      const [only, ...others] = right;
      const inverse = only === undefined || others.length > 0 ? undefined : invertTerm(only);
      return inverse && multiplyFractions(left, [inverse]);
    }
  }
}

/** `e / (1 + e)` as `1 - p`, where p is `1 / (1 + e)`. */
function relate(fraction: Fraction, known: KnownReciprocals, definitions: ReturnType<typeof definitionsOf>): Fraction {
  return fraction.map((term) => {
    let current = term;
    for (const [sum, exponent] of term.factors) {
      if (exponent >= 0 || known.reciprocalOf(sum) === undefined) continue;
      const node = nodeOf(definitions, sum);
      if (node?.kind !== "operation" || node.operation !== "add") continue;
      const other = node.operands.find(
        (operand, k) => isOne(present(node.operands[1 - k]), definitions) && operand !== sum,
      );
      if (other === undefined) continue;
      const times = Math.min(current.factors.get(other) ?? 0, -exponent);
      if (times <= 0) continue;
      const complement = known.complementOf(present(known.reciprocalOf(sum)));
      const swap: FractionTerm = {
        coefficient: 1,
        factors: new Map([
          [complement, times],
          [other, -times],
          [sum, times],
        ]),
      };
      current = multiplyTerms(current, swap);
    }
    return current;
  });
}
