/**
 * Whether the object or array that a constant of a module holds is changed: in its own file or in the one at hand, by an
 * assignment to a part of it, a method that changes it, under another name, or by a function that it is passed to.
 */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "./assignments.ts";
import type { Context } from "./context.ts";

const mutators: ReadonlySet<string> = new Set([
  ...["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "set", "copyWithin"],
]);

/** Methods and members that give the same memory under another name. */
const views: ReadonlySet<string> = new Set(["subarray", "buffer"]);

/** How many names and calls are followed. */
const furthest = 6;

export function isMutated(context: Context, symbol: ts.Symbol, file: ts.SourceFile): boolean {
  if (isPrimitive(symbol)) return false;
  const here = context.activation.declaration?.getSourceFile();
  const files = here === undefined || here === file ? [file] : [file, here];
  const result = context.mutations.get(symbol) ?? files.some((each) => isMutatedIn(context, symbol, each, 0));
  context.mutations.set(symbol, result);
  return result;
}

function isMutatedIn(context: Context, symbol: ts.Symbol, region: ts.Node, depth: number): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isIdentifier(node) && isReference(context, node, symbol)) found = changes(context, node, depth);
    else ts.forEachChild(node, visit);
  };
  visit(region);
  return found;
}

function isReference(context: Context, node: ts.Identifier, symbol: ts.Symbol): boolean {
  const isPart = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const isAlias = node.text !== symbol.name;
  if (isPart || (isAlias && symbol.valueDeclaration?.getSourceFile() === node.getSourceFile())) return false;
  const own = context.names.at(node);
  return own !== undefined && (own === symbol || context.names.resolved(own) === symbol);
}

/** Whether what stands here, which is the object or a part of it, is changed by what stands around it. */
function changes(context: Context, node: ts.Expression, depth: number, isPart = false): boolean {
  const { parent } = node;
  const up = (part = isPart) => changes(context, parent as ts.Expression, depth, part);
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent)) return up();
  if (ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isTypeAssertionExpression(parent))
    return up();
  if (ts.isElementAccessExpression(parent)) return parent.expression === node && up(true);
  if (ts.isPropertyAccessExpression(parent)) {
    const { text } = parent.name;
    const call = ts.isCallExpression(parent.parent) && parent.parent.expression === parent ? parent.parent : undefined;
    if (call === undefined) return views.has(text) ? !isPart : up(true);
    return mutators.has(text) || (views.has(text) && changes(context, call, depth));
  }
  if (ts.isBinaryExpression(parent)) {
    const isTarget = parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
    return isTarget ? isPart : false;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const isStep = parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
    return isPart && isStep;
  }
  if (ts.isForOfStatement(parent)) return isPart && parent.initializer === node;
  if (ts.isArrayLiteralExpression(parent) && isPart) return isPattern(parent);
  if (ts.isVariableDeclaration(parent) && parent.initializer === node && ts.isIdentifier(parent.name)) {
    // A store in the function at hand is refused where it stands.
    if (ts.findAncestor(parent, (each) => each === context.activation.declaration)) return false;
    const alias = isPart ? undefined : context.names.at(parent.name);
    return alias !== undefined && depth < furthest && isMutatedIn(context, alias, parent.getSourceFile(), depth + 1);
  }
  if (ts.isCallExpression(parent) && !isPart) return isChangedByCall(context, parent, node, depth);
  return false;
}

/** The left side of a destructuring assignment, or of a `for…of`. */
function isPattern(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isArrayLiteralExpression(parent) || ts.isParenthesizedExpression(parent)) return isPattern(parent);
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  return ts.isBinaryExpression(parent) && parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
}

function isChangedByCall(context: Context, call: ts.CallExpression, node: ts.Expression, depth: number): boolean {
  const place = call.arguments.indexOf(node);
  if (place < 0) return false;
  if (call.expression.getText() === "Object.assign") return place === 0;
  const signature = context.names.checkerOf(call).getResolvedSignature(call)?.declaration;
  const isFunction = signature !== undefined && ts.isFunctionLike(signature) && "body" in signature;
  const body = isFunction ? signature.body : undefined;
  const parameter = signature?.parameters[place];
  if (body === undefined || parameter === undefined || !ts.isParameter(parameter)) return false;
  const symbol = ts.isIdentifier(parameter.name) ? context.names.at(parameter.name) : undefined;
  return symbol !== undefined && depth < furthest && isMutatedIn(context, symbol, body, depth + 1);
}

function isPrimitive(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  const start =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return (
    start !== undefined && (ts.isNumericLiteral(start) || ts.isArrowFunction(start) || ts.isFunctionExpression(start))
  );
}
