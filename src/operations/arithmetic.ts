import type { OperationRow, Term } from "./operation.ts";
import { apply, choose, constant, div, mul, neg, one, power, sub, zero } from "./terms.ts";

/** Sums, products, powers and roots. */
export const arithmeticOperations = {
  add: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => x! + y!,
    pullback: (_, __, d) => [d, d],
    cost: 1,
    notation: { kind: "infix", text: "+", precedence: 11 },
    samples: [
      [1.5, -2.25],
      [0, 3],
    ],
  },
  sub: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => x! - y!,
    pullback: (_, __, d) => [d, neg(d)],
    cost: 1,
    notation: { kind: "infix", text: "-", precedence: 11 },
    samples: [
      [1.5, -2.25],
      [0, 3],
    ],
  },
  mul: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => x! * y!,
    pullback: ([x, y], _, d) => [mul(d, y!), mul(d, x!)],
    cost: 1,
    notation: { kind: "infix", text: "*", precedence: 12 },
    samples: [
      [1.5, -2.25],
      [0, 3],
    ],
  },
  div: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => x! / y!,
    // d(x / y) = (dx - out * dy) / y. Both contributions hold d / y, so that they share it.
    pullback: ([, y], out, d) => [div(d, y!), neg(mul(div(d, y!), out))],
    cost: 4,
    notation: { kind: "infix", text: "/", precedence: 12 },
    samples: [
      [1.5, -2.25],
      [0, 3],
      [-7, 0.4],
    ],
  },
  rem: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => x! % y!,
    // x % y = x - trunc(x / y) * y
    pullback: ([x, y], _, d) => [d, neg(mul(d, apply("trunc", div(x!, y!))))],
    cost: 15,
    notation: { kind: "infix", text: "%", precedence: 12 },
    samples: [
      [7.3, 2],
      [-7.3, 2.1],
      [7.3, -1.7],
      [0.4, 3],
    ],
  },
  neg: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => -x!,
    pullback: (_, __, d) => [neg(d)],
    cost: 1,
    notation: { kind: "prefix", text: "-" },
    samples: [[1.5], [-0.5]],
  },
  pow: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (x, y) => Math.pow(x!, y!),
    pullback: ([x, y], out, d) => [powerInBase(x!, y!, out, d), powerInExponent(x!, y!, out, d)],
    cost: 50,
    notation: { kind: "call", text: "Math.pow" },
    samples: [
      [1.5, 2.5],
      [0.3, -1.2],
      [2, 3],
      [1.7, 0.5],
    ],
  },
  sqrt: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => Math.sqrt(x!),
    // At 0 the limit is Infinity, but 0 where nothing comes in: 0 * Infinity would be NaN.
    pullback: (_, out, d) => [choose(nothingAtZero(out, d), zero, div(d, mul(constant(2), out)))],
    cost: 6,
    notation: { kind: "call", text: "Math.sqrt" },
    samples: [[2], [0.01], [1e4]],
  },
  cbrt: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => Math.cbrt(x!),
    pullback: (_, out, d) => [choose(nothingAtZero(out, d), zero, div(d, mul(mul(constant(3), out), out)))],
    cost: 30,
    notation: { kind: "call", text: "Math.cbrt" },
    samples: [[2], [-3], [0.05]],
  },
  hypot: {
    arity: "variadic",
    operands: "number",
    result: "number",
    evaluate: (...x) => Math.hypot(...x),
    // At the origin every direction has another slope: 0.
    pullback: (x, out, d) => x.map((operand) => choose(apply("eq", out, zero), zero, div(mul(d, operand), out))),
    cost: 20,
    notation: { kind: "call", text: "Math.hypot" },
    samples: [
      [3, 4],
      [-1, 0.5, 2],
      [0, 2],
    ],
  },
} as const satisfies Readonly<Record<string, OperationRow>>;

/**
 * At the singular point, and nothing comes in. It is asked of both: a guard that asks of d alone would be the wrong branch
 * for a derivative of the derivative, where d is 0 and its own derivative is not.
 */
function nothingAtZero(x: Term, d: Term): Term {
  return apply("and", apply("eq", x, zero), apply("eq", d, zero));
}

/** d(x^y) = y * x^(y-1) dx: 0 where y is 0; where x is 0 and y below 1, 0 where nothing comes in, as for sqrt. */
function powerInBase(x: Term, y: Term, out: Term, d: Term): Term | undefined {
  if (y.kind !== "constant") {
    const slope = mul(y, apply("pow", x, sub(y, one)));
    const nothing = apply("or", apply("eq", y, zero), apply("eq", d, zero));
    return choose(apply("and", apply("eq", x, zero), nothing), zero, mul(slope, d));
  }
  const exponent = y.value;
  if (exponent === 0) return undefined;
  if (exponent === -1) return neg(mul(mul(d, out), out));
  if (exponent < 0) return div(mul(mul(y, out), d), x);
  if (exponent === 3) return mul(mul(mul(y, x), x), d);
  if (exponent === 0.5) return choose(nothingAtZero(out, d), zero, div(d, mul(constant(2), out)));
  const contribution = mul(mul(y, power(x, exponent - 1)), d);
  return exponent < 1 ? choose(nothingAtZero(x, d), zero, contribution) : contribution;
}

/** d(x^y) = x^y * log(x) dy: 0 where x is 0 and y is not negative; NaN where x is negative. */
function powerInExponent(x: Term, y: Term, out: Term, d: Term): Term | undefined {
  if (y.kind === "constant") return undefined;
  const contribution = mul(mul(d, out), apply("log", x));
  if (x.kind === "constant" && x.value === 1) return undefined;
  if (x.kind === "constant" && x.value > 0) return contribution;
  const atZero = apply("and", apply("eq", x, zero), apply("ge", y, zero));
  return choose(atZero, zero, contribution);
}
