/** Expressions of a module, evaluated while it is loaded. */
import { ts } from "ts-morph";
import { callFunction, classOf, construct, functionOf, superOf } from "./functions.ts";
import type { Here } from "./machine.ts";
import { binary, operatorOf, typeName } from "./operators.ts";
import { assignPattern } from "./patterns.ts";
import { entriesOf, keyOf, numberOf, readProperty, textOf, truthy, typeError, writeProperty } from "./properties.ts";
import {
  type Key,
  LoadedArray,
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  Opaque,
  Thrown,
  Unloadable,
} from "./values.ts";

export function evaluate(here: Here, node: ts.Expression): LoadedValue {
  const { machine, frame } = here;
  machine.step();
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return true;
    case ts.SyntaxKind.FalseKeyword:
      return false;
    case ts.SyntaxKind.NullKeyword:
      return null;
    case ts.SyntaxKind.ThisKeyword:
      return frame.self;
    case ts.SyntaxKind.OmittedExpression:
      return undefined;
    default:
  }
  if (ts.isIdentifier(node)) return readName(here, node);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) {
    const chained = chain(here, node);
    return chained === cut ? undefined : chained.value;
  }
  if (ts.isBinaryExpression(node)) return evaluateBinary(here, node);
  if (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) return functionOf(here, node);
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)) {
    return evaluate(here, node.expression);
  }
  if (ts.isSatisfiesExpression(node) || ts.isTypeAssertionExpression(node)) return evaluate(here, node.expression);
  if (ts.isObjectLiteralExpression(node)) return objectOf(here, node);
  if (ts.isArrayLiteralExpression(node)) return machine.realm.array(listOf(here, node.elements));
  if (ts.isConditionalExpression(node)) {
    return evaluate(here, truthy(evaluate(here, node.condition)) ? node.whenTrue : node.whenFalse);
  }
  if (ts.isPrefixUnaryExpression(node)) return prefix(here, node);
  if (ts.isPostfixUnaryExpression(node)) return step(here, node.operand, node.operator, "before");
  if (ts.isNewExpression(node)) {
    const callee = evaluate(here, node.expression);
    return construct(machine, callee, listOf(here, node.arguments ?? []));
  }
  if (ts.isTypeOfExpression(node)) {
    const { expression } = node;
    const isFree = ts.isIdentifier(expression) && here.scope.find(expression.text) === undefined;
    if (isFree && !machine.realm.globals.has(expression.text)) return "undefined";
    return typeName(evaluate(here, expression));
  }
  if (ts.isVoidExpression(node)) {
    evaluate(here, node.expression);
    return undefined;
  }
  if (ts.isDeleteExpression(node)) return remove(here, node.expression);
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(
      (span) => textOf(machine, evaluate(here, span.expression)) + span.literal.text,
    );
    return node.head.text + parts.join("");
  }
  if (ts.isClassExpression(node)) return classOf(here, node);
  if (ts.isRegularExpressionLiteral(node)) return machine.realm.expression(node.text);
  throw new Unloadable(`the expression ${ts.SyntaxKind[node.kind]}`);
}

export function readName({ scope, machine, frame }: Here, name: ts.Identifier): LoadedValue {
  const slot = scope.find(name.text);
  if (slot !== undefined) {
    if (slot.read !== undefined) return slot.read();
    if (!slot.isSet) throw new Thrown(machine.realm.error("ReferenceError", `${name.text} is not initialized`));
    return slot.value;
  }
  if (name.text === "undefined") return undefined;
  if (name.text === "arguments" && frame.target !== undefined) return machine.realm.array([...frame.arguments]);
  const global = machine.realm.globals.get(name.text);
  if (global !== undefined || machine.realm.globals.has(name.text)) return global;
  throw new Thrown(machine.realm.error("ReferenceError", `${name.text} is not defined`));
}

const cut = Symbol("the rest of an optional chain");

/** A member, an entry, or a call, with what `this` is in a call of it. */
function chain(
  here: Here,
  node: ts.Expression,
): { readonly value: LoadedValue; readonly self: LoadedValue } | typeof cut {
  const { machine } = here;
  const inner = (part: ts.Expression): { readonly value: LoadedValue; readonly self: LoadedValue } | typeof cut => {
    if (ts.isPropertyAccessExpression(part) || ts.isElementAccessExpression(part) || ts.isCallExpression(part)) {
      return chain(here, part);
    }
    if (ts.isNonNullExpression(part)) return inner(part.expression);
    if (ts.isParenthesizedExpression(part) && !ts.isBinaryExpression(part.expression)) {
      const within = inner(part.expression);
      return within === cut ? { value: undefined, self: undefined } : within;
    }
    return { value: evaluate(here, part), self: undefined };
  };
  if (ts.isCallExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      return { value: superOf(here, listOf(here, node.arguments)), self: undefined };
    }
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return { value: machine.realm.opaque, self: undefined };
    const required = requiredModule(here, node);
    if (required !== undefined) return { value: machine.require(required), self: undefined };
    const callee = inner(node.expression);
    if (callee === cut) return cut;
    if (node.questionDotToken !== undefined && (callee.value === undefined || callee.value === null)) return cut;
    const values = listOf(here, node.arguments);
    return { value: callFunction(machine, callee.value, callee.self, values, node), self: undefined };
  }
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return cut;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    const home = here.frame.target?.home?.proto;
    const found = home === undefined ? undefined : readProperty(machine, home, memberKey(here, node));
    return { value: found, self: here.frame.self };
  }
  const base = inner(node.expression);
  if (base === cut) return cut;
  if (node.questionDotToken !== undefined && (base.value === undefined || base.value === null)) return cut;
  return { value: readProperty(machine, base.value, memberKey(here, node)), self: base.value };
}

function requiredModule({ scope }: Here, node: ts.CallExpression): ts.StringLiteralLike | undefined {
  const [name, ...others] = node.arguments;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
  const isModules = isRequire && (scope.find("require")?.names.length ?? 0) === 0;
  return isModules && name !== undefined && others.length === 0 && ts.isStringLiteralLike(name) ? name : undefined;
}

export function memberKey(here: Here, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Key {
  return ts.isPropertyAccessExpression(node)
    ? node.name.text
    : keyOf(here.machine, evaluate(here, node.argumentExpression));
}

export function listOf(here: Here, elements: readonly ts.Expression[]): LoadedValue[] {
  return elements.flatMap((element) =>
    ts.isSpreadElement(element)
      ? [...entriesOf(here.machine, evaluate(here, element.expression))]
      : [evaluate(here, element)],
  );
}

export function propertyKey(here: Here, name: ts.PropertyName): Key {
  return ts.isComputedPropertyName(name) ? keyOf(here.machine, evaluate(here, name.expression)) : name.text;
}

function objectOf(here: Here, node: ts.ObjectLiteralExpression): LoadedValue {
  const { machine } = here;
  const object = machine.realm.object();
  for (const part of node.properties) {
    if (ts.isSpreadAssignment(part)) {
      copyOwn(here, evaluate(here, part.expression), object);
      continue;
    }
    const key = propertyKey(here, part.name);
    if (ts.isPropertyAssignment(part)) {
      const value = evaluate(here, part.initializer);
      if (key === "__proto__") object.proto = value instanceof LoadedObject ? value : undefined;
      else object.properties.set(key, { value, enumerable: true });
    } else if (ts.isShorthandPropertyAssignment(part)) object.put(key, readName(here, part.name));
    else {
      const method = functionOf(here, part);
      method.home = object;
      define(object, key, part, method);
    }
  }
  return object;
}

/** A method, or one half of an accessor. */
export function define(
  object: LoadedObject,
  key: Key,
  part: ts.MethodDeclaration | ts.AccessorDeclaration,
  method: LoadedFunction,
  enumerable = true,
): void {
  const before = object.properties.get(key);
  if (ts.isMethodDeclaration(part)) object.properties.set(key, { value: method, enumerable });
  else if (ts.isGetAccessor(part)) object.properties.set(key, { ...before, value: undefined, get: method, enumerable });
  else object.properties.set(key, { ...before, value: undefined, set: method, enumerable });
}

export function copyOwn({ machine }: Pick<Here, "machine">, from: LoadedValue, to: LoadedObject): void {
  if (from instanceof Opaque) throw new Unloadable("a copy of what only the run knows");
  if (typeof from === "string") for (const [k, part] of [...from].entries()) to.put(String(k), part);
  if (!(from instanceof LoadedObject)) return;
  for (const key of from.keys()) writeProperty(machine, to, key, readProperty(machine, from, key));
}

function prefix(here: Here, node: ts.PrefixUnaryExpression): LoadedValue {
  const { machine } = here;
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken:
      return step(here, node.operand, node.operator, "after");
    case ts.SyntaxKind.ExclamationToken:
      return !truthy(evaluate(here, node.operand));
    default: {
      const value = evaluate(here, node.operand);
      if (value instanceof Opaque) return value;
      const number = numberOf(machine, value);
      if (node.operator === ts.SyntaxKind.MinusToken) return -number;
      return node.operator === ts.SyntaxKind.TildeToken ? ~number : number;
    }
  }
}

function step(here: Here, operand: ts.Expression, operator: ts.SyntaxKind, wanted: "before" | "after"): LoadedValue {
  let result: LoadedValue;
  update(here, operand, (value) => {
    const before = numberOf(here.machine, value);
    const after = operator === ts.SyntaxKind.PlusPlusToken ? before + 1 : before - 1;
    result = wanted === "before" ? before : after;
    return { value: after };
  });
  return result;
}

/** Reads a target and writes what comes of it, with its parts evaluated once. */
function update(
  here: Here,
  target: ts.Expression,
  change: (value: LoadedValue) => { readonly value: LoadedValue } | undefined,
): void {
  const { machine } = here;
  let at = target;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at)) at = at.expression;
  if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
    const base = evaluate(here, at.expression);
    const key = memberKey(here, at);
    const changed = change(readProperty(machine, base, key));
    if (changed !== undefined) writeProperty(machine, base, key, changed.value);
    return;
  }
  const changed = change(evaluate(here, at));
  if (changed !== undefined) assignPattern(here, at, changed.value);
}

function evaluateBinary(here: Here, node: ts.BinaryExpression): LoadedValue {
  const { machine } = here;
  const { left, right, operatorToken } = node;
  const { kind } = operatorToken;
  if (kind === ts.SyntaxKind.EqualsToken) return assign(here, left, right);
  const combined = operatorOf.get(kind);
  if (combined !== undefined) {
    let result: LoadedValue;
    update(here, left, (before) => {
      const isLogical = logical(combined, before);
      result = isLogical === undefined ? binary(machine, combined, before, evaluate(here, right)) : before;
      if (isLogical === true) return undefined;
      if (isLogical === false) result = evaluate(here, right);
      return { value: result };
    });
    return result;
  }
  const first = evaluate(here, left);
  if (kind === ts.SyntaxKind.CommaToken) return evaluate(here, right);
  const isDecided = logical(kind, first);
  if (isDecided !== undefined) return isDecided ? first : evaluate(here, right);
  return binary(machine, kind, first, evaluate(here, right));
}

/** Whether the left side of `&&`, `||` or `??` is the result; undefined for other operators. */
function logical(kind: ts.SyntaxKind, left: LoadedValue): boolean | undefined {
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return !truthy(left);
  if (kind === ts.SyntaxKind.BarBarToken) return truthy(left);
  return kind === ts.SyntaxKind.QuestionQuestionToken ? left !== undefined && left !== null : undefined;
}

function assign(here: Here, target: ts.Expression, source: ts.Expression): LoadedValue {
  const { machine } = here;
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const base = evaluate(here, target.expression);
    const key = memberKey(here, target);
    const value = evaluate(here, source);
    writeProperty(machine, base, key, value);
    return value;
  }
  const value = evaluate(here, source);
  assignPattern(here, target, value);
  return value;
}

function remove(here: Here, target: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) {
    throw new Unloadable("delete");
  }
  const base = evaluate(here, target.expression);
  if (!(base instanceof LoadedObject) || base instanceof Opaque || base instanceof LoadedArray) {
    throw typeError(here.machine, "delete");
  }
  base.remove(memberKey(here, target));
  return true;
}
