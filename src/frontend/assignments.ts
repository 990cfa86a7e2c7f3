/**
 * Where variables are assigned to, other than where they are declared. Read off the syntax, one outermost function at a
 * time, when it is first asked for.
 */
import { ts } from "ts-morph";
import type { Names } from "./names.ts";

interface Assignment {
  readonly name: ts.Node;
  readonly position: number;
  /** The function that it stands in. */
  readonly within: ts.Node;
}

export class Assignments {
  readonly #names: Names;
  readonly #bySymbol = new Map<ts.Symbol, Assignment[]>();
  readonly #scanned = new Set<ts.Node>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** Whether the variable may be assigned to while `loop` runs. */
  mayChange(symbol: ts.Symbol, loop: ts.Node): boolean {
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined || isConstant(declaration)) return false;
    const home = functionOf(declaration);
    const assignments = this.#of(symbol, outermostFunction(declaration));
    return assignments.some(
      ({ position, within }) =>
        within !== home ||
        (loop.getSourceFile() === declaration.getSourceFile() && position >= loop.pos && position < loop.end),
    );
  }

  /** Where the variable is assigned to anywhere in its file, other than where it is declared. */
  assignmentOf(symbol: ts.Symbol, file: ts.SourceFile): ts.Node | undefined {
    const declaration = symbol.valueDeclaration;
    const own = declaration && ts.getNameOfDeclaration(declaration)?.getStart();
    return this.#of(symbol, file).find(({ position }) => position !== own)?.name;
  }

  #of(symbol: ts.Symbol, scope: ts.Node): readonly Assignment[] {
    if (!this.#scanned.has(scope)) {
      this.#scanned.add(scope);
      this.#scan(scope);
    }
    return this.#bySymbol.get(symbol) ?? [];
  }

  #scan(scope: ts.Node): void {
    const note = (name: ts.Node): void => {
      const symbol = this.#names.at(name);
      if (symbol === undefined) return;
      const assignment = { name, position: name.getStart(), within: functionOf(name) };
      const known = this.#bySymbol.get(symbol);
      if (known === undefined) this.#bySymbol.set(symbol, [assignment]);
      else known.push(assignment);
    };
    const visit = (node: ts.Node): void => {
      targetsOf(node, note);
      ts.forEachChild(node, visit);
    };
    visit(scope);
  }
}

/** The first assignment to a variable of this name within a node: all of it, `a = b` or `[a, b] = [b, a]`. */
export function assignmentWithin(scope: ts.Node, name: string): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found !== undefined) return;
    targetsOf(node, (target) => {
      if (target.getText() === name) found ??= node;
    });
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return found;
}

/** Calls `note` for each name that the node itself assigns to. */
function targetsOf(node: ts.Node, note: (name: ts.Node) => void): void {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) namesIn(node.left, note);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    if (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken) {
      namesIn(node.operand, note);
    }
  }
  if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer)) namesIn(node.initializer, note);
  // A `var` in a loop keeps its value from round to round, and its declaration assigns.
  if (ts.isVariableDeclaration(node) && node.initializer !== undefined && isVar(node)) bindingNames(node.name, note);
  if (ts.isVariableDeclaration(node) && ts.isForOfStatement(node.parent.parent) && isVar(node))
    bindingNames(node.name, note);
}

function bindingNames(name: ts.BindingName, note: (name: ts.Node) => void): void {
  if (ts.isIdentifier(name)) return note(name);
  for (const element of name.elements) if (ts.isBindingElement(element)) bindingNames(element.name, note);
}

/** The names that a target of an assignment assigns to. */
function namesIn(target: ts.Node, note: (name: ts.Node) => void): void {
  if (ts.isIdentifier(target)) return note(target);
  if (ts.isShorthandPropertyAssignment(target)) return note(target);
  if (ts.isPropertyAssignment(target)) return namesIn(target.initializer, note);
  if (ts.isSpreadElement(target) || ts.isSpreadAssignment(target) || ts.isParenthesizedExpression(target)) {
    return namesIn(target.expression, note);
  }
  if (ts.isNonNullExpression(target) || ts.isAsExpression(target)) return namesIn(target.expression, note);
  if (ts.isBinaryExpression(target)) return namesIn(target.left, note);
  if (ts.isArrayLiteralExpression(target)) return target.elements.forEach((element) => namesIn(element, note));
  if (ts.isObjectLiteralExpression(target)) target.properties.forEach((property) => namesIn(property, note));
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The function or file that a node stands in. */
export function functionOf(node: ts.Node): ts.Node {
  let at = node.parent;
  while (!ts.isSourceFile(at) && !ts.isFunctionLike(at)) at = at.parent;
  return at;
}

export function isVar(declaration: ts.VariableDeclaration): boolean {
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === 0;
}

function outermostFunction(node: ts.Node): ts.Node {
  let outermost: ts.Node = node.getSourceFile();
  for (let at = node; !ts.isSourceFile(at); at = at.parent) if (ts.isFunctionLike(at)) outermost = at;
  return outermost;
}

function isConstant(declaration: ts.Declaration): boolean {
  if (ts.isFunctionDeclaration(declaration)) return true;
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}
