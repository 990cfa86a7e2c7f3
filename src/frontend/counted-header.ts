/** The header of a `for` that counts: `for (let i = a; i < b; i += c)`, where nothing else changes `i`, and nothing `b`. */
import { ts } from "ts-morph";
import { isValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { commaList, comparisons, mirrored, opposites, stepOf, updatedName } from "./counter-syntax.ts";
import { isVar } from "./assignments.ts";
import { typeOf } from "./emit.ts";
import { boundOf, isWhole, mayBeNaN, type Shift } from "./loop-bound.ts";
import type { LoopHead } from "./loop-head.ts";
import { locate, symbolOf } from "./scope.ts";
import type { Location } from "./state.ts";

export interface CountedHeader {
  readonly counter: Location;
  readonly start: Value;
  readonly range: CountedRange;
  /** The other updates of the header: `j--`. */
  readonly updates: readonly ts.Expression[];
  /** What the bound was computed from. */
  readonly reads: ReadonlySet<Location>;
  /** The counter can be read after the loop. */
  readonly outlives: boolean;
  /** `while (i--)` goes on for ever below 0. */
  readonly mayPassEnd: boolean;
  /** What the counter is after a loop that nothing left, if that is known without the number of rounds. */
  readonly last?: Value | undefined;
}

export interface CountedRange {
  readonly start: Value;
  readonly bound: Value;
  readonly step: number;
  readonly inclusive: boolean;
  /** It is a counted loop only if the bound turns out to be whole: `i++ < n` is not `i <= n` else. */
  readonly needsWholeBound: boolean;
}

export function countedHeader(
  context: Context,
  statement: ts.ForStatement,
  { condition, isNegated }: LoopHead,
): CountedHeader | undefined {
  const { incrementor } = statement;
  if (condition === undefined || incrementor === undefined || !context.assumptions.isCounted(statement))
    return undefined;
  if (!ts.isBinaryExpression(condition)) return undefined;
  const updates = commaList(incrementor);
  for (const { name, bound, shift, operator } of sides(condition, isNegated)) {
    const symbol = symbolOf(context, name);
    const counter = symbol && locate(context, symbol);
    const update = symbol && updates.find((each) => updatedName(context, each) === symbol);
    if (symbol === undefined || counter === undefined || update === undefined) continue;
    const others = updates.filter((each) => each !== update);
    const isStable =
      [statement.statement, bound, ...(shift === undefined ? [] : [shift.by]), ...others].every(
        (part) => !context.assignments.mayChange(symbol, part),
      ) && others.every((each) => updatedName(context, each) !== symbol);
    const step = stepOf(context, update);
    const isFit = step !== undefined && (step > 0 ? operator.startsWith("<") : operator.startsWith(">"));
    if (!isStable || !isFit) continue;
    const start = context.state.read(counter);
    if (!isValue(start) || typeOf(context, start) !== "number" || !isWhole(context, start)) return undefined;
    const limit = boundOf(context, bound, shift);
    if (limit === undefined || limit.reads.has(counter)) return undefined;
    // Where the bound is no number, `!(i >= n)` holds and `i < n` does not.
    if (isNegated && (!isWhole(context, limit.bound) || mayBeNaN(context, limit.bound))) return undefined;
    return {
      counter,
      start,
      range: { start, bound: limit.bound, step, inclusive: operator.endsWith("="), needsWholeBound: isNegated },
      updates: others,
      reads: limit.reads,
      outlives: !isOwnCounter(counter, statement),
      mayPassEnd: false,
    };
  }
  return undefined;
}

/** Whether the loop declares its counter, so that nothing sees it after the loop. */
export function isOwnCounter(counter: Location, { initializer }: ts.ForStatement): boolean {
  return (
    initializer !== undefined &&
    ts.isVariableDeclarationList(initializer) &&
    initializer.declarations.every((declaration) => !isVar(declaration)) &&
    counter.symbol?.valueDeclaration?.parent === initializer
  );
}

interface Side {
  readonly name: ts.Identifier;
  readonly bound: ts.Expression;
  /** `i + by < n` is `i < n - by`: the same for integers. */
  readonly shift: Shift | undefined;
  readonly operator: string;
}

/** `i < n`, `n > i` and `i + 1 < n`, as counter, bound and operator. */
function sides(condition: ts.BinaryExpression, isNegated: boolean): readonly Side[] {
  const written = comparisons.get(condition.operatorToken.kind);
  const operator = written !== undefined && isNegated ? opposites[written] : written;
  if (operator === undefined) return [];
  const { left, right } = condition;
  return [
    ...counters(left).map(({ name, shift }) => ({ name, shift, bound: right, operator })),
    ...counters(right).map(({ name, shift }) => ({
      name,
      shift,
      bound: left,
      operator: mirrored[operator] ?? operator,
    })),
  ];
}

function counters(node: ts.Expression): readonly { readonly name: ts.Identifier; readonly shift: Shift | undefined }[] {
  if (ts.isIdentifier(node)) return [{ name: node, shift: undefined }];
  if (!ts.isBinaryExpression(node)) return [];
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === ts.SyntaxKind.MinusToken) {
    return ts.isIdentifier(left) ? [{ name: left, shift: { by: right, sign: -1 } }] : [];
  }
  if (operatorToken.kind !== ts.SyntaxKind.PlusToken) return [];
  return [
    ...(ts.isIdentifier(left) ? [{ name: left, shift: { by: right, sign: 1 } as const }] : []),
    ...(ts.isIdentifier(right) ? [{ name: right, shift: { by: left, sign: 1 } as const }] : []),
  ];
}
