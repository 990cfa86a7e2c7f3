/** The header of a `for` that counts: `for (let i = a; i < b; i += c)`, where nothing else changes `i`, and nothing `b`. */
import { ts } from "ts-morph";
import { isValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { commaList, comparisons, mirrored, stepOf, updatedName } from "./counter-syntax.ts";
import { isVar } from "./assignments.ts";
import { typeOf } from "./emit.ts";
import { boundOf, isWhole, type Shift } from "./loop-bound.ts";
import { locate, symbolOf } from "./scope.ts";
import type { Location } from "./state.ts";

export interface CountedHeader {
  readonly counter: Location;
  readonly start: Value;
  readonly range: { readonly start: Value; readonly bound: Value; readonly step: number; readonly inclusive: boolean };
  /** The other updates of the header: `j--`. */
  readonly updates: readonly ts.Expression[];
  /** What the bound was computed from. */
  readonly reads: ReadonlySet<Location>;
  /** The counter can be read after the loop. */
  readonly outlives: boolean;
}

export function countedHeader(context: Context, statement: ts.ForStatement): CountedHeader | undefined {
  const { condition, incrementor, initializer } = statement;
  if (condition === undefined || incrementor === undefined || !context.assumptions.isCounted(statement))
    return undefined;
  if (!ts.isBinaryExpression(condition)) return undefined;
  const updates = commaList(incrementor);
  for (const { name, bound, shift, operator } of sides(condition)) {
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
    const isOwn =
      initializer !== undefined &&
      ts.isVariableDeclarationList(initializer) &&
      initializer.declarations.every((declaration) => !isVar(declaration)) &&
      counter.symbol?.valueDeclaration?.parent === initializer;
    return {
      counter,
      start,
      range: { start, bound: limit.bound, step, inclusive: operator.endsWith("=") },
      updates: others,
      reads: limit.reads,
      outlives: !isOwn,
    };
  }
  return undefined;
}

interface Side {
  readonly name: ts.Identifier;
  readonly bound: ts.Expression;
  /** `i + by < n` is `i < n - by`: the same for integers. */
  readonly shift: Shift | undefined;
  readonly operator: string;
}

/** `i < n`, `n > i` and `i + 1 < n`, as counter, bound and operator. */
function sides(condition: ts.BinaryExpression): readonly Side[] {
  const operator = comparisons.get(condition.operatorToken.kind);
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
