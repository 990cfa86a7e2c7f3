/** `for`, `while` and `do`: counted loops where the header counts, else loops with a condition. */
import { ts } from "ts-morph";
import { known, scalar, type Value } from "./binding.ts";
import type { Context, Target } from "./context.ts";
import { type CountedHeader, countedHeader } from "./counted-header.ts";
import { countingTest } from "./counting-test.ts";
import { add, conditionOf, operate, sameBinding, subtract } from "./emit.ts";
import { alwaysGoesOn, caught, neverGoesOn } from "./exits.ts";
import { lowerLoop, type LoopOutcome } from "./loop.ts";
import { type LoopHead, loopHead, plainHead } from "./loop-head.ts";
import { lowerDiscarded, lowerExpression } from "./lower-expression.ts";
import { lowerDeclarations, lowerGuarded, lowerWork, type Work, workOf } from "./lower-statement.ts";
import type { Location } from "./state.ts";
import { statementSpan } from "./source-span.ts";
import { isVar } from "./assignments.ts";
import { locateName } from "./reference.ts";
import { lowerUnrolled } from "./unrolled-loop.ts";

export function lowerForStatement(context: Context, statement: ts.ForStatement, labels: readonly string[]): void {
  const { initializer, incrementor } = statement;
  if (initializer !== undefined) {
    if (ts.isVariableDeclarationList(initializer)) lowerDeclarations(context, initializer);
    else lowerDiscarded(context, initializer);
  }
  if (context.assumptions.isUnrolled(statement)) {
    return lowerRounds(context, statement, statement.condition, incrementor, labels);
  }
  const head = loopHead(statement, labels);
  const counted = countedHeader(context, statement, head);
  if (counted !== undefined) return lowerCounted(context, statement, counted, head.body, labels);
  const tested = countingTest(context, statement);
  if (tested !== undefined) return lowerCounted(context, statement, tested, [statement.statement], labels);
  const update = incrementor === undefined ? undefined : () => lowerDiscarded(context, incrementor);
  lowerConditional(context, statement, head, update, labels);
}

export function lowerWhileStatement(context: Context, statement: ts.WhileStatement, labels: readonly string[]): void {
  if (context.assumptions.isUnrolled(statement)) {
    return lowerRounds(context, statement, statement.expression, undefined, labels);
  }
  const header = countingTest(context, statement);
  if (header !== undefined) return lowerCounted(context, statement, header, [statement.statement], labels);
  lowerConditional(context, statement, loopHead(statement, labels), undefined, labels);
}

/** A loop that is left at the end of a round if its condition does not hold. */
export function lowerDoStatement(context: Context, statement: ts.DoStatement, labels: readonly string[]): void {
  if (context.assumptions.isUnrolled(statement)) {
    return lowerRounds(context, statement, statement.expression, undefined, labels);
  }
  const header = countingTest(context, statement);
  if (header !== undefined) return lowerCounted(context, statement, header, [statement.statement], labels);
  const target = newTarget(context, labels);
  const span = statementSpan(statement);
  const test: Work = {
    kind: "test",
    condition: () => {
      context.builder.at(span);
      return conditionOf(context, lowerExpression(context, statement.expression), statement.expression);
    },
    code: target.breakCode,
    next: undefined,
  };
  lowerLoop(context, {
    node: statement,
    kind: { kind: "while", condition: () => known(true) },
    indexName: undefined,
    counter: undefined,
    body: () => lowerBody(context, [statement.statement], target, undefined, test),
    ...codesOf(target),
  });
}

/** The loop, run while the function is lowered. */
function lowerRounds(
  context: Context,
  node: ts.ForStatement | ts.WhileStatement | ts.DoStatement,
  test: ts.Expression | undefined,
  update: ts.Expression | undefined,
  labels: readonly string[],
): void {
  const target = newTarget(context, labels);
  const span = statementSpan(node);
  const condition = (): Value => {
    if (test === undefined) return known(true);
    context.builder.at(span);
    return conditionOf(context, lowerExpression(context, test), test);
  };
  lowerUnrolled(context, {
    node,
    target,
    isTestedLast: ts.isDoStatement(node),
    condition,
    body: () => lowerBody(context, [node.statement], target, undefined, undefined),
    update: () => {
      if (update === undefined) return;
      context.builder.at(span);
      lowerDiscarded(context, update);
    },
    header: ts.isForStatement(node) ? headerOf(context, node) : [],
  });
}

/** The variables that are declared with `let` in the header. */
function headerOf(context: Context, { initializer }: ts.ForStatement): readonly Location[] {
  if (initializer === undefined || !ts.isVariableDeclarationList(initializer)) return [];
  const declared = initializer.declarations.filter((declaration) => !isVar(declaration));
  return declared.flatMap(({ name }) => namesOf(name)).flatMap((name) => locateName(context, name) ?? []);
}

function namesOf(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

function lowerConditional(
  context: Context,
  node: ts.ForStatement | ts.WhileStatement,
  head: LoopHead,
  update: (() => void) | undefined,
  labels: readonly string[],
): void {
  const target = newTarget(context, labels);
  const span = statementSpan(node);
  const { condition, isNegated, body } = head;
  const test = (): Value => {
    if (condition === undefined) return known(true);
    context.builder.at(span);
    const holds = conditionOf(context, lowerExpression(context, condition), condition);
    return isNegated ? operate(context, "not", holds) : holds;
  };
  const isPlain = condition === undefined || isPlainCondition(context, condition, test);
  const plain = plainHead(node);
  if (!isPlain && condition !== plain.condition) return lowerConditional(context, node, plain, update, labels);
  const after: Work | undefined = update && {
    kind: "action",
    run: () => {
      context.builder.at(span);
      update();
    },
    next: undefined,
  };
  const first: Work | undefined = isPlain
    ? undefined
    : { kind: "test", condition: test, code: target.breakCode, next: undefined };
  lowerLoop(context, {
    node,
    kind: { kind: "while", condition: isPlain ? test : () => known(true) },
    indexName: undefined,
    counter: undefined,
    body: () => lowerBody(context, body, target, first, after),
    ...codesOf(target),
  });
}

function lowerCounted(
  context: Context,
  statement: ts.IterationStatement,
  header: CountedHeader,
  body: readonly ts.Statement[],
  labels: readonly string[],
): void {
  const { counter, updates, start, reads } = header;
  const target = newTarget(context, labels);
  const span = statementSpan(statement);
  const after: Work | undefined =
    updates.length === 0
      ? undefined
      : {
          kind: "action",
          run: () => {
            context.builder.at(span);
            for (const update of updates) lowerDiscarded(context, update);
          },
          next: undefined,
        };
  const outcome = lowerLoop(context, {
    node: statement,
    kind: { kind: "for", ...header.range },
    indexName: counter.name,
    counter,
    body: () => lowerBody(context, body, target, undefined, after),
    ...codesOf(target),
  });
  const isLeft = outcome.stopped !== undefined || outcome.throws;
  const boundChanges = [...reads].some((location) => isChanged(context, outcome, location));
  if (boundChanges || (header.mayPassEnd && isLeft)) {
    context.assumptions.noteUncounted(statement);
  }
  if (header.outlives && header.last !== undefined && outcome.stopped === undefined) {
    context.state.write(counter, header.last);
  } else if (header.outlives) {
    const rounds = scalar(outcome.trips);
    const unfinished = outcome.stopped === undefined ? known(0) : operate(context, "toNumber", scalar(outcome.stopped));
    const steps = operate(context, "mul", subtract(context, rounds, unfinished), known(header.range.step));
    const last = header.range.step === 1 ? subtract(context, rounds, unfinished) : steps;
    context.state.write(counter, add(context, start, last));
  }
}

function isChanged(context: Context, outcome: LoopOutcome, location: Location): boolean {
  const imported = outcome.frame.imports.get(location);
  const last = outcome.last.get(location);
  if (imported === undefined || last === undefined || imported.entry?.kind === "counter") return false;
  return imported.entry === undefined || !sameBinding(context, last, imported.entry.binding);
}

/** The body of a loop, with what comes at its head and its end, which `continue` goes to. */
export function lowerBody(
  context: Context,
  body: readonly ts.Statement[],
  target: Target,
  head: Work | undefined,
  after: Work | undefined,
): void {
  context.activation.targets.push(target);
  const hasContinue = after !== undefined && body.some((statement) => containsContinue(statement, target.labels));
  const work = workOf(body, hasContinue ? undefined : after);
  lowerWork(context, head === undefined ? work : { ...head, next: work });
  if (hasContinue && target.continueCode !== undefined) {
    context.exit = caught(context.exit, [target.continueCode]);
    if (alwaysGoesOn(context.exit)) lowerWork(context, after);
    else if (!neverGoesOn(context.exit)) lowerGuarded(context, () => lowerWork(context, after));
  }
  context.activation.targets.pop();
}

export function newTarget(context: Context, labels: readonly string[]): Target {
  return { labels, isBlock: false, breakCode: context.nextCode++, continueCode: context.nextCode++ };
}

export function codesOf(target: Target): { readonly breakCode: number; readonly continueCode: number } {
  return { breakCode: target.breakCode, continueCode: target.continueCode ?? target.breakCode };
}

function containsContinue(node: ts.Node, labels: readonly string[], isNested = false): boolean {
  if (ts.isContinueStatement(node)) return node.label === undefined ? !isNested : labels.includes(node.label.text);
  if (ts.isFunctionLike(node)) return false;
  const inner = isNested || ts.isIterationStatement(node, false);
  return ts.forEachChild(node, (child) => containsContinue(child, labels, inner)) ?? false;
}

/** Whether a condition only looks: then it can stand in the head of the loop. Calls are tried out. */
function isPlainCondition(context: Context, condition: ts.Expression, test: () => Value): boolean {
  let assigns = false;
  let calls = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) assigns = true;
    if (ts.isPostfixUnaryExpression(node)) assigns = true;
    if (ts.isPrefixUnaryExpression(node) && node.operator >= ts.SyntaxKind.PlusPlusToken) {
      assigns ||= node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) calls ||= !isMathCall(node);
    ts.forEachChild(node, visit);
  };
  visit(condition);
  if (assigns || !calls) return !assigns;
  return isPure(context, test);
}

/** Lowers for a trial, and forgets it. */
function isPure(context: Context, test: () => Value): boolean {
  const { builder, state, reporter, exit } = context;
  const said = reporter.diagnostics.length;
  const unknown = context.unknownCalls.length;
  let isQuiet = true;
  const region = builder.region([], () => {
    isQuiet = state.branch(test).size === 0;
    return [];
  });
  reporter.rewind(said);
  context.unknownCalls.splice(unknown);
  context.exit = exit;
  return isQuiet && region.nodes.every((node) => ["constant", "operation", "load", "length"].includes(node.kind));
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isMathCall(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^Math\.(?!random)\w+$/.test(node.expression.getText());
}
