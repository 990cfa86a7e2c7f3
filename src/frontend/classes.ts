/**
 * Classes: what their instances look up, and what `this` and `super` are. An instance is an object of known structure like
 * any other; its methods are known functions, which are lowered where they are called.
 */
import { ts } from "ts-morph";
import type { Binding, ClassValue, Environment, FunctionNode, FunctionValue, Inherited, Prototype } from "./binding.ts";
import { poison } from "./binding.ts";
import { structureOf } from "./chosen-members.ts";
import { prototypeOfFunction } from "./constructor-functions.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";
import { addAfterLoad } from "./loaded-prototypes.ts";
import { lowerExpression } from "./lower-expression.ts";

/** The class, as it is where its declaration is run. */
export function classValue(
  context: Context,
  declaration: ts.ClassLikeDeclaration,
  environment: Environment | undefined,
): Binding {
  const base = baseOf(declaration);
  const parent = base === undefined ? undefined : prototypeOf(context, lowerExpression(context, base), base);
  if (base !== undefined && parent === undefined) return poison;
  const members = new Map<string, Inherited>();
  const prototype: Prototype = {
    owner: declaration,
    get maker() {
      return value;
    },
    parent,
    members,
  };
  const value: ClassValue = { kind: "class", declaration, environment, prototype };
  for (const member of declaration.members) {
    if (isStatic(member) || member.name === undefined) continue;
    addMember(members, nameOfMember(member.name), member, environment);
  }
  addAfterLoad(context, value, members);
  return value;
}

/** Adds a method or accessor that stands in a class or in an object literal. */
export function addMember(
  members: Map<string, Inherited>,
  name: string | undefined,
  member: ts.Node,
  environment: Environment | undefined,
): void {
  if (name === undefined) return;
  const own = (declaration: FunctionNode): FunctionValue => ({ kind: "function", declaration, environment });
  if (ts.isMethodDeclaration(member) && member.body !== undefined) members.set(name, { method: own(member) });
  if (ts.isGetAccessor(member)) members.set(name, { ...members.get(name), get: own(member) });
  if (ts.isSetAccessor(member)) members.set(name, { ...members.get(name), set: own(member) });
}

/** The prototype of what can be called with `new`; what cannot is refused. */
export function prototypeOf(context: Context, maker: Binding, node: ts.Node): Prototype | undefined {
  if (maker.kind === "class") return maker.prototype;
  if (maker.kind === "function") return prototypeOfFunction(context, maker, node);
  if (maker.kind !== "poison")
    context.reporter.report("ADJ2903", node, { what: `a class that extends ${quoted(node)}` });
  return undefined;
}

export function baseOf(declaration: ts.ClassLikeDeclaration): ts.Expression | undefined {
  const clause = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

export function isStatic(member: ts.Node): boolean {
  return ts.canHaveModifiers(member)
    ? (ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false)
    : false;
}

/** Undefined where it is computed. */
export function nameOfMember(name: ts.PropertyName): string | undefined {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
}

/** What an object has not itself: a method, an accessor, a constant of its prototype. */
export function inherited(prototype: Prototype | undefined, name: string): Inherited | undefined {
  for (let at = prototype; at !== undefined; at = at.parent) {
    const found = at.members.get(name);
    if (found !== undefined) return found;
    const { maker } = at;
    if (name === "constructor" && maker !== undefined) return { value: () => maker };
  }
  return undefined;
}

/** The same of all objects that a binding may stand for; undefined where one has the member itself. */
export function inheritedOf(binding: Binding, name: string): Inherited | undefined {
  const structure = structureOf(binding);
  if (structure === undefined || structure.names.includes(name)) return undefined;
  return inherited(structure.prototype, name);
}

export function isInstance(prototype: Prototype | undefined, of: Prototype): boolean {
  for (let at = prototype; at !== undefined; at = at.parent) if (at === of) return true;
  return false;
}

/** `this`: arrow functions see that of the function around them. */
export function receiverOf({ activation }: Context): Binding | undefined {
  for (let at: Environment | undefined = activation.environment; at !== undefined; at = at.parent) {
    if (at.receiver !== undefined) return at.receiver;
    if (!ts.isArrowFunction(at.owner)) return undefined;
  }
  return undefined;
}

export function lowerThis(context: Context, node: ts.Node): Binding {
  const receiver = receiverOf(context);
  if (receiver !== undefined) return receiver;
  context.reporter.report("ADJ2903", node, { what: "this of a function that is called on no object" });
  return poison;
}

/** The prototype of the class that `node` stands in, among those of what `this` is. */
export function enclosingPrototype(context: Context, node: ts.Node): Prototype | undefined {
  const declaration = ts.findAncestor(node, ts.isClassLike);
  const receiver = receiverOf(context);
  let at = receiver === undefined ? undefined : structureOf(receiver)?.prototype;
  if (receiver?.kind === "class") at = receiver.prototype;
  while (at !== undefined && at.owner !== declaration) at = at.parent;
  return at;
}
