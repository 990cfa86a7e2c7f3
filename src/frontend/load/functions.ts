/** Functions and classes: made where they stand, and called. */
import { ts } from "ts-morph";
import { define, evaluate, propertyKey } from "./expressions.ts";
import type { Here, Machine } from "./machine.ts";
import { bindPattern, orDefault } from "./patterns.ts";
import { readProperty, textOf, typeError } from "./properties.ts";
import { declareVariables, runStatements } from "./statements.ts";
import {
  type Frame,
  LoadedArray,
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  NativeFunction,
  Opaque,
  Scope,
  Unloadable,
} from "./values.ts";

/** The function that a declaration or expression makes. */
export function functionOf({ machine, scope, frame }: Here, node: ts.SignatureDeclaration): LoadedFunction {
  const isArrow = ts.isArrowFunction(node);
  const own = ts.isFunctionExpression(node) && node.name !== undefined ? new Scope(node, scope) : scope;
  const made = new LoadedFunction(machine.realm.functionPrototype, node, own, isArrow ? frame : undefined);
  if (ts.isFunctionExpression(node) && node.name !== undefined) own.declare(node.name.text, node.name, made);
  machine.made.set(node, made);
  if (!isArrow && !ts.isMethodDeclaration(node)) {
    const prototype = machine.realm.object();
    prototype.put("constructor", made, false);
    made.put("prototype", prototype, false);
  }
  return made;
}

export function callFunction(
  machine: Machine,
  callee: LoadedValue,
  self: LoadedValue,
  values: readonly LoadedValue[],
  node?: ts.Node,
): LoadedValue {
  machine.step();
  if (callee instanceof NativeFunction) return machine.deeper(() => callee.run(self, values, false));
  if (callee instanceof Opaque) return callOpaque(machine, values);
  if (!(callee instanceof LoadedFunction)) {
    const text = node === undefined ? "it" : node.getText().slice(0, 40);
    throw typeError(machine, `${text} is no function`);
  }
  if (ts.isClassLike(callee.node)) throw typeError(machine, "a class is called without new");
  return run(machine, callee, { self, target: callee, arguments: values, isNew: false });
}

/** What is not known may do anything to what it is given. */
function callOpaque(machine: Machine, values: readonly LoadedValue[]): LoadedValue {
  const isHarmless = values.every((value) => !(value instanceof LoadedObject) || value instanceof Opaque);
  if (!isHarmless) throw new Unloadable("something is given to what only the run knows");
  return machine.realm.opaque;
}

function run(machine: Machine, callee: LoadedFunction, frame: Frame): LoadedValue {
  const { node } = callee;
  if (ts.isClassLike(node)) throw new Unloadable("a class is called");
  const body = "body" in node ? (node.body as ts.Block | ts.Expression | undefined) : undefined;
  if (body === undefined) throw new Unloadable("a function without a body");
  const isAsync = (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Async) !== 0;
  if (isAsync || ("asteriskToken" in node && node.asteriskToken !== undefined)) {
    throw new Unloadable("a generator or an asynchronous function");
  }
  return machine.deeper(() => {
    const scope = new Scope(node, callee.scope);
    const here: Here = { machine, scope, frame: callee.outer ?? frame };
    bindParameters(here, node, frame.arguments);
    if (!ts.isBlock(body)) return evaluate(here, body);
    declareVariables(scope, body);
    const completion = runStatements(here, body.statements);
    return completion?.kind === "return" ? completion.value : undefined;
  });
}

function bindParameters(here: Here, node: ts.SignatureDeclaration, values: readonly LoadedValue[]): void {
  const parameters = node.parameters.filter(({ name }) => !(ts.isIdentifier(name) && name.text === "this"));
  parameters.forEach((parameter, k) => {
    const value =
      parameter.dotDotDotToken === undefined
        ? orDefault(here, values[k], parameter.initializer)
        : here.machine.realm.array(values.slice(k));
    bindPattern(here, parameter.name, value, false);
  });
}

export function construct(
  machine: Machine,
  callee: LoadedValue,
  values: readonly LoadedValue[],
  made?: LoadedObject,
): LoadedValue {
  machine.step();
  if (callee instanceof Opaque) return callOpaque(machine, values);
  if (callee instanceof NativeFunction) {
    if (made !== undefined) throw new Unloadable("a class that extends one of JavaScript");
    return callee.run(undefined, values, true);
  }
  if (!(callee instanceof LoadedFunction)) throw typeError(machine, "it is no constructor");
  const prototype = readProperty(machine, callee, "prototype");
  const object =
    made ?? new LoadedObject(prototype instanceof LoadedObject ? prototype : machine.realm.objectPrototype);
  const frame: Frame = { self: object, target: callee, arguments: values, isNew: true };
  if (!ts.isClassLike(callee.node)) {
    const result = run(machine, callee, frame);
    return result instanceof LoadedObject ? result : object;
  }
  const maker = callee.node.members.find(
    (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
  const { proto } = callee;
  const isDerived = proto instanceof LoadedFunction || (proto instanceof NativeFunction && hasHeritage(callee.node));
  if (!isDerived) initializeFields(machine, callee, object);
  if (maker === undefined) {
    if (isDerived) {
      construct(machine, proto, values, object);
      initializeFields(machine, callee, object);
    }
    return object;
  }
  return machine.deeper(() => {
    const scope = new Scope(maker, callee.scope);
    const here: Here = { machine, scope, frame };
    bindParameters(here, maker, values);
    for (const { name, modifiers } of maker.parameters) {
      if (modifiers !== undefined && ts.isIdentifier(name)) object.put(name.text, scope.find(name.text)?.value);
    }
    declareVariables(scope, maker.body!);
    const completion = runStatements(here, maker.body!.statements);
    return completion?.kind === "return" && completion.value instanceof LoadedObject ? completion.value : object;
  });
}

function hasHeritage(node: ts.ClassLikeDeclaration): boolean {
  return node.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) === true;
}

/** `super(…)`. */
export function superOf(here: Here, values: readonly LoadedValue[]): undefined {
  const { self, target } = here.frame;
  if (!(self instanceof LoadedObject) || target === undefined) throw new Unloadable("super");
  construct(here.machine, target.proto, values, self);
  initializeFields(here.machine, target, self);
  return undefined;
}

function initializeFields(machine: Machine, owner: LoadedFunction, object: LoadedObject): void {
  const frame: Frame = { self: object, target: owner, arguments: [], isNew: false };
  const here: Here = { machine, scope: owner.scope, frame };
  for (const { key, value } of owner.fields) object.put(key, value === undefined ? undefined : evaluate(here, value));
}

export function classOf(here: Here, node: ts.ClassLikeDeclaration): LoadedFunction {
  const { machine } = here;
  const heritage = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const parent = heritage === undefined ? undefined : evaluate(here, heritage.expression);
  if (parent instanceof Opaque) throw new Unloadable("a class that extends what only the run knows");
  const own = new Scope(node, here.scope);
  const within: Here = { ...here, scope: own };
  const made = new LoadedFunction(
    parent instanceof LoadedObject ? parent : machine.realm.functionPrototype,
    node,
    own,
    undefined,
  );
  if (node.name !== undefined) own.declare(node.name.text, node.name, made);
  const above = parent instanceof LoadedObject ? readProperty(machine, parent, "prototype") : undefined;
  const prototype = new LoadedObject(above instanceof LoadedObject ? above : machine.realm.objectPrototype);
  prototype.put("constructor", made, false);
  made.put("prototype", prototype, false);
  made.home = prototype;
  machine.made.set(node, made);
  const later: (() => void)[] = [];
  for (const member of node.members) {
    const isStatic =
      ts.canHaveModifiers(member) &&
      member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
    const holder = isStatic ? made : prototype;
    if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
      if (member.body === undefined) continue;
      const method = functionOf(within, member);
      method.home = holder;
      define(holder, propertyKey(within, member.name), member, method, false);
    } else if (ts.isPropertyDeclaration(member)) {
      const key = propertyKey(within, member.name);
      const { initializer } = member;
      if (!isStatic) made.fields.push({ key, value: initializer });
      else {
        const frame: Frame = { self: made, target: made, arguments: [], isNew: false };
        later.push(() =>
          made.put(key, initializer === undefined ? undefined : evaluate({ ...within, frame }, initializer)),
        );
      }
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      const frame: Frame = { self: made, target: made, arguments: [], isNew: false };
      later.push(() => {
        declareVariables(own, member.body);
        runStatements({ ...within, frame }, member.body.statements);
      });
    }
  }
  for (const run of later) run();
  return made;
}

/** What a function is called with, out of `apply`. */
export function argumentList(machine: Machine, list: LoadedValue): readonly LoadedValue[] {
  if (list === undefined || list === null) return [];
  if (list instanceof LoadedArray) return [...list.elements];
  const length = Number(textOf(machine, readProperty(machine, list, "length")));
  return Array.from({ length: machine.room(length) }, (_, k) => readProperty(machine, list, String(k)));
}
