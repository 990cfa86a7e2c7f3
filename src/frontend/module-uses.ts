/** What the syntax around an expression does with the object or array that it names. */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "./assignments.ts";
import { readingMethodsOfDates } from "./load/natives/dates.ts";

/** Methods of arrays, typed arrays, maps, dates, regular expressions and objects that change nothing that is followed. */
export const readingMethods: ReadonlySet<string> = new Set([
  ...readingMethodsOfDates,
  ...["test", "exec"],
  ...["map", "reduce", "reduceRight", "forEach", "filter", "find", "findIndex", "findLast", "findLastIndex", "every"],
  ...["some", "at", "indexOf", "lastIndexOf", "includes", "join", "slice", "concat", "flat", "flatMap", "entries"],
  ...["keys", "values", "toString", "toFixed", "toSorted", "toReversed", "with", "hasOwnProperty", "get", "has"],
]);

/** Those of them that give out parts. */
export const handsOn: ReadonlySet<string> = new Set([
  ...["filter", "find", "findLast", "at", "slice", "concat", "flat", "entries", "values", "toSorted", "toReversed"],
  ...["with", "get"],
]);

/** Functions of JavaScript that read what they are given. */
export const readingFunctions =
  /^(Math\.\w+|console\.\w+|JSON\.stringify|structuredClone|Number|String|Boolean|isNaN|isFinite|Array\.isArray|Array\.from|ArrayBuffer\.isView|Object\.(keys|is|hasOwn|isFrozen)|\w+Array\.from)$/;

const copyingConstructors = /^(Array|Set|(Float|Int|Uint)\d+(Clamped)?Array)$/;

/**
 * Whether the expression may be something that can be changed. What has no type may be anything; but in JavaScript, where
 * little has one, a part without a type is taken to be a number or a function.
 */
export function isObject(node: ts.Node, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  const isOpen = (type.flags & ts.TypeFlags.Any) !== 0 && !ts.isIdentifier(node);
  if (isOpen && (node.flags & ts.NodeFlags.JavaScriptFile) !== 0) return false;
  return !isPrimitive(type);
}

const primitive =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.ESSymbolLike |
  ts.TypeFlags.VoidLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Never;

function isPrimitive(type: ts.Type): boolean {
  return type.isUnion() ? type.types.every(isPrimitive) : (type.flags & primitive) !== 0;
}

/** Whether a copy of the object has no part that can be changed. */
function isFlat(node: ts.Node, checker: ts.TypeChecker): boolean {
  const members = checker.getTypeAtLocation(node).getProperties();
  return members.length > 0 && members.every((each) => isPrimitive(checker.getTypeOfSymbolAtLocation(each, node)));
}

/** Whether all entries of the array are numbers, strings or booleans. */
export function isNumeric(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const element = checker.getTypeAtLocation(node).getNumberIndexType();
  const primitive = ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike;
  return element !== undefined && (element.flags & primitive) !== 0;
}

/** Whether something is assigned to the expression, or it is counted up or down, or deleted. */
export function isTarget(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent)) {
    return isTarget(parent);
  }
  if (ts.isBinaryExpression(parent)) {
    const isLeft = parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
    return isLeft || (parent.left === node && isPattern(parent));
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  return ts.isDeleteExpression(parent) || isPattern(node);
}

/** Whether the expression is a part of the left side of a destructuring assignment, or of a `for…of`. */
function isPattern(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent)) {
    return isLeftSide(parent) || isPattern(parent);
  }
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isPattern(parent);
  const isWrapped = ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent) || ts.isParenthesizedExpression(parent);
  return isWrapped && (isLeftSide(parent) || isPattern(parent));
}

function isLeftSide(literal: ts.Node): boolean {
  const { parent } = literal;
  if (ts.isParenthesizedExpression(parent)) return isLeftSide(parent);
  if (ts.isForOfStatement(parent)) return parent.initializer === literal;
  return (
    ts.isBinaryExpression(parent) && parent.left === literal && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

/** Whether what stands around the object only looks at it. */
export function leavesAlone(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const { parent } = node;
  switch (parent.kind) {
    case ts.SyntaxKind.ExpressionStatement:
    case ts.SyntaxKind.IfStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.ForInStatement:
    case ts.SyntaxKind.SwitchStatement:
    case ts.SyntaxKind.CaseClause:
    case ts.SyntaxKind.TypeOfExpression:
    case ts.SyntaxKind.VoidExpression:
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression:
    case ts.SyntaxKind.TemplateSpan:
    case ts.SyntaxKind.ExportAssignment:
    case ts.SyntaxKind.TypeQuery:
    case ts.SyntaxKind.ThrowStatement:
      return true;
    case ts.SyntaxKind.ElementAccessExpression:
      return (parent as ts.ElementAccessExpression).argumentExpression === node;
    case ts.SyntaxKind.ConditionalExpression:
      return (parent as ts.ConditionalExpression).condition === node;
    case ts.SyntaxKind.SpreadElement:
      return isNumeric(node, checker);
    case ts.SyntaxKind.SpreadAssignment:
      return isFlat(node, checker);
    case ts.SyntaxKind.ForOfStatement:
      return (parent as ts.ForOfStatement).expression === node && isNumeric(node, checker);
    case ts.SyntaxKind.NewExpression:
      return copyingConstructors.test((parent as ts.NewExpression).expression.getText()) && isNumeric(node, checker);
    case ts.SyntaxKind.BinaryExpression: {
      const { operatorToken, left, right } = parent as ts.BinaryExpression;
      if (isAssignmentOperator(operatorToken.kind)) return right === node && isExported(left);
      const handsOnSide: ReadonlySet<ts.SyntaxKind> = new Set([
        ts.SyntaxKind.AmpersandAmpersandToken,
        ts.SyntaxKind.BarBarToken,
        ts.SyntaxKind.QuestionQuestionToken,
        ts.SyntaxKind.CommaToken,
      ]);
      return !handsOnSide.has(operatorToken.kind);
    }
    default:
      return false;
  }
}

/** `exports.name` or `module.exports`: what a module of CommonJS gives out. */
function isExported(left: ts.Expression): boolean {
  return /^(module\.)?exports\b/.test(left.getText());
}

/** The literal, or the wrapper, that the expression is put into, and goes on in. */
export function literalAround(node: ts.Expression): ts.Expression | undefined {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent))
    return parent;
  if (ts.isSatisfiesExpression(parent) || ts.isTypeAssertionExpression(parent)) return parent;
  if (ts.isArrayLiteralExpression(parent)) return parent;
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) return parent.parent;
  if (ts.isSpreadAssignment(parent)) return parent.parent;
  return ts.isSpreadElement(parent) && ts.isArrayLiteralExpression(parent.parent) ? parent.parent : undefined;
}

export type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.Node };

export function isFunctionWithBody(node: ts.Node): node is FunctionWithBody {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

export function mentions(body: ts.Node, word: "this" | "arguments"): boolean {
  const visit = (node: ts.Node): boolean => {
    if (word === "this" ? node.kind === ts.SyntaxKind.ThisKeyword : ts.isIdentifier(node) && node.text === word)
      return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(body);
}

/** The identifier is the name of a member or declaration, and no use of a variable. */
export function isOnlyName(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) return parent.name === name;
  const isDeclared =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionLike(parent);
  return isDeclared && parent.name === name;
}
