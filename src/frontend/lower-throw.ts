/** `throw`: the class of the error and the parts of its message. */
import { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { type Binding, isValue, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf } from "./emit.ts";
import { exitTo, thrown } from "./exits.ts";
import { lowerExpression } from "./lower-expression.ts";

const errorClasses: ReadonlySet<string> = new Set(["Error", "RangeError", "TypeError", "SyntaxError", "EvalError"]);

export function lowerThrow(context: Context, statement: ts.ThrowStatement): void {
  const { expression } = statement;
  const isMade = ts.isNewExpression(expression) || ts.isCallExpression(expression);
  const name = isMade && ts.isIdentifier(expression.expression) ? expression.expression.text : "Error";
  const message = isMade ? expression.arguments?.[0] : undefined;
  const parts = message === undefined ? [] : partsOf(context, message);
  const errorClass = errorClasses.has(name) ? name : "Error";
  throwHere(context, errorClass, joined(parts));
}

/** On this way it throws: what would be its value is none. */
export function throwHere(context: Context, errorClass: string, parts: readonly (string | ValueId)[]): Binding {
  context.builder.push({ kind: "throw", errorClass, parts, ...context.builder.place() });
  context.exit = exitTo(thrown);
  return poison;
}

function partsOf(context: Context, node: ts.Expression): readonly (string | ValueId)[] {
  if (ts.isParenthesizedExpression(node)) return partsOf(context, node.expression);
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.flatMap((span) => [...partsOf(context, span.expression), span.literal.text]);
    return [node.head.text, ...spans];
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken && isText(context, node)) {
    return [...partsOf(context, node.left), ...partsOf(context, node.right)];
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const method = node.expression.name.text;
    if (["toString", "toFixed", "toPrecision"].includes(method)) return partsOf(context, node.expression.expression);
  }
  if (ts.isCallExpression(node) && node.expression.getText() === "String" && node.arguments[0] !== undefined) {
    return partsOf(context, node.arguments[0]);
  }
  const binding = lowerExpression(context, node);
  if (isValue(binding)) return [idOf(context, binding)];
  return binding.kind === "known" ? [String(binding.value)] : [node.getText()];
}

/** A sum that joins texts. */
function isText(context: Context, node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isText(context, node.expression);
  return ts.isBinaryExpression(node) && (isText(context, node.left) || isText(context, node.right));
}

function joined(parts: readonly (string | ValueId)[]): readonly (string | ValueId)[] {
  const result: (string | ValueId)[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part;
    else if (part !== "") result.push(part);
  }
  return result;
}
