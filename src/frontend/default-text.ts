/** The default of a parameter as source text that means the same in the generated file. */
import { Node, type ObjectLiteralExpression, VariableDeclarationKind } from "ts-morph";

/**
 * Numbers, arithmetic on them, `Math`, `Number`, objects and arrays of these, parameters that stand before and parts of
 * them, and constants of the module that are numbers, which are replaced by their values. `undefined` for anything else.
 */
export function defaultText(node: Node): string | undefined {
  if (Node.isNumericLiteral(node) || Node.isTrueLiteral(node) || Node.isFalseLiteral(node)) return node.getText();
  if (Node.isStringLiteral(node)) return JSON.stringify(node.getLiteralText());
  if (Node.isParenthesizedExpression(node)) return wrap("(", defaultText(node.getExpression()), ")");
  if (Node.isPrefixUnaryExpression(node)) {
    const sign = node.getText().slice(0, 1);
    return "+-~!".includes(sign) && !/^(\+\+|--)/.test(node.getText())
      ? wrap(sign, defaultText(node.getOperand()), "")
      : undefined;
  }
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getText();
    const left = defaultText(node.getLeft());
    const right = defaultText(node.getRight());
    const isArithmetic = ["+", "-", "*", "/", "%", "**"].includes(operator);
    return isArithmetic && left !== undefined && right !== undefined ? `${left} ${operator} ${right}` : undefined;
  }
  if (Node.isCallExpression(node)) {
    const callee = node.getExpression().getText();
    const operands = node.getArguments().map(defaultText);
    const isKnown = /^Math\.(?!random$)\w+$/.test(callee) && operands.every((operand) => operand !== undefined);
    return isKnown ? `${callee}(${operands.join(", ")})` : undefined;
  }
  if (Node.isPropertyAccessExpression(node)) {
    const type = node.getType();
    const value = type.isEnumLiteral() ? type.getLiteralValue() : undefined;
    if (value !== undefined) return JSON.stringify(value);
    if (/^(Math|Number)\.[A-Z_0-9]+$/.test(node.getText())) return node.getText();
    return node.getName() === "length" || isPartOfParameter(node)
      ? wrap("", defaultText(node.getExpression()), `.${node.getName()}`)
      : undefined;
  }
  if (Node.isElementAccessExpression(node)) {
    const index = node.getArgumentExpression();
    const at = index === undefined || !isPartOfParameter(node) ? undefined : defaultText(index);
    return at === undefined ? undefined : wrap("", defaultText(node.getExpression()), `[${at}]`);
  }
  if (Node.isObjectLiteralExpression(node)) return objectText(node);
  if (Node.isArrayLiteralExpression(node)) {
    const entries = node.getElements().map(defaultText);
    return entries.some((entry) => entry === undefined) ? undefined : `[${entries.join(", ")}]`;
  }
  return Node.isIdentifier(node) ? nameText(node) : undefined;
}

/** `x[0]`, `params.rate`, of a parameter that stands before. */
function isPartOfParameter(node: Node): boolean {
  if (Node.isPropertyAccessExpression(node) || Node.isElementAccessExpression(node)) {
    return !node.hasQuestionDotToken() && isPartOfParameter(node.getExpression());
  }
  return Node.isIdentifier(node) && Node.isParameterDeclaration(node.getSymbol()?.getDeclarations()[0]);
}

/** `{}`, `{ rate: 0.1 }` */
function objectText(node: ObjectLiteralExpression): string | undefined {
  const members = node.getProperties().map((property) => {
    const value = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
    return Node.isPropertyAssignment(property) && value !== undefined
      ? wrap(`${property.getNameNode().getText()}: `, defaultText(value), "")
      : undefined;
  });
  if (members.some((member) => member === undefined)) return undefined;
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function wrap(before: string, text: string | undefined, after: string): string | undefined {
  return text === undefined ? undefined : before + text + after;
}

function nameText(node: Node): string | undefined {
  if (node.getText() === "Infinity" || node.getText() === "NaN") return node.getText();
  const declaration = node.getSymbol()?.getDeclarations()[0];
  if (Node.isParameterDeclaration(declaration)) return node.getText();
  const isConstant =
    Node.isVariableDeclaration(declaration) &&
    declaration.getVariableStatement()?.getDeclarationKind() === VariableDeclarationKind.Const;
  const value = isConstant ? declaration.getInitializer() : undefined;
  const text = value === undefined ? undefined : defaultText(value);
  return text === undefined || /^[\w.]+(e-\d+)?$/.test(text) ? text : `(${text})`;
}
