/**
 * A loop whose test counts: where nothing else in it changes the counter, it is a counted one.
 *   while (i-- > 0)        is  for (i = i - 1; i >= 0; i--)
 *   while (s++ < n)        is  for (s = s + 1; s <= n; s++)
 *   for (; ++i < n; )      is  for (i = i + 1; i < n; i++)
 *   do … while (++i < n)   is  for (; i < max(n, i + 1); i++)
 * As after a `for`, the counter is one step beyond the last round, or what it was in the round that was left. That holds
 * without a round too: the test has counted once.
 */
import { ts } from "ts-morph";
import { type CountedHeader, type CountedRange, isOwnCounter } from "./counted-header.ts";
import { isValue, known, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { bare, commaList, comparisons, mirrored, stepOf, updatedName } from "./counter-syntax.ts";
import { add, operate, typeOf } from "./emit.ts";
import { boundOf, isWhole, mayBeNaN } from "./loop-bound.ts";
import { locate } from "./scope.ts";
import type { Location } from "./state.ts";

type TestedLoop = ts.ForStatement | ts.WhileStatement | ts.DoStatement;

export function countingTest(context: Context, loop: TestedLoop): CountedHeader | undefined {
  const condition = ts.isForStatement(loop) ? loop.condition : loop.expression;
  if (condition === undefined || !context.assumptions.isCounted(loop)) return undefined;
  const test = testOf(context, bare(condition));
  const counter = test && locate(context, test.symbol);
  if (test === undefined || counter === undefined || !isStable(context, loop, test)) return undefined;
  const before = context.state.read(counter);
  if (!isValue(before) || typeOf(context, before) !== "number" || !isWhole(context, before)) return undefined;
  const limit = test.bound === undefined ? noBound : boundOf(context, test.bound, undefined);
  if (limit === undefined || limit.reads.has(counter)) return undefined;
  const isFirstTested = !ts.isDoStatement(loop);
  if (!isFirstTested && mayBeNaN(context, before, limit.bound)) return undefined;
  const outlives = !(ts.isForStatement(loop) && isOwnCounter(counter, loop));
  const isWholeBound = isWhole(context, limit.bound);
  const isExact = !test.isCountedAfter && isFirstTested;
  if (!isExact && !isWholeBound) return undefined;
  const needsWholeBound = !isExact || (outlives && isWholeBound);
  const range = rangeOf(context, test, before, limit.bound, isFirstTested);
  return {
    counter,
    start: range.start,
    range: { ...range, step: test.step, needsWholeBound },
    updates: ts.isForStatement(loop) && loop.incrementor !== undefined ? commaList(loop.incrementor) : [],
    reads: limit.reads,
    outlives,
    last: needsWholeBound ? lastOf(context, { ...range, step: test.step, needsWholeBound }, isFirstTested) : undefined,
    mayPassEnd: test.bound === undefined && !isAtLeast(context, before, test.isCountedAfter ? 0 : 1),
  };
}

const noBound = { bound: known(0), reads: new Set<Location>() } as const;

interface Test {
  readonly symbol: ts.Symbol;
  readonly step: number;
  /** `i--`: what is tested is the value before the step. */
  readonly isCountedAfter: boolean;
  readonly operator: string;
  /** Undefined in `while (i--)`, which stops at 0. */
  readonly bound: ts.Expression | undefined;
}

function testOf(context: Context, condition: ts.Expression): Test | undefined {
  const alone = changeOf(context, condition);
  if (alone !== undefined) return alone.step === -1 ? { ...alone, operator: ">", bound: undefined } : undefined;
  if (!ts.isBinaryExpression(condition)) return undefined;
  const operator = comparisons.get(condition.operatorToken.kind);
  if (operator === undefined) return undefined;
  const { left, right } = condition;
  for (const side of [
    { change: changeOf(context, bare(left)), operator, bound: right },
    { change: changeOf(context, bare(right)), operator: mirrored[operator] ?? operator, bound: left },
  ]) {
    if (side.change === undefined) continue;
    const isFit = side.operator.startsWith(side.change.step > 0 ? "<" : ">");
    return isFit ? { ...side.change, operator: side.operator, bound: side.bound } : undefined;
  }
  return undefined;
}

function changeOf(context: Context, node: ts.Expression): Pick<Test, "symbol" | "step" | "isCountedAfter"> | undefined {
  const symbol = updatedName(context, node);
  const step = symbol && stepOf(context, node);
  if (symbol === undefined || step === undefined) return undefined;
  return { symbol, step, isCountedAfter: ts.isPostfixUnaryExpression(node) };
}

/** Whether the test alone changes the counter, and no function of the body looks at it. */
function isStable(context: Context, loop: TestedLoop, { symbol, bound }: Test): boolean {
  const parts = [loop.statement, bound, ts.isForStatement(loop) ? loop.incrementor : undefined];
  return parts.every(
    (part) => part === undefined || (!context.assignments.mayChange(symbol, part) && !captures(part, symbol.name)),
  );
}

function captures(node: ts.Node, name: string, isInner = false): boolean {
  if (isInner && ts.isIdentifier(node) && node.text === name) return true;
  const isWithin = isInner || ts.isFunctionLike(node);
  return ts.forEachChild(node, (child) => captures(child, name, isWithin)) ?? false;
}

function rangeOf(
  context: Context,
  { step, isCountedAfter, operator, bound: source }: Test,
  before: Value,
  limit: Value,
  isFirstTested: boolean,
): Omit<CountedRange, "step" | "needsWholeBound"> {
  const isInclusive = operator.endsWith("=");
  // For whole numbers `i - 1 < n` is `i <= n`, and `i - 1 <= n` is `i <= n + 1`.
  const bound = isCountedAfter && isInclusive ? add(context, limit, known(step)) : limit;
  const inclusive = isCountedAfter || isInclusive;
  if (isFirstTested) return { start: add(context, before, known(step)), bound, inclusive };
  // `do … while (i--)` never ends where the first round is not within the bound.
  if (source === undefined) return { start: before, bound, inclusive };
  const first = inclusive ? before : add(context, before, known(Math.sign(step)));
  const reached = operate(context, step > 0 ? "max" : "min", bound, first);
  return { start: before, bound: reached, inclusive };
}

/** Between whole numbers a counter by ones ends just beyond the bound, or where it started. */
function lastOf(
  context: Context,
  { start, bound, step, inclusive }: CountedRange,
  isFirstTested: boolean,
): Value | undefined {
  if (Math.abs(step) !== 1 || mayBeNaN(context, bound)) return undefined;
  const end = inclusive ? add(context, bound, known(step)) : bound;
  if (!isFirstTested) return end;
  if (step > 0 && start.kind === "known" && isAtLeast(context, bound, Number(start.value) - Number(inclusive)))
    return end;
  if (step < 0 && end.kind === "known" && isAtLeast(context, start, Number(end.value))) return end;
  return operate(context, step > 0 ? "max" : "min", start, end);
}

/** Whether a number is known to be `least` or more. */
function isAtLeast(context: Context, value: Value, least: number): boolean {
  if (value.kind === "known") return Number(value.value) >= least;
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return Number(node.value) >= least;
  if (node?.kind === "operation" && (node.operation === "sub" || node.operation === "add")) {
    const [whole, by] = node.operands.map((id): Value => ({ kind: "scalar", id }));
    const amount = by?.kind === "scalar" ? context.definitions.get(by.id) : undefined;
    if (whole === undefined || amount?.kind !== "constant") return false;
    const shift = Number(amount.value);
    return isAtLeast(context, whole, node.operation === "sub" ? least + shift : least - shift);
  }
  return least <= 0 && [...context.lengths.values()].includes(value.id);
}
