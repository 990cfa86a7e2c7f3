/** The tangent of a value in one direction, as far as it is known by form. */
import { equalPolynomials, type Polynomial } from "./polynomial.ts";

export type Tangent =
  | { readonly kind: "constant"; readonly by: number }
  /** The value to this power of its direction: `dv = power · v`. */
  | { readonly kind: "multiple"; readonly power: number }
  /** The value is 0 and stays it, so it is any multiple of itself. */
  | { readonly kind: "zero value" }
  /** Of an array: the entries of a range have another tangent than the rest. */
  | {
      readonly kind: "part";
      readonly low: Polynomial;
      readonly high: Polynomial;
      readonly inside: Tangent;
      readonly rest: Tangent;
    }
  | { readonly kind: "unknown" };

export const none: Tangent = { kind: "constant", by: 0 };
export const unknown: Tangent = { kind: "unknown" };

const multiple = (power: number): Tangent => (power === 0 ? none : { kind: "multiple", power });
const constant = (by: number): Tangent => ({ kind: "constant", by });

export function isNone(tangent: Tangent): boolean {
  return tangent.kind === "zero value" || (tangent.kind === "constant" && tangent.by === 0);
}

/** The tangent of a value that is one or the other. */
export function joinTangents(left: Tangent, right: Tangent): Tangent {
  if (isSameTangent(left, right)) return left;
  if (left.kind === "zero value") return right.kind === "multiple" || isNone(right) ? right : unknown;
  if (right.kind === "zero value") return joinTangents(right, left);
  return unknown;
}

export function isSameTangent(left: Tangent, right: Tangent): boolean {
  switch (left.kind) {
    case "constant":
      return right.kind === "constant" && left.by === right.by;
    case "multiple":
      return right.kind === "multiple" && left.power === right.power;
    case "part":
      return (
        right.kind === "part" &&
        equalPolynomials(left.low, right.low) &&
        equalPolynomials(left.high, right.high) &&
        isSameTangent(left.inside, right.inside) &&
        isSameTangent(left.rest, right.rest)
      );
    default:
      return left.kind === right.kind;
  }
}

/** The tangent of an operation's result. `values`: the operands that are literals. */
export function tangentOf(
  operation: string,
  operands: readonly Tangent[],
  values: readonly (number | undefined)[],
): Tangent {
  const [left = none, right = none] = operands;
  const [factor, divisor] = values;
  switch (operation) {
    case "add":
      return sum(left, right, 1);
    case "sub":
      return sum(left, right, -1);
    case "neg":
    case "fround":
      return left.kind === "constant" ? constant(operation === "neg" ? -left.by : left.by) : left;
    case "mul":
      if (left.kind === "zero value" || right.kind === "zero value") return { kind: "zero value" };
      if (left.kind === "constant" && left.by !== 0 && divisor !== undefined) return constant(left.by * divisor);
      if (right.kind === "constant" && right.by !== 0 && factor !== undefined) return constant(right.by * factor);
      return product(left, right, 1);
    case "div":
      if (left.kind === "zero value") return left;
      if (left.kind === "constant" && left.by !== 0 && divisor !== undefined) return constant(left.by / divisor);
      return product(left, right, -1);
    case "exp":
      return left.kind === "constant" ? multiple(left.by) : left.kind === "zero value" ? none : unknown;
    case "log":
      return left.kind === "multiple" ? constant(left.power) : isNone(left) ? none : unknown;
    case "sqrt":
      return left.kind === "multiple" ? multiple(left.power / 2) : isNone(left) ? none : unknown;
    case "abs":
      return left.kind === "multiple" || isNone(left) ? left : unknown;
    case "max":
    case "min":
      return joinTangents(left, right);
    default:
      return operands.every(isNone) ? none : unknown;
  }
}

function sum(left: Tangent, right: Tangent, sign: number): Tangent {
  if (right.kind === "zero value") return left;
  if (left.kind === "zero value") return tangentOf(sign < 0 ? "neg" : "fround", [right], []);
  if (left.kind === "constant" && right.kind === "constant") return constant(left.by + sign * right.by);
  return joinTangents(left, right);
}

function product(left: Tangent, right: Tangent, sign: number): Tangent {
  const powers = [left, right].map((tangent) =>
    tangent.kind === "multiple" ? tangent.power : isNone(tangent) ? 0 : NaN,
  );
  const [one = NaN, other = NaN] = powers;
  const power = one + sign * other;
  return Number.isNaN(power) ? unknown : multiple(power);
}
