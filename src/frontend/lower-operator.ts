/** Binary operators: arithmetic, comparisons, equality, and those that decide whether their right side runs. */
import { ts } from "ts-morph";
import type { OperationName } from "../operations/table.ts";
import { isAssignmentOperator } from "./assignments.ts";
import { type ArrayBinding, isArray, load } from "./arrays.ts";
import { type Binding, isAbsent, isValue, known, poison, scalar, type Text, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import { isNeverSo } from "./count-facts.ts";
import type { Context } from "./context.ts";
import { isDate } from "./dates.ts";
import { identityOf, isEqualOr, shareBuffer } from "./identity.ts";
import { isPlace, presenceOf } from "./nested.ts";
import { conditionOf, numberOf, operandOf, operate, sameBinding, toNumber, typeOf } from "./emit.ts";
import { askForEntry } from "./holes.ts";
import { insteadOfTexts } from "./instead.ts";
import { joinedText } from "./joined-texts.ts";
import { lowerAssignment } from "./lower-assignment.ts";
import { askWhether, askWhetherTrue } from "./missing.ts";
import { notePlace } from "./note-place.ts";
import { areSameNumbers, nanFact } from "./number-texts.ts";
import {
  lowerDiscarded,
  lowerElementAccess,
  lowerExpression,
  lowerNumber,
  lowerTest,
  refused,
} from "./lower-expression.ts";

const arithmetic: ReadonlyMap<ts.SyntaxKind, OperationName> = new Map<ts.SyntaxKind, OperationName>([
  [ts.SyntaxKind.PlusToken, "add"],
  [ts.SyntaxKind.MinusToken, "sub"],
  [ts.SyntaxKind.AsteriskToken, "mul"],
  [ts.SyntaxKind.SlashToken, "div"],
  [ts.SyntaxKind.PercentToken, "rem"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "pow"],
  [ts.SyntaxKind.AmpersandToken, "bitAnd"],
  [ts.SyntaxKind.BarToken, "bitOr"],
  [ts.SyntaxKind.CaretToken, "bitXor"],
  [ts.SyntaxKind.LessThanLessThanToken, "shiftLeft"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, "shiftRight"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, "shiftRightUnsigned"],
  [ts.SyntaxKind.LessThanToken, "lt"],
  [ts.SyntaxKind.LessThanEqualsToken, "le"],
  [ts.SyntaxKind.GreaterThanToken, "gt"],
  [ts.SyntaxKind.GreaterThanEqualsToken, "ge"],
]);

export function lowerBinary(context: Context, node: ts.BinaryExpression): Binding {
  const operator = node.operatorToken.kind;
  if (isAssignmentOperator(operator)) return lowerAssignment(context, node);
  if (operator === ts.SyntaxKind.CommaToken) {
    lowerDiscarded(context, node.left);
    return lowerExpression(context, node.right);
  }
  if (operator === ts.SyntaxKind.QuestionQuestionToken) {
    const asked = lowerAsked(context, node.left);
    if (!("array" in asked)) return lowerLogical(context, operator, asked, node.left, node.right);
    const read = (): Binding => load(context, asked.array, asked.index, node.left);
    return branch(context, isThere(context, asked, node), read, () => lowerExpression(context, node.right));
  }
  if (isLogical(operator)) {
    return lowerLogical(context, operator, lowerExpression(context, node.left), node.left, node.right);
  }
  if (operator === ts.SyntaxKind.InKeyword || operator === ts.SyntaxKind.InstanceOfKeyword) {
    return lowerTest(context, node);
  }
  const presence = lowerPresence(context, node) ?? lowerBuffers(context, node);
  if (presence !== undefined) return presence;
  // `a + b + c + …` leans to the left, as deep as it is long: no recursion along it.
  const spine: ts.BinaryExpression[] = [];
  let first: ts.Expression = node;
  while (ts.isBinaryExpression(first) && isPlainOperator(first.operatorToken.kind)) {
    spine.push(first);
    first = first.left;
  }
  let result = lowerExpression(context, first);
  let left: ts.Expression = first;
  for (let k = spine.length - 1; k >= 0; k--) {
    const each = spine[k];
    if (each === undefined) break;
    result = applyOperator(
      context,
      each.operatorToken.kind,
      result,
      left,
      lowerExpression(context, each.right),
      each.right,
    );
    left = each;
  }
  return result;
}

/** An entry of an array that is asked whether it is there: it is read only where it is. */
interface AskedEntry {
  readonly array: ArrayBinding;
  readonly index: Value;
  /** Of `mask?.[i]`: whether there is an array. */
  readonly hasArray?: Value;
}

/** What is asked whether it is undefined. */
function lowerAsked(context: Context, node: ts.Expression): Binding | AskedEntry {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return lowerAsked(context, node.expression);
  if (!ts.isElementAccessExpression(node)) return lowerExpression(context, node);
  const base = lowerExpression(context, node.expression);
  const { argumentExpression } = node;
  const isOptional = ts.isOptionalChain(node);
  if (isArray(base) && !isOptional) return { array: base, index: lowerNumber(context, argumentExpression) };
  const isMaybe = isOptional && base.kind === "choice" && isAbsent(base.else);
  // A row that is not there has no length.
  const isWholeArray = isMaybe && base.then.kind === "view" && base.then.rows === undefined;
  if (!isWholeArray || !isCheap(argumentExpression)) return lowerElementAccess(context, node, base);
  return { array: base.then, index: lowerNumber(context, argumentExpression), hasArray: scalar(base.condition) };
}

function isThere(context: Context, { array, index, hasArray }: AskedEntry, node: ts.Node): Value {
  const isInside = askForEntry(context, array, index, node);
  return hasArray === undefined ? isInside : operate(context, "and", hasArray, isInside);
}

/** `x[i] === undefined`: whether the index is out of range. */
function lowerPresence(context: Context, node: ts.BinaryExpression): Binding | undefined {
  const isEqual = equality.get(node.operatorToken.kind);
  const isUndefined = ts.isIdentifier(node.right) && node.right.text === "undefined";
  if (isEqual === undefined || !(isUndefined || node.right.kind === ts.SyntaxKind.NullKeyword)) return undefined;
  const asked = lowerAsked(context, node.left);
  if (!("array" in asked)) {
    const right = lowerExpression(context, node.right);
    return applyOperator(context, node.operatorToken.kind, asked, node.left, right, node.right);
  }
  const has = isThere(context, asked, node);
  const isLoose =
    node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken ||
    node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isUndefined && !isLoose) return known(!isEqual);
  return isEqual ? operate(context, "not", has) : has;
}

/** `a.buffer === b.buffer`: whether two typed arrays may share memory. */
function lowerBuffers(context: Context, node: ts.BinaryExpression): Binding | undefined {
  const isEqual = equality.get(node.operatorToken.kind);
  const [left, right] = [bufferOwner(node.left), bufferOwner(node.right)];
  if (isEqual === undefined || left === undefined || right === undefined) return undefined;
  const [x, y] = [lowerExpression(context, left), lowerExpression(context, right)];
  if (!isArray(x) || !isArray(y)) return undefined;
  const one = shareBuffer(context, x, y, node);
  return one === undefined ? refused(context, node, "a comparison of buffers") : isEqualOr(context, one, isEqual);
}

/** What has the buffer: a name, which may be read again for what else it is. */
function bufferOwner(node: ts.Expression): ts.Expression | undefined {
  const isBuffer = ts.isPropertyAccessExpression(node) && node.name.text === "buffer";
  return isBuffer && ts.isIdentifier(node.expression) ? node.expression : undefined;
}

function isPlainOperator(operator: ts.SyntaxKind): boolean {
  return arithmetic.has(operator) || equality.has(operator);
}

const equality: ReadonlyMap<ts.SyntaxKind, boolean> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, true],
  [ts.SyntaxKind.EqualsEqualsToken, true],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, false],
  [ts.SyntaxKind.ExclamationEqualsToken, false],
]);

export function applyOperator(
  context: Context,
  operator: ts.SyntaxKind,
  x: Binding,
  left: ts.Node,
  y: Binding,
  right: ts.Node,
): Binding {
  const isEqual = equality.get(operator);
  if (isEqual !== undefined) {
    const isLoose = operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
    if (isAbsent(y)) askWhether(context, x);
    if (isAbsent(x)) askWhether(context, y);
    return lowerEquality(context, x, left, y, right, isEqual, isLoose);
  }
  const operation = arithmetic.get(operator);
  if (operation === undefined) return refused(context, left.parent, `the operator ${ts.tokenToString(operator) ?? ""}`);
  if (x.kind === "known" && y.kind === "known" && (typeof x.value === "string" || typeof y.value === "string")) {
    if (operation === "add") return { kind: "known", value: String(x.value) + String(y.value) };
  }
  const isOfTexts = ["lt", "le", "gt", "ge"].includes(operation) && mayBeText(x) && mayBeText(y);
  if (isOfTexts && (x.kind !== "known" || y.kind !== "known")) {
    return refuseTexts(context, left.parent);
  }
  if (operation === "add" && [x, y].some((each) => mayBeText(each) || isDate(each))) {
    if (x.kind === "poison" || y.kind === "poison") return poison;
    const joined = joinedText(context, x, y);
    if (joined !== undefined) return joined;
    const what = [x, y].every(mayBeText) ? "a text that is made of others" : "a text that is made of numbers";
    context.reporter.report("ADJ2014", left.parent, { what }, insteadOfTexts);
    return poison;
  }
  // What is undefined is neither below nor above anything.
  const isMissing = [x, y].some((each) => each.kind === "known" && each.value === undefined);
  if (isMissing && ["lt", "le", "gt", "ge"].includes(operation)) return known(false);
  const operands = [operandOf(context, x, left), operandOf(context, y, right)] as const;
  if (isNeverSo(context, operation, ...operands)) return known(false);
  const result = operate(context, operation, ...operands);
  return notable.has(operation) && ts.isBinaryExpression(left.parent)
    ? notePlace(context, left.parent, result)
    : result;
}

/** What may be a trap: singular at 0, or flat. */
const notable: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["div", "pow", "bitAnd", "bitOr", "bitXor", "shiftLeft", "shiftRight", "shiftRightUnsigned"] as const),
]);

function mayBeText(binding: Binding): boolean {
  if (binding.kind === "choice") return mayBeText(binding.then) || mayBeText(binding.else);
  return binding.kind === "text" || (binding.kind === "known" && typeof binding.value === "string");
}

function refuseTexts(context: Context, node: ts.Node): Binding {
  context.reporter.report("ADJ2014", node, { what: "a comparison of texts that are not known" }, insteadOfTexts);
  return poison;
}

/** Which object a name stands for is not followed through a loop. */
function mayBeOne(x: Binding, y: Binding): boolean {
  if (x.kind !== "aggregate" || y.kind !== "aggregate" || x.cell === y.cell) return false;
  return x.cell.frozen || y.cell.frozen;
}

function lowerEquality(
  context: Context,
  x: Binding,
  left: ts.Node,
  y: Binding,
  right: ts.Node,
  isEqual: boolean,
  isLoose: boolean,
): Binding {
  const side = (a: Binding, b: Binding) => () => lowerEquality(context, a, left, b, right, isEqual, isLoose);
  if (x.kind === "choice") return branch(context, scalar(x.condition), side(x.then, y), side(x.else, y));
  if (y.kind === "choice") return branch(context, scalar(y.condition), side(x, y.then), side(x, y.else));
  const [text, other] = x.kind === "text" ? [x, y] : [y, x];
  if (text.kind === "text") {
    const equal = equalText(context, text, other, isLoose);
    if (equal !== undefined) return isEqual ? equal : operate(context, "not", equal);
    return refuseTexts(context, left.parent);
  }
  if (isValue(x) && isValue(y)) {
    const isBoolean = typeOf(context, x) === "boolean" && typeOf(context, y) === "boolean";
    if (isBoolean) return operate(context, isEqual ? "eqBoolean" : "neBoolean", x, y);
    if (typeOf(context, x) !== typeOf(context, y) && !isLoose) return known(!isEqual);
    // `x === x` where it is known whether it is NaN.
    const isNaN = sameBinding(context, x, y) ? nanFact(context, x) : undefined;
    if (isNaN !== undefined) return known(isNaN !== isEqual);
    const result = operate(context, isEqual ? "eq" : "ne", numberOf(context, x, left), numberOf(context, y, right));
    return ts.isBinaryExpression(left.parent) ? notePlace(context, left.parent, result) : result;
  }
  const isLost = (part: Binding) => ["poison", "unset", "unknown"].includes(part.kind);
  if (isLost(x) || isLost(y)) {
    const [a, b] = [
      isLost(x) ? numberOf(context, x, left) : known(0),
      isLost(y) ? numberOf(context, y, right) : known(0),
    ];
    return operate(context, "eq", a, b);
  }
  if (isLoose && isAbsent(x) && isAbsent(y)) return known(isEqual);
  for (const [place, absent] of [
    [x, y],
    [y, x],
  ] as const) {
    const presence = isAbsent(absent) ? presenceOf(context, place) : undefined;
    const isUndefined = absent.kind === "known" && absent.value === undefined;
    if (presence !== undefined && (isLoose || isUndefined))
      return isEqual ? operate(context, "not", presence) : presence;
  }
  if (isPlace(x) && isPlace(y)) {
    const one = identityOf(context, x, y, left.parent);
    if (one === undefined) return refused(context, left.parent, "a comparison of rows or objects of different arrays");
    return isEqualOr(context, one, isEqual);
  }
  if (mayBeOne(x, y)) return refused(context, left.parent, "a comparison of objects that are given anew in a loop");
  return known(sameBinding(context, x, y) === isEqual);
}

/** Whether a text that comes in, or is made of a number, is another; undefined where that is not known. */
function equalText(context: Context, x: Text, y: Binding, isLoose: boolean): Value | undefined {
  const { number } = x;
  if (y.kind === "text") {
    if (x.equals === y.equals) return known(true);
    if (x.code !== undefined && y.code !== undefined) return operate(context, "eq", x.code, y.code);
    return number && y.number && areSameNumbers(context, number, y.number);
  }
  if (isLoose && isValue(y)) return number && operate(context, "eq", number, toNumber(context, y));
  if (y.kind !== "known") return isValue(y) ? known(false) : undefined;
  if (typeof y.value !== "string" || x.values?.includes(y.value) === false) return known(false);
  return x.equals(y.value);
}

export type LogicalOperator =
  ts.SyntaxKind.AmpersandAmpersandToken | ts.SyntaxKind.BarBarToken | ts.SyntaxKind.QuestionQuestionToken;

function isLogical(operator: ts.SyntaxKind): operator is LogicalOperator {
  return (
    operator === ts.SyntaxKind.AmpersandAmpersandToken ||
    operator === ts.SyntaxKind.BarBarToken ||
    operator === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** `&&`, `||` and `??`: the right side is only evaluated where it counts. */
export function lowerLogical(
  context: Context,
  operator: LogicalOperator,
  x: Binding,
  left: ts.Node,
  right: ts.Expression,
  assign: (value: Binding) => void = () => {},
): Binding {
  const evaluate = (): Binding => {
    const value = lowerExpression(context, right);
    assign(value);
    return value;
  };
  if (operator === ts.SyntaxKind.QuestionQuestionToken) {
    const ifSet = (given: Binding): Binding => {
      if (given.kind === "choice") {
        const side = (part: Binding) => () => ifSet(part);
        return branch(context, scalar(given.condition), side(given.then), side(given.else));
      }
      const presence = presenceOf(context, given);
      if (presence !== undefined) return branch(context, presence, () => given, evaluate);
      return isAbsent(given) ? evaluate() : given;
    };
    askWhether(context, x);
    return ifSet(x);
  }
  const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandToken;
  askWhetherTrue(context, x);
  const condition = conditionOf(context, x, left);
  if (condition.kind === "known") return condition.value === isAnd ? evaluate() : x;
  const isBoolean = isValue(x) && typeOf(context, x) === "boolean";
  if (isBoolean && isCheap(right) && !(asksForPresence(left) && readsMember(right))) {
    const y = lowerExpression(context, right);
    const areBoolean = isValue(y) && typeOf(context, y) === "boolean";
    const [then, otherwise] = isAnd ? [y, known(false)] : [known(true), y];
    const value = areBoolean
      ? joined(context, isAnd, x, y)
      : branch(
          context,
          condition,
          () => then,
          () => otherwise,
        );
    assign(value);
    return value;
  }
  return isAnd
    ? branch(context, condition, evaluate, () => falseIfBoolean(x, isBoolean, false))
    : branch(context, condition, () => falseIfBoolean(x, isBoolean, true), evaluate);
}

/** `best === undefined`, `!best`: what is read of it beside that, only one side has. */
function asksForPresence(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return asksForPresence(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return ts.isIdentifier(node.operand) || asksForPresence(node.operand);
  if (!ts.isBinaryExpression(node)) return false;
  if (isLogical(node.operatorToken.kind)) return asksForPresence(node.left) || asksForPresence(node.right);
  return [node.left, node.right].some(
    (side) => side.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(side) && side.text === "undefined"),
  );
}

function readsMember(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) || (ts.forEachChild(node, readsMember) ?? false);
}

/** On the side where a boolean decided, it is known. */
function falseIfBoolean(x: Binding, isBoolean: boolean, value: boolean): Binding {
  return isBoolean ? known(value) : x;
}

function joined(context: Context, isAnd: boolean, x: Value, y: Value): Value {
  if (y.kind === "known") return y.value === isAnd ? x : y;
  return operate(context, isAnd ? "and" : "or", x, y);
}

/** Comparisons of names and numbers: not worth a branch. */
function isCheap(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isCheap(node.expression);
  if (ts.isPrefixUnaryExpression(node)) {
    const isStep = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    return !isStep && isCheap(node.operand);
  }
  if (ts.isBinaryExpression(node)) {
    const isPlain = isPlainOperator(node.operatorToken.kind) || isLogical(node.operatorToken.kind);
    return isPlain && isCheap(node.left) && isCheap(node.right);
  }
  if (ts.isPropertyAccessExpression(node)) return isCheap(node.expression);
  if (ts.isIdentifier(node) || ts.isNumericLiteral(node)) return true;
  if (ts.isCallExpression(node)) {
    const isTest = /^(Math\.abs|Number\.is(NaN|Finite)|isNaN|isFinite)$/.test(node.expression.getText());
    return isTest && node.arguments.every(isCheap);
  }
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}
