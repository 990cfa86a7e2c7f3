/** A `return` in the form that the function at hand has. */
import { sizeText, type Context, type NestedResult } from "./context.ts";
import { fitted } from "./guards.ts";
import { parenthesized } from "./pieces.ts";
import { printCondition, printExpression } from "./print-expression.ts";
import type { ExpressionTree } from "./program.ts";

export function returnText(tree: ExpressionTree, context: Context, second: ExpressionTree = tree): string {
  const { returns } = context;
  const value = (expression: ExpressionTree) => fitted(printExpression(expression, context), 4, 1);
  switch (returns.kind) {
    case "none":
      return "return;";
    case "number":
      return `return ${value(tree).text};`;
    case "flag": {
      const literal = { kind: "literal", tenths: 1 } as const;
      return `return ${printCondition({ kind: "compare", operator: ">", left: tree, right: literal }, context).text};`;
    }
    case "tuple":
      return `return [${parenthesized(value(tree), 2)}, ${parenthesized(value(second), 2)}];`;
    case "object":
      return `return { first: ${parenthesized(value(tree), 2)}, second: ${parenthesized(value(second), 2)} };`;
    case "array":
      return `return ${returns.array.text};`;
    case "objectWithArray":
      return `return { loss: ${parenthesized(value(tree), 2)}, state: ${returns.array.text} };`;
    case "nested": {
      const [first, other] = [parenthesized(value(tree), 14), parenthesized(value(second), 14)];
      return `return ${returns.form.text(first, other, sizeText(context, "n"))};`;
    }
  }
}

export const nestedResults: readonly NestedResult[] = [
  {
    type: "{ inner: { a: number; isLarge: boolean }; pair: [number, { b: number }] }",
    text: (a, b) => `{ inner: { a: ${a}, isLarge: ${a} > 0.3 }, pair: [${b}, { b: ${a} * ${b} }] }`,
  },
  { type: "number[][]", text: (a, b, n) => `Array.from({ length: ${n} }, (_, k) => [${a} * k, ${b}])` },
  {
    type: "{ x: number; v: number; on: boolean }[]",
    text: (a, b, n) => `Array.from({ length: ${n} }, (_, k) => ({ x: ${a} + k, v: ${b} * ${a}, on: k > 1 }))`,
  },
  {
    type: "[number, number][]",
    text: (a, b, n) => `Array.from({ length: ${n} }, (_, k): [number, number] => [${a} * 0.5, ${b} - k])`,
  },
  {
    type: "{ rows: Float64Array[]; last: { readonly at: readonly [number, number] } }",
    text: (a, b, n) => {
      return `{ rows: [new Float64Array(${n}).fill(${a}), new Float64Array(2).fill(${b})], last: { at: [${b}, ${a}] } }`;
    },
  },
  {
    type: "{ first: number[]; then: { count: number; mean: number }[] }",
    text: (a, b, n) => {
      return `{ first: [${a}, ${b}], then: new Array<number>(${n}).fill(0).map((_, k) => ({ count: k, mean: ${a} * ${b} })) }`;
    },
  },
];
