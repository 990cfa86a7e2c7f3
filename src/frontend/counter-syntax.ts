/** How a counter is changed and compared, as the syntax says it. */
import { ts } from "ts-morph";
import type { Context } from "./context.ts";
import { lowerExpression } from "./lower-expression.ts";
import { symbolOf } from "./scope.ts";

export const comparisons: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
]);
export const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

export const opposites: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/** Without the parentheses around it. */
export function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}

export function commaList(node: ts.Expression): readonly ts.Expression[] {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.CommaToken) return [node];
  return [...commaList(node.left), ...commaList(node.right)];
}

export function updatedName(context: Context, update: ts.Expression): ts.Symbol | undefined {
  const target =
    ts.isPostfixUnaryExpression(update) || ts.isPrefixUnaryExpression(update)
      ? update.operand
      : ts.isBinaryExpression(update)
        ? update.left
        : undefined;
  return target !== undefined && ts.isIdentifier(target) ? symbolOf(context, target) : undefined;
}

/** The constant that an update adds to the counter. */
export function stepOf(context: Context, update: ts.Expression): number | undefined {
  if (ts.isPostfixUnaryExpression(update) || ts.isPrefixUnaryExpression(update)) {
    if (update.operator === ts.SyntaxKind.PlusPlusToken) return 1;
    return update.operator === ts.SyntaxKind.MinusMinusToken ? -1 : undefined;
  }
  if (!ts.isBinaryExpression(update)) return undefined;
  const { operatorToken, left, right } = update;
  if (operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return constantOf(context, right);
  if (operatorToken.kind === ts.SyntaxKind.MinusEqualsToken) return negative(constantOf(context, right));
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isBinaryExpression(right)) return undefined;
  const isCounter = (node: ts.Node) => ts.isIdentifier(node) && ts.isIdentifier(left) && node.text === left.text;
  if (right.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    if (isCounter(right.left)) return constantOf(context, right.right);
    return isCounter(right.right) ? constantOf(context, right.left) : undefined;
  }
  const isDifference = right.operatorToken.kind === ts.SyntaxKind.MinusToken && isCounter(right.left);
  return isDifference ? negative(constantOf(context, right.right)) : undefined;
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function constantOf(context: Context, node: ts.Expression): number | undefined {
  if (!ts.isNumericLiteral(node) && !ts.isIdentifier(node)) return undefined;
  const binding = lowerExpression(context, node);
  if (binding.kind !== "known" || typeof binding.value !== "number") return undefined;
  return Number.isInteger(binding.value) && binding.value !== 0 ? binding.value : undefined;
}
