import type { Notation, OperationRow } from "./operation.ts";

/**
 * Comparisons, and the logic of their results. `evaluate` takes booleans as the numbers 0 and 1. `and` and `or` may
 * evaluate both operands: these are pure.
 */
export const comparisonOperations = {
  lt: comparison("<", 9, (x, y) => x < y),
  le: comparison("<=", 9, (x, y) => x <= y),
  gt: comparison(">", 9, (x, y) => x > y),
  ge: comparison(">=", 9, (x, y) => x >= y),
  eq: comparison("===", 8, (x, y) => x === y),
  ne: comparison("!==", 8, (x, y) => x !== y),
  truthy: {
    arity: 1,
    operands: "number",
    result: "boolean",
    evaluate: (x) => Boolean(x),
    pullback: "none",
    cost: 1,
    notation: { kind: "call", text: "Boolean" },
    samples: [[1.5], [-2]],
  },

  and: logic(2, (x, y) => x && y, { kind: "infix", text: "&&", precedence: 4 }),
  or: logic(2, (x, y) => x || y, { kind: "infix", text: "||", precedence: 3 }),
  not: logic(1, (x) => !x, { kind: "prefix", text: "!" }),
  eqBoolean: logic(2, (x, y) => x === y, { kind: "infix", text: "===", precedence: 8 }),
  neBoolean: logic(2, (x, y) => x !== y, { kind: "infix", text: "!==", precedence: 8 }),
  toNumber: {
    arity: 1,
    operands: "boolean",
    result: "number",
    evaluate: (x) => Number(x),
    pullback: "none",
    cost: 1,
    notation: { kind: "call", text: "Number" },
    samples: [[0], [1]],
  },
} as const satisfies Readonly<Record<string, OperationRow>>;

function comparison(text: string, precedence: number, evaluate: (x: number, y: number) => boolean): OperationRow {
  return {
    arity: 2,
    operands: "number",
    result: "boolean",
    evaluate: (x, y) => evaluate(x!, y!),
    pullback: "none",
    cost: 1,
    notation: { kind: "infix", text, precedence },
    samples: [
      [1, 2],
      [2, 1],
    ],
  };
}

function logic(arity: 1 | 2, evaluate: (x: boolean, y: boolean) => boolean, notation: Notation): OperationRow {
  return {
    arity,
    operands: "boolean",
    result: "boolean",
    evaluate: (x, y) => evaluate(Boolean(x), Boolean(y)),
    pullback: "none",
    cost: 1,
    notation,
    samples:
      arity === 1
        ? [[0], [1]]
        : [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ],
  };
}
