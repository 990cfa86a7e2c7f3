/** The header of a `for` that counts: `for (let i = a; i < b; i += c)`, where nothing else changes `i`, and nothing `b`. */
import { ts } from "ts-morph";
import { alwaysWhole, wholeIfOperandsAre } from "../ir/integers.ts";
import { walkNodes } from "../ir/walk.ts";
import { isValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { isVar } from "./assignments.ts";
import { add, subtract, typeOf } from "./emit.ts";
import { keepsIntegers } from "./integers.ts";
import { lowerExpression, lowerNumber } from "./lower-expression.ts";
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
    if (limit === undefined) return undefined;
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

const operators: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
]);
const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

interface Side {
  readonly name: ts.Identifier;
  readonly bound: ts.Expression;
  /** `i + by < n` is `i < n - by`: the same for integers. */
  readonly shift: Shift | undefined;
  readonly operator: string;
}
interface Shift {
  readonly by: ts.Expression;
  readonly sign: 1 | -1;
}

/** `i < n`, `n > i` and `i + 1 < n`, as counter, bound and operator. */
function sides(condition: ts.BinaryExpression): readonly Side[] {
  const operator = operators.get(condition.operatorToken.kind);
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

function commaList(node: ts.Expression): readonly ts.Expression[] {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.CommaToken) return [node];
  return [...commaList(node.left), ...commaList(node.right)];
}

function updatedName(context: Context, update: ts.Expression): ts.Symbol | undefined {
  const target =
    ts.isPostfixUnaryExpression(update) || ts.isPrefixUnaryExpression(update)
      ? update.operand
      : ts.isBinaryExpression(update)
        ? update.left
        : undefined;
  return target !== undefined && ts.isIdentifier(target) ? symbolOf(context, target) : undefined;
}

/** The constant that an update adds to the counter. */
function stepOf(context: Context, update: ts.Expression): number | undefined {
  if (ts.isPostfixUnaryExpression(update) || ts.isPrefixUnaryExpression(update)) {
    if (update.operator === ts.SyntaxKind.PlusPlusToken) return 1;
    return update.operator === ts.SyntaxKind.MinusMinusToken ? -1 : undefined;
  }
  if (!ts.isBinaryExpression(update)) return undefined;
  const { operatorToken, left, right } = update;
  if (operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return constantOf(context, right);
  if (operatorToken.kind === ts.SyntaxKind.MinusEqualsToken) return negative(constantOf(context, right));
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isBinaryExpression(right)) return undefined;
  const isCounter = (node: ts.Node) => ts.isIdentifier(node) && ts.isIdentifier(left) && node.text === left.text;
  if (right.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    if (isCounter(right.left)) return constantOf(context, right.right);
    return isCounter(right.right) ? constantOf(context, right.left) : undefined;
  }
  const isDifference = right.operatorToken.kind === ts.SyntaxKind.MinusToken && isCounter(right.left);
  return isDifference ? negative(constantOf(context, right.right)) : undefined;
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function constantOf(context: Context, node: ts.Expression): number | undefined {
  if (!ts.isNumericLiteral(node) && !ts.isIdentifier(node)) return undefined;
  const binding = lowerExpression(context, node);
  if (binding.kind !== "known" || typeof binding.value !== "number") return undefined;
  return Number.isInteger(binding.value) && binding.value !== 0 ? binding.value : undefined;
}

/** The bound, computed before the loop. Undefined if computing it does something else too. */
function boundOf(
  context: Context,
  node: ts.Expression,
  shift: Shift | undefined,
): { readonly bound: Value; readonly reads: ReadonlySet<Location> } | undefined {
  const { builder, state, reporter } = context;
  const said = reporter.diagnostics.length;
  let bound: Value | undefined;
  let reads: ReadonlySet<Location> = new Set();
  let isQuiet = true;
  const region = builder.region([], () => {
    const changes = state.branch(() => {
      reads = state.recordReads(() => {
        bound = lowerNumber(context, node);
        if (shift === undefined) return;
        const by = lowerNumber(context, shift.by);
        if (!isWhole(context, by) || !isWhole(context, bound)) isQuiet = false;
        bound = shift.sign === 1 ? subtract(context, bound, by) : add(context, bound, by);
      });
    });
    isQuiet &&= changes.size === 0;
    return [];
  });
  walkNodes(region, ({ kind }) => {
    if (kind === "opaque" || kind === "throw" || kind === "allocate") isQuiet = false;
  });
  if (!isQuiet || bound === undefined) {
    reporter.rewind(said);
    return undefined;
  }
  for (const each of region.nodes) builder.push(each);
  return { bound, reads };
}

/**
 * Whether a number can be an integer, by how it is computed: what has a derivative is no index of a counted loop. Of a
 * parameter that is known only where it is one by itself, or in a sum or product.
 */
export function isWhole(context: Context, value: Value, isSum = true): boolean {
  if (value.kind === "known") return Number.isInteger(value.value);
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return Number.isInteger(node.value);
  if (node?.kind === "operation") {
    if (alwaysWhole.has(node.operation)) return true;
    const operands = node.operands.map((id): Value => ({ kind: "scalar", id }));
    const isStillSum = isSum && keepsIntegers.has(node.operation);
    return wholeIfOperandsAre.has(node.operation) && operands.every((operand) => isWhole(context, operand, isStillSum));
  }
  if (node === undefined) return isSum || context.counters.has(value.id);
  if (node.kind !== "load") return true;
  const type = context.builder.typeOf(node.array);
  return typeof type === "object" && type.element !== "f64" && type.element !== "f32";
}
