/** Assignments: plain, with an operator, `++` and `--`, and to patterns. */
import { ts } from "ts-morph";
import { compoundOperators } from "./assignment-operators.ts";
import { type Binding, known, poison } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { numberOf, operate } from "./emit.ts";
import { entryNumber } from "./entry-number.ts";
import { askForEntry } from "./holes.ts";
import { lowerExpression, lowerNumber } from "./lower-expression.ts";
import { applyOperator, lowerLogical, type LogicalOperator } from "./lower-operator.ts";
import { assignPattern } from "./lower-pattern.ts";
import { holdsRowsInstead, readReference, type Reference, referenceOf, writeReference } from "./reference.ts";
import { keptAsTuple } from "./tuple-growth.ts";

export function lowerAssignment(context: Context, node: ts.BinaryExpression): Binding {
  const { left, right } = node;
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)) {
      const binding = lowerExpression(context, right);
      assignPattern(context, left, binding);
      return binding;
    }
    const reference = referenceOf(context, left);
    const binding = lowerExpression(context, right);
    if (reference.kind === "entry") {
      const { array } = reference;
      if (holdsRowsInstead(context, array, binding, left) || keptAsTuple(context, array, binding)) return poison;
    }
    const value = reference.kind === "entry" ? entryNumber(context, binding, right) : binding;
    writeReference(context, reference, value, left);
    return value;
  }
  const reference = referenceOf(context, left);
  if (operator === ts.SyntaxKind.QuestionQuestionEqualsToken && reference.kind === "entry") {
    return setIfMissing(context, reference, left, right);
  }
  const before = readReference(context, reference, left);
  const logical = logicalOperators.get(operator);
  if (logical !== undefined) {
    return lowerLogical(context, logical, before, left, right, (value) =>
      writeReference(context, reference, value, left),
    );
  }
  const plain = compoundOperators.get(operator) ?? ts.SyntaxKind.Unknown;
  const value = applyOperator(context, plain, before, left, lowerExpression(context, right), right);
  writeReference(context, reference, value, left);
  return value;
}

/** `c[i] ??= v` on an array of numbers: `c[i] = c[i] ?? v`, so that one that grows sees where it does. */
function setIfMissing(
  context: Context,
  reference: Extract<Reference, { readonly kind: "entry" }>,
  left: ts.Expression,
  right: ts.Expression,
): Binding {
  const { array, index } = reference;
  const has = askForEntry(context, array, index, left);
  const read = (): Binding => readReference(context, reference, left);
  if (has.kind === "known" && has.value === true) return read();
  const value = branch(context, has, read, () => lowerNumber(context, right));
  writeReference(context, reference, value, left);
  return value;
}

/** `x++` gives the number before, `++x` the one after. */
export function lowerStep(
  context: Context,
  operand: ts.Expression,
  operator: ts.SyntaxKind,
  gives: "before" | "after",
): Binding {
  const reference = referenceOf(context, operand);
  const before = numberOf(context, readReference(context, reference, operand), operand);
  const after = operate(context, operator === ts.SyntaxKind.PlusPlusToken ? "add" : "sub", before, known(1));
  writeReference(context, reference, after, operand);
  return gives === "before" ? before : after;
}

const logicalOperators: ReadonlyMap<ts.SyntaxKind, LogicalOperator> = new Map<ts.SyntaxKind, LogicalOperator>([
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, ts.SyntaxKind.AmpersandAmpersandToken],
  [ts.SyntaxKind.BarBarEqualsToken, ts.SyntaxKind.BarBarToken],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.QuestionQuestionToken],
]);
