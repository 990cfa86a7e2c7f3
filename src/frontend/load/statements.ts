/** Statements of a module, run while it is loaded. */
import { ts } from "ts-morph";
import { evaluate } from "./expressions.ts";
import { classOf, functionOf } from "./functions.ts";
import type { Here } from "./machine.ts";
import { assignPattern, bindPattern } from "./patterns.ts";
import { entriesOf, truthy } from "./properties.ts";
import { LoadedObject, type LoadedValue, Opaque, Scope, Thrown, Unloadable } from "./values.ts";

/** How a statement ends, other than by going on. */
export type Completion =
  | { readonly kind: "return"; readonly value: LoadedValue }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined }
  | undefined;

export function runStatements(here: Here, statements: readonly ts.Statement[]): Completion {
  declareFunctions(here, statements);
  for (const statement of statements) {
    const completion = runStatement(here, statement);
    if (completion !== undefined) return completion;
  }
  return undefined;
}

/** Functions are there from the begin of their block on; `let`, `const` and classes are named, and not yet set. */
export function declareFunctions(here: Here, statements: readonly ts.Statement[]): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      const name = statement.name;
      here.scope.declare(name?.text ?? "*default*", name ?? statement, functionOf(here, statement));
    } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      here.scope.declare(statement.name.text, statement.name, undefined, false);
    } else if (ts.isVariableStatement(statement) && !isVar(statement.declarationList)) {
      for (const { name } of statement.declarationList.declarations) {
        eachName(name, (each) => here.scope.declare(each.text, each, undefined, false));
      }
    }
  }
}

/** Declares the `var`s of a function or module. */
export function declareVariables(scope: Scope, body: ts.Node): void {
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isVariableDeclarationList(node) && isVar(node)) {
      for (const { name } of node.declarations) {
        eachName(name, (each) => scope.slots.get(each.text) ?? scope.declare(each.text, each, undefined));
        eachName(name, (each) => scope.declare(each.text, each, undefined, false));
      }
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
}

function eachName(name: ts.BindingName, note: (name: ts.Identifier) => void): void {
  if (ts.isIdentifier(name)) return note(name);
  for (const element of name.elements) if (ts.isBindingElement(element)) eachName(element.name, note);
}

function isVar(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === 0;
}

export function runStatement(here: Here, node: ts.Statement): Completion {
  here.machine.step();
  if (ts.isExpressionStatement(node)) {
    evaluate(here, node.expression);
    return undefined;
  }
  if (ts.isVariableStatement(node)) return declareList(here, node.declarationList);
  if (ts.isReturnStatement(node)) {
    return { kind: "return", value: node.expression === undefined ? undefined : evaluate(here, node.expression) };
  }
  if (ts.isIfStatement(node)) {
    if (truthy(evaluate(here, node.expression))) return runStatement(here, node.thenStatement);
    return node.elseStatement === undefined ? undefined : runStatement(here, node.elseStatement);
  }
  if (ts.isBlock(node)) return runStatements(inner(here, node), node.statements);
  if (ts.isForStatement(node)) return runFor(here, node);
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return runForEach(here, node);
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return runWhile(here, node);
  if (ts.isLabeledStatement(node)) {
    const completion = runStatement(here, node.statement);
    const isOwn = completion !== undefined && completion.kind !== "return" && completion.label === node.label.text;
    return isOwn ? undefined : completion;
  }
  if (ts.isBreakStatement(node)) return { kind: "break", label: node.label?.text };
  if (ts.isContinueStatement(node)) return { kind: "continue", label: node.label?.text };
  if (ts.isThrowStatement(node)) throw new Thrown(evaluate(here, node.expression));
  if (ts.isTryStatement(node)) return runTry(here, node);
  if (ts.isSwitchStatement(node)) return runSwitch(here, node);
  if (ts.isClassDeclaration(node)) {
    const made = classOf(here, node);
    here.scope.declare(node.name?.text ?? "*default*", node.name ?? node, made);
    return undefined;
  }
  if (ts.isEnumDeclaration(node)) return runEnum(here, node);
  if (isNothing(node)) return undefined;
  throw new Unloadable(`the statement ${ts.SyntaxKind[node.kind]}`);
}

function isNothing(node: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isEmptyStatement(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

export function inner(here: Here, node: ts.Node): Here {
  return { ...here, scope: new Scope(node, here.scope) };
}

function declareList(here: Here, list: ts.VariableDeclarationList): undefined {
  for (const { name, initializer } of list.declarations) {
    if (initializer === undefined && isVar(list)) continue;
    bindPattern(here, name, initializer === undefined ? undefined : evaluate(here, initializer), isVar(list));
  }
  return undefined;
}

/** Whether a loop ends with this completion of its body, and how. */
function leaves(completion: Completion, loop: ts.Node): { readonly completion: Completion } | undefined {
  if (completion === undefined) return undefined;
  if (completion.kind === "return") return { completion };
  const isOwn = completion.label === undefined || labelsOf(loop).includes(completion.label);
  if (!isOwn) return { completion };
  return completion.kind === "break" ? { completion: undefined } : undefined;
}

function labelsOf(loop: ts.Node): readonly string[] {
  return ts.isLabeledStatement(loop.parent) ? [loop.parent.label.text, ...labelsOf(loop.parent)] : [];
}

function runFor(outer: Here, node: ts.ForStatement): Completion {
  let here = inner(outer, node);
  const { initializer, condition, incrementor, statement } = node;
  if (initializer !== undefined && ts.isVariableDeclarationList(initializer)) declareList(here, initializer);
  else if (initializer !== undefined) evaluate(here, initializer);
  while (condition === undefined || truthy(evaluate(here, condition))) {
    const left = leaves(runStatement(here, statement), node);
    if (left !== undefined) return left.completion;
    // Each round has variables of its own.
    const next = new Scope(node, outer.scope);
    for (const [name, slot] of here.scope.slots) next.slots.set(name, { ...slot });
    here = { ...here, scope: next };
    if (incrementor !== undefined) evaluate(here, incrementor);
  }
  return undefined;
}

function runForEach(outer: Here, node: ts.ForOfStatement | ts.ForInStatement): Completion {
  const source = evaluate(outer, node.expression);
  const { initializer } = node;
  for (const entry of ts.isForOfStatement(node) ? entriesOf(outer.machine, source) : namesOf(source)) {
    const here = inner(outer, node);
    if (ts.isVariableDeclarationList(initializer)) {
      for (const { name } of initializer.declarations) bindPattern(here, name, entry, isVar(initializer));
    } else assignPattern(here, initializer, entry);
    const left = leaves(runStatement(here, node.statement), node);
    if (left !== undefined) return left.completion;
  }
  return undefined;
}

function namesOf(source: LoadedValue): readonly string[] {
  if (source instanceof Opaque) throw new Unloadable("for … in");
  const found = new Set<string>();
  let at = source instanceof LoadedObject ? source : undefined;
  for (; at !== undefined; at = at.proto) for (const key of at.keys()) found.add(key);
  return [...found];
}

function runWhile(here: Here, node: ts.WhileStatement | ts.DoStatement): Completion {
  let isFirst = ts.isDoStatement(node);
  while (isFirst || truthy(evaluate(here, node.expression))) {
    isFirst = false;
    const left = leaves(runStatement(here, node.statement), node);
    if (left !== undefined) return left.completion;
  }
  return undefined;
}

function runTry(here: Here, node: ts.TryStatement): Completion {
  let completion: Completion;
  let pending: Thrown | undefined;
  try {
    completion = runStatement(here, node.tryBlock);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    const { catchClause } = node;
    if (catchClause === undefined) pending = error;
    else {
      const within = inner(here, catchClause);
      const name = catchClause.variableDeclaration?.name;
      if (name !== undefined) bindPattern(within, name, error.value, false);
      completion = runStatement(within, catchClause.block);
    }
  }
  const last = node.finallyBlock === undefined ? undefined : runStatement(here, node.finallyBlock);
  if (last !== undefined) return last;
  if (pending !== undefined) throw pending;
  return completion;
}

function runSwitch(outer: Here, node: ts.SwitchStatement): Completion {
  const value = evaluate(outer, node.expression);
  const here = inner(outer, node.caseBlock);
  const { clauses } = node.caseBlock;
  for (const clause of clauses) declareFunctions(here, clause.statements);
  let start = clauses.findIndex((clause) => ts.isCaseClause(clause) && evaluate(here, clause.expression) === value);
  if (start < 0) start = clauses.findIndex(ts.isDefaultClause);
  if (start < 0) return undefined;
  for (const clause of clauses.slice(start)) {
    for (const statement of clause.statements) {
      const completion = runStatement(here, statement);
      if (completion?.kind === "break" && completion.label === undefined) return undefined;
      if (completion !== undefined) return completion;
    }
  }
  return undefined;
}

function runEnum(here: Here, node: ts.EnumDeclaration): undefined {
  const { machine, scope } = here;
  const object = machine.realm.object();
  const within = inner(here, node);
  let next = 0;
  for (const member of node.members) {
    const name = ts.isComputedPropertyName(member.name) ? member.name.getText() : member.name.text;
    const value = member.initializer === undefined ? next : evaluate(within, member.initializer);
    object.put(name, value);
    within.scope.declare(name, undefined, value);
    if (typeof value !== "number") continue;
    object.put(String(value), name);
    next = value + 1;
  }
  scope.declare(node.name.text, node.name, object);
  return undefined;
}
