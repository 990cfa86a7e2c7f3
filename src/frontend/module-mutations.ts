/** Whether the object or array that a constant of a module holds is changed in its file. */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "./assignments.ts";
import type { Context } from "./context.ts";

const mutators: ReadonlySet<string> = new Set([
  ...["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "set", "copyWithin"],
]);

export function isMutated(context: Context, symbol: ts.Symbol, file: ts.SourceFile): boolean {
  let found = false;
  const check = (target: ts.Expression): void => {
    let base = target;
    while (ts.isElementAccessExpression(base) || ts.isPropertyAccessExpression(base) || ts.isNonNullExpression(base)) {
      base = base.expression;
    }
    if (base === target || !ts.isIdentifier(base) || base.text !== symbol.name) return;
    if (context.checker.getSymbolAtLocation(base) === symbol) found = true;
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) check(node.left);
    if (ts.isPostfixUnaryExpression(node)) check(node.operand);
    if (ts.isPrefixUnaryExpression(node)) {
      const { operator } = node;
      if (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken) check(node.operand);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      if (mutators.has(node.expression.name.text)) check(node.expression);
    }
    if (!found) ts.forEachChild(node, visit);
  };
  const mayBe = new RegExp(`\\b${symbol.name.replace(/\$/g, "\\$")}\\s*[.[!]`).test(file.text);
  if (mayBe && !isPrimitive(symbol)) visit(file);
  return found;
}

function isPrimitive(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  const start =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return (
    start !== undefined && (ts.isNumericLiteral(start) || ts.isArrowFunction(start) || ts.isFunctionExpression(start))
  );
}
