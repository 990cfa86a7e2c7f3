/** Expressions to text, with as few parentheses as JavaScript allows and no change of meaning. */
import { assertNever, present } from "../diagnostics/invariant.ts";
import { rowOf } from "../operations/table.ts";
import { pairing } from "../ir/nested.ts";
import type { Expression, Layers, Variable } from "./code.ts";
import { memberText } from "./names.ts";
import { isTest, namesWhere, opposite, placeThatIsGiven } from "./parameter-tests.ts";

export type NameOf = (variable: Variable) => string;

/** A text, and how strongly its outermost operator binds (MDN's numbers). */
interface Printed {
  readonly text: string;
  readonly precedence: number;
}

const atomic = 20;
const call = 17;
const prefix = 14;
const conditional = 2;
const equality = 8;
const nullish = 3;

export function printExpression(expression: Expression, nameOf: NameOf): string {
  return print(expression, nameOf).text;
}

function print(expression: Expression, nameOf: NameOf): Printed {
  switch (expression.kind) {
    case "constant":
      return printConstant(expression.value);
    case "variable": {
      const { fixedName } = expression.variable;
      return { text: nameOf(expression.variable), precedence: isTest(fixedName) ? equality : atomic };
    }
    case "length":
      return { text: `${printRow(expression, nameOf)}.length`, precedence: atomic };
    case "element":
      return { text: printElement(expression, nameOf), precedence: atomic };
    case "conditional": {
      const given = givenOr(expression, nameOf);
      if (given !== undefined) return given;
      const condition = operandText(print(asTest(expression.condition), nameOf), conditional + 1);
      const side = (part: Expression, holds: boolean) =>
        operandText(print(part, namesWhere(nameOf, expression.condition, holds)), conditional);
      const [then, otherwise] = [side(expression.then, true), side(expression.else, false)];
      return { text: `${condition} ? ${then} : ${otherwise}`, precedence: conditional };
    }
    case "raw":
      return { text: printParts(expression.parts, nameOf), precedence: call };
    case "operation":
      if (expression.operation === "toNumber") return print(asBit(expression), nameOf);
      if (expression.helper !== undefined) return printCall(expression.helper, expression.operands, nameOf);
      return printOperation(expression.operation, expression.operands, nameOf);
    default:
      return assertNever(expression);
  }
}

/** `x[i]`; of a nested array `A[i][j]`, `bodies[i].pos[k]`. */
export function printElement(
  { array, index, layers }: { readonly array: Variable; readonly index: Expression; readonly layers?: Layers },
  nameOf: NameOf,
): string {
  return nameOf(array) + accessText(index, layers, nameOf);
}

function printRow({ array, at, layers }: Extract<Expression, { kind: "length" }>, nameOf: NameOf): string {
  return nameOf(array) + (at === undefined ? "" : accessText(at, layers, nameOf));
}

function accessText(index: Expression, layers: Layers | undefined, nameOf: NameOf): string {
  return partsOfPair(index)
    .map((part, k) => `[${printIndex(part, nameOf)}]${memberText(layers?.[k] ?? [])}`)
    .join("");
}

function partsOfPair(index: Expression): readonly Expression[] {
  if (index.kind !== "operation" || index.operation !== pairing) return [index];
  return index.operands.flatMap((part, k) => (k === 0 ? partsOfPair(part) : [part]));
}

/** `k !== undefined ? k : 1` is `k ?? 1`. */
function givenOr(
  { condition, then, else: otherwise }: Extract<Expression, { kind: "conditional" }>,
  nameOf: NameOf,
): Printed | undefined {
  if (condition.kind !== "variable" || then.kind !== "variable") return undefined;
  const place = placeThatIsGiven(condition.variable.fixedName ?? "");
  if (place === undefined || then.variable.fixedName !== place) return undefined;
  // `&&` and `||` may not stand beside it without parentheses.
  return { text: `${place} ?? ${operandText(print(otherwise, nameOf), 5)}`, precedence: nullish };
}

/** An index. Whole numbers add up exactly, so that `a + (b + c)` needs no parentheses here. */
export function printIndex(expression: Expression, nameOf: NameOf): string {
  return print(flat(expression), nameOf).text;
}

function flat(expression: Expression): Expression {
  if (expression.kind !== "operation") return expression;
  const [left, right] = expression.operands.map(flat);
  if (expression.operation === "add" && left !== undefined && right?.kind === "operation") {
    const [first, second] = right.operands;
    if ((right.operation === "add" || right.operation === "sub") && first !== undefined && second !== undefined) {
      const inner = flat({ kind: "operation", operation: "add", operands: [left, first] });
      return { ...right, operands: [inner, second] };
    }
  }
  return expression.operation === "add" || expression.operation === "sub"
    ? { ...expression, operands: [left, right].filter((each) => each !== undefined) }
    : expression;
}

/** A boolean as a number: `test ? 1 : 0`, which engines run faster than `Number(test)`. */
function asBit({ operands }: Extract<Expression, { kind: "operation" }>): Expression {
  const [one, zero] = [1, 0].map((value): Expression => ({ kind: "constant", value }));
  return { kind: "conditional", condition: present(operands[0]), then: present(one), else: present(zero) };
}

/** The expression where only its truth counts: `Boolean(x)` is `x`. */
export function asTest(expression: Expression): Expression {
  if (expression.kind !== "operation") return expression;
  const [first] = expression.operands;
  if (expression.operation === "truthy" && first !== undefined) return first;
  if (!["not", "and", "or"].includes(expression.operation)) return expression;
  return { ...expression, operands: expression.operands.map(asTest) };
}

/**
 * Text around expressions. Behind an operator, and before `?`, an expression that binds less gets parentheses; in a template
 * literal a constant is part of the text: `entry ${0}` is `entry 0`.
 */
export function printParts(parts: readonly (string | Expression)[], nameOf: NameOf): string {
  return parts
    .map((part, k) => {
      if (typeof part === "string") {
        return part.slice(isTemplateText(parts, k - 1) ? 1 : 0, isTemplateText(parts, k + 1) ? -2 : undefined);
      }
      if (part.kind === "constant" && isTemplateText(parts, k)) return String(part.value);
      const [before, behind] = [parts[k - 1], parts[k + 1]];
      const isTest = typeof behind === "string" && behind.startsWith(" ? ");
      const least = typeof before === "string" ? leastAfter(before) : 0;
      return operandText(print(part, nameOf), isTest ? Math.max(least, conditional + 1) : least);
    })
    .join("");
}

/** Whether a part is a constant between `${` and `}`. */
function isTemplateText(parts: readonly (string | Expression)[], k: number): boolean {
  const [before, part, behind] = [parts[k - 1], parts[k], parts[k + 1]];
  if (typeof part !== "object" || part.kind !== "constant") return false;
  return typeof before === "string" && before.endsWith("${") && typeof behind === "string" && behind.startsWith("}");
}

/** How strongly an expression must bind behind this text. */
function leastAfter(text: string): number {
  if (/[*/%] $/.test(text)) return 13;
  if (/[+-] $/.test(text)) return 12;
  return /(?:[<>]=?|[=!]==) $/.test(text) ? 10 : 0;
}

function printOperation(operation: string, operands: readonly Expression[], nameOf: NameOf): Printed {
  const { notation } = rowOf(operation);
  const [left, right] = operands;
  if (notation.kind === "call" || notation.kind === "helper") return printCall(notation.text, operands, nameOf);
  if (notation.kind === "prefix") {
    const only = present(left, `operand of ${operation}`);
    const negation =
      operation === "not" && only.kind === "variable" ? opposite(only.variable.fixedName ?? "") : undefined;
    if (negation !== undefined) return { text: negation, precedence: equality };
    const factor = firstOf(only, "mul");
    if (operation === "neg" && only.kind === "operation" && factor !== undefined && !isNegative(factor)) {
      // The sign of a product is exact: -(a * b) is -a * b.
      const negated: Expression = { kind: "operation", operation: "neg", operands: [factor] };
      return printOperation("mul", [negated, ...only.operands.slice(1)], nameOf);
    }
    const inner = print(only, nameOf);
    const isAmbiguous = inner.text.startsWith(notation.text);
    const text = isAmbiguous ? `(${inner.text})` : operandText(inner, prefix);
    return { text: notation.text + text, precedence: prefix };
  }
  const [first, second] = [present(left, `operand of ${operation}`), present(right, `operand of ${operation}`)];
  const { precedence } = notation;
  if (operation === "and" || operation === "or") {
    const inner = namesWhere(nameOf, first, operation === "and");
    const text = operandText(print(second, inner), precedence + 1);
    return { text: `${operandText(print(first, nameOf), precedence)} ${notation.text} ${text}`, precedence };
  }
  if (operation === "add") {
    if (isNegative(second)) return infix(first, "-", positive(second), precedence, nameOf);
    if (isNegative(first) && !isNegative(second)) return infix(second, "-", positive(first), precedence, nameOf);
  }
  if (operation === "sub" && isNegative(second)) return infix(first, "+", positive(second), precedence, nameOf);
  return infix(first, notation.text, second, precedence, nameOf);
}

function printCall(name: string, operands: readonly Expression[], nameOf: NameOf): Printed {
  const inner = operands.map((operand) => print(operand, nameOf).text).join(", ");
  return { text: `${name}(${inner})`, precedence: call };
}

function infix(left: Expression, text: string, right: Expression, precedence: number, nameOf: NameOf): Printed {
  const first = operandText(print(left, nameOf), precedence);
  const second = operandText(print(right, nameOf), precedence + 1);
  return { text: `${first} ${text} ${second}`, precedence };
}

function operandText({ text, precedence }: Printed, least: number): string {
  return precedence >= least ? text : `(${text})`;
}

/** The first operand, if the expression is that operation. */
function firstOf(expression: Expression, operation: string): Expression | undefined {
  return expression.kind === "operation" && expression.operation === operation ? expression.operands[0] : undefined;
}

/** Printed with a `-` in front: a negation, a negative number, a product that begins with one. */
function isNegative(expression: Expression): boolean {
  if (expression.kind === "constant") return typeof expression.value === "number" && expression.value < 0;
  const factor = firstOf(expression, "mul");
  return firstOf(expression, "neg") !== undefined || (factor !== undefined && isNegative(factor));
}

/** `-expression`, exactly, for one that is negative in that sense. */
function positive(expression: Expression): Expression {
  if (expression.kind === "constant") return { kind: "constant", value: -Number(expression.value) };
  if (expression.kind !== "operation") return expression;
  const [first, ...rest] = expression.operands;
  if (expression.operation === "neg") return present(first);
  return { ...expression, operands: [positive(present(first)), ...rest] };
}

const namedConstants: readonly (readonly [number, string])[] = [
  [Math.PI, "Math.PI"],
  [2 * Math.PI, "2 * Math.PI"],
  [Math.E, "Math.E"],
  [Math.LN2, "Math.LN2"],
  [Math.LN10, "Math.LN10"],
  [Math.LOG2E, "Math.LOG2E"],
  [Math.LOG10E, "Math.LOG10E"],
  [Math.SQRT2, "Math.SQRT2"],
  [Math.SQRT1_2, "Math.SQRT1_2"],
  [Number.EPSILON, "Number.EPSILON"],
  [Number.MAX_VALUE, "Number.MAX_VALUE"],
  [Number.MIN_VALUE, "Number.MIN_VALUE"],
  [Number.MAX_SAFE_INTEGER, "Number.MAX_SAFE_INTEGER"],
];

function printConstant(value: number | boolean): Printed {
  if (typeof value === "boolean" || Number.isNaN(value)) return { text: String(value), precedence: atomic };
  const magnitude = Math.abs(value);
  const isNegated = value < 0 || Object.is(value, -0);
  const name = namedConstants.find(([named]) => named === magnitude)?.[1];
  if (name?.includes("*") === true) return { text: isNegated ? `-${name}` : name, precedence: 12 };
  const text = name ?? String(magnitude);
  return isNegated ? { text: `-${text}`, precedence: prefix } : { text, precedence: atomic };
}
