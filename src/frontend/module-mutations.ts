/**
 * Whether the object or array that a constant of a module holds may be changed, by its own file, the one at hand, or
 * another of the program. It is taken to stay only where each use of it is known to leave it alone: reads of its parts,
 * loops over it, methods that change nothing, functions that only read it, other names of which all this holds.
 */
import { isOfOwnImport } from "./own-imports.ts";
import { ts } from "ts-morph";
import { isAssignmentOperator } from "./assignments.ts";
import { Callees, hasOpenKey, keyOf } from "./callees.ts";
import type { Context } from "./context.ts";
import {
  type FunctionWithBody,
  handsOn,
  isNumeric,
  isObject,
  isTarget,
  leavesAlone,
  literalAround,
  mentions,
  readingFunctions,
  readingMethods,
} from "./module-uses.ts";
import { parametersOf } from "./parameters-of.ts";

/** How many names and calls are followed. */
const furthest = 12;

/** The place that changes it, or undefined. */
export function mutationOf(context: Context, symbol: ts.Symbol, file: ts.SourceFile): ts.Node | undefined {
  if (isPrimitive(symbol) || isOfLibrary(context, symbol)) return undefined;
  if (context.mutations.has(symbol)) return context.mutations.get(symbol);
  const here = context.activation.declaration?.getSourceFile();
  const files = new Set([file, ...(here === undefined ? [] : [here]), ...context.names.filesBeside(file)]);
  const search = new Search(context, symbol);
  const isChanged = [...files].some((each) => search.isChangedIn(symbol, each));
  const result = isChanged ? (search.place ?? symbol.valueDeclaration ?? file) : undefined;
  context.mutations.set(symbol, result);
  return result;
}

/** `const M = Math`: what the language brings stays as it is. */
function isOfLibrary({ names }: Context, { valueDeclaration }: ts.Symbol): boolean {
  if (valueDeclaration === undefined || !ts.isVariableDeclaration(valueDeclaration)) return false;
  const { initializer } = valueDeclaration;
  if (initializer === undefined || !ts.isIdentifier(initializer)) return false;
  const declarations = names.at(initializer)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((each) => each.getSourceFile().isDeclarationFile);
}

class Search {
  readonly #context: Context;
  /** What is looked for. */
  readonly #whole: ts.Symbol;
  readonly #callees: Callees;
  /** Names that are being looked through. */
  readonly #open = new Set<ts.Symbol>();
  /** Methods that are being looked through. */
  readonly #methods = new Set<ts.Node>();
  /** The first place that was found to change it. */
  place: ts.Node | undefined;

  constructor(context: Context, whole: ts.Symbol) {
    this.#context = context;
    this.#whole = whole;
    this.#callees = new Callees(context.names, context.assignments);
  }

  isChangedIn(symbol: ts.Symbol, region: ts.Node): boolean {
    if (this.#open.size > furthest) return true;
    const texts = this.#namesOf(symbol, region.getSourceFile());
    if (texts.size === 0) return false;
    let found = false;
    const visit = (node: ts.Node): void => {
      if (found) return;
      if (ts.isIdentifier(node)) {
        const part = texts.has(node.text) ? this.#partOf(node, symbol) : undefined;
        if (part !== undefined) {
          found = this.#isChangedUnderNames(part.name);
          return;
        }
        const named = texts.has(node.text) && this.#isReference(node, symbol) ? expressionOf(node) : undefined;
        found = named !== undefined && this.#isChanged(named);
        if (found) this.place ??= named;
      } else ts.forEachChild(node, visit);
    };
    visit(region);
    return found;
  }

  /** What the symbol is called in a file: its own name, and what it is imported as. */
  #namesOf(symbol: ts.Symbol, file: ts.SourceFile): ReadonlySet<string> {
    const isOwn = symbol.declarations?.some((each) => each.getSourceFile() === file) === true;
    const isMember = symbol.valueDeclaration !== undefined && ts.isPropertyDeclaration(symbol.valueDeclaration);
    if (isOwn || isMember) return new Set([symbol.name]);
    const { names } = this.#context;
    const found = new Set<string>();
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) continue;
      const { name, namedBindings } = statement.importClause;
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) found.add(symbol.name);
      const specifiers = namedBindings !== undefined && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
      for (const local of [...(name === undefined ? [] : [name]), ...specifiers.map((each) => each.name)]) {
        const imported = names.at(local);
        if (imported !== undefined && names.ofProject(imported) === symbol) found.add(local.text);
      }
    }
    return found;
  }

  /** `const { table } = module`: the element of the pattern that takes the object out. */
  #partOf(name: ts.Identifier, symbol: ts.Symbol): ts.BindingElement | undefined {
    const { names } = this.#context;
    const { parent } = name;
    if (!ts.isBindingElement(parent) || (parent.propertyName ?? parent.name) !== name) return undefined;
    const part = names.checkerOf(name).getTypeAtLocation(parent.parent).getProperty(name.text);
    return part !== undefined && names.ofProject(part) === symbol ? parent : undefined;
  }

  #isReference(node: ts.Identifier, symbol: ts.Symbol): boolean {
    const { names } = this.#context;
    const own = names.at(node);
    return own !== undefined && (own === symbol || names.ofProject(own) === symbol);
  }

  /** Whether what stands around an expression, which is the object or a part of it, may change it. */
  #isChanged(node: ts.Expression): boolean {
    const { names, activation } = this.#context;
    const { parent } = node;
    const checker = names.checkerOf(node);
    if (isTarget(node)) return !ts.isIdentifier(node);
    if (!isObject(node, checker) || leavesAlone(node, checker)) return false;
    const literal = literalAround(node);
    if (literal !== undefined) return this.#isChanged(literal);
    if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) {
      const isCalled = ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
      return isCalled ? this.#isChangedByMethod(node, parent, parent.parent) : this.#isChanged(parent);
    }
    if (ts.isBinaryExpression(parent)) {
      if (!isAssignmentOperator(parent.operatorToken.kind)) return this.#isChanged(parent);
      return !ts.isIdentifier(parent.left) || this.#isChangedUnder(parent.left);
    }
    if (ts.isConditionalExpression(parent)) return this.#isChanged(parent);
    if (ts.isBindingElement(parent)) return this.#isChangedUnderNames(parent.name);
    if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isForOfStatement(parent)) {
      // A store in the function at hand is refused where it stands, but not one to what its caller may have given it.
      const isGiven = ts.isParameter(parent) && activation.caller === undefined;
      if (!isGiven && ts.findAncestor(parent, (each) => each === activation.declaration)) return false;
      const target = ts.isForOfStatement(parent) ? parent.initializer : parent.name;
      return this.#isChangedUnderNames(target);
    }
    if (ts.isCallExpression(parent)) {
      return parent.expression === node ? this.#isChanged(parent) : this.#isChangedByCall(parent, node);
    }
    if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) return this.#isChangedByCallers(parent);
    return true;
  }

  #isChangedUnderNames(target: ts.Node): boolean {
    if (ts.isIdentifier(target)) return this.#isChangedUnder(target);
    if (ts.isVariableDeclarationList(target))
      return target.declarations.some(({ name }) => this.#isChangedUnderNames(name));
    if (!ts.isObjectBindingPattern(target) && !ts.isArrayBindingPattern(target)) return true;
    return target.elements.some((element) => ts.isBindingElement(element) && this.#isChangedUnderNames(element.name));
  }

  /** Whether the object is changed under another name, in all that the name is visible in. */
  #isChangedUnder(name: ts.Identifier): boolean {
    const symbol = this.#context.names.at(name);
    if (!isObject(name, this.#context.names.checkerOf(name))) return false;
    if (symbol === undefined) return true;
    if (this.#open.has(symbol)) return false;
    this.#open.add(symbol);
    const result = this.isChangedIn(symbol, name.getSourceFile());
    this.#open.delete(symbol);
    return result;
  }

  /** `t.map((each) => …)`, `t.subarray(0, 2)`, `t[0].push(1)`, `operations.add(x)`. */
  #isChangedByMethod(
    node: ts.Expression,
    member: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    call: ts.CallExpression,
  ): boolean {
    const { names } = this.#context;
    const name = keyOf(member) ?? "";
    // `activations[kind](x)`: all that can be called in this way is within the whole.
    const callees = this.#callees.of(call) ?? (hasOpenKey(member) ? this.#callees.within(this.#whole) : undefined);
    if (callees !== undefined) return callees.some((each) => this.#changesThis(each));
    if (name === "subarray") return this.#isChanged(call);
    if (!readingMethods.has(name)) return true;
    if (call.arguments.some((argument) => this.#mayChangeParts(argument, name))) return true;
    return handsOn.has(name) && !isNumeric(node, names.checkerOf(node)) && this.#isChanged(call);
  }

  /** Whether a method changes the object that it is called on. */
  #changesThis(method: ts.FunctionLikeDeclaration): boolean {
    if (this.#methods.has(method)) return false;
    this.#methods.add(method);
    const visit = (node: ts.Node): boolean => {
      if (node.kind === ts.SyntaxKind.ThisKeyword) return ts.isExpression(node) && this.#isChanged(node);
      return ts.forEachChild(node, visit) ?? false;
    };
    const result = method.body !== undefined && visit(method.body);
    this.#methods.delete(method);
    return result;
  }

  /** A function that is called with the parts of the array, one by one, and with the array itself. */
  #mayChangeParts(argument: ts.Expression, method: string): boolean {
    if (!isObject(argument, this.#context.names.checkerOf(argument))) return false;
    const visitors = this.#callees.given(argument);
    if (visitors === undefined) return !/^(Number|Boolean|String)$/.test(argument.getText());
    const first = method.startsWith("reduce") ? 1 : 0;
    return visitors.some((visitor) =>
      parametersOf(visitor).some(
        ({ name, dotDotDotToken }, place) =>
          place !== first + 1 && (dotDotDotToken !== undefined || this.#isChangedUnderNames(name)),
      ),
    );
  }

  #isChangedByCall(call: ts.CallExpression, node: ts.Expression): boolean {
    const place = call.arguments.indexOf(node);
    if (place < 0) return false;
    const text = call.expression.getText();
    if (readingFunctions.test(text)) return false;
    if (isOfOwnImport(this.#context.names, call.expression)) return false;
    if (text === "Object.freeze") return this.#isChanged(call);
    const callees = this.#callees.of(call);
    return callees === undefined || callees.some((each) => this.#changesArgument(each, place));
  }

  #changesArgument(callee: FunctionWithBody, place: number): boolean {
    const parameters = parametersOf(callee);
    const parameter = parameters[Math.min(place, parameters.length - 1)];
    return parameter === undefined ? mentions(callee.body, "arguments") : this.#isChangedUnderNames(parameter.name);
  }

  /** Whether a caller of the function that returns the object changes what it gets. */
  #isChangedByCallers(returned: ts.Node): boolean {
    const owner = ts.findAncestor(returned, ts.isFunctionLike);
    const holder = owner !== undefined && ts.isVariableDeclaration(owner.parent) ? owner.parent : owner;
    const name = holder === undefined ? undefined : ts.getNameOfDeclaration(holder as ts.Declaration);
    return name === undefined || !ts.isIdentifier(name) || this.#isChangedUnder(name);
  }
}

/** The expression that names the object: `t`, or `module.t`. Undefined where the name is but declared, or a type. */
function expressionOf(node: ts.Identifier): ts.Expression | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return parent;
  if (ts.isShorthandPropertyAssignment(parent)) return node;
  const isDeclared =
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isFunctionLike(parent)) &&
    parent.name === node;
  const isOther = ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isExportAssignment(parent);
  return isDeclared || isOther || ts.isImportClause(parent) || ts.isTypeQueryNode(parent) ? undefined : node;
}

function isPrimitive(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  const start =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return (
    start !== undefined && (ts.isNumericLiteral(start) || ts.isArrowFunction(start) || ts.isFunctionExpression(start))
  );
}
