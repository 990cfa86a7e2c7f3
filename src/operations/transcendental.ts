import type { OperationRow, Term } from "./operation.ts";
import { add, apply, constant, div, mul, neg, one, sub } from "./terms.ts";

/** Exponentials, logarithms, and the trigonometric and hyperbolic functions. */
export const transcendentalOperations = {
  exp: unary("exp", Math.exp, (_, out, d) => mul(d, out), 20, [0.3, -2, 3]),
  expm1: unary("expm1", Math.expm1, (_, out, d) => mul(d, add(out, one)), 20, [0.3, -2, 3]),
  log: unary("log", Math.log, (x, _, d) => div(d, x), 20, [0.3, 2, 40]),
  log1p: unary("log1p", Math.log1p, (x, _, d) => div(d, add(one, x)), 20, [0.3, -0.6, 40]),
  log2: unary("log2", Math.log2, (x, _, d) => div(d, mul(x, constant(Math.LN2))), 20, [0.3, 2, 40]),
  log10: unary("log10", Math.log10, (x, _, d) => div(d, mul(x, constant(Math.LN10))), 20, [0.3, 2, 40]),

  sin: unary("sin", Math.sin, (x, _, d) => mul(d, apply("cos", x)), 20, [0.3, -2, 5]),
  cos: unary("cos", Math.cos, (x, _, d) => neg(mul(d, apply("sin", x))), 20, [0.3, -2, 5]),
  tan: unary("tan", Math.tan, (_, out, d) => mul(d, add(one, mul(out, out))), 25, [0.3, -1, 2.5]),
  // (1 - x) * (1 + x) and not 1 - x * x: near 1 the latter has few right digits.
  asin: unary("asin", Math.asin, (x, _, d) => div(d, apply("sqrt", oneMinusSquare(x))), 25, [0.3, -0.9]),
  acos: unary("acos", Math.acos, (x, _, d) => neg(div(d, apply("sqrt", oneMinusSquare(x)))), 25, [0.3, -0.9]),
  atan: unary("atan", Math.atan, (x, _, d) => div(d, add(one, mul(x, x))), 25, [0.3, -2, 8]),
  atan2: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (y, x) => Math.atan2(y!, x!),
    // d(atan2(y, x)) = (x dy - y dx) / (x² + y²)
    pullback: ([y, x], _, d) => {
      const square = add(mul(x!, x!), mul(y!, y!));
      return [div(mul(d, x!), square), neg(div(mul(d, y!), square))];
    },
    cost: 35,
    notation: { kind: "call", text: "Math.atan2" },
    samples: [
      [1, 2],
      [-1.5, -0.5],
      [2, -0.3],
      [-0.2, 1],
    ],
  },

  sinh: unary("sinh", Math.sinh, (x, _, d) => mul(d, apply("cosh", x)), 30, [0.3, -2, 3]),
  cosh: unary("cosh", Math.cosh, (x, _, d) => mul(d, apply("sinh", x)), 30, [0.3, -2, 3]),
  tanh: unary("tanh", Math.tanh, (_, out, d) => mul(d, sub(one, mul(out, out))), 30, [0.3, -1.2, 0]),
  asinh: unary("asinh", Math.asinh, (x, _, d) => div(d, apply("sqrt", add(mul(x, x), one))), 30, [0.3, -2, 8]),
  acosh: unary("acosh", Math.acosh, (x, _, d) => div(d, apply("sqrt", squareMinusOne(x))), 30, [1.3, 8]),
  atanh: unary("atanh", Math.atanh, (x, _, d) => div(d, oneMinusSquare(x)), 30, [0.3, -0.8]),
} as const satisfies Readonly<Record<string, OperationRow>>;

/** A function of `Math` of one number; `contribution` is what its operand receives. */
function unary(
  name: string,
  evaluate: (x: number) => number,
  contribution: (x: Term, out: Term, d: Term) => Term,
  cost: number,
  samples: readonly number[],
): OperationRow {
  return {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => evaluate(x!),
    pullback: ([x], out, d) => [contribution(x!, out, d)],
    cost,
    notation: { kind: "call", text: `Math.${name}` },
    samples: samples.map((x) => [x]),
  };
}

function oneMinusSquare(x: Term): Term {
  return mul(sub(one, x), add(one, x));
}

function squareMinusOne(x: Term): Term {
  return mul(sub(x, one), add(x, one));
}
