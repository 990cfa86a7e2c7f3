/** `new` of a class or of a function: the object is made with all its fields, then the constructor fills them. */
import { ts } from "ts-morph";
import {
  type Aggregate,
  type Binding,
  type ClassValue,
  type FunctionValue,
  poison,
  type Prototype,
  undefinedValue,
} from "./binding.ts";
import { newCell } from "./aggregates.ts";
import { enclosingPrototype, inherited, isStatic, nameOfMember, prototypeOf, receiverOf } from "./classes.ts";
import type { Context } from "./context.ts";
import { inlineCall } from "./lower-call.ts";
import { lowerExpression } from "./lower-expression.ts";
import { nameValue } from "./reference.ts";

export function construct(
  context: Context,
  maker: ClassValue | FunctionValue,
  values: readonly Binding[],
  node: ts.Node,
): Binding {
  const prototype = prototypeOf(context, maker, node);
  if (prototype === undefined) return poison;
  const fields = fieldsOf(prototype).map((name) => [name, undefinedValue] as const);
  const object = newCell(context, "object", fields, undefined, false, prototype);
  if (object.kind !== "aggregate") return object;
  const given = initialize(context, prototype, object, values, node);
  return given.kind === "aggregate" ? given : object;
}

/** Runs the constructor of a class, or of what it extends; gives what it returns. */
function initialize(
  context: Context,
  { maker, parent }: Prototype,
  object: Aggregate,
  values: readonly Binding[],
  node: ts.Node,
): Binding {
  if (maker?.kind === "function") return inlineCall(context, maker, values, node, object);
  if (maker === undefined) return undefinedValue;
  const { declaration, environment } = maker;
  const constructor = declaration.members.filter(ts.isConstructorDeclaration).find(({ body }) => body !== undefined);
  if (constructor === undefined) {
    if (parent !== undefined) initialize(context, parent, object, values, node);
    initializeFields(context, maker, object, []);
    return undefinedValue;
  }
  return inlineCall(context, { kind: "function", declaration: constructor, environment }, values, node, object, {
    begin: () => {
      if (parent === undefined) initializeOwn(context, maker, constructor, object);
    },
  });
}

/** `super(…)`: the constructor of the class that this one extends, then the fields of this one. */
export function lowerSuperCall(context: Context, values: readonly Binding[], node: ts.CallExpression): Binding {
  const own = enclosingPrototype(context, node);
  const object = receiverOf(context);
  const constructor = ts.findAncestor(node, ts.isConstructorDeclaration);
  if (own?.parent === undefined || own.maker?.kind !== "class" || object?.kind !== "aggregate") return poison;
  initialize(context, own.parent, object, values, node);
  if (constructor !== undefined) initializeOwn(context, own.maker, constructor, object);
  return undefinedValue;
}

function initializeOwn(
  context: Context,
  maker: ClassValue,
  constructor: ts.ConstructorDeclaration,
  object: Aggregate,
): void {
  initializeFields(context, maker, object, constructor.parameters.filter(isField));
}

/** Parameters that are fields, then the fields with initializers, in order. */
function initializeFields(
  context: Context,
  { declaration, environment }: ClassValue,
  object: Aggregate,
  parameters: readonly ts.ParameterDeclaration[],
): void {
  const { activation, state } = context;
  const set = (name: string, binding: Binding): void => {
    const location = object.cell.members.get(name);
    if (location === undefined) return;
    nameValue(context, binding, name);
    state.write(location, binding);
  };
  for (const { name } of parameters) if (ts.isIdentifier(name)) set(name.text, lowerExpression(context, name));
  context.activation = {
    ...activation,
    environment: { owner: declaration, variables: new Map(), parent: environment, receiver: object },
  };
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || isStatic(member) || member.initializer === undefined) continue;
    const name = nameOfMember(member.name);
    if (name !== undefined) set(name, lowerExpression(context, member.initializer));
  }
  context.activation = activation;
}

function isField(parameter: ts.ParameterDeclaration): boolean {
  return ts.isParameterPropertyDeclaration(parameter, parameter.parent);
}

/** The names of all that an object of this kind may have itself. */
function fieldsOf(prototype: Prototype): readonly string[] {
  const names = new Set<string>();
  const visit = ({ owner, parent, members }: Prototype): void => {
    if (parent !== undefined) visit(parent);
    const declared = ts.isClassLike(owner) ? owner.members : [];
    for (const member of declared) {
      if (ts.isPropertyDeclaration(member) && !isStatic(member) && !isAmbient(member))
        names.add(nameOfMember(member.name) ?? "");
      if (ts.isConstructorDeclaration(member)) {
        for (const { name } of member.parameters.filter(isField)) names.add(name.getText());
      }
    }
    assignedFields(owner, names);
    // Methods of a class stand in it already.
    const methods = ts.isClassLike(owner) ? [] : members.values();
    for (const { method } of methods) if (method !== undefined) assignedFields(method.declaration, names);
  };
  visit(prototype);
  return [...names].filter((name) => {
    const found = name === "" ? {} : inherited(prototype, name);
    return found?.get === undefined && found?.set === undefined && name !== "";
  });
}

function isAmbient(member: ts.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Ambient | ts.ModifierFlags.Abstract)) !== 0;
}

/** `x` of `this.x = …`. */
function assignedFields(owner: ts.Node, names: Set<string>): void {
  const visit = (node: ts.Node): void => {
    const target = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && node.left;
    if (target && ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword) {
      names.add(target.name.text);
    }
    const isOther = ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node);
    if (node === owner || !isOther) ts.forEachChild(node, visit);
  };
  visit(owner);
}
