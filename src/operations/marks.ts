/**
 * What marks of the source leave in a graph until its last derivative is taken: each has the value of its first operand (`carry` and
 * `vanish`: 0), and another derivative. They are erased then (transforms/optimize/erase-marks.ts), and are never printed.
 */
import type { Notation, OperationRow } from "./operation.ts";
import { mul } from "./terms.ts";

export const markOperations = {
  /** `stopGradient(x)`: a constant to every derivative. */
  stopGradient: {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: (x) => x!,
    pullback: "none",
    cost: 0,
    notation: called("stopGradient"),
    samples: [[1.5], [-0.5]],
  },
  /** `y`, with the slope `g` towards `x` beside those that it has: what a rule that the source gives says of a call. */
  attach: attached("attach"),
  /** The same, by a rule that holds in reverse mode alone, since there is another one for forward mode. */
  attachReverse: attached("attachReverse"),
  /** The same the other way round. */
  attachForward: attached("attachForward"),
  /** 0, with the derivative of `x`: a tangent that a rule of forward mode is given. Right for a first derivative alone. */
  carry: carried("carry"),
  /** The same, where the rule is for forward mode alone. */
  carryForward: carried("carryForward"),
  /**
   * 0, which is what a derivative is at a singular point where nothing comes in: the first operand. Where that has a derivative
   * itself, this has one too, as the node says.
   */
  vanish: { ...carried("vanish"), arity: "variadic", pullback: (x) => x.map(() => undefined) },
  /** The same as `attach` by a rule that is not linear in its seed: the node says what its operands receive. */
  attachRule: ruled("attachRule"),
  /** The same, where there is a rule for forward mode. */
  attachRuleReverse: ruled("attachRuleReverse"),
} as const satisfies Readonly<Record<string, OperationRow>>;

/** The marks that are 0. */
export const zeroMarks: ReadonlySet<string> = new Set(["carry", "carryForward", "vanish"]);

export function isMark(operation: string): boolean {
  return Object.hasOwn(markOperations, operation);
}

/** Whether it hands the whole adjoint on to its first operand, beside what the others receive. */
export function attaches(operation: string): boolean {
  return isMark(operation) && operation.startsWith("attach");
}

/** d(attach(y, x, g)) = dy + g * dx */
function attached(name: string): OperationRow {
  return {
    arity: 3,
    operands: "number",
    result: "number",
    evaluate: (y) => y!,
    pullback: ([, , g], _, d) => [d, mul(d, g!), undefined],
    cost: 0,
    notation: called(name),
    samples: [[1.5, 2, 3]],
  };
}

function ruled(name: string): OperationRow {
  return { ...attached(name), arity: "variadic", pullback: (x, _, d) => x.map((_, k) => (k === 0 ? d : undefined)) };
}

function carried(name: string): OperationRow {
  return {
    arity: 1,
    operands: "number",
    result: "number",
    evaluate: () => 0,
    pullback: (_, __, d) => [d],
    cost: 0,
    notation: called(name),
    samples: [[1.5]],
  };
}

function called(text: string): Notation {
  return { kind: "call", text };
}
