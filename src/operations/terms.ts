import type { Term } from "./operation.ts";

/**
 * Builders for the terms in which rows state their derivatives. They fold what is trivial (`1 * t`, `-(-t)`), so that a
 * row can be written as the formula is and still gives the term that a person would write.
 *
 * An operand that is known when the derivative is built is handed to a pullback as a constant term, not as an operand:
 * so `pow` can see its exponent 2, and `max` its bound 0.
 */

export const out: Term = { kind: "out" };
export const d: Term = { kind: "d" };

export function constant(value: number): Term {
  return { kind: "constant", value };
}
export const zero = constant(0);
export const one = constant(1);

export function operand(index: number): Term {
  return { kind: "operand", index };
}

/** One term for each operand of an operation: a constant where its value is known, else the operand. */
export function operandTerms(known: readonly (number | undefined)[]): readonly Term[] {
  return known.map((value, index) => (value === undefined ? operand(index) : constant(value)));
}

export function apply(operation: string, ...operands: readonly Term[]): Term {
  return { kind: "apply", operation, operands };
}

/** Only the chosen side is evaluated. */
export function choose(condition: Term, then: Term, otherwise: Term): Term {
  return { kind: "choose", condition, then, else: otherwise };
}

export function neg(x: Term): Term {
  if (x.kind === "constant") return constant(-x.value);
  if (x.kind === "apply" && x.operation === "neg") return x.operands[0]!;
  return apply("neg", x);
}

export function add(x: Term, y: Term): Term {
  if (isConstant(x, 0)) return y;
  if (isConstant(y, 0)) return x;
  if (x.kind === "constant" && y.kind === "constant") return constant(x.value + y.value);
  return apply("add", x, y);
}

export function sub(x: Term, y: Term): Term {
  if (isConstant(y, 0)) return x;
  if (isConstant(x, 0)) return neg(y);
  if (x.kind === "constant" && y.kind === "constant") return constant(x.value - y.value);
  return apply("sub", x, y);
}

export function mul(x: Term, y: Term): Term {
  if (x.kind === "constant" && y.kind === "constant") return constant(x.value * y.value);
  if (isConstant(x, 1)) return y;
  if (isConstant(y, 1)) return x;
  if (isConstant(x, -1)) return neg(y);
  if (isConstant(y, -1)) return neg(x);
  return apply("mul", x, y);
}

export function div(x: Term, y: Term): Term {
  if (isConstant(y, 1)) return x;
  if (isConstant(y, -1)) return neg(x);
  if (x.kind === "constant" && y.kind === "constant") return constant(x.value / y.value);
  return apply("div", x, y);
}

/** `x` to a power that is known, as one would write it by hand. */
export function power(x: Term, exponent: number): Term {
  switch (exponent) {
    case 0:
      return one;
    case 1:
      return x;
    case 2:
      return mul(x, x);
    case 0.5:
      return apply("sqrt", x);
    default:
      return apply("pow", x, constant(exponent));
  }
}

export function isConstant(term: Term, value: number): boolean {
  return term.kind === "constant" && term.value === value;
}

/** Whether what comes in is part of it. */
export function mentionsD(term: Term): boolean {
  switch (term.kind) {
    case "d":
      return true;
    case "apply":
      return term.operands.some(mentionsD);
    case "choose":
      return [term.condition, term.then, term.else].some(mentionsD);
    default:
      return false;
  }
}
