/** Modules of CommonJS, as packages ship them: what `exports.name = …` and `module.exports = …` export, and `require`. */
import { ts } from "ts-morph";

/** The values that the declarations of an export give it, in order; none for other declarations. */
export function exportedValues(declarations: readonly ts.Declaration[]): readonly ts.Expression[] {
  // `exports.name = void 0` comes first where a compiler wrote it.
  return declarations.flatMap((each) => valueOf(each) ?? []).filter((value) => !ts.isVoidExpression(value));
}

function valueOf(declaration: ts.Declaration): ts.Expression | undefined {
  if (ts.isPropertyAssignment(declaration)) return declaration.initializer;
  if (ts.isCallExpression(declaration)) return definedValue(declaration);
  if (ts.isSourceFile(declaration)) return undefined;
  const assignment = ts.isBinaryExpression(declaration) ? declaration : declaration.parent;
  return ts.isBinaryExpression(assignment) ? lastValue(assignment) : undefined;
}

/** `exports.a = exports.b = value`. */
function lastValue(assignment: ts.BinaryExpression): ts.Expression {
  let value: ts.Expression = assignment;
  while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken) value = value.right;
  return value;
}

/** `Object.defineProperty(exports, "name", { get: function () { return value; } })`, or with `value`. */
function definedValue(call: ts.CallExpression): ts.Expression | undefined {
  const [, , descriptor] = call.arguments;
  if (descriptor === undefined || !ts.isObjectLiteralExpression(descriptor)) return undefined;
  for (const property of descriptor.properties) {
    const name = property.name?.getText();
    if (name === "value" && ts.isPropertyAssignment(property)) return property.initializer;
    if (name !== "get") continue;
    const getter = ts.isPropertyAssignment(property) ? property.initializer : property;
    const isFunction = ts.isFunctionExpression(getter) || ts.isMethodDeclaration(getter);
    const [only, ...others] = (isFunction ? getter.body?.statements : undefined) ?? [];
    return only !== undefined && others.length === 0 && ts.isReturnStatement(only) ? only.expression : undefined;
  }
  return undefined;
}

/** What is required by `require("name")`. */
export function requiredName(call: ts.CallExpression): ts.StringLiteralLike | undefined {
  const [name, ...others] = call.arguments;
  const isRequire = ts.isIdentifier(call.expression) && call.expression.text === "require";
  return isRequire && name !== undefined && others.length === 0 && ts.isStringLiteralLike(name) ? name : undefined;
}
