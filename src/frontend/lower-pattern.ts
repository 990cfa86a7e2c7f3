/** Destructuring: of declarations and parameters, and in assignments. */
import { ts } from "ts-morph";
import { asOne, readElement, readMember } from "./aggregates.ts";
import { isArray, lengthOf, noArray, partOf } from "./arrays.ts";
import { type Binding, known, poison, scalar, undefinedValue } from "./binding.ts";
import { branch } from "./branch.ts";
import { copyArray } from "./array-copy.ts";
import type { Context } from "./context.ts";
import { demandPresent, presentPart } from "./demand-present.ts";
import { subtract } from "./emit.ts";
import { lowerExpression, refused } from "./lower-expression.ts";
import { newCell } from "./aggregates.ts";
import { askForDefault } from "./missing.ts";
import { isNestedCell } from "./nested.ts";
import { referenceOf, writeReference } from "./reference.ts";
import { allEntries } from "./tuple-entries.ts";

/** Takes a binding apart; calls `bind` for each name. */
export function bindNames(
  context: Context,
  target: ts.BindingName,
  given: Binding,
  bind: (name: ts.Identifier, binding: Binding) => void,
): void {
  if (ts.isIdentifier(target)) return bind(target, given);
  const source = ts.isVariableDeclaration(target.parent) ? target.parent.initializer : undefined;
  const binding = demandPresent(context, given, source ?? target);
  const taken: string[] = [];
  target.elements.forEach((element, position) => {
    if (ts.isOmittedExpression(element)) return;
    const { name, propertyName, initializer, dotDotDotToken } = element;
    if (dotDotDotToken !== undefined) {
      const rest = ts.isArrayBindingPattern(target)
        ? restOf(context, binding, position, element)
        : remainingMembers(context, binding, taken, element);
      return bindNames(context, name, rest, bind);
    }
    const part = ts.isArrayBindingPattern(target)
      ? readElement(context, binding, known(position), element)
      : memberOf(context, binding, propertyName ?? name, element, taken);
    bindNames(context, name, withDefault(context, part, initializer), bind);
  });
}

/** Takes a binding apart and assigns its parts: `[a, b] = [b, a]`. */
export function assignPattern(context: Context, target: ts.Expression, binding: Binding): void {
  if (ts.isArrayLiteralExpression(target)) {
    target.elements.forEach((element, position) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) {
        return assignPattern(context, element.expression, restOf(context, binding, position, element));
      }
      assignWithDefault(context, element, readElement(context, binding, known(position), element));
    });
    return;
  }
  if (ts.isObjectLiteralExpression(target)) {
    const taken: string[] = [];
    for (const property of target.properties) {
      if (ts.isShorthandPropertyAssignment(property)) {
        const part = memberOf(context, binding, property.name, property, taken);
        assignTo(context, property.name, withDefault(context, part, property.objectAssignmentInitializer));
      } else if (ts.isPropertyAssignment(property)) {
        assignWithDefault(context, property.initializer, memberOf(context, binding, property.name, property, taken));
      } else if (ts.isSpreadAssignment(property)) {
        assignPattern(context, property.expression, remainingMembers(context, binding, taken, property));
      }
    }
    return;
  }
  assignTo(context, target, binding);
}

function assignWithDefault(context: Context, element: ts.Expression, part: Binding): void {
  const hasDefault = ts.isBinaryExpression(element) && element.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (hasDefault) assignPattern(context, element.left, withDefault(context, part, element.right));
  else assignPattern(context, element, part);
}

function assignTo(context: Context, target: ts.Expression, binding: Binding): void {
  writeReference(context, referenceOf(context, target), binding, target);
}

/** The binding, or the default where it is undefined. */
export function withDefault(context: Context, binding: Binding, initializer: ts.Expression | undefined): Binding {
  if (initializer === undefined) return binding;
  askForDefault(context, binding);
  return defaulted(context, binding, initializer);
}

function defaulted(context: Context, binding: Binding, initializer: ts.Expression): Binding {
  if (binding.kind === "known" && binding.value === undefined) return lowerExpression(context, initializer);
  if (binding.kind !== "choice" || presentPart(binding) === binding) return binding;
  const side = (part: Binding) => () => defaulted(context, part, initializer);
  return branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
}

function memberOf(context: Context, binding: Binding, name: ts.Node, node: ts.Node, taken: string[]): Binding {
  if (ts.isComputedPropertyName(name)) {
    const key = lowerExpression(context, name.expression);
    if (key.kind !== "known") return refused(context, name, "a member whose name is computed");
    taken.push(String(key.value));
  } else if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) taken.push(name.text);
  else return refused(context, node, "this pattern");
  return readMember(context, binding, taken.at(-1) ?? "", node);
}

function restOf(context: Context, whole: Binding, from: number, node: ts.Node): Binding {
  const binding = asOne(context, whole, node);
  if (isNestedCell(binding)) return refused(context, node, "a rest of an array of arrays or objects");
  if (binding.kind === "aggregate") {
    const entries = allEntries(context, binding, node).slice(from);
    return newCell(
      context,
      "tuple",
      entries.map((entry, k) => [String(k), entry] as const),
    );
  }
  if (isArray(binding)) {
    const length = subtract(context, lengthOf(context, binding), known(from));
    return copyArray(context, partOf(context, binding, known(from), length), "number", length, node, undefined);
  }
  noArray(context, binding, node);
  return poison;
}

function remainingMembers(context: Context, whole: Binding, taken: readonly string[], node: ts.Node): Binding {
  const binding = asOne(context, whole, node);
  if (isNestedCell(binding)) return refused(context, node, "a rest of an object in an array");
  if (binding.kind !== "aggregate") {
    if (binding.kind !== "poison") context.reporter.report("ADJ2014", node, { what: "a rest of what is no object" });
    return undefinedValue;
  }
  const members = [...binding.cell.members].filter(([name]) => !taken.includes(name));
  const rest = newCell(
    context,
    "object",
    members.map(([name, member]) => [name, context.state.read(member)] as const),
  );
  rest.cell.mayLack = binding.cell.mayLack ?? new Map();
  return rest;
}
