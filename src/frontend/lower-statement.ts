/**
 * Statements. A sequence is lowered as a list of work, so that what follows an `if` that leaves on one side can be nested
 * into the other side: `if (c) return a; rest` is `if (c) { return a } else { rest }`.
 */
import { ts } from "ts-morph";
import { type Binding, undefinedValue, unset, type Value } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import { classValue } from "./classes.ts";
import type { Context, Target } from "./context.ts";
import { conditionOf } from "./emit.ts";
import { alwaysGoesOn, caught, derive, exitTo, goesOn, left, neverGoesOn, noExit } from "./exits.ts";
import { lowerYield } from "./generators.ts";
import { lowerDiscarded, lowerExpression } from "./lower-expression.ts";
import { lowerDoStatement, lowerForStatement, lowerWhileStatement } from "./lower-loops.ts";
import { lowerForIn, lowerForOf } from "./lower-for-of.ts";
import { bindNames } from "./lower-pattern.ts";
import { lowerSwitch } from "./lower-switch.ts";
import { lowerThrow } from "./lower-throw.ts";
import { declare } from "./scope.ts";
import { isVar } from "./assignments.ts";
import { locateName, nameValue } from "./reference.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { statementSpan } from "./source-span.ts";

/** What is still to be lowered, up to the end of the body of a loop or function. */
export type Work =
  | {
      readonly kind: "statements";
      readonly statements: readonly ts.Statement[];
      readonly index: number;
      readonly next: Work | undefined;
    }
  /** Something that the source does not spell out as a statement: the update of a `for`. */
  | { readonly kind: "action"; readonly run: () => void; readonly next: Work | undefined }
  /** Goes on if the condition holds, else leaves by `code`. */
  | { readonly kind: "test"; readonly condition: () => Value; readonly code: number; readonly next: Work | undefined };

export function workOf(statements: readonly ts.Statement[], next?: Work): Work {
  return { kind: "statements", statements, index: 0, next };
}

export function lowerWork(context: Context, work: Work | undefined): void {
  let rest = work;
  while (rest !== undefined) {
    const here: Work = rest;
    if (here.kind === "statements" && here.index >= here.statements.length) {
      rest = here.next;
      continue;
    }
    rest = here.kind === "statements" ? { ...here, index: here.index + 1 } : here.next;
    if (here.kind === "action") here.run();
    else if (here.kind === "test") {
      const after: Work | undefined = rest;
      const leave = () => void (context.exit = exitTo(here.code));
      return branchEffects(context, here.condition(), () => lowerWork(context, after), leave);
    } else {
      const statement = here.statements[here.index];
      if (statement !== undefined) {
        const next = lowerNext(context, statement, rest);
        if (next === "done") return;
        rest = next;
      }
    }
    if (neverGoesOn(context.exit)) return;
    if (!alwaysGoesOn(context.exit)) return lowerGuarded(context, () => lowerWork(context, rest), isEmpty(rest));
  }
}

/** Runs what follows where control may have left already. */
export function lowerGuarded(context: Context, run: () => void, isNothing = false): void {
  if (isNothing || neverGoesOn(context.exit)) return;
  if (alwaysGoesOn(context.exit)) return run();
  const { exit } = context;
  const isLive = derive(context.builder, exit, (code) => code === noExit);
  context.exit = goesOn;
  const { state, activation } = context;
  const runLive = (): void => {
    // Where control is still here, nothing was returned yet.
    state.write(activation.result, unset);
    run();
  };
  branchEffects(context, isLive, runLive, () => void (context.exit = left(exit)));
}

function isEmpty(work: Work | undefined): boolean {
  if (work === undefined) return true;
  return work.kind === "statements" && work.index >= work.statements.length && isEmpty(work.next);
}

/** Lowers one statement; gives what is left to do. */
function lowerNext(context: Context, statement: ts.Statement, rest: Work | undefined): Work | "done" | undefined {
  context.builder.at(statementSpan(statement));
  if (ts.isBlock(statement)) return workOf(statement.statements, rest);
  if (!ts.isIfStatement(statement)) {
    lowerStatement(context, statement);
    return rest;
  }
  const { thenStatement, elseStatement } = statement;
  const condition = conditionOf(context, lowerExpression(context, statement.expression), statement.expression);
  const then = [thenStatement];
  const otherwise = elseStatement === undefined ? [] : [elseStatement];
  if (condition.kind === "known") return workOf(condition.value ? then : otherwise, rest);
  const [thenEnd, elseEnd] = [endOf(thenStatement), elseStatement === undefined ? "open" : endOf(elseStatement)];
  const afterThen = thenEnd === "open" && elseEnd === "jump" ? rest : undefined;
  const afterElse = elseEnd === "open" && thenEnd === "jump" ? rest : undefined;
  branchEffects(
    context,
    condition,
    () => lowerWork(context, workOf(then, afterThen)),
    () => lowerWork(context, workOf(otherwise, afterElse)),
  );
  return afterThen === afterElse ? rest : "done";
}

/** Whether control comes to the end of a statement, as far as its syntax tells. */
function endOf(statement: ts.Statement): "open" | "jump" | "throw" {
  if (ts.isReturnStatement(statement) || ts.isBreakStatement(statement) || ts.isContinueStatement(statement))
    return "jump";
  if (ts.isThrowStatement(statement)) return "throw";
  if (ts.isBlock(statement)) {
    for (const inner of statement.statements) {
      const end = endOf(inner);
      if (end !== "open") return end;
    }
  }
  if (!ts.isIfStatement(statement) || statement.elseStatement === undefined) return "open";
  const [then, otherwise] = [endOf(statement.thenStatement), endOf(statement.elseStatement)];
  if (then === "open" || otherwise === "open") return "open";
  return then === "jump" ? then : otherwise;
}

function lowerStatement(context: Context, statement: ts.Statement, labels: readonly string[] = []): void {
  if (ts.isVariableStatement(statement)) return lowerDeclarations(context, statement.declarationList);
  if (ts.isExpressionStatement(statement) && ts.isYieldExpression(statement.expression)) {
    return lowerYield(context, statement.expression);
  }
  if (ts.isExpressionStatement(statement)) return lowerDiscarded(context, statement.expression);
  if (ts.isReturnStatement(statement)) return lowerReturn(context, statement);
  if (ts.isForStatement(statement)) return lowerForStatement(context, statement, labels);
  if (ts.isForOfStatement(statement)) return lowerForOf(context, statement, labels);
  if (ts.isForInStatement(statement)) return lowerForIn(context, statement, labels);
  if (ts.isWhileStatement(statement)) return lowerWhileStatement(context, statement, labels);
  if (ts.isDoStatement(statement)) return lowerDoStatement(context, statement, labels);
  if (ts.isSwitchStatement(statement)) return lowerSwitch(context, statement, labels);
  if (ts.isThrowStatement(statement)) return lowerThrow(context, statement);
  if (ts.isBreakStatement(statement) || ts.isContinueStatement(statement)) return lowerJump(context, statement);
  if (ts.isLabeledStatement(statement)) return lowerLabeled(context, statement, labels);
  if (ts.isBlock(statement) || ts.isIfStatement(statement)) return lowerWork(context, workOf([statement]));
  if (ts.isEmptyStatement(statement) || ts.isFunctionDeclaration(statement)) return;
  if (ts.isClassDeclaration(statement)) return lowerClass(context, statement);
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return;
  refuseSyntax(context, statement, "this statement");
}

function lowerClass(context: Context, statement: ts.ClassDeclaration): void {
  const binding = classValue(context, statement, context.activation.environment);
  if (statement.name !== undefined) declare(context, statement.name, binding);
}

export function lowerDeclarations(context: Context, list: ts.VariableDeclarationList): void {
  for (const declaration of list.declarations) {
    const { initializer } = declaration;
    if (isVar(declaration) && initializer === undefined) continue;
    const binding = initializer === undefined ? undefinedValue : lowerExpression(context, initializer);
    bindNames(context, declaration.name, binding, (name, value) => bindVariable(context, declaration, name, value));
  }
}

/** Gives a declared variable its value; a `var` is there already. */
export function bindVariable(
  context: Context,
  declaration: ts.VariableDeclaration,
  name: ts.Identifier,
  binding: Binding,
): void {
  nameValue(context, binding, name.text);
  const before = isVar(declaration) ? locateName(context, name) : undefined;
  if (before === undefined) declare(context, name, binding);
  else context.state.write(before, binding);
}

function lowerReturn(context: Context, statement: ts.ReturnStatement): void {
  const { expression } = statement;
  const { activation, state } = context;
  const binding = expression === undefined ? undefinedValue : lowerExpression(context, expression);
  if (neverGoesOn(context.exit)) return;
  state.write(activation.result, binding);
  context.exit = exitTo(activation.returnCode);
}

function lowerJump(context: Context, statement: ts.BreakStatement | ts.ContinueStatement): void {
  const isContinue = ts.isContinueStatement(statement);
  const label = statement.label?.text;
  const { targets } = context.activation;
  for (let k = targets.length - 1; k >= 0; k--) {
    const target = targets[k];
    if (target === undefined) continue;
    const isMeant = label === undefined ? !target.isBlock : target.labels.includes(label);
    const code = isContinue ? target.continueCode : target.breakCode;
    if (!isMeant || code === undefined) continue;
    context.exit = exitTo(code);
    return;
  }
}

function lowerLabeled(context: Context, statement: ts.LabeledStatement, outer: readonly string[]): void {
  const labels = [...outer, statement.label.text];
  const inner = statement.statement;
  if (ts.isLabeledStatement(inner)) return lowerLabeled(context, inner, labels);
  context.builder.at(statementSpan(inner));
  if (ts.isIterationStatement(inner, false) || ts.isSwitchStatement(inner))
    return lowerStatement(context, inner, labels);
  const target: Target = { labels, isBlock: true, breakCode: context.nextCode++, continueCode: undefined };
  withTarget(context, target, () => lowerWork(context, workOf([inner])));
}

/** Runs with a target of `break` in scope; exits to it end here. */
export function withTarget(context: Context, target: Target, run: () => void): void {
  const { targets } = context.activation;
  targets.push(target);
  run();
  targets.pop();
  context.exit = caught(context.exit, [target.breakCode]);
}
