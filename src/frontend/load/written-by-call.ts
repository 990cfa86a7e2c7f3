/**
 * Whether a call may write to an object that it is given, as a parameter or as `this`: read off the body of what is called.
 * What the body only looks at, it leaves alone; what it gives another name is followed under that name; what it hands on is
 * taken to be written to.
 */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "../assignments.ts";
import { isOnlyName, literalAround, readingFunctions, readingMethods } from "../module-uses.ts";
import { LoadedArray, LoadedFunction, LoadedObject, type LoadedValue } from "./values.ts";

export const changingMethods =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|set|copyWithin|add|delete|clear|set(UTC)?(FullYear|Month|Date|Hours|Minutes|Seconds|Milliseconds)|set(Time|Year))$/;
/** How many names and calls are followed. */
const furthest = 8;
const choices: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.CommaToken,
]);

type Member = (value: LoadedValue, name: string) => LoadedValue;
type Part = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.ParenthesizedExpression;

/** Whether a function writes to what it is given at a place, or to a part of it. */
export function writesParameter(callee: LoadedFunction, place: number, given: LoadedValue, member: Member): boolean {
  const { node } = callee;
  if (ts.isClassLike(node)) return true;
  const parameter = node.parameters[place];
  if (parameter === undefined) return /\barguments\b/.test(node.getText());
  if (!ts.isIdentifier(parameter.name) || parameter.dotDotDotToken !== undefined) return true;
  return new Uses(node, member, 0).write(isNamed(parameter.name.text), given);
}

/** Whether a method writes to the object that it is called on, or to a part of it. */
export function writesThis(method: LoadedFunction, receiver: LoadedValue, member: Member, depth = 0): boolean {
  const { node } = method;
  if (ts.isClassLike(node) || depth > furthest) return true;
  // An arrow function has the `this` that stands around it.
  return !ts.isArrowFunction(node) && new Uses(node, member, depth).write(isReceiver, receiver);
}

class Uses {
  readonly #owner: ts.SignatureDeclaration;
  readonly #member: Member;
  readonly #depth: number;

  constructor(owner: ts.SignatureDeclaration, member: Member, depth: number) {
    this.#owner = owner;
    this.#member = member;
    this.#depth = depth;
  }

  /** Whether the function writes to what it knows under a name. */
  write(isName: (node: ts.Node) => boolean, object: LoadedValue): boolean {
    if (this.#depth > furthest) return true;
    const named = new Named(isName, object, this.#member);
    const visit = (node: ts.Node): boolean =>
      isName(node) && this.#mayWrite(node as ts.Expression, named)
        ? true
        : (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
    return "body" in this.#owner && this.#owner.body !== undefined && visit(this.#owner.body as ts.Node);
  }

  #mayWrite(name: ts.Expression, named: Named): boolean {
    let at = name;
    while (named.isPart(at.parent) && at.parent.expression === at) at = at.parent;
    const { parent } = at;
    const isOwn = at === name;
    if (ts.isBinaryExpression(parent) && parent.left === at && isAssignmentOperator(parent.operatorToken.kind)) {
      return !isOwn;
    }
    const isStep = ts.isPostfixUnaryExpression(parent) || ts.isPrefixUnaryExpression(parent);
    if (isStep || ts.isDeleteExpression(parent)) return !isOwn;
    if (ts.isCallExpression(parent) && parent.expression === at) return this.#isWrittenByMethod(at, named);
    return named.mayBeObject(at) && this.#isHandedOn(at, named.valueAt(at));
  }

  /** `x.m()`: what is written is `x`. */
  #isWrittenByMethod(callee: ts.Expression, named: Named): boolean {
    if (!ts.isPropertyAccessExpression(callee)) return ts.isElementAccessExpression(callee);
    const name = callee.name.text;
    const receiver = named.valueAt(callee.expression);
    if (receiver === undefined) return !readingMethods.has(name);
    const method = this.#member(receiver, name);
    if (!(method instanceof LoadedFunction)) return changingMethods.test(name);
    return writesThis(method, receiver, this.#member, this.#depth + 1);
  }

  /** Whether an expression that is the object, or a part of it, goes where it may be written to. */
  #isHandedOn(at: ts.Expression, value: LoadedValue): boolean {
    const { parent } = at;
    const around = literalAround(at);
    if (around !== undefined) return this.#isHandedOn(around, undefined);
    if (ts.isConditionalExpression(parent)) return parent.condition !== at && this.#isHandedOn(parent, undefined);
    if (ts.isBinaryExpression(parent)) {
      const { operatorToken, left, right } = parent;
      if (choices.has(operatorToken.kind)) return this.#isHandedOn(parent, left === at ? value : undefined);
      if (!isAssignmentOperator(operatorToken.kind) || right !== at) return false;
      return !ts.isIdentifier(left) || this.#isWrittenUnder(left, value);
    }
    if (ts.isVariableDeclaration(parent)) return this.#isWrittenUnder(parent.name, value);
    if (ts.isForOfStatement(parent) && parent.expression === at) {
      const { initializer } = parent;
      if (!ts.isVariableDeclarationList(initializer)) return true;
      return initializer.declarations.some((each) => this.#isWrittenUnder(each.name, undefined));
    }
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      return !readingFunctions.test(parent.expression.getText());
    }
    // Of what stands around it the object is a part no more, or nothing is done with it.
    return ts.isReturnStatement(parent) || ts.isArrowFunction(parent) || ts.isSpreadElement(parent);
  }

  #isWrittenUnder(name: ts.BindingName, value: LoadedValue): boolean {
    const inner = new Uses(this.#owner, this.#member, this.#depth + 1);
    if (ts.isIdentifier(name)) return inner.write(isNamed(name.text), value);
    return name.elements.some((each) => ts.isBindingElement(each) && this.#isWrittenUnder(each.name, undefined));
  }
}

/** What is known of the values of an object's parts. */
class Named {
  readonly #isName: (node: ts.Node) => boolean;
  readonly #object: LoadedValue;
  readonly #member: Member;

  constructor(isName: (node: ts.Node) => boolean, object: LoadedValue, member: Member) {
    this.#isName = isName;
    this.#object = object;
    this.#member = member;
  }

  isPart(node: ts.Node): node is Part {
    const isMember = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
    if (!isMember && !ts.isParenthesizedExpression(node)) return false;
    return this.#isName(node.expression) || this.isPart(node.expression);
  }

  /** Undefined where it is not known. */
  valueAt(node: ts.Expression): LoadedValue {
    if (this.#isName(node)) return this.#object;
    if (ts.isParenthesizedExpression(node)) return this.valueAt(node.expression);
    return ts.isPropertyAccessExpression(node)
      ? this.#member(this.valueAt(node.expression), node.name.text)
      : undefined;
  }

  mayBeObject(node: ts.Expression): boolean {
    if (this.#isName(node)) return true;
    if (ts.isParenthesizedExpression(node)) return this.mayBeObject(node.expression);
    if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return true;
    const base = this.valueAt(node.expression);
    if (!(base instanceof LoadedObject)) return true;
    if (ts.isPropertyAccessExpression(node)) return canBeWritten(this.#member(base, node.name.text));
    if (base instanceof LoadedArray) return Array.from<LoadedValue>(base.elements).some(canBeWritten);
    return [...base.properties.values()].some(({ value, get }) => get !== undefined || canBeWritten(value));
  }
}

function canBeWritten(value: LoadedValue): boolean {
  return value instanceof LoadedObject && !(value instanceof LoadedFunction);
}

function isNamed(name: string): (node: ts.Node) => boolean {
  return (node) => ts.isIdentifier(node) && node.text === name && !isOnlyName(node);
}

function isReceiver({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.ThisKeyword || kind === ts.SyntaxKind.SuperKeyword;
}
