/**
 * Which functions a call may run, and which a table holds, as the syntax says it: the literals that constants hold, and the
 * functions that these name. The type of `table[i]` would say one of those that have the same type alone, and which one
 * depends on what the checker has seen before, in other files too.
 */
import { isOfOwnImport } from "./own-imports.ts";
import { ts } from "ts-morph";
import type { Assignments } from "./assignments.ts";
import { type FunctionWithBody, isFunctionWithBody, isObject } from "./module-uses.ts";
import type { Names } from "./names.ts";

/** How many names and members are followed. */
const furthest = 8;

export class Callees {
  readonly #names: Names;
  readonly #assignments: Assignments;

  constructor(names: Names, assignments: Assignments) {
    this.#names = names;
    this.#assignments = assignments;
  }

  /** The functions that the call may run, without those that change nothing; undefined where they are not known. */
  of(call: ts.CallExpression): readonly FunctionWithBody[] | undefined {
    const found = this.#functionsOf(call.expression);
    if (found !== undefined || hasOpenKey(call.expression)) return found;
    return functionAt(this.#names.checkerOf(call).getResolvedSignature(call)?.declaration);
  }

  /** The functions that an argument may be. */
  given(value: ts.Expression): readonly FunctionWithBody[] | undefined {
    const found = this.#functionsOf(value);
    if (found !== undefined || hasOpenKey(value)) return found;
    const [signature] = this.#names.checkerOf(value).getTypeAtLocation(value).getCallSignatures();
    return functionAt(signature?.declaration);
  }

  #functionsOf(value: ts.Expression): readonly FunctionWithBody[] | undefined {
    const values = this.#valuesOf(value, 0);
    const isKnown = values?.every((each) => isFunctionWithBody(each) || this.#changesNothing(each)) === true;
    return isKnown ? values.filter(isFunctionWithBody) : undefined;
  }

  /** All functions in what a constant holds, however deep. */
  within(symbol: ts.Symbol): readonly FunctionWithBody[] | undefined {
    return this.#functionsWithin(this.#valuesOfSymbol(symbol, 0), 0);
  }

  #functionsWithin(values: readonly ts.Node[] | undefined, depth: number): readonly FunctionWithBody[] | undefined {
    if (values === undefined || depth > furthest) return undefined;
    return joined(values, (value) => {
      if (isFunctionWithBody(value)) return [value];
      return this.#changesNothing(value)
        ? []
        : this.#functionsWithin(this.#partsOf(value, undefined, depth), depth + 1);
    });
  }

  /** A function of `Math`, or no function. */
  #changesNothing(value: ts.Node): boolean {
    return isOfMath(value) || !isObject(value, this.#names.checkerOf(value));
  }

  /** The literals and functions that an expression may stand for; undefined where one of them is not to be seen. */
  #valuesOf(node: ts.Node, depth: number): readonly ts.Node[] | undefined {
    if (depth > furthest) return undefined;
    if (isWrapper(node)) return this.#valuesOf(node.expression, depth);
    if (isOfMath(node) || !ts.isExpression(node)) return [node];
    if (ts.isConditionalExpression(node)) {
      return joined([node.whenTrue, node.whenFalse], (side) => this.#valuesOf(side, depth + 1));
    }
    if (ts.isCallExpression(node)) {
      // The derivative of a function changes what the function changes.
      const isSame = node.expression.getText() === "Object.freeze" || isOfOwnImport(this.#names, node.expression);
      const [same] = isSame ? node.arguments : [];
      return same === undefined ? this.#returnedBy(node, depth) : this.#valuesOf(same, depth);
    }
    if (ts.isIdentifier(node)) {
      const symbol = this.#names.at(node);
      return symbol && this.#valuesOfSymbol(this.#names.resolved(symbol), depth);
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const key = keyOf(node);
      const owners = this.#valuesOf(node.expression, depth + 1);
      return owners && joined(owners, (owner) => this.#partsOf(owner, key, depth));
    }
    return [node];
  }

  #returnedBy(call: ts.CallExpression, depth: number): readonly ts.Node[] | undefined {
    const callees = this.#valuesOf(call.expression, depth + 1);
    return (
      callees &&
      joined(callees, (callee) =>
        isFunctionWithBody(callee)
          ? joined(returnsOf(callee.body), (each) => this.#valuesOf(each, depth + 1))
          : undefined,
      )
    );
  }

  #valuesOfSymbol(symbol: ts.Symbol, depth: number): readonly ts.Node[] | undefined {
    const declarations = symbol.declarations ?? [];
    const implementation = declarations.find((each) => ts.isFunctionDeclaration(each) && isFunctionWithBody(each));
    if (implementation !== undefined) return [implementation];
    const [declaration] = declarations;
    const isHolder =
      declaration !== undefined && (ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration));
    if (!isHolder || declaration.initializer === undefined) return undefined;
    const isAssigned = this.#assignments.assignmentOf(symbol, declaration.getSourceFile()) !== undefined;
    return isAssigned ? undefined : this.#valuesOf(declaration.initializer, depth + 1);
  }

  /** What a literal has under the key, or all that it has. */
  #partsOf(literal: ts.Node, key: string | undefined, depth: number): readonly ts.Node[] | undefined {
    if (ts.isArrayLiteralExpression(literal)) {
      const parts = literal.elements.filter((_, k) => key === undefined || String(k) === key);
      if (key !== undefined && parts.length === 0) return undefined;
      return joined(parts, (part) => (ts.isSpreadElement(part) ? undefined : this.#valuesOf(part, depth + 1)));
    }
    if (!ts.isObjectLiteralExpression(literal)) return undefined;
    const parts = literal.properties.filter(
      ({ name }) => key === undefined || name === undefined || textOf(name) === key,
    );
    if (key !== undefined && parts.length === 0) return undefined;
    return joined(parts, (part) => {
      if (ts.isMethodDeclaration(part)) return [part];
      if (ts.isPropertyAssignment(part)) return this.#valuesOf(part.initializer, depth + 1);
      return ts.isShorthandPropertyAssignment(part) ? this.#valuesOf(part.name, depth + 1) : undefined;
    });
  }
}

function returnsOf(body: ts.Node): readonly ts.Expression[] {
  if (ts.isExpression(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function functionAt(declaration: ts.Node | undefined): readonly FunctionWithBody[] | undefined {
  return declaration !== undefined && isFunctionWithBody(declaration) ? [declaration] : undefined;
}

/** `table[i]`: any of its entries. */
export function hasOpenKey(node: ts.Expression): boolean {
  if (isWrapper(node)) return hasOpenKey(node.expression);
  return ts.isElementAccessExpression(node) && keyOf(node) === undefined;
}

/** The name of the member, where the syntax says it. */
export function keyOf(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const { argumentExpression: key } = node;
  return ts.isStringLiteralLike(key) || ts.isNumericLiteral(key) ? key.text : undefined;
}

function textOf(name: ts.PropertyName): string | undefined {
  return ts.isComputedPropertyName(name) ? undefined : name.text;
}

function isOfMath(node: ts.Node): boolean {
  return /^Math\.\w+$/.test(node.getText());
}

function isWrapper(
  node: ts.Node,
): node is ts.ParenthesizedExpression | ts.AsExpression | ts.SatisfiesExpression | ts.NonNullExpression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

/** What is found for each, together; undefined where there is nothing for one of them. */
function joined<Each, Found>(
  all: readonly Each[],
  find: (each: Each) => readonly Found[] | undefined,
): readonly Found[] | undefined {
  const found = all.map(find);
  return found.every((each) => each !== undefined) ? found.flat() : undefined;
}
