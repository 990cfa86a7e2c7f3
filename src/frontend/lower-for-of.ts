/**
 * `for … of`: a counted loop over an array; over a tuple, the body once for each entry. `for … in`: the body once for each
 * name of a member of an object.
 */
import { ts } from "ts-morph";
import { presentMembers } from "./added-members.ts";
import { noArray, valueOf } from "./arrays.ts";
import { countOf, entryOf, isSequence, type Sequence } from "./sequences.ts";
import { type Binding, type Cell, type GeneratorValue, isAbsent, isValue, known, type Value } from "./binding.ts";
import type { Context, Target } from "./context.ts";
import { branchEffects } from "./branch.ts";
import { add, isSameNumber, operate } from "./emit.ts";
import { alwaysGoesOn, caught, neverGoesOn } from "./exits.ts";
import { goThrough } from "./generators.ts";
import { callMethod } from "./lower-call.ts";
import { lowerLoop } from "./loop.ts";
import { lowerExpression } from "./lower-expression.ts";
import { codesOf, lowerBody, newTarget } from "./lower-loops.ts";
import { assignPattern, bindNames } from "./lower-pattern.ts";
import { bindVariable, lowerGuarded, type Work, withTarget } from "./lower-statement.ts";
import { asOne, newCell } from "./aggregates.ts";
import { roundOf } from "./scope.ts";
import { presenceOfEntries, refuseLacking } from "./tuple-entries.ts";

/** Tuples up to this size are written out; longer ones of numbers become arrays. */
const unrolled = 8;

export function lowerForOf(context: Context, statement: ts.ForOfStatement, labels: readonly string[]): void {
  const { gives, source } = sourceOf(context, statement.expression);
  if (source.kind === "generator") return lowerOverGenerator(context, statement, source, labels);
  if (isSequence(source)) return lowerOverArray(context, statement, source, gives, labels);
  if (source.kind === "aggregate" && source.cell.shape === "tuple") {
    const { literal, members } = source.cell;
    const values = [...members.values()].map((member) => context.state.read(member));
    const presences = presenceOfEntries(context, source);
    if (presences.includes(undefined)) return void refuseLacking(context, statement.expression);
    if (literal !== undefined && values.length > unrolled && values.every((value) => isValue(value))) {
      return context.assumptions.makeArray(literal);
    }
    return lowerOverTuple(
      context,
      statement,
      values.map((value, k) => given(context, gives, known(k), () => value)),
      labels,
      presences,
    );
  }
  noArray(context, source, statement.expression);
}

export function lowerForIn(context: Context, statement: ts.ForInStatement, labels: readonly string[]): void {
  const source = asOne(context, lowerExpression(context, statement.expression), statement.expression);
  if (source.kind === "poison" || isAbsent(source)) return;
  if (source.kind !== "aggregate" || source.cell.shape === "tuple" || !ownNamesAlone(source.cell)) {
    const hint = "loop over an index, or with for … of";
    context.reporter.report("ADJ2905", statement, { what: "for … in over what is no plain object" }, hint);
    return;
  }
  const members = [...source.cell.members].map(([name, member]) => [name, context.state.read(member)] as const);
  const present = presentMembers(context, source.cell, members, statement.expression);
  const names = present.map(([value]) => ({ kind: "known", value }) as const);
  lowerOverTuple(context, statement, names, labels);
}

/** Methods of a class are not among the names that are run through; what is put into a prototype is. */
function ownNamesAlone({ members, prototype }: Cell): boolean {
  const isPrivate = [...members.keys()].some((name) => name.startsWith("#"));
  return !isPrivate && (prototype === undefined || ts.isClassLike(prototype.owner));
}

/** `x.entries()` gives pairs of an index and an entry, `x.keys()` the indices. */
type Gives = "entries" | "keys" | "values";

function sourceOf(context: Context, node: ts.Expression): { readonly gives: Gives; readonly source: Binding } {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const name = node.expression.name.text;
    if (name === "entries" || name === "values" || name === "keys") {
      const base = lowerExpression(context, node.expression.expression);
      const source = asOne(context, base, node);
      const isList = isSequence(source) || (source.kind === "aggregate" && source.cell.shape === "tuple");
      if (isList) return { gives: name, source };
      return { gives: "values", source: asOne(context, callMethod(context, base, node.expression, node), node) };
    }
  }
  return { gives: "values", source: asOne(context, lowerExpression(context, node), node) };
}

function given(context: Context, gives: Gives, index: Value, entry: () => Binding): Binding {
  if (gives === "keys") return index;
  return gives === "entries" ? pair(context, index, entry()) : entry();
}

function pair(context: Context, index: Value, value: Binding): Binding {
  return newCell(context, "tuple", [
    ["0", index],
    ["1", value],
  ]);
}

function bindEntry(context: Context, statement: ts.ForInOrOfStatement, value: Binding): void {
  const { initializer } = statement;
  if (!ts.isVariableDeclarationList(initializer)) return assignPattern(context, initializer, value);
  const [declaration] = initializer.declarations;
  if (declaration === undefined) return;
  bindNames(context, declaration.name, value, (name, each) => bindVariable(context, declaration, name, each));
}

function lowerOverArray(
  context: Context,
  statement: ts.ForOfStatement,
  array: Sequence,
  gives: Gives,
  labels: readonly string[],
): void {
  const target = newTarget(context, labels);
  const name = gives === "values" ? "k" : indexName(statement, gives);
  const run = (k: Value, after?: Work): void => {
    const entry = (): Binding => entryOf(context, array, k, statement.expression);
    bindEntry(context, statement, given(context, gives, k, entry));
    lowerBody(context, [statement.statement], target, undefined, after);
  };
  const loop = { node: statement, counter: undefined, ...codesOf(target) };
  if (!context.assumptions.isCounted(statement)) {
    const index = context.state.create("hidden", name, known(0));
    const at = (): Value => valueOf(context, context.state.read(index));
    const step = (): void => context.state.write(index, add(context, at(), known(1)));
    lowerLoop(context, {
      ...loop,
      kind: { kind: "while", condition: () => operate(context, "lt", at(), countOf(context, array)) },
      indexName: undefined,
      body: () => run(at(), { kind: "action", run: step, next: undefined }),
    });
    return;
  }
  const count = countOf(context, array);
  lowerLoop(context, {
    ...loop,
    kind: { kind: "for", start: known(0), bound: count, step: 1, inclusive: false },
    indexName: name,
    body: (k) => run(k),
  });
  // Each round asks anew how many entries there are.
  if (!isSameNumber(context, count, countOf(context, array))) context.assumptions.noteUncounted(statement);
}

function lowerOverGenerator(
  context: Context,
  statement: ts.ForOfStatement,
  generator: GeneratorValue,
  labels: readonly string[],
): void {
  const target = newTarget(context, labels);
  const outer = context.activation;
  goThrough(context, generator, statement, (value) => {
    const inner = context.activation;
    context.activation = roundOf(context, outer, []);
    bindEntry(context, statement, value);
    lowerBody(context, [statement.statement], target, undefined, undefined);
    if (target.continueCode !== undefined) context.exit = caught(context.exit, [target.continueCode]);
    context.activation = inner;
  });
  context.exit = caught(context.exit, [target.breakCode]);
}

function indexName(statement: ts.ForOfStatement, gives: Gives): string {
  const { initializer } = statement;
  const name = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;
  if (name !== undefined && ts.isIdentifier(name) && gives === "keys") return name.text;
  const first = name !== undefined && ts.isArrayBindingPattern(name) ? name.elements[0] : undefined;
  return first !== undefined && ts.isBindingElement(first) && ts.isIdentifier(first.name) ? first.name.text : "k";
}

function lowerOverTuple(
  context: Context,
  statement: ts.ForInOrOfStatement,
  values: readonly Binding[],
  labels: readonly string[],
  presences: readonly (Value | undefined)[] = [],
): void {
  const target: Target = newTarget(context, labels);
  const outer = context.activation;
  const round = (k: number): void => {
    if (k < values.length)
      branchEffects(
        context,
        presences[k] ?? known(true),
        () => roundOver(k),
        () => {},
      );
  };
  const roundOver = (k: number): void => {
    context.activation = roundOf(context, outer, []);
    bindEntry(context, statement, values[k] ?? known(0));
    lowerBody(context, [statement.statement], target, undefined, undefined);
    if (target.continueCode !== undefined) context.exit = caught(context.exit, [target.continueCode]);
    if (neverGoesOn(context.exit)) return;
    if (alwaysGoesOn(context.exit)) round(k + 1);
    else lowerGuarded(context, () => round(k + 1), k + 1 >= values.length);
  };
  withTarget(context, { ...target, isBlock: true, labels: [] }, () => round(0));
  context.activation = outer;
}
