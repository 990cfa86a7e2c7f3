import type { Notation, OperationRow } from "./operation.ts";

/** Operations on the 32 bits of an integer: derivative 0. */
export const bitOperations = {
  bitAnd: bits(2, (x, y) => x & y, { kind: "infix", text: "&", precedence: 7 }),
  bitXor: bits(2, (x, y) => x ^ y, { kind: "infix", text: "^", precedence: 6 }),
  bitOr: bits(2, (x, y) => x | y, { kind: "infix", text: "|", precedence: 5 }),
  bitNot: bits(1, (x) => ~x, { kind: "prefix", text: "~" }),
  shiftLeft: bits(2, (x, y) => x << y, { kind: "infix", text: "<<", precedence: 10 }),
  shiftRight: bits(2, (x, y) => x >> y, { kind: "infix", text: ">>", precedence: 10 }),
  shiftRightUnsigned: bits(2, (x, y) => x >>> y, { kind: "infix", text: ">>>", precedence: 10 }),
  clz32: bits(1, Math.clz32, { kind: "call", text: "Math.clz32" }),
  imul: bits(2, Math.imul, { kind: "call", text: "Math.imul" }),
  /** One index of two, for arrays within arrays (src/ir/nested.ts). The back end prints each by itself. */
  pair: bits(2, (row, column) => row * 2 ** 17 + column + 2 ** 16, { kind: "call", text: "pair" }),
} as const satisfies Readonly<Record<string, OperationRow>>;

function bits(arity: 1 | 2, evaluate: (x: number, y: number) => number, notation: Notation): OperationRow {
  return {
    arity,
    operands: "number",
    result: "number",
    evaluate: (x, y) => evaluate(x!, y!),
    pullback: "none",
    cost: 1,
    notation,
    samples:
      arity === 1
        ? [[12.5], [-3.5]]
        : [
            [12.5, 3.5],
            [-5.5, 2.5],
          ],
  };
}
