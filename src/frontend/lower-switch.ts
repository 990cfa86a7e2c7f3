/**
 * `switch`. Without fall-through it is a chain of branches. With it, the number of the clause that matched is found first:
 * then it is a chain of runs of clauses, and in a run each clause is left out if one after it matched.
 */
import { ts } from "ts-morph";
import { valueOf } from "./arrays.ts";
import { type Binding, known, type Value } from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { conditionOf, operate } from "./emit.ts";
import { lowerExpression } from "./lower-expression.ts";
import { applyOperator } from "./lower-operator.ts";
import { lowerGuarded, lowerWork, withTarget, workOf } from "./lower-statement.ts";

interface Group {
  /** Undefined for `default`. */
  readonly tests: readonly (ts.Expression | undefined)[];
  readonly statements: readonly ts.Statement[];
}

export function lowerSwitch(context: Context, statement: ts.SwitchStatement, labels: readonly string[]): void {
  const { expression, caseBlock } = statement;
  const value = lowerExpression(context, expression);
  const groups = groupsOf(caseBlock);
  const target = { labels, isBlock: false, breakCode: context.nextCode++, continueCode: undefined };
  const matches = (test: ts.Expression): Value => {
    const equals = applyOperator(
      context,
      ts.SyntaxKind.EqualsEqualsEqualsToken,
      value,
      expression,
      lowerExpression(context, test),
      test,
    );
    return conditionOf(context, equals, test);
  };
  const isFalling = groups.slice(0, -1).some(({ statements }) => !leaves(statements));
  withTarget(context, target, () => {
    if (isFalling) lowerFalling(context, groups, matches);
    else lowerChain(context, groups, matches);
  });
}

/** Clauses without statements belong to the next one. */
function groupsOf(block: ts.CaseBlock): readonly Group[] {
  const groups: Group[] = [];
  let tests: (ts.Expression | undefined)[] = [];
  for (const clause of block.clauses) {
    tests.push(ts.isCaseClause(clause) ? clause.expression : undefined);
    if (clause.statements.length === 0) continue;
    groups.push({ tests, statements: clause.statements });
    tests = [];
  }
  return tests.length === 0 ? groups : [...groups, { tests, statements: [] }];
}

function leaves(statements: readonly ts.Statement[]): boolean {
  return statements.some((statement) => {
    if (ts.isBlock(statement)) return leaves(statement.statements);
    if (ts.isIfStatement(statement) && statement.elseStatement !== undefined) {
      return leaves([statement.thenStatement]) && leaves([statement.elseStatement]);
    }
    return (
      ts.isBreakStatement(statement) ||
      ts.isReturnStatement(statement) ||
      ts.isContinueStatement(statement) ||
      ts.isThrowStatement(statement)
    );
  });
}

function anyOf(
  context: Context,
  tests: readonly (ts.Expression | undefined)[],
  matches: (test: ts.Expression) => Value,
): Value {
  let result: Value = known(false);
  for (const test of tests) {
    if (test === undefined) continue;
    const match = matches(test);
    if (match.kind === "known" && match.value === true) return match;
    if (match.kind === "known") continue;
    result = result.kind === "known" ? match : operate(context, "or", result, match);
  }
  return result;
}

/** Statements without the `break` at their end, which changes nothing there. */
function trimmed(statements: readonly ts.Statement[]): readonly ts.Statement[] {
  const last = statements.at(-1);
  if (last !== undefined && ts.isBreakStatement(last) && last.label === undefined) return statements.slice(0, -1);
  if (statements.length === 1 && last !== undefined && ts.isBlock(last)) return trimmed(last.statements);
  return statements;
}

function lowerChain(context: Context, groups: readonly Group[], matches: (test: ts.Expression) => Value): void {
  const otherwise = groups.find(({ tests }) => tests.includes(undefined));
  const run = (group: Group | undefined): void => lowerWork(context, workOf(trimmed(group?.statements ?? [])));
  const next = (k: number): void => {
    const group = groups[k];
    if (group === undefined) return run(otherwise);
    if (group === otherwise) return next(k + 1);
    branchEffects(
      context,
      anyOf(context, group.tests, matches),
      () => run(group),
      () => next(k + 1),
    );
  };
  next(0);
}

function lowerFalling(context: Context, groups: readonly Group[], matches: (test: ts.Expression) => Value): void {
  const fallback = groups.findIndex(({ tests }) => tests.includes(undefined));
  const find = (k: number): Binding => {
    const group = groups[k];
    if (group === undefined) return known(fallback < 0 ? groups.length : fallback);
    const condition = anyOf(context, group.tests, matches);
    return branch(
      context,
      condition,
      () => known(k),
      () => find(k + 1),
      "matched",
    );
  };
  const matched = valueOf(context, find(0));
  const isUpTo = (k: number): Value => operate(context, "le", matched, known(k));
  const runs = runsOf(groups);
  const lowerRun = ({ first, last }: Run): void => {
    for (let k = first; k <= last; k++) {
      const { statements = [] } = groups[k] ?? {};
      lowerGuarded(context, () => {
        const body = (): void => lowerWork(context, workOf(k === last ? trimmed(statements) : statements));
        branchEffects(context, k === last ? known(true) : isUpTo(k), body, () => {});
      });
    }
  };
  const lowerFrom = (position: number): void => {
    const run = runs[position];
    if (run === undefined) return;
    const isSure = fallback >= 0 && position === runs.length - 1;
    branchEffects(
      context,
      isSure ? known(true) : isUpTo(run.last),
      () => lowerRun(run),
      () => lowerFrom(position + 1),
    );
  };
  lowerFrom(0);
}

/** Clauses of which each falls through to the next one, up to one that does not. */
interface Run {
  readonly first: number;
  readonly last: number;
}

function runsOf(groups: readonly Group[]): readonly Run[] {
  const runs: Run[] = [];
  let first = 0;
  groups.forEach(({ statements }, k) => {
    if (k < groups.length - 1 && !leaves(statements)) return;
    runs.push({ first, last: k });
    first = k + 1;
  });
  return runs;
}
