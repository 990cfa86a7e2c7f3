/**
 * The algebra, one rule a line. A rule that is not `exact` says what it changes; under `strictFp` only exact ones are used.
 *
 * Negations move outward (`(-x) * y` becomes `-(x * y)`) until a sum takes them in. The right side is never larger.
 */
import type { ValueId } from "../../src/ir/graph.ts";
import { isTidy } from "./fold.ts";
import { apply, compute, constant, known, make, variable, type Lookup, type Rewrite } from "./pattern.ts";

const x = variable("x");
const y = variable("y");
const zero = constant(0);
const one = constant(1);
const two = constant(2);
const yes = constant(true);
const no = constant(false);
/** Not below zero, nor -0; may be NaN. */
const unknown = variable("x", (value, lookup) => lookup.nodeOf(value)?.kind !== "constant");
const nonNegative = variable("x", isNonNegative);

/** Known to be a whole number (or an infinity, or NaN). */
const whole = variable("x", (value, lookup) => lookup.isInteger(value));
/** Known not to be -0. */
const notNegativeZero = variable("x", isNeverNegativeZero);

const signOfZero = "at most the sign of a zero changes";
const rounding = "rounds once in another place";
const structuralZero = "the zero is structural: nothing comes in, whatever it would be multiplied by";

export const rewrites: readonly Rewrite[] = [
  // Neutral elements.
  { name: "multiply-by-one", from: apply("mul", x, one), to: x, exact: true },
  { name: "one-times", from: apply("mul", one, x), to: x, exact: true },
  { name: "divide-by-one", from: apply("div", x, one), to: x, exact: true },
  { name: "subtract-zero", from: apply("sub", x, zero), to: x, exact: true },
  { name: "add-negative-zero", from: apply("add", x, constant(-0)), to: x, exact: true },
  { name: "negative-zero-plus", from: apply("add", constant(-0), x), to: x, exact: true },
  { name: "add-zero-to-positive", from: apply("add", notNegativeZero, zero), to: x, exact: true },
  { name: "zero-plus-positive", from: apply("add", zero, notNegativeZero), to: x, exact: true },
  ...derivative(signOfZero, [
    { name: "add-zero", from: apply("add", x, zero), to: x },
    { name: "zero-plus", from: apply("add", zero, x), to: x },
    { name: "subtract-from-zero", from: apply("sub", zero, x), to: make("neg", x) },
    { name: "negate-difference", from: apply("neg", apply("sub", x, y)), to: make("sub", y, x) },
  ]),
  ...derivative(structuralZero, [
    { name: "multiply-by-zero", from: apply("mul", x, zero), to: zero },
    { name: "zero-times", from: apply("mul", zero, x), to: zero },
    { name: "zero-divided", from: apply("div", zero, x), to: zero },
  ]),

  // Signs.
  { name: "negate-twice", from: apply("neg", apply("neg", x)), to: x, exact: true },
  { name: "multiply-by-minus-one", from: apply("mul", x, constant(-1)), to: make("neg", x), exact: true },
  { name: "minus-one-times", from: apply("mul", constant(-1), x), to: make("neg", x), exact: true },
  { name: "divide-by-minus-one", from: apply("div", x, constant(-1)), to: make("neg", x), exact: true },
  { name: "add-negated", from: apply("add", x, apply("neg", y)), to: make("sub", x, y), exact: true },
  { name: "negated-plus", from: apply("add", apply("neg", x), y), to: make("sub", y, x), exact: true },
  { name: "subtract-negated", from: apply("sub", x, apply("neg", y)), to: make("add", x, y), exact: true },
  {
    name: "negated-times-negated",
    from: apply("mul", apply("neg", x), apply("neg", y)),
    to: make("mul", x, y),
    exact: true,
  },
  { name: "negated-times", from: apply("mul", apply("neg", x), y), to: make("neg", make("mul", x, y)), exact: true },
  { name: "times-negated", from: apply("mul", x, apply("neg", y)), to: make("neg", make("mul", x, y)), exact: true },
  { name: "negated-divided", from: apply("div", apply("neg", x), y), to: make("neg", make("div", x, y)), exact: true },
  {
    name: "divided-by-negated",
    from: apply("div", x, apply("neg", y)),
    to: make("neg", make("div", x, y)),
    exact: true,
  },
  {
    name: "negate-multiple",
    from: apply("neg", apply("mul", known("c"), x)),
    to: make(
      "mul",
      compute(({ c }) => -c!),
      x,
    ),
    exact: true,
  },
  {
    name: "add-negative-multiple",
    from: apply("add", x, apply("mul", known("c", isNegative), y)),
    to: make(
      "sub",
      x,
      make(
        "mul",
        compute(({ c }) => -c!),
        y,
      ),
    ),
    exact: true,
  },
  {
    name: "subtract-negative-multiple",
    from: apply("sub", x, apply("mul", known("c", isNegative), y)),
    to: make(
      "add",
      x,
      make(
        "mul",
        compute(({ c }) => -c!),
        y,
      ),
    ),
    exact: true,
  },
  { name: "absolute-of-negated", from: apply("abs", apply("neg", x)), to: make("abs", x), exact: true },
  { name: "absolute-twice", from: apply("abs", apply("abs", x)), to: make("abs", x), exact: true },

  // Index arithmetic: whole numbers within 2 ** 53 are added without rounding.
  { name: "ceiling-of-whole", from: apply("ceil", whole), to: x, exact: true },
  { name: "floor-of-whole", from: apply("floor", whole), to: x, exact: true },
  { name: "truncation-of-whole", from: apply("trunc", whole), to: x, exact: true },
  { name: "rounding-of-whole", from: apply("round", whole), to: x, exact: true },
  ...offsets("add", "add"),
  ...offsets("sub", "sub"),
  ...offsets("add", "sub"),
  ...offsets("sub", "add"),

  // Known factors.
  {
    name: "divide-by-power-of-two",
    from: apply("div", x, known("c", isPowerOfTwo)),
    to: make(
      "mul",
      compute(({ c }) => 1 / c!),
      x,
    ),
    exact: true,
    derivativeOnly: true,
  },
  {
    name: "known-factor-first",
    from: apply("mul", unknown, known("c")),
    to: make(
      "mul",
      compute(({ c }) => c!),
      x,
    ),
    exact: true,
    derivativeOnly: true,
  },
  { name: "twice", from: apply("add", x, x), to: make("mul", two, x), exact: true, derivativeOnly: true },
  {
    name: "minus-twice",
    from: apply("sub", apply("neg", x), x),
    to: make("mul", constant(-2), x),
    exact: true,
    derivativeOnly: true,
  },
  ...derivative(rounding, [
    { name: "add-twice", from: apply("add", apply("add", x, y), y), to: make("add", x, make("mul", two, y)) },
    { name: "subtract-twice", from: apply("sub", apply("sub", x, y), y), to: make("sub", x, make("mul", two, y)) },
    {
      name: "multiple-of-multiple",
      from: apply("mul", known("a"), apply("mul", known("b"), x)),
      to: make(
        "mul",
        compute(({ a, b }) => a! * b!),
        x,
      ),
      where: ({ a, b }) => isOrdinary(a! * b!, a!, b!),
    },
    {
      name: "multiple-times-known",
      from: apply("mul", apply("mul", known("b"), x), known("a")),
      to: make(
        "mul",
        compute(({ a, b }) => a! * b!),
        x,
      ),
      where: ({ a, b }) => isOrdinary(a! * b!, a!, b!),
    },
    ...[apply("mul", apply("mul", known("b"), x), y), apply("mul", y, apply("mul", known("b"), x))].map(
      (product, k): Inexact => ({
        name: k === 0 ? "multiple-of-product" : "multiple-of-product-right",
        from: apply("mul", known("a"), product),
        to: make(
          "mul",
          compute(({ a, b }) => a! * b!),
          make("mul", x, y),
        ),
        where: ({ a, b }) => isOrdinary(a! * b!, a!, b!),
      }),
    ),
    {
      name: "sum-of-multiples",
      from: apply("add", apply("mul", known("a"), x), apply("mul", known("b"), x)),
      to: make(
        "mul",
        compute(({ a, b }) => a! + b!),
        x,
      ),
      where: ({ a, b }) => isOrdinary(a! + b!, a!, b!),
    },
    { name: "cancel-quotient", from: apply("mul", apply("div", x, y), y), to: x },
    { name: "cancel-quotient-left", from: apply("mul", y, apply("div", x, y)), to: x },
    { name: "cancel-product", from: apply("div", apply("mul", x, y), y), to: x },
    { name: "cancel-product-left", from: apply("div", apply("mul", y, x), y), to: x },
  ]),

  // Powers. `x ** 0.5` is a square root only where x is not negative: at -0 and -Infinity they differ.
  { name: "power-zero", from: apply("pow", x, zero), to: one, exact: true },
  { name: "power-one", from: apply("pow", x, one), to: x, exact: true },
  ...inexact(rounding, [
    { name: "square", from: apply("pow", x, two), to: make("mul", x, x) },
    { name: "cube", from: apply("pow", x, constant(3)), to: make("mul", make("mul", x, x), x) },
    { name: "reciprocal", from: apply("pow", x, constant(-1)), to: make("div", one, x) },
    { name: "reciprocal-square", from: apply("pow", x, constant(-2)), to: make("div", one, make("mul", x, x)) },
    { name: "root", from: apply("pow", nonNegative, constant(0.5)), to: make("sqrt", x) },
    { name: "root-cubed", from: apply("pow", nonNegative, constant(1.5)), to: make("mul", x, make("sqrt", x)) },
  ]),
  {
    name: "root-of-square",
    from: apply("sqrt", apply("mul", x, x)),
    to: make("abs", x),
    exact: false,
    derivativeOnly: true,
    reason: rounding,
  },

  // Booleans. `!(x < y)` is not `x >= y`: both are false for NaN.
  { name: "not-not", from: apply("not", apply("not", x)), to: x, exact: true },
  { name: "not-equal", from: apply("not", apply("eq", x, y)), to: make("ne", x, y), exact: true },
  { name: "not-unequal", from: apply("not", apply("ne", x, y)), to: make("eq", x, y), exact: true },
  { name: "and-true", from: apply("and", x, yes), to: x, exact: true },
  { name: "true-and", from: apply("and", yes, x), to: x, exact: true },
  { name: "and-false", from: apply("and", x, no), to: no, exact: true },
  { name: "false-and", from: apply("and", no, x), to: no, exact: true },
  { name: "and-itself", from: apply("and", x, x), to: x, exact: true },
  { name: "or-false", from: apply("or", x, no), to: x, exact: true },
  { name: "false-or", from: apply("or", no, x), to: x, exact: true },
  { name: "or-true", from: apply("or", x, yes), to: yes, exact: true },
  { name: "true-or", from: apply("or", yes, x), to: yes, exact: true },
  { name: "or-itself", from: apply("or", x, x), to: x, exact: true },
  { name: "equals-true", from: apply("eqBoolean", x, yes), to: x, exact: true },
  { name: "true-equals", from: apply("eqBoolean", yes, x), to: x, exact: true },
  { name: "false-equals", from: apply("eqBoolean", no, x), to: make("not", x), exact: true },
  { name: "equals-false", from: apply("eqBoolean", x, no), to: make("not", x), exact: true },
  { name: "differs-from-false", from: apply("neBoolean", x, no), to: x, exact: true },
  { name: "differs-from-true", from: apply("neBoolean", x, yes), to: make("not", x), exact: true },
  { name: "truth-of-number", from: apply("truthy", apply("toNumber", x)), to: x, exact: true },

  // Extrema: NaN stays NaN.
  { name: "max-itself", from: apply("max", x, x), to: x, exact: true },
  { name: "min-itself", from: apply("min", x, x), to: x, exact: true },
  { name: "below-positive-part", from: apply("lt", zero, apply("max", zero, x)), to: make("lt", zero, x), exact: true },
  { name: "below-part-positive", from: apply("lt", zero, apply("max", x, zero)), to: make("lt", zero, x), exact: true },
  { name: "positive-part-above", from: apply("gt", apply("max", zero, x), zero), to: make("gt", x, zero), exact: true },
  { name: "part-positive-above", from: apply("gt", apply("max", x, zero), zero), to: make("gt", x, zero), exact: true },
];

/** `(x first a) second b` as one offset, or none. */
function offsets(first: "add" | "sub", second: "add" | "sub"): readonly Rewrite[] {
  const offset = ({ a, b }: Readonly<Record<string, number>>) =>
    (first === "add" ? a! : -a!) + (second === "add" ? b! : -b!);
  const size = compute((known) => Math.abs(offset(known)));
  const from = apply(second, apply(first, whole, known("a", isSmallWhole)), known("b", isSmallWhole));
  const name = `${first}-then-${second}`;
  const rules: Rewrite[] = [];
  if (first === "add" || second === "add") {
    rules.push({
      name: `${name}-up`,
      from,
      to: make("add", x, size),
      exact: true,
      where: (known) => offset(known) > 0,
    });
  }
  if (first === "sub" || second === "sub") {
    rules.push({
      name: `${name}-down`,
      from,
      to: make("sub", x, size),
      exact: true,
      where: (known) => offset(known) < 0,
    });
  }
  if (first !== second) {
    rules.push({
      name: `${name}-back`,
      from,
      to: x,
      exact: false,
      reason: signOfZero,
      where: (known) => offset(known) === 0,
    });
  }
  return rules;
}

function isSmallWhole(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31;
}

type Inexact = Omit<Rewrite, "exact" | "reason">;

function inexact(reason: string, rules: readonly Inexact[]): readonly Rewrite[] {
  return rules.map((rule) => ({ ...rule, exact: false, reason }));
}

function derivative(reason: string, rules: readonly Inexact[]): readonly Rewrite[] {
  return rules.map((rule) => ({ ...rule, exact: false, reason, derivativeOnly: true }));
}

function isNegative(value: number): boolean {
  return value < 0;
}

function isPowerOfTwo(value: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude >= 2 ** -1000 && magnitude <= 2 ** 1000 && Number.isInteger(Math.log2(magnitude));
}

/** Neither zero nor near the limits of a double, so that no product of two such is lost; and as short to read as `a * b`. */
function isOrdinary(value: number, a: number, b: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude >= 2 ** -500 && magnitude <= 2 ** 500 && isTidy(value, [a, b]);
}

function isNeverNegativeZero(value: ValueId, lookup: Lookup): boolean {
  const node = lookup.nodeOf(value);
  if (node?.kind === "length") return true;
  if (node?.kind === "constant") return !Object.is(node.value, -0);
  if (node?.kind !== "operation") return false;
  const [left, right] = node.operands.map((operand) => lookup.nodeOf(operand));
  const isOther = (other: typeof left) => other?.kind === "length" || (other?.kind === "constant" && other.value !== 0);
  if (node.operation === "add") return isOther(left) || isOther(right);
  return node.operation === "sub" ? isOther(left) || (right?.kind === "constant" && right.value !== 0) : false;
}

function isNonNegative(value: ValueId, lookup: Lookup, depth = 0): boolean {
  const node = lookup.nodeOf(value);
  if (node?.kind === "constant")
    return typeof node.value === "number" && !(node.value < 0) && !Object.is(node.value, -0);
  if (node?.kind !== "operation" || depth > 4) return false;
  const [left, right] = node.operands;
  const both = () => node.operands.every((operand) => isNonNegative(operand, lookup, depth + 1));
  switch (node.operation) {
    case "exp":
    case "abs":
    case "hypot":
    case "cosh":
      return true;
    case "mul":
      return left === right || both();
    case "add":
    case "div":
    case "sqrt":
      return both();
    case "max":
      return node.operands.some((operand) => isNonNegative(operand, lookup, depth + 1));
    default:
      return false;
  }
}
