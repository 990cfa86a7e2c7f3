/**
 * The row type of the table of scalar operations, and the small language in which a row states its derivative.
 */

/** An expression over the operands `x`, the result `out` and the incoming derivative `d` of one operation. */
export type Term =
  | { readonly kind: "operand"; readonly index: number }
  | { readonly kind: "out" }
  | { readonly kind: "d" }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "apply"; readonly operation: string; readonly operands: readonly Term[] }
  /** Only the chosen side is evaluated, so a guarded singularity stays guarded. */
  | { readonly kind: "choose"; readonly condition: Term; readonly then: Term; readonly else: Term };

export type ScalarType = "number" | "boolean";

/** How an operation is printed. `precedence` is JavaScript's (MDN's table: `*` 12, `+` 11, `<` 9, `===` 8, …). */
export type Notation =
  | { readonly kind: "infix"; readonly text: string; readonly precedence: number }
  | { readonly kind: "prefix"; readonly text: string }
  | { readonly kind: "call"; readonly text: string }
  /** A call of a function that the module defines once; see the back end. */
  | { readonly kind: "helper"; readonly text: string };

export interface OperationRow {
  /** How many operands; `variadic`: two or more. */
  readonly arity: number | "variadic";
  readonly operands: ScalarType;
  readonly result: ScalarType;
  readonly evaluate: (...operands: readonly number[]) => number | boolean;
  /**
   * For each operand, what it receives when the result's adjoint is `d`; linear in `d`. `undefined` at an operand: its
   * derivative is 0. With the tangent of that operand in the place of `d`, the same terms sum to the tangent.
   * `"none"`: the operation has derivative 0 in every operand (written, not left out).
   */
  readonly pullback: ((x: readonly Term[], out: Term, d: Term) => readonly (Term | undefined)[]) | "none";
  /** Relative cost of one evaluation; an addition is 1. */
  readonly cost: number;
  readonly notation: Notation;
  /** Operands at which tests compare the row with differences; away from kinks. At least one. */
  readonly samples: readonly (readonly number[])[];
}
