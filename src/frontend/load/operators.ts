/** Operators on values that are known. */
import { ts } from "ts-morph";
import { compoundOperators } from "../assignment-operators.ts";
import type { Machine } from "./machine.ts";
import { keyOf, numberOf, primitiveOf, readProperty, typeError } from "./properties.ts";
import {
  LoadedFunction,
  LoadedObject,
  type LoadedValue,
  NativeFunction,
  Opaque,
  Unloadable,
  Wrapped,
} from "./values.ts";

export function binary(machine: Machine, operator: ts.SyntaxKind, x: LoadedValue, y: LoadedValue): LoadedValue {
  switch (operator) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return isSame(x, y);
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return !isSame(x, y);
    case ts.SyntaxKind.EqualsEqualsToken:
      return isLooselySame(machine, x, y);
    case ts.SyntaxKind.ExclamationEqualsToken:
      return !isLooselySame(machine, x, y);
    case ts.SyntaxKind.InKeyword:
      if (!(y instanceof LoadedObject) || y instanceof Opaque) throw new Unloadable("in");
      return y.find(keyOf(machine, x)) !== undefined;
    case ts.SyntaxKind.InstanceOfKeyword:
      return isInstance(machine, x, y);
    default:
      return arithmetic(machine, operator, x, y);
  }
}

function isSame(x: LoadedValue, y: LoadedValue): boolean {
  if (x instanceof Opaque || y instanceof Opaque) {
    const isNothing = [x, y].some((each) => each === undefined || each === null);
    if (!isNothing) throw new Unloadable("a comparison with what only the run knows");
  }
  return x === y;
}

function isLooselySame(machine: Machine, x: LoadedValue, y: LoadedValue): boolean {
  if (x === null || x === undefined || y === null || y === undefined) {
    if (x instanceof Opaque || y instanceof Opaque) throw new Unloadable("a test for what only the run knows");
    return (x ?? undefined) === (y ?? undefined);
  }
  if (x instanceof LoadedObject && y instanceof LoadedObject) return isSame(x, y);
  if (isDate(x) || isDate(y)) throw new Unloadable("the text of a date");
  return primitiveOf(machine, x) == primitiveOf(machine, y);
}

function isInstance(machine: Machine, x: LoadedValue, y: LoadedValue): boolean {
  if (!(y instanceof LoadedFunction) && !(y instanceof NativeFunction)) {
    if (y instanceof Opaque) throw new Unloadable("instanceof");
    throw typeError(machine, "the right side of instanceof is no class");
  }
  if (x instanceof Opaque) throw new Unloadable("instanceof");
  const prototype = readProperty(machine, y, "prototype");
  let at = x instanceof LoadedObject ? x.proto : undefined;
  for (; at !== undefined; at = at.proto) if (at === prototype) return true;
  return false;
}

/** Where it is not clear that a number is asked for, a date is a text, of the place where the machine is. */
function isDate(value: LoadedValue): boolean {
  return value instanceof Wrapped && value.inner instanceof Date;
}

function arithmetic(machine: Machine, operator: ts.SyntaxKind, x: LoadedValue, y: LoadedValue): LoadedValue {
  if (x instanceof Opaque || y instanceof Opaque) return machine.realm.opaque;
  if (operator === ts.SyntaxKind.PlusToken && (isDate(x) || isDate(y))) return machine.realm.opaque;
  const [a, b] = [primitiveOf(machine, x), primitiveOf(machine, y)];
  if (typeof a === "bigint" || typeof b === "bigint") throw new Unloadable("a bigint");
  if (operator === ts.SyntaxKind.PlusToken && (typeof a === "string" || typeof b === "string")) {
    return String(a) + String(b);
  }
  const isText = typeof a === "string" && typeof b === "string";
  switch (operator) {
    case ts.SyntaxKind.LessThanToken:
      return isText ? a < b : Number(a) < Number(b);
    case ts.SyntaxKind.GreaterThanToken:
      return isText ? a > b : Number(a) > Number(b);
    case ts.SyntaxKind.LessThanEqualsToken:
      return isText ? a <= b : Number(a) <= Number(b);
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return isText ? a >= b : Number(a) >= Number(b);
    default:
      return ofNumbers(operator, numberOf(machine, a), numberOf(machine, b));
  }
}

function ofNumbers(operator: ts.SyntaxKind, a: number, b: number): number {
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return a + b;
    case ts.SyntaxKind.MinusToken:
      return a - b;
    case ts.SyntaxKind.AsteriskToken:
      return a * b;
    case ts.SyntaxKind.SlashToken:
      return a / b;
    case ts.SyntaxKind.PercentToken:
      return a % b;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return a ** b;
    case ts.SyntaxKind.AmpersandToken:
      return a & b;
    case ts.SyntaxKind.BarToken:
      return a | b;
    case ts.SyntaxKind.CaretToken:
      return a ^ b;
    case ts.SyntaxKind.LessThanLessThanToken:
      return a << b;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
      return a >> b;
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return a >>> b;
    default:
      throw new Unloadable("an operator");
  }
}

export function typeName(value: LoadedValue): string {
  if (value instanceof Opaque && value.builtin !== undefined) return "object";
  if (value instanceof Opaque) throw new Unloadable("typeof what only the run knows");
  if (value instanceof LoadedFunction || value instanceof NativeFunction) return "function";
  return value instanceof LoadedObject ? "object" : typeof value;
}

/** The operator of `x += y`; undefined for `=`. */
export const operatorOf: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  ...compoundOperators,
  [ts.SyntaxKind.BarBarEqualsToken, ts.SyntaxKind.BarBarToken],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, ts.SyntaxKind.AmpersandAmpersandToken],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.QuestionQuestionToken],
]);
