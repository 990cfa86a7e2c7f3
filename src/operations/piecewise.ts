import type { OperationRow, Term } from "./operation.ts";
import { apply, choose, neg, zero } from "./terms.ts";

/** Functions with kinks or steps. What they do at a kink is the table of the contract: see test/operations.test.ts. */
export const piecewiseOperations = {
  abs: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => Math.abs(x!),
    // A choice and not d * sign(x): at 0 it is 0 even where d is infinite (sqrt(abs(x))).
    pullback: ([x], _, d) => [choose(apply("lt", x!, zero), neg(d), choose(apply("gt", x!, zero), d, zero))],
    cost: 1,
    notation: { kind: "call", text: "Math.abs" },
    samples: [[1.5], [-0.5]],
  },
  min: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => Math.min(x!, y!),
    pullback: ([x, y], out, d) => toFirstThatAttains("le", "lt", x!, y!, out, d),
    cost: 2,
    notation: { kind: "call", text: "Math.min" },
    samples: [
      [1, 2],
      [2, -1],
    ],
  },
  max: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => Math.max(x!, y!),
    pullback: ([x, y], out, d) => toFirstThatAttains("ge", "gt", x!, y!, out, d),
    cost: 2,
    notation: { kind: "call", text: "Math.max" },
    samples: [
      [1, 2],
      [2, -1],
    ],
  },
  fround: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => Math.fround(x!),
    // The rounding counts as exact: the derivative is that of the identity.
    pullback: (_, __, d) => [d],
    cost: 2,
    notation: { kind: "call", text: "Math.fround" },
    samples: [[1.5], [-0.25]],
  },

  sign: step("sign", Math.sign, [[1.5], [-0.5]]),
  floor: step("floor", Math.floor, [[1.3], [-0.5]]),
  ceil: step("ceil", Math.ceil, [[1.3], [-0.5]]),
  round: step("round", Math.round, [[1.3], [-0.2]]),
  trunc: step("trunc", Math.trunc, [[1.3], [-0.5]]),
} as const satisfies Readonly<Record<string, OperationRow>>;

/**
 * The whole adjoint goes to the first operand that attains the extremum. With a known bound on the left, as in
 * `Math.max(0, x)`, the result alone tells which: `out > 0 ? d : 0`, and `x` need not be kept.
 */
function toFirstThatAttains(
  notWorse: "ge" | "le",
  better: "gt" | "lt",
  x: Term,
  y: Term,
  out: Term,
  d: Term,
): readonly (Term | undefined)[] {
  if (x.kind === "constant") return [undefined, choose(apply(better, out, x), d, zero)];
  const first = apply(notWorse, x, y);
  return [choose(first, d, zero), choose(first, zero, d)];
}

/** A function of `Math` that is constant between its steps. */
function step(name: string, evaluate: (x: number) => number, samples: OperationRow["samples"]): OperationRow {
  return {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => evaluate(x!),
    pullback: "none",
    cost: 1,
    notation: { kind: "call", text: `Math.${name}` },
    samples,
  };
}
