/**
 * Functions that are called with `new`, as JavaScript without classes has them: what is put into their prototypes is read
 * off the statements beside the function.
 *
 *     function Vec(x, y) { this.x = x; this.y = y; }
 *     Vec.prototype.add = function (o) { return new Vec(this.x + o.x, this.y + o.y); };
 *     Vec.prototype = { … };   Object.assign(Vec.prototype, { … });   Vec.prototype = Object.create(Base.prototype);
 */
import { ts } from "ts-morph";
import type { Binding, FunctionValue, Inherited, Prototype } from "./binding.ts";
import { addMember, nameOfMember, prototypeOf } from "./classes.ts";
import type { Context } from "./context.ts";
import { prototypeAfterLoad } from "./loaded-prototypes.ts";
import { lowerExpression } from "./lower-expression.ts";
import { outside } from "./module-values.ts";

export function prototypeOfFunction(context: Context, maker: FunctionValue, node: ts.Node): Prototype | undefined {
  const { declaration } = maker;
  const known = context.prototypes.get(declaration);
  if (known !== undefined) return known;
  if (!ts.isFunctionDeclaration(declaration) && !ts.isFunctionExpression(declaration)) {
    context.reporter.report("ADJ2014", node, { what: "new of what is no constructor" });
    return undefined;
  }
  const loaded = prototypeAfterLoad(context, maker, node);
  if (loaded !== undefined) return loaded;
  const members = new Map<string, Inherited>();
  let parent: Prototype | undefined;
  for (const { path, value } of partsAbout(declaration)) {
    const [first, name] = path;
    if (first !== "prototype") continue;
    if (name !== undefined) addPart(context, members, name, value, maker);
    else if (ts.isObjectLiteralExpression(value)) addLiteral(context, members, value, maker);
    else {
      const base = createdFrom(value);
      if (base !== undefined) parent = prototypeOf(context, lowerIn(context, base), base);
    }
  }
  const prototype: Prototype = { owner: declaration, maker, parent, members };
  context.prototypes.set(declaration, prototype);
  return prototype;
}

/** `Vec.dot`, where `Vec.dot = function …` stands beside the function. */
export function memberOfFunction(context: Context, owner: FunctionValue, name: string): Binding | undefined {
  const found = partsAbout(owner.declaration).filter(({ path }) => path.length === 1 && path[0] === name);
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  return functionIn(only.value, owner) ?? lowerIn(context, only.value);
}

function addPart(
  context: Context,
  members: Map<string, Inherited>,
  name: string,
  value: ts.Expression,
  maker: FunctionValue,
): void {
  if (name === "constructor") return;
  const method = functionIn(value, maker);
  members.set(name, method === undefined ? { value: () => lowerIn(context, value) } : { method });
}

function addLiteral(
  context: Context,
  members: Map<string, Inherited>,
  literal: ts.ObjectLiteralExpression,
  maker: FunctionValue,
): void {
  for (const property of literal.properties) {
    const name = property.name === undefined ? undefined : nameOfMember(property.name);
    if (name === undefined) continue;
    if (ts.isPropertyAssignment(property)) addPart(context, members, name, property.initializer, maker);
    else if (ts.isShorthandPropertyAssignment(property)) addPart(context, members, name, property.name, maker);
    else addMember(members, name, property, maker.environment);
  }
}

function functionIn(value: ts.Expression, { environment }: FunctionValue): FunctionValue | undefined {
  const isFunction = ts.isFunctionExpression(value) || ts.isArrowFunction(value);
  return isFunction ? { kind: "function", declaration: value, environment } : undefined;
}

function lowerIn(context: Context, value: ts.Expression): Binding {
  return outside(context, value, () => lowerExpression(context, value));
}

interface Part {
  /** `["prototype", "add"]` of `Vec.prototype.add = …`. */
  readonly path: readonly string[];
  readonly value: ts.Expression;
}

/** What the statements beside a function put into its members, in order. */
function partsAbout(declaration: ts.Node): readonly Part[] {
  const holder = ts.isVariableDeclaration(declaration.parent) ? declaration.parent : declaration;
  const named = ts.isFunctionDeclaration(holder) || ts.isVariableDeclaration(holder) ? holder.name : undefined;
  const block = ts.isVariableDeclaration(holder) ? holder.parent.parent.parent : holder.parent;
  if (named === undefined || !ts.isIdentifier(named) || !(ts.isSourceFile(block) || ts.isBlock(block))) return [];
  /** Names for the function, and for parts of it: `var proto = Vec.prototype`. */
  const names = new Map<string, readonly string[]>([[named.text, []]]);
  const pathOf = (target: ts.Expression): readonly string[] | undefined => {
    if (ts.isIdentifier(target)) return names.get(target.text);
    if (ts.isElementAccessExpression(target) && ts.isStringLiteralLike(target.argumentExpression)) {
      const before = pathOf(target.expression);
      return before && [...before, target.argumentExpression.text];
    }
    const before = ts.isPropertyAccessExpression(target) ? pathOf(target.expression) : undefined;
    return before && ts.isPropertyAccessExpression(target) ? [...before, target.name.text] : undefined;
  };
  const parts: Part[] = [];
  const visit = (node: ts.Expression): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      let value = node.right;
      while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
        value = value.right;
      }
      const path = pathOf(node.left);
      if (path !== undefined && path.length > 0) parts.push({ path, value });
      if (node.right !== value) visit(node.right);
    }
    if (!ts.isCallExpression(node) || node.expression.getText() !== "Object.assign") return;
    const [target, ...sources] = node.arguments;
    const path = target && pathOf(target);
    if (path?.length === 1) for (const value of sources) parts.push({ path, value });
  };
  for (const statement of block.statements) {
    if (ts.isExpressionStatement(statement)) visit(statement.expression);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const path = initializer && pathOf(initializer);
      if (path !== undefined && ts.isIdentifier(name)) names.set(name.text, path);
    }
  }
  return parts;
}

/** `Base` of `Object.create(Base.prototype)` and of `new Base()`. */
function createdFrom(value: ts.Expression): ts.Expression | undefined {
  if (ts.isNewExpression(value)) return value.expression;
  if (!ts.isCallExpression(value) || value.expression.getText() !== "Object.create") return undefined;
  const [from] = value.arguments;
  return from !== undefined && ts.isPropertyAccessExpression(from) && from.name.text === "prototype"
    ? from.expression
    : undefined;
}
