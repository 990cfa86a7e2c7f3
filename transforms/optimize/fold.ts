/** Evaluates operations on constants. */
import { isOperationName, rowOf } from "../../src/operations/table.ts";

/** Operations that every engine computes to the same bit: the output must not depend on the machine that makes it. */
const sameEverywhere: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "div", "rem", "neg", "abs", "sign", "min", "max", "sqrt", "fround"],
  ...["floor", "ceil", "round", "trunc", "lt", "le", "gt", "ge", "eq", "ne", "truthy", "and", "or", "not"],
  ...["eqBoolean", "neBoolean", "toNumber", "bitAnd", "bitOr", "bitXor", "bitNot", "clz32", "imul"],
  ...["shiftLeft", "shiftRight", "shiftRightUnsigned"],
]);

/** Numbers that are read more easily by their name. */
const named: ReadonlySet<number> = new Set([
  ...[Math.PI, Math.E, Math.LN2, Math.LN10, Math.LOG2E, Math.LOG10E, Math.SQRT2, Math.SQRT1_2],
  ...[Number.EPSILON, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER],
]);

/** The result of the operation, if it can be known here and is not harder to read than the operation (`1 / 3` is left). */
export function fold(operation: string, operands: readonly (number | boolean)[]): number | boolean | undefined {
  if (!isOperationName(operation) || !sameEverywhere.has(operation)) return undefined;
  const numbers = operands.map(Number);
  const row = rowOf(operation);
  const value = row.evaluate(...numbers);
  if (row.result === "boolean") return Boolean(value);
  return isTidy(Number(value), numbers) ? Number(value) : undefined;
}

/** Whether a number is as short to read as the operation on these that it stands for. */
export function isTidy(value: number, operands: readonly number[]): boolean {
  return textLength(value) <= operands.reduce((sum, operand) => sum + textLength(operand), 3);
}

function textLength(value: number): number {
  return named.has(Math.abs(value)) ? 7 : String(value).length;
}
