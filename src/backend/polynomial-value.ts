import type { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import type { Polynomial } from "../../transforms/analyze/polynomial.ts";

/** Nodes that compute a polynomial, added to `made`: `m * n + 2 * k - 1`, positive terms first, factors in the order given. */
export function polynomialValue(
  polynomial: Polynomial,
  builder: GraphBuilder,
  made: GraphNode[],
  order: readonly ValueId[],
): ValueId {
  const rank = (value: ValueId): number => {
    const at = order.indexOf(value);
    return at < 0 ? order.length : at;
  };
  const constant = (value: number): ValueId => {
    const result = builder.fresh("number");
    made.push({ kind: "constant", value, result });
    return result;
  };
  const operation = (name: string, ...operands: readonly ValueId[]): ValueId => {
    const result = builder.fresh("number");
    made.push({ kind: "operation", operation: name, operands, result });
    return result;
  };
  const terms = [...polynomial.values()];
  const degree = (term: (typeof terms)[number]) => term.factors.length;
  const ordered = [...terms].sort(
    (a, b) => Number(b.coefficient > 0) - Number(a.coefficient > 0) || degree(b) - degree(a),
  );
  let sum: ValueId | undefined;
  for (const { coefficient, factors: unordered } of ordered) {
    const factors = [...unordered].sort((a, b) => rank(a) - rank(b));
    const isAdded = sum === undefined || coefficient > 0;
    const magnitude = sum === undefined ? coefficient : Math.abs(coefficient);
    const parts = magnitude === 1 && factors.length > 0 ? factors : [constant(magnitude), ...factors];
    const product = parts.reduce((left, right) => operation("mul", left, right));
    sum = sum === undefined ? product : operation(isAdded ? "add" : "sub", sum, product);
  }
  return sum ?? constant(0);
}
