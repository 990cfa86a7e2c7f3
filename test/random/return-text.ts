/** A `return` in the form that the function at hand has. */
import type { Context } from "./context.ts";
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
  }
}
