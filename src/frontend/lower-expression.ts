/** Expressions: to what they stand for. */
import { ts } from "ts-morph";
import { lowerArrayLiteral, lowerObjectLiteral, readElement, readMember } from "./aggregates.ts";
import { type ArrayBinding, entryIfThere, isArray } from "./arrays.ts";
import {
  type Binding,
  isAbsent,
  isValue,
  known,
  poison,
  type Prototype,
  scalar,
  undefinedValue,
  type Value,
} from "./binding.ts";
import { memberTest } from "./added-members.ts";
import { branch } from "./branch.ts";
import { classValue, inherited, isInstance, lowerThis, prototypeOf, receiverOf } from "./classes.ts";
import type { Context } from "./context.ts";
import { isDate } from "./dates.ts";
import { demandPresent } from "./demand-present.ts";
import { conditionOf, numberOf, operate, quoted } from "./emit.ts";
import { refuseGenerator } from "./generators.ts";
import { askWhether } from "./missing.ts";
import { notePlace } from "./note-place.ts";
import { lowerStep } from "./lower-assignment.ts";
import { lowerCall } from "./lower-call.ts";
import { lowerNew } from "./lower-new.ts";
import { lowerBinary } from "./lower-operator.ts";
import { presenceOf } from "./nested.ts";
import { joinedText } from "./joined-texts.ts";
import { isNumberText, settledText, textOfValue } from "./number-texts.ts";
import { readName } from "./reference.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { isExpression, lowerExpressionLiteral } from "./regular-expressions.ts";
import { typeName } from "./lower-text.ts";
import { environmentAround } from "./scope.ts";

export function lowerExpression(context: Context, node: ts.Expression): Binding {
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return known(true);
    case ts.SyntaxKind.FalseKeyword:
      return known(false);
    case ts.SyntaxKind.NullKeyword:
      return { kind: "known", value: null };
    default:
  }
  if (ts.isNumericLiteral(node)) return known(Number(node.text));
  if (ts.isStringLiteralLike(node)) return { kind: "known", value: node.text };
  if (ts.isIdentifier(node)) return readName(context, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(context, node);
  if (ts.isElementAccessExpression(node)) return lowerElementAccess(context, node);
  if (ts.isPropertyAccessExpression(node)) return lowerPropertyAccess(context, node);
  if (ts.isCallExpression(node)) return lowerCall(context, node);
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node))
    return lowerExpression(context, node.expression);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isTypeAssertionExpression(node)) {
    return lowerExpression(context, node.expression);
  }
  if (ts.isPrefixUnaryExpression(node)) return lowerPrefix(context, node);
  if (ts.isPostfixUnaryExpression(node)) return lowerStep(context, node.operand, node.operator, "before");
  if (ts.isConditionalExpression(node)) {
    const condition = conditionOf(context, lowerExpression(context, node.condition), node.condition);
    const side = (part: ts.Expression) => () => lowerExpression(context, part);
    return branch(context, condition, side(node.whenTrue), side(node.whenFalse));
  }
  if (ts.isNewExpression(node)) return lowerNew(context, node);
  if (ts.isArrayLiteralExpression(node)) return lowerArrayLiteral(context, node);
  if (ts.isObjectLiteralExpression(node)) return lowerObjectLiteral(context, node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    return { kind: "function", declaration: node, environment: environmentAround(context) };
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword) return lowerThis(context, node);
  if (ts.isClassExpression(node)) return classValue(context, node, environmentAround(context));
  if (ts.isTypeOfExpression(node)) return lowerTypeOf(context, node);
  if (ts.isVoidExpression(node)) {
    lowerExpression(context, node.expression);
    return undefinedValue;
  }
  if (ts.isTemplateExpression(node)) return lowerTemplate(context, node);
  if (ts.isYieldExpression(node)) return refuseGenerator(context, node);
  if (ts.isRegularExpressionLiteral(node)) return lowerExpressionLiteral(context, node);
  return refuseSyntax(context, node, `the expression ${quoted(node)}`);
}

/** An expression whose value is not used. */
export function lowerDiscarded(context: Context, node: ts.Expression): void {
  if (ts.isPostfixUnaryExpression(node)) lowerStep(context, node.operand, node.operator, "after");
  else lowerExpression(context, node);
}

export function refused(context: Context, node: ts.Node, what: string): Binding {
  context.reporter.report("ADJ2014", node, { what });
  return poison;
}

/** The number that an expression gives. */
export function lowerNumber(context: Context, node: ts.Expression): Value {
  return numberOf(context, lowerExpression(context, node), node);
}

function lowerPrefix(context: Context, node: ts.PrefixUnaryExpression): Binding {
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken:
      return lowerStep(context, node.operand, node.operator, "after");
    case ts.SyntaxKind.ExclamationToken: {
      const condition = conditionOf(context, lowerExpression(context, node.operand), node.operand);
      return operate(context, "not", condition);
    }
    case ts.SyntaxKind.MinusToken:
      return operate(context, "neg", lowerNumber(context, node.operand));
    case ts.SyntaxKind.TildeToken:
      return notePlace(context, node, operate(context, "bitNot", lowerNumber(context, node.operand)));
    default:
      return lowerNumber(context, node.operand);
  }
}

function lowerPropertyAccess(context: Context, node: ts.PropertyAccessExpression): Binding {
  const given = lowerExpression(context, node.expression);
  if (ts.isOptionalChain(node) && isAbsent(given)) return undefinedValue;
  const base = ts.isOptionalChain(node) ? given : demandPresent(context, given, node.expression);
  const read = () => readMember(context, base, node.name.text, node, ts.isOptionalChain(node));
  return ts.isOptionalChain(node) ? ifThere(context, base, read) : read();
}

/** `base`: what the expression before the brackets is, where that is lowered already. */
export function lowerElementAccess(
  context: Context,
  node: ts.ElementAccessExpression,
  given = lowerExpression(context, node.expression),
): Binding {
  const base = ts.isOptionalChain(node) ? given : demandPresent(context, given, node.expression);
  const readOf = (part: Binding): Binding => {
    if (ts.isOptionalChain(node) && isAbsent(part)) return undefinedValue;
    if (ts.isOptionalChain(node) && part.kind === "choice" && (isAbsent(part.then) || isAbsent(part.else))) {
      const { condition, then, else: otherwise } = part;
      const side = (of: Binding) => (): Binding => (isArray(of) ? readIfThere(context, of, node) : readOf(of));
      return branch(context, scalar(condition), side(then), side(otherwise));
    }
    const read = () => readElement(context, part, lowerExpression(context, node.argumentExpression), node);
    return ts.isOptionalChain(node) ? ifThere(context, part, read) : read();
  };
  return readOf(base);
}

/** `mask?.[i]`, on the side that has the array: of no entry it is as undefined as of no array. */
function readIfThere(context: Context, array: ArrayBinding, node: ts.ElementAccessExpression): Binding {
  const index = lowerNumber(context, node.argumentExpression);
  return entryIfThere(context, array, index, node);
}

/** `rows[i]?.length`: undefined where there is no such row. */
function ifThere(context: Context, base: Binding, read: () => Binding): Binding {
  const presence = presenceOf(context, base);
  return presence === undefined ? read() : branch(context, presence, read, () => undefinedValue);
}

function lowerTypeOf(context: Context, node: ts.TypeOfExpression): Binding {
  const nameOf = (binding: Binding): Binding => {
    if (binding.kind === "choice") {
      const side = (part: Binding) => () => nameOf(part);
      return branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
    }
    const value = typeName(context, binding);
    if (binding.kind === "unknown" || (binding.kind === "builtin" && value === undefined)) {
      context.reporter.report("ADJ2004", node.expression, { name: binding.name });
    }
    return value === undefined ? poison : { kind: "known", value };
  };
  const asked = lowerExpression(context, node.expression);
  askWhether(context, asked);
  return nameOf(asked);
}

/** `x instanceof Float64Array`, `"bias" in layer`: known from the shape. */
export function lowerTest(context: Context, node: ts.BinaryExpression): Binding {
  // `if (!(this instanceof Vec)) return new Vec(x, y)` in a function that is called without new.
  if (node.left.kind === ts.SyntaxKind.ThisKeyword && receiverOf(context) === undefined) return known(false);
  const [x, y] = [lowerExpression(context, node.left), lowerExpression(context, node.right)];
  if (node.operatorToken.kind === ts.SyntaxKind.InKeyword) {
    if (x.kind === "text" && y.kind === "aggregate") {
      const tests = [...y.cell.members.keys()].map((name) =>
        x.values?.includes(name) === false ? known(false) : x.equals(name),
      );
      return tests.reduce((any, test) => operate(context, "or", any, test), known(false));
    }
    if (x.kind === "known" && y.kind === "aggregate") {
      const isInherited = inherited(y.cell.prototype, String(x.value)) !== undefined;
      return isInherited ? known(true) : memberTest(context, y, String(x.value), node);
    }
    return refused(context, node, "in");
  }
  if (y.kind === "builtin" && isArray(x) && x.kind === "view") {
    const names = x.root.element === "number" ? ["Array", "Object"] : [typedArrayNames[x.root.element], "Object"];
    return known(names.includes(y.name));
  }
  if (y.kind === "builtin" && (isValue(x) || x.kind === "known")) return known(false);
  if (y.kind === "builtin" && x.kind === "aggregate") {
    const own = isDate(x) ? "Date" : isExpression(x) ? "RegExp" : x.cell.shape === "tuple" ? "Array" : "Object";
    return known(y.name === "Object" || y.name === own);
  }
  if (y.kind === "class" || y.kind === "function") {
    const result = instanceTest(context, x, prototypeOf(context, y, node.right));
    if (result !== undefined) return result;
  }
  return refused(context, node, "instanceof");
}

function instanceTest(context: Context, x: Binding, of: Prototype | undefined): Binding | undefined {
  if (of === undefined) return poison;
  if (x.kind === "choice") {
    const side = (part: Binding) => () => instanceTest(context, part, of) ?? poison;
    return branch(context, scalar(x.condition), side(x.then), side(x.else));
  }
  if (x.kind === "aggregate") return known(isInstance(x.cell.prototype, of));
  return isValue(x) || x.kind === "known" || x.kind === "view" ? known(false) : undefined;
}

export const typedArrayNames: Readonly<Record<string, string>> = {
  f64: "Float64Array",
  f32: "Float32Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  u8c: "Uint8ClampedArray",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
};

function lowerTemplate(context: Context, node: ts.TemplateExpression): Binding {
  let text: Binding = { kind: "known", value: node.head.text };
  const [first, ...others] = node.templateSpans;
  // `${x}`
  const isAlone = node.head.text === "" && first?.literal.text === "" && others.length === 0;
  for (const span of node.templateSpans) {
    const binding = settledText(context, lowerExpression(context, span.expression));
    if (isAlone && binding.kind === "scalar") return textOfValue(context, binding);
    if (isAlone && isNumberText(binding)) return binding;
    const joined: Binding | undefined = joinedText(context, text, binding);
    const whole = joined && joinedText(context, joined, { kind: "known", value: span.literal.text });
    if (whole === undefined)
      return refused(context, node, `a text that is made of ${binding.kind === "scalar" ? "numbers" : "others"}`);
    text = whole;
  }
  return text;
}
