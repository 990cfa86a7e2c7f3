import { present } from "../diagnostics/invariant.ts";
import { isOperationName, type OperationName } from "../operations/table.ts";

/**
 * The tangent of each operation, from the values `x`, the tangents `dx` and the result `out`. Written apart from the
 * rows of the operation table, whose pullbacks are tested with these; what happens at kinks is decided here once more.
 * It is asked only where some tangent is not 0, and a tangent of 0 adds nothing, whatever the slope.
 */
type DualRule = (x: readonly number[], dx: readonly number[], out: number) => number;

export function dualRuleOf(name: string): DualRule {
  return dualRules[present(isOperationName(name) ? name : undefined, `dual rule of ${name}`)];
}

const dualRules: { readonly [Name in OperationName]: DualRule } = {
  add: (_, [da, db]) => da! + db!,
  sub: (_, [da, db]) => da! - db!,
  mul: ([a, b], [da, db]) => along(da, b!) + along(db, a!),
  div: ([, b], [da, db], out) => (da! - along(db, out)) / b!,
  rem: ([a, b], [da, db]) => da! - along(db, Math.trunc(a! / b!)),
  neg: (_, [da]) => -da!,
  pow: ([a, b], [da, db], out) => {
    const inBase = b === 0 ? 0 : along(da, b! * (b === 1 ? 1 : Math.pow(a!, b! - 1)));
    const inExponent = a === 0 && b! >= 0 ? 0 : along(db, out * Math.log(a!));
    return inBase + inExponent;
  },
  sqrt: ([a], [da]) => along(da, 0.5 / Math.sqrt(a!)),
  cbrt: ([a], [da]) => along(da, 1 / (3 * Math.cbrt(a!) ** 2)),
  hypot: (x, dx, out) => (out === 0 ? 0 : x.reduce((sum, a, k) => sum + along(dx[k], a / out), 0)),

  exp: ([a], [da]) => along(da, Math.exp(a!)),
  // Through the result, like tanh below: where it saturates, the digits are those that its own rounding leaves.
  expm1: (_, [da], out) => along(da, out + 1),
  log: ([a], [da]) => da! / a!,
  log1p: ([a], [da]) => da! / (1 + a!),
  log2: ([a], [da]) => da! / a! / Math.log(2),
  log10: ([a], [da]) => da! / a! / Math.log(10),
  sin: ([a], [da]) => along(da, Math.cos(a!)),
  cos: ([a], [da]) => along(da, -Math.sin(a!)),
  tan: ([a], [da]) => along(da, 1 / Math.cos(a!) ** 2),
  asin: ([a], [da]) => da! / Math.sqrt((1 - a!) * (1 + a!)),
  acos: ([a], [da]) => -da! / Math.sqrt((1 - a!) * (1 + a!)),
  atan: ([a], [da]) => da! / (1 + a! * a!),
  atan2: ([y, x], [dy, dx]) => (along(dy, x!) - along(dx, y!)) / (x! * x! + y! * y!),
  sinh: ([a], [da]) => along(da, Math.cosh(a!)),
  cosh: ([a], [da]) => along(da, Math.sinh(a!)),
  tanh: (_, [da], out) => along(da, 1 - out * out),
  asinh: ([a], [da]) => da! / Math.sqrt(a! * a! + 1),
  acosh: ([a], [da]) => da! / Math.sqrt((a! - 1) * (a! + 1)),
  atanh: ([a], [da]) => da! / ((1 - a!) * (1 + a!)),

  abs: ([a], [da]) => (a! > 0 ? da! : a! < 0 ? -da! : 0),
  min: ([a], [da, db], out) => (a === out ? da! : db!),
  max: ([a], [da, db], out) => (a === out ? da! : db!),
  fround: (_, [da]) => da!,

  sign: constant,
  floor: constant,
  ceil: constant,
  round: constant,
  trunc: constant,
  lt: constant,
  le: constant,
  gt: constant,
  ge: constant,
  eq: constant,
  ne: constant,
  truthy: constant,
  and: constant,
  or: constant,
  not: constant,
  eqBoolean: constant,
  neBoolean: constant,
  toNumber: constant,
  bitAnd: constant,
  bitOr: constant,
  bitXor: constant,
  bitNot: constant,
  shiftLeft: constant,
  shiftRight: constant,
  shiftRightUnsigned: constant,
  clz32: constant,
  imul: constant,
  pair: constant,
  stepsToSnapshot: constant,

  stopGradient: constant,
  attach: alongSlope,
  attachReverse: alongSlope,
  attachForward: alongSlope,
  carry: (_, [dx]) => dx!,
  carryForward: (_, [dx]) => dx!,
  /** No primal has one. */
  vanish: () => 0,
  // What the rule says the node knows, and no dual number: cases with one have closed forms.
  attachRule: (_, [dy]) => dy!,
  attachRuleReverse: (_, [dy]) => dy!,
};

/** A tangent times a slope; 0 where the tangent is 0, even where the slope is infinite or not a number. */
function along(tangent: number | undefined, slope: number): number {
  return tangent === 0 || tangent === undefined ? 0 : tangent * slope;
}

/** The value of the first operand, and the slope towards the second that the third is. */
function alongSlope([, , slope]: readonly number[], [dy, dx]: readonly number[]): number {
  return dy! + along(dx, slope!);
}

function constant(): number {
  return 0;
}
