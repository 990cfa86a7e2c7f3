/** Destructuring: in declarations, parameters and assignments. */
import { ts } from "ts-morph";
import { evaluate, memberKey, propertyKey } from "./expressions.ts";
import type { Here } from "./machine.ts";
import { entriesOf, readProperty, typeError, writeProperty } from "./properties.ts";
import { type Key, LoadedObject, type LoadedValue, Thrown, Unloadable } from "./values.ts";

/** Gives the names of a declaration their values, in the scope at hand or (`var`) the one that has them. */
export function bindPattern(here: Here, name: ts.BindingName, value: LoadedValue, isVar: boolean): void {
  if (ts.isIdentifier(name)) {
    if (isVar) setName(here, name, value);
    else here.scope.declare(name.text, name, value);
    return;
  }
  if (ts.isObjectBindingPattern(name)) {
    const seen: Key[] = [];
    needObject(here, value);
    for (const element of name.elements) {
      if (element.dotDotDotToken !== undefined) {
        bindPattern(here, element.name, restOf(here, value, seen), isVar);
        continue;
      }
      const key = propertyKey(here, element.propertyName ?? (element.name as ts.Identifier));
      seen.push(key);
      bindPattern(
        here,
        element.name,
        orDefault(here, readProperty(here.machine, value, key), element.initializer),
        isVar,
      );
    }
    return;
  }
  const entries = [...entriesOf(here.machine, value)];
  name.elements.forEach((element, k) => {
    if (!ts.isBindingElement(element)) return;
    const part =
      element.dotDotDotToken === undefined
        ? orDefault(here, entries[k], element.initializer)
        : here.machine.realm.array(entries.slice(k));
    bindPattern(here, element.name, part, isVar);
  });
}

function needObject(here: Here, value: LoadedValue): void {
  if (value === null || value === undefined) throw typeError(here.machine, `${value} has no members`);
}

function restOf({ machine }: Here, value: LoadedValue, without: readonly Key[]): LoadedValue {
  const rest = machine.realm.object();
  if (!(value instanceof LoadedObject)) return rest;
  for (const key of value.keys()) if (!without.includes(key)) rest.put(key, readProperty(machine, value, key));
  return rest;
}

export function orDefault(here: Here, value: LoadedValue, initializer: ts.Expression | undefined): LoadedValue {
  return value === undefined && initializer !== undefined ? evaluate(here, initializer) : value;
}

function setName({ scope, machine }: Here, name: ts.Identifier, value: LoadedValue): void {
  const slot = scope.find(name.text);
  if (slot === undefined) {
    throw new Thrown(machine.realm.error("ReferenceError", `${name.text} is not defined`));
  }
  if (slot.read !== undefined) throw typeError(machine, "an import is assigned to");
  slot.value = value;
  slot.isSet = true;
}

/** Assigns to names, members and patterns. */
export function assignPattern(here: Here, target: ts.Expression, value: LoadedValue): void {
  const { machine } = here;
  if (ts.isIdentifier(target)) return setName(here, target, value);
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    return writeProperty(machine, evaluate(here, target.expression), memberKey(here, target), value);
  }
  if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target)) {
    return assignPattern(here, target.expression, value);
  }
  const isDefault = ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (isDefault) return assignPattern(here, target.left, orDefault(here, value, target.right));
  if (ts.isArrayLiteralExpression(target)) {
    const entries = [...entriesOf(machine, value)];
    target.elements.forEach((element, k) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) assignPattern(here, element.expression, machine.realm.array(entries.slice(k)));
      else assignPattern(here, element, entries[k]);
    });
    return;
  }
  if (!ts.isObjectLiteralExpression(target)) throw new Unloadable("an assignment");
  for (const part of target.properties) {
    if (ts.isShorthandPropertyAssignment(part)) {
      const read = readProperty(machine, value, part.name.text);
      setName(here, part.name, orDefault(here, read, part.objectAssignmentInitializer));
    } else if (ts.isPropertyAssignment(part)) {
      assignPattern(here, part.initializer, readProperty(machine, value, propertyKey(here, part.name)));
    } else throw new Unloadable("a rest of a pattern");
  }
}
