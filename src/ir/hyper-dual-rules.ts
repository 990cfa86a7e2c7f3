import { present } from "../diagnostics/invariant.ts";
import { isOperationName, type OperationName, rowOf } from "../operations/table.ts";

/**
 * A number with its derivatives along two directions, and the mixed second derivative (Fike & Alonso, "The development of
 * hyper-dual numbers for exact second-derivative calculations", 2011).
 */
export interface HyperDual {
  readonly value: number | boolean;
  readonly first: number;
  readonly second: number;
  readonly mixed: number;
}

export function hyperConstant(value: number | boolean): HyperDual {
  return { value, first: 0, second: 0, mixed: 0 };
}

type Rule = (x: readonly HyperDual[], out: number) => HyperDual;

/** What an operation makes of its operands. Written apart from the rows of the operation table, as the rules of dual numbers are. */
export function hyperDual(name: string, operands: readonly HyperDual[]): HyperDual {
  const out = rowOf(name).evaluate(...operands.map(({ value }) => Number(value)));
  const isConstant = operands.every(({ first, second, mixed }) => first === 0 && second === 0 && mixed === 0);
  if (typeof out === "boolean" || isConstant) return hyperConstant(out);
  return rules[present(isOperationName(name) ? name : undefined, `hyper-dual rule of ${name}`)](operands, out);
}

/** f(x), from f'(x) and f''(x). */
function unary(partials: (x: number, out: number) => readonly [number, number]): Rule {
  return ([x], value) => {
    const { first, second, mixed } = x!;
    const [slope, curvature] = partials(Number(x!.value), value);
    return {
      value,
      first: times(first, slope),
      second: times(second, slope),
      mixed: times(mixed, slope) + times(first * second, curvature),
    };
  };
}

/** f(x, y), from its partial derivatives in the order x, y, xx, xy, yy. */
function binary(
  partials: (x: number, y: number, out: number) => readonly [number, number, number, number, number],
): Rule {
  return ([x, y], value) => {
    const [a, b] = [x!, y!];
    const [fx, fy, fxx, fxy, fyy] = partials(Number(a.value), Number(b.value), value);
    return {
      value,
      first: times(a.first, fx) + times(b.first, fy),
      second: times(a.second, fx) + times(b.second, fy),
      mixed:
        times(a.mixed, fx) +
        times(b.mixed, fy) +
        times(a.first * a.second, fxx) +
        times(b.first * b.second, fyy) +
        times(a.first * b.second + a.second * b.first, fxy),
    };
  };
}

const steps: Rule = (_, out) => hyperConstant(out);

const rules: { readonly [Name in OperationName]: Rule } = {
  add: binary(() => [1, 1, 0, 0, 0]),
  sub: binary(() => [1, -1, 0, 0, 0]),
  mul: binary((x, y) => [y, x, 0, 1, 0]),
  div: binary((x, y) => [1 / y, -x / y ** 2, 0, -1 / y ** 2, (2 * x) / y ** 3]),
  rem: binary((x, y) => [1, -Math.trunc(x / y), 0, 0, 0]),
  neg: unary(() => [-1, 0]),
  pow: (operands, value) => {
    const [x, y] = [operands[0]!, operands[1]!];
    const [base, exponent] = [Number(x.value), Number(y.value)];
    const inBase = [
      exponent * powerOf(base, exponent - 1),
      exponent * (exponent - 1) * powerOf(base, exponent - 2),
    ] as const;
    const slopeOfBase = exponent === 0 ? 0 : inBase[0];
    const curvatureOfBase = exponent === 0 || exponent === 1 ? 0 : inBase[1];
    const log = base === 0 && exponent >= 0 ? 0 : Math.log(base);
    const singular = exponent > 1 ? 0 : NaN;
    const crossed = base === 0 ? singular : powerOf(base, exponent - 1) * (1 + exponent * log);
    return binary(() => [slopeOfBase, value * log, curvatureOfBase, crossed, value * log * log])(operands, value);
  },
  sqrt: unary((_, out) => [0.5 / out, -0.25 / out ** 3]),
  cbrt: unary((_, out) => [1 / (3 * out ** 2), -2 / (9 * out ** 5)]),
  hypot: (operands, out) => {
    if (out === 0) return hyperConstant(0);
    const dot = (along: "first" | "second"): number =>
      operands.reduce((sum, x) => sum + times(x[along], Number(x.value)), 0);
    const [first, second] = [dot("first") / out, dot("second") / out];
    const mixed = operands.reduce((sum, x) => sum + times(x.mixed, Number(x.value)) + x.first * x.second, 0);
    return { value: out, first, second, mixed: (mixed - first * second) / out };
  },

  exp: unary((_, out) => [out, out]),
  expm1: unary((_, out) => [out + 1, out + 1]),
  log: unary((x) => [1 / x, -1 / x ** 2]),
  log1p: unary((x) => [1 / (1 + x), -1 / (1 + x) ** 2]),
  log2: unary((x) => [1 / (x * Math.LN2), -1 / (x ** 2 * Math.LN2)]),
  log10: unary((x) => [1 / (x * Math.LN10), -1 / (x ** 2 * Math.LN10)]),
  sin: unary((x, out) => [Math.cos(x), -out]),
  cos: unary((x, out) => [-Math.sin(x), -out]),
  tan: unary((_, out) => [1 + out * out, 2 * out * (1 + out * out)]),
  asin: unary((x) => [((1 - x) * (1 + x)) ** -0.5, x * ((1 - x) * (1 + x)) ** -1.5]),
  acos: unary((x) => [-(((1 - x) * (1 + x)) ** -0.5), -x * ((1 - x) * (1 + x)) ** -1.5]),
  atan: unary((x) => [1 / (1 + x * x), (-2 * x) / (1 + x * x) ** 2]),
  atan2: binary((y, x) => {
    const square = x * x + y * y;
    const mixed = (2 * x * y) / square ** 2;
    return [x / square, -y / square, -mixed, (y * y - x * x) / square ** 2, mixed];
  }),
  sinh: unary((x, out) => [Math.cosh(x), out]),
  cosh: unary((x, out) => [Math.sinh(x), out]),
  tanh: unary((_, out) => [1 - out * out, -2 * out * (1 - out * out)]),
  asinh: unary((x) => [(x * x + 1) ** -0.5, -x * (x * x + 1) ** -1.5]),
  acosh: unary((x) => [((x - 1) * (x + 1)) ** -0.5, -x * ((x - 1) * (x + 1)) ** -1.5]),
  atanh: unary((x) => [1 / ((1 - x) * (1 + x)), (2 * x) / ((1 - x) * (1 + x)) ** 2]),

  abs: unary((x) => [Math.sign(x), 0]),
  min: ([x, y], out) => (x!.value === out ? x! : y!),
  max: ([x, y], out) => (x!.value === out ? x! : y!),
  fround: ([x], out) => ({ ...x!, value: out }),

  sign: steps,
  floor: steps,
  ceil: steps,
  round: steps,
  trunc: steps,
  lt: steps,
  le: steps,
  gt: steps,
  ge: steps,
  eq: steps,
  ne: steps,
  truthy: steps,
  and: steps,
  or: steps,
  not: steps,
  eqBoolean: steps,
  neBoolean: steps,
  toNumber: steps,
  bitAnd: steps,
  bitOr: steps,
  bitXor: steps,
  bitNot: steps,
  shiftLeft: steps,
  shiftRight: steps,
  shiftRightUnsigned: steps,
  clz32: steps,
  imul: steps,
  pair: steps,
  stepsToSnapshot: steps,

  stopGradient: steps,
  attach: alongSlope,
  attachReverse: alongSlope,
  attachForward: alongSlope,
  carry: ([x]) => ({ ...x!, value: 0 }),
  carryForward: ([x]) => ({ ...x!, value: 0 }),
  /** No primal has one. */
  vanish: ([x]) => ({ ...x!, value: 0 }),
  attachRule: ([y]) => y!,
  attachRuleReverse: ([y]) => y!,
};

/** The slope is a number with derivatives of its own: the gradient is taken in the first direction, and moved in the second. */
function alongSlope([y, x, slope]: readonly HyperDual[], value: number): HyperDual {
  const g = Number(slope!.value);
  return {
    value,
    first: y!.first + times(x!.first, g),
    second: y!.second + times(x!.second, g),
    mixed: y!.mixed + times(x!.mixed, g) + x!.first * slope!.second,
  };
}

/** A derivative times a slope; 0 where it is 0, even where the slope is infinite or not a number. */
function times(derivative: number, slope: number): number {
  return derivative === 0 ? 0 : derivative * slope;
}

function powerOf(base: number, exponent: number): number {
  return exponent === 0 ? 1 : Math.pow(base, exponent);
}
