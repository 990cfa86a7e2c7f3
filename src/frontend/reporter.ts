import { ts } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/catalog.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import { faultPlace } from "./fault-place.ts";

/** A second place, and what is there. */
export type SecondPlace = Diagnostic["notes"][number];

/** What a reporter asks about the program, for second places. */
export interface Scene {
  /** Where a name is declared, if that is in a source. */
  readonly declarationOf: (name: ts.Identifier) => ts.Node | undefined;
  /** Where the tagged function calls what is being lowered. */
  readonly callOf: () => ts.Node | undefined;
}

/** The cause of these is how a name was declared. */
const withDeclaration: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  ...(["ADJ2001", "ADJ2002", "ADJ2004", "ADJ2005", "ADJ2008", "ADJ2011", "ADJ2015", "ADJ2016", "ADJ2018"] as const),
  ...(["ADJ2031", "ADJ2035", "ADJ2037"] as const),
]);

/** Collects what is wrong. A helper is lowered at each of its calls, but what is wrong with it is said once. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #said = new Set<string>();
  readonly #scene: Scene | undefined;

  constructor(scene?: Scene) {
    this.#scene = scene;
  }

  report(
    code: DiagnosticCode,
    at: ts.Node,
    values: Readonly<Record<string, string>> = {},
    hint?: string,
    seconds: readonly SecondPlace[] = [],
  ): void {
    // Of a chain of calls, the method that is meant.
    const isMethod = code === "ADJ2030" && ts.isCallExpression(at) && ts.isPropertyAccessExpression(at.expression);
    const span = faultPlace(isMethod ? at.expression.name : at);
    const key = `${code} ${span.file} ${span.line} ${span.column} ${span.endLine} ${span.endColumn}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const lost = this.#missingFile(code, at);
    if (lost !== undefined) {
      this.#reportMissing(lost.specifier, lost.name, at);
      return;
    }
    const notes = [...seconds, ...this.#declared(code, at), ...this.#called(at)];
    const made = diagnostic(code, span, values, notes);
    this.diagnostics.push(hint === undefined ? made : withHint(made, hint));
  }

  #declaration(code: DiagnosticCode, at: ts.Node): { readonly name?: ts.Identifier; readonly declaration?: ts.Node } {
    if (!withDeclaration.has(code)) return {};
    // An argument is not to blame for what it is given to.
    const isArgument = code === "ADJ2001" || code === "ADJ2018";
    const name = baseName(isArgument ? calleeAround(at) : at);
    const declaration = name && this.#scene?.declarationOf(name);
    return { ...(name && { name }), ...(declaration && { declaration }) };
  }

  /** A file of the project that is not there: its name in the import, and the name that is wanted of it. */
  #missingFile(
    code: DiagnosticCode,
    at: ts.Node,
  ): { readonly specifier: ts.StringLiteral; readonly name: ts.Node } | undefined {
    const { name, declaration } = this.#declaration(code, at);
    const specifier = declaration && ts.findAncestor(declaration, ts.isImportDeclaration)?.moduleSpecifier;
    const isOwn = specifier !== undefined && ts.isStringLiteral(specifier) && specifier.text.startsWith(".");
    return isOwn && name !== undefined ? { specifier, name } : undefined;
  }

  #reportMissing(specifier: ts.StringLiteral, name: ts.Node, at: ts.Node): void {
    const span = faultPlace(specifier);
    const key = `ADJ0102 ${span.file} ${span.line} ${span.column} ${span.endLine} ${span.endColumn}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const message = `Cannot find module '${specifier.text}' or its corresponding type declarations`;
    const notes = [{ span: faultPlace(name), message: `${name.getText()} is needed here` }, ...this.#called(at)];
    this.diagnostics.push(diagnostic("ADJ0102", span, { message, number: "2307" }, notes));
  }

  #declared(code: DiagnosticCode, at: ts.Node): readonly SecondPlace[] {
    const { name, declaration } = this.#declaration(code, at);
    if (name === undefined || declaration === undefined || declaration.getStart() === name.getStart()) return [];
    // A file of data has no name of its own.
    if (ts.isSourceFile(declaration)) return [];
    const isImported = ts.isImportSpecifier(declaration.parent) || ts.isImportClause(declaration.parent);
    const how = isImported ? "imported here, from a module that is not found" : "declared here";
    return [{ span: faultPlace(declaration), message: `${name.text} is ${how}` }];
  }

  #called(at: ts.Node): readonly SecondPlace[] {
    const call = this.#scene?.callOf();
    return call === undefined || contains(call, at) ? [] : [calledFrom(call)];
  }

  /** Says what was found elsewhere, unless it was said. */
  include(found: readonly Diagnostic[]): void {
    for (const made of found) {
      const { code, span } = made;
      const key = `${code} ${span?.file} ${span?.line} ${span?.column} ${span?.endLine} ${span?.endColumn}`;
      if (this.#said.has(key)) continue;
      this.#said.add(key);
      this.diagnostics.push(made);
    }
  }

  /** Forgets what was said since there were `count`. */
  rewind(count: number): void {
    this.diagnostics.splice(count);
    this.#said.clear();
    for (const { code, span } of this.diagnostics) {
      if (span === undefined) continue;
      this.#said.add(`${code} ${span.file} ${span.line} ${span.column} ${span.endLine} ${span.endColumn}`);
    }
  }
}

/** What is at fault stands in a helper: the call in the tagged function that leads there. */
export function calledFrom(call: ts.Node): SecondPlace {
  return { span: faultPlace(call), message: "the tagged function gets there from here" };
}

/** The name that an access, a call or an entry begins with: `settings` of `settings.rates[0]`. */
function baseName(node: ts.Node | undefined): ts.Identifier | undefined {
  let at = node;
  while (at !== undefined && !ts.isIdentifier(at)) {
    at = isAround(at) ? at.expression : undefined;
  }
  return at;
}

function isAround(node: ts.Node): node is ts.Node & { readonly expression: ts.Expression } {
  return (
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isParenthesizedExpression(node)
  );
}

function calleeAround(argument: ts.Node): ts.Node | undefined {
  const call = ts.findAncestor(argument, ts.isCallExpression);
  return call?.expression;
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.getSourceFile() === inner.getSourceFile() && outer.pos <= inner.pos && inner.end <= outer.end;
}
