/**
 * What of the modules may change after the load: the variables and members that some function changes which the program
 * can run. That are the functions that the project's files import, and all that these name. A value that none of them
 * writes to stays what it is.
 *
 * Writes are read off the syntax: assignments to names and members, methods that change what they are called on, and calls
 * with something of a module that the function writes to, or that is not known.
 */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "../assignments.ts";
import { isOnlyName, readingFunctions, readingMethods } from "../module-uses.ts";
import { declares, type Sources } from "./loader.ts";
import { changingMethods, writesParameter, writesThis } from "./written-by-call.ts";
import {
  type Key,
  LoadedArray,
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  type Scope,
  type Slot,
} from "./values.ts";

/** How many names a write is followed through. */
const furthest = 8;
const whole = Symbol("any member");

export class Changes {
  readonly #sources: Sources;
  readonly #member: (value: LoadedValue, name: string) => LoadedValue;
  readonly #assigned = new Set<Slot>();
  readonly #changed = new Map<LoadedObject, Set<Key>>();
  readonly #reached = new Set<LoadedObject>();
  readonly #waiting: LoadedFunction[] = [];

  constructor(
    sources: Sources,
    exported: (file: ts.SourceFile, name: string) => LoadedValue,
    member: (value: LoadedValue, name: string) => LoadedValue,
    scopeOf: (file: ts.SourceFile) => Scope | undefined,
  ) {
    this.#sources = sources;
    this.#member = member;
    for (const file of sources.roots()) {
      this.#startFrom(file, exported);
      // All that a file of the project has may run.
      for (const { read, value } of scopeOf(file)?.slots.values() ?? []) if (read === undefined) this.#reach(value);
    }
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#look(next);
  }

  isAssigned(slot: Slot): boolean {
    return this.#assigned.has(slot);
  }

  isChanged(object: LoadedObject, key: Key): boolean {
    const keys = this.#changed.get(object);
    return keys !== undefined && (keys.has(key) || keys.has(whole));
  }

  /** What a file of the project imports from packages, as far as it uses it. */
  #startFrom(file: ts.SourceFile, exported: (file: ts.SourceFile, name: string) => LoadedValue): void {
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteralLike(statement.moduleSpecifier)) continue;
      const target = this.#sources.fileOf(statement.moduleSpecifier);
      const { importClause } = statement;
      if (target === undefined || importClause === undefined) continue;
      const use = (name: ts.Identifier, imported: string): void => {
        const value = exported(target, imported);
        const visit = (node: ts.Node): void => {
          if (ts.isIdentifier(node) && node.text === name.text && node !== name) this.#use(node, value);
          ts.forEachChild(node, visit);
        };
        file.statements.forEach((each) => each !== statement && visit(each));
      };
      if (importClause.name !== undefined) use(importClause.name, "default");
      const bindings = importClause.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings)) use(bindings.name, "*");
      if (bindings !== undefined && ts.isNamedImports(bindings)) {
        for (const each of bindings.elements) use(each.name, (each.propertyName ?? each.name).text);
      }
    }
  }

  /** A use of a name that has this value: what is reached is what the members that follow it lead to. */
  #use(name: ts.Identifier, value: LoadedValue): void {
    if (isOnlyName(name)) return;
    const { value: last, node } = this.#along(name, value);
    const { parent } = node;
    const isMember = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
    if (last instanceof LoadedObject && isMember && parent.expression === node && isTarget(parent)) {
      this.#note(last, ts.isPropertyAccessExpression(parent) ? parent.name.text : undefined);
    }
    this.#reach(last);
  }

  /** From a name through the members after it, as far as they are written out. */
  #along(name: ts.Expression, start: LoadedValue): { readonly value: LoadedValue; readonly node: ts.Expression } {
    let node = name;
    let value = start;
    while (value instanceof LoadedObject) {
      const { parent } = node;
      const isMember = ts.isPropertyAccessExpression(parent) && parent.expression === node;
      if (!isMember || isTarget(parent)) break;
      const next = this.#member(value, parent.name.text);
      if (next === undefined && !(value instanceof LoadedFunction)) break;
      // A method of an array, or of a function.
      if (next instanceof LoadedObject && !(next instanceof LoadedFunction) && next.builtin !== undefined) break;
      value = next;
      node = parent;
    }
    return { value, node };
  }

  /** All that a value holds. */
  #reach(value: LoadedValue): void {
    if (!(value instanceof LoadedObject) || this.#reached.has(value) || value.builtin !== undefined) return;
    this.#reached.add(value);
    if (value instanceof LoadedFunction) this.#waiting.push(value);
    for (const { value: part, get, set } of value.properties.values()) {
      for (const each of [part, get, set]) this.#reach(each);
    }
    if (value instanceof LoadedArray && !value.isTyped) for (const each of value.elements) this.#reach(each);
    this.#reach(value.proto);
  }

  /** Looks at what a function names and writes. */
  #look({ node, scope }: LoadedFunction): void {
    const slotOf = (name: ts.Identifier): Slot | undefined => {
      const slot = scope.find(name.text);
      if (slot === undefined || isOnlyName(name)) return undefined;
      const symbol = this.#sources.symbolAt(name);
      return symbol !== undefined && (declares(slot, symbol) || slot.names.length === 0) ? slot : undefined;
    };
    const looker = new Writes(node, this.#sources, slotOf, {
      assigned: (slot) => this.#assigned.add(slot),
      changed: (object, name) => this.#note(object, name),
      member: (value, name) => this.#member(value, name),
    });
    const visit = (part: ts.Node): void => {
      if (ts.isIdentifier(part)) {
        const slot = slotOf(part);
        if (slot !== undefined) this.#use(part, slot.read === undefined ? slot.value : slot.read());
      } else if (ts.isTypeNode(part)) return;
      looker.look(part);
      ts.forEachChild(part, visit);
    };
    ts.forEachChild(node, visit);
  }

  #note(object: LoadedObject, key: Key | undefined): void {
    const keys = this.#changed.get(object) ?? new Set();
    this.#changed.set(object, keys);
    keys.add(key ?? whole);
  }
}

interface Noting {
  readonly assigned: (slot: Slot) => void;
  readonly changed: (object: LoadedObject, key: Key | undefined) => void;
  readonly member: (value: LoadedValue, name: string) => LoadedValue;
}

/** The writes of one function. */
class Writes {
  readonly #owner: ts.Node;
  readonly #sources: Sources;
  readonly #slotOf: (name: ts.Identifier) => Slot | undefined;
  readonly #noting: Noting;

  constructor(owner: ts.Node, sources: Sources, slotOf: (name: ts.Identifier) => Slot | undefined, noting: Noting) {
    this.#owner = owner;
    this.#sources = sources;
    this.#slotOf = slotOf;
    this.#noting = noting;
  }

  look(node: ts.Node): void {
    if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) this.#write(node.left);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const { operator } = node;
      const isStep = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
      if (isStep) this.#write(node.operand);
    } else if (ts.isDeleteExpression(node)) this.#write(node.expression);
    else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      if (!ts.isVariableDeclarationList(node.initializer)) this.#write(node.initializer);
    } else if (ts.isCallExpression(node)) this.#call(node);
  }

  #write(target: ts.Node): void {
    if (ts.isIdentifier(target)) {
      // A variable that each call has anew is not one of the module.
      const slot = this.#slotOf(target);
      if (slot !== undefined) this.#noting.assigned(slot);
    } else if (ts.isPropertyAccessExpression(target)) this.#change(target.expression, target.name.text);
    else if (ts.isElementAccessExpression(target)) this.#change(target.expression, undefined);
    else if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)) {
      ts.forEachChild(target, (part) => this.#write(part));
    } else if (ts.isPropertyAssignment(target)) this.#write(target.initializer);
    else if (ts.isShorthandPropertyAssignment(target)) this.#write(target.name);
    else if (ts.isParenthesizedExpression(target) || ts.isSpreadElement(target)) this.#write(target.expression);
    else if (ts.isBinaryExpression(target)) this.#write(target.left);
  }

  #call(node: ts.CallExpression): void {
    const { expression } = node;
    const text = expression.getText();
    if (ts.isPropertyAccessExpression(expression)) this.#callMethod(expression.expression, expression.name.text);
    if (/^Object\.(assign|define\w+|setPrototypeOf)$/.test(text) && node.arguments[0] !== undefined) {
      this.#change(node.arguments[0], undefined);
    }
    if (readingFunctions.test(text) || text.startsWith("Object.")) return;
    const callee = this.#objectOf(expression);
    const isOwn = ts.isPropertyAccessExpression(expression) && readingMethods.has(expression.name.text);
    if (isOwn && !(callee instanceof LoadedFunction)) return;
    node.arguments.forEach((argument, k) => {
      const given = this.#objectOf(argument);
      if (given === undefined || given instanceof LoadedFunction) return;
      const isKnown = callee instanceof LoadedFunction;
      if (!isKnown || writesParameter(callee, k, given, this.#noting.member)) this.#noting.changed(given, undefined);
    });
  }

  /** What is called may be a method of JavaScript, or one of the module, which has a body. */
  #callMethod(base: ts.Expression, name: string): void {
    const call = (object: LoadedObject): void => {
      const method = this.#noting.member(object, name);
      if (!(method instanceof LoadedFunction)) {
        if (changingMethods.test(name)) this.#noting.changed(object, undefined);
      } else if (writesThis(method, object, this.#noting.member)) noteParts(object, this.#noting);
    };
    this.#forEachObject(base, (object, isWithin) => {
      if (!isWithin) call(object);
      else for (const part of partsOf(object)) if (part instanceof LoadedObject) call(part);
    });
  }

  /** The object that an expression of names and members stands for, if a module has it. */
  #objectOf(node: ts.Expression): LoadedObject | undefined {
    if (ts.isParenthesizedExpression(node)) return this.#objectOf(node.expression);
    if (ts.isIdentifier(node)) {
      const slot = this.#slotOf(node);
      const value = slot?.read === undefined ? slot?.value : slot.read();
      return value instanceof LoadedObject && value.builtin === undefined ? value : undefined;
    }
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const base = this.#objectOf(node.expression);
    const value = base && this.#noting.member(base, node.name.text);
    return value instanceof LoadedObject ? value : undefined;
  }

  /** A member of what the expression stands for is changed. */
  #change(base: ts.Expression, key: Key | undefined): void {
    this.#forEachObject(base, (object, isWithin) => {
      if (isWithin) noteParts(object, this.#noting);
      else this.#noting.changed(object, key);
    });
  }

  /** The objects of modules that an expression may stand for, or that hold what it stands for. */
  #forEachObject(base: ts.Expression, act: (object: LoadedObject, isWithin: boolean) => void, depth = 0): void {
    if (depth > furthest) return;
    const again = (part: ts.Expression): void => this.#forEachObject(part, act, depth + 1);
    if (ts.isParenthesizedExpression(base) || ts.isNonNullExpression(base) || ts.isAsExpression(base)) {
      return again(base.expression);
    }
    if (ts.isConditionalExpression(base)) {
      again(base.whenTrue);
      return again(base.whenFalse);
    }
    if (ts.isBinaryExpression(base)) {
      again(base.left);
      return again(base.right);
    }
    const object = this.#objectOf(base);
    if (object !== undefined) return act(object, false);
    if (ts.isElementAccessExpression(base) || ts.isPropertyAccessExpression(base)) {
      const holder = this.#objectOf(base.expression);
      return holder === undefined ? again(base.expression) : act(holder, true);
    }
    if (!ts.isIdentifier(base)) return;
    const symbol = this.#sources.symbolAt(base);
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined)
        again(declaration.initializer);
    }
    if (symbol !== undefined) for (const value of assignedTo(symbol, this.#owner, this.#sources)) again(value);
  }
}

/** Something within the object is changed, and it is not known what. */
function noteParts(holder: LoadedObject, noting: Noting, seen = new Set<LoadedObject>()): void {
  if (seen.has(holder) || holder.builtin !== undefined) return;
  seen.add(holder);
  noting.changed(holder, undefined);
  for (const part of partsOf(holder)) {
    if (part instanceof LoadedObject && !(part instanceof LoadedFunction)) noteParts(part, noting, seen);
  }
}

function partsOf(holder: LoadedObject): readonly LoadedValue[] {
  const members = [...holder.properties.values()].map(({ value }) => value);
  return holder instanceof LoadedArray && !holder.isTyped ? [...members, ...holder.elements] : members;
}

function assignedTo(symbol: ts.Symbol, owner: ts.Node, sources: Sources): readonly ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    if (isAssignment && ts.isIdentifier(node.left) && node.left.text === symbol.name) {
      if (sources.symbolAt(node.left) === symbol) found.push(node.right);
    }
    ts.forEachChild(node, visit);
  };
  visit(owner);
  return found;
}

function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isBinaryExpression(parent) && parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
}
