/** Calls of JavaScript's own functions: `Math`, tests of numbers, ways to make arrays. */
import { ts } from "ts-morph";
import { type OperationName, operationTable } from "../operations/table.ts";
import { asOne, lowerEntries, newCell } from "./aggregates.ts";
import { memberTest } from "./added-members.ts";
import { copyArray } from "./array-copy.ts";
import { elementOf, isArray, lengthOf, load, valueOf } from "./arrays.ts";
import { identityOf } from "./identity.ts";
import { isNestedCell, isPlace, isRows } from "./nested.ts";
import { type Binding, isValue, known, poison, scalar, undefinedValue, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import { type Given, givenArguments } from "./call-arguments.ts";
import type { Context } from "./context.ts";
import { refuseTest } from "./holes.ts";
import { countedLoop } from "./counted-loop.ts";
import { conditionOf, numberOf, operandOf, operate, quoted, sameBinding, typeOf } from "./emit.ts";
import { lowerExpression } from "./lower-expression.ts";
import { lowerMarker } from "./lower-marker.ts";
import { isMode } from "./tag-names.ts";
import { isNotNumber, isNumberText, textOfValue } from "./number-texts.ts";
import { lowerNewExpression } from "./regular-expressions.ts";
import { notePlace } from "./note-place.ts";
import { listed, lowerAssign } from "./lower-object.ts";
import { tagOf } from "./lower-text.ts";
import { refuseFunctionMethod } from "./function-methods.ts";
import { stopped } from "./stop-gradient.ts";
import { arrayFrom, arrayOfArguments, newArray } from "./lower-new.ts";
import { callUnknown, opaque } from "./unknown-calls.ts";

/** `given`: what is given by `apply` or `call`, and not by the arguments of the node. */
export function lowerBuiltinCall(
  context: Context,
  name: string,
  node: ts.CallExpression,
  given?: readonly Given[],
): Binding {
  const [owner = "", method, ofMethod] = name.split(".");
  if (owner === "console") return undefinedValue;
  if (name === "adjoint-gen.stopGradient") return stopGradient(context, node, given);
  if (owner === "adjoint-gen" && method !== undefined && isMode(method)) return lowerMarker(context, method, node);
  if (name === "Object.prototype.hasOwnProperty.call" || name === "Object.hasOwn") return hasOwn(context, name, node);
  if (name === "Object.prototype.toString.call") {
    const [x] = lowerEntries(context, node.arguments);
    return x?.binding.kind === "unknown" ? refused(context, name, node) : tagOf(context, x?.binding ?? undefinedValue);
  }
  // `Array.prototype.push.call` stays unknown: what it is given it may change.
  const isOfFunction = ofMethod !== undefined && owner !== "globalThis" && method !== "prototype";
  if (isOfFunction) return refuseFunctionMethod(context, ofMethod, node.expression);
  if (owner === "Math" && method !== undefined) {
    return lowerMath(context, method, given ?? givenArguments(context, node.arguments), node);
  }
  if (name === "Date.now" || name === "performance.now") return opaque(context, `${name}()`, node);
  if (name === "Array") return newArray(context, name, node);
  if (method === "from") return arrayFrom(context, owner, node);
  if (method === "of") return arrayOfArguments(context, owner, node);
  const [argument] = node.arguments;
  if (name === "Number") {
    const x = argument === undefined ? known(0) : lowerExpression(context, argument);
    if (x.kind === "known" && typeof x.value === "string") return known(Number(x.value));
    return argument === undefined ? x : numberOf(context, x, argument);
  }
  if (name === "RegExp")
    return lowerNewExpression(
      context,
      lowerEntries(context, node.arguments).map(({ binding }) => binding),
      node,
    );
  if (argument === undefined) return refused(context, name, node);
  switch (name) {
    case "String":
      return textOf(context, lowerExpression(context, argument)) ?? refused(context, name, node);
    case "Boolean":
      return conditionOf(context, lowerExpression(context, argument), argument);
    case "parseFloat":
    case "Number.parseFloat": {
      const x = lowerExpression(context, argument);
      if (isValue(x) && typeOf(context, x) === "number") return x;
      if (isNumberText(x)) return x.number;
      if (x.kind === "poison") return poison;
      const isText = x.kind === "known" && typeof x.value === "string";
      return isText ? known(parseFloat(x.value)) : refused(context, name, node);
    }
    case "Object.is":
      return isOneObject(context, node) ?? refused(context, name, node);
    case "isNaN":
      return isNotNumber(context, testedAt(context, numberAt(context, argument), argument));
    case "isFinite":
      return isFinite(context, numberAt(context, argument));
    case "Number.isNaN":
    case "Number.isFinite":
    case "Number.isInteger":
    case "Number.isSafeInteger":
      return testOfNumber(context, name, lowerExpression(context, argument), argument);
    case "Array.isArray": {
      const isList = (x: Binding): boolean => {
        if (isNestedCell(x)) return x.cell.nest.shape.kind !== "object";
        if (x.kind === "aggregate") return x.cell.shape === "tuple";
        return x.kind === "view" && x.root.element === "number";
      };
      return ofEach(context, lowerExpression(context, argument), isList) ?? refused(context, name, node);
    }
    case "ArrayBuffer.isView": {
      const isView = (x: Binding): boolean => x.kind === "view" && x.root.element !== "number";
      return ofEach(context, lowerExpression(context, argument), isView) ?? refused(context, name, node);
    }
    case "Object.keys":
    case "Object.values":
    case "Object.entries": {
      const x = asOne(context, lowerExpression(context, argument), argument);
      if (isRows(x)) return refused(context, name, node);
      return x.kind === "aggregate" ? listed(context, x, name, node) : refused(context, name, node);
    }
    case "Object.assign":
      return lowerAssign(context, node) ?? refused(context, name, node);
    case "structuredClone":
      return cloned(context, lowerExpression(context, argument), argument);
    case "Object.freeze":
      return lowerExpression(context, argument);
    default:
      return refused(context, name, node);
  }
}

/** `Object.is` of two arrays or objects; undefined for what else it may be asked of. */
function isOneObject(context: Context, node: ts.CallExpression): Binding | undefined {
  const [x, y] = lowerEntries(context, node.arguments).map(({ binding }) => binding);
  if (x === undefined || y === undefined) return undefined;
  const isObject = ({ kind }: Binding): boolean => kind === "view" || kind === "aggregate";
  if (!isObject(x) || !isObject(y)) return undefined;
  if (isPlace(x) && isPlace(y)) return identityOf(context, x, y, node);
  return known(sameBinding(context, x, y));
}

function stopGradient(context: Context, node: ts.CallExpression, given?: readonly Given[]): Binding {
  const [first] = given ?? givenArguments(context, node.arguments);
  return first === undefined ? undefinedValue : stopped(context, first.binding, first.node);
}

/** A number that is asked whether it is NaN. */
function testedAt(context: Context, x: Value, node: ts.Node): Value {
  const entry = x.kind === "scalar" ? context.entries.get(x.id) : undefined;
  if (entry !== undefined) refuseTest(context, entry.array, entry.index, node);
  return x;
}

/** `Number.isInteger(x)`: no for all that is no number. */
function testOfNumber(context: Context, name: string, binding: Binding, node: ts.Expression): Binding {
  // What is not there is NaN.
  const isOptional =
    binding.kind === "choice" && isValue(binding.then) && sameBinding(context, binding.else, undefinedValue);
  if (binding.kind === "choice" && !(isOptional && name !== "Number.isNaN")) {
    const side = (part: Binding) => () => testOfNumber(context, name, part, node);
    return branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
  }
  const isOther = binding.kind === "text" || binding.kind === "aggregate" || binding.kind === "view";
  if (isOther || (binding.kind === "known" && typeof binding.value !== "number")) return known(false);
  if (isValue(binding) && typeOf(context, binding) === "boolean") return known(false);
  const x = numberOf(context, binding, node);
  if (name === "Number.isNaN") return isNotNumber(context, testedAt(context, x, node));
  if (name === "Number.isFinite") return isFinite(context, x);
  const isWhole = operate(context, "eq", operate(context, "trunc", x), x);
  const isInRange =
    name === "Number.isInteger"
      ? isFinite(context, x)
      : operate(context, "le", operate(context, "abs", x), known(Number.MAX_SAFE_INTEGER));
  return operate(context, "and", isWhole, isInRange);
}

/** `String(x)`; undefined for what is not known to be a number or a constant. */
function textOf(context: Context, binding: Binding): Binding | undefined {
  if (isValue(binding)) return textOfValue(context, binding);
  if (binding.kind === "known") return { kind: "known", value: String(binding.value) };
  return binding.kind === "text" || binding.kind === "poison" ? binding : undefined;
}

/** What is asked of each of those that a binding may be; undefined where one is not known. */
function ofEach(context: Context, binding: Binding, test: (part: Binding) => boolean): Binding | undefined {
  if (binding.kind === "unknown") return undefined;
  if (binding.kind !== "choice") return binding.kind === "poison" ? poison : known(test(binding));
  const [then, otherwise] = [binding.then, binding.else].map((part) => ofEach(context, part, test));
  if (then === undefined || otherwise === undefined) return undefined;
  return branch(
    context,
    scalar(binding.condition),
    () => then,
    () => otherwise,
  );
}

/** A deep copy of what holds numbers. */
function cloned(context: Context, binding: Binding, node: ts.Node): Binding {
  const source = asOne(context, binding, node);
  if (isArray(source)) {
    return copyArray(context, source, elementOf(source), lengthOf(context, source), node, undefined);
  }
  if (source.kind !== "aggregate") return source;
  const { shape, members, literal } = source.cell;
  const copies = [...members].map(([key, member]) => [key, cloned(context, context.state.read(member), node)] as const);
  const copy = newCell(context, shape, copies, literal === undefined ? undefined : node);
  copy.cell.mayLack = source.cell.mayLack ?? new Map();
  return copy;
}

/** Whether an object has a member: its structure says so. */
function hasOwn(context: Context, name: string, node: ts.CallExpression): Binding {
  const [x, key] = lowerEntries(context, node.arguments).map(({ binding }) => binding);
  if (x !== undefined && isValue(x)) return known(false);
  const owner = x === undefined ? undefined : asOne(context, x, node);
  if (owner?.kind !== "aggregate" || key?.kind !== "known") return refused(context, name, node);
  return memberTest(context, owner, String(key.value), node);
}

function numberAt(context: Context, node: ts.Expression): Value {
  return numberOf(context, lowerExpression(context, node), node);
}

function isFinite(context: Context, x: Value): Value {
  return operate(context, "lt", operate(context, "abs", x), known(Infinity));
}

/** A built-in that is no mathematics is unknown, as a function without source is. */
function refused(context: Context, name: string, node: ts.CallExpression): Binding {
  return callUnknown(context, { kind: "unknown", name, global: false }, node);
}

function lowerMath(context: Context, method: string, given: readonly Given[], node: ts.CallExpression): Binding {
  if (method === "random") return opaque(context, "Math.random()", node);
  if (method === "min" || method === "max") {
    const start = known(method === "max" ? -Infinity : Infinity);
    return overAll(context, given, start, (x, y) => operate(context, method, x, y), method, node);
  }
  // Of `hypot`, too: from one entry to the next it rounds otherwise than of all at once.
  const spreadOne = given.find(({ isSpread }) => isSpread);
  if (spreadOne !== undefined) {
    const hint = method === "hypot" ? "sum the squares in a loop, and take Math.sqrt of the sum" : undefined;
    context.reporter.report("ADJ2012", spreadOne.node, {}, hint);
    return poison;
  }
  const operands = given.map(({ binding, node: at }) => operandOf(context, binding, at));
  if (method === "hypot") return lowerHypot(context, operands);
  const name = mathOperation(method);
  if (name === undefined) {
    context.reporter.report("ADJ2014", node.expression, { what: quoted(node.expression) });
    return poison;
  }
  const { arity } = operationTable[name];
  const count = arity === "variadic" ? operands.length : arity;
  const result = operate(context, name, ...Array.from({ length: count }, (_, k) => operands[k] ?? known(NaN)));
  return notable.has(method) ? notePlace(context, node, result) : result;
}

const mathNames: ReadonlySet<string> = new Set([
  ...["abs", "sign", "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "fround", "f16round"],
  ...["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"],
  ...["floor", "ceil", "round", "trunc", "clz32", "imul"],
]);

/** What may be a trap: singular at 0, or flat. */
const notable: ReadonlySet<string> = new Set([
  ...["sqrt", "cbrt", "pow", "log", "log2", "log10"],
  ...["floor", "ceil", "round", "trunc", "clz32", "imul"],
]);

function mathOperation(method: string): OperationName | undefined {
  const isKnown = (name: string): name is OperationName => mathNames.has(name) && Object.hasOwn(operationTable, name);
  return isKnown(method) ? method : undefined;
}

function lowerHypot(context: Context, operands: readonly Value[]): Value {
  const [first, second] = operands;
  if (first === undefined) return known(0);
  return second === undefined ? operate(context, "abs", first) : operate(context, "hypot", ...operands);
}

/** `Math.max(a, b, ...rest)`: from left to right, as pairs. A spread array is a loop. */
function overAll(
  context: Context,
  given: readonly Given[],
  start: Value,
  join: (x: Value, y: Value) => Value,
  name: string,
  node: ts.CallExpression,
): Binding {
  const { state } = context;
  let result: Value | undefined;
  for (const { binding, isSpread, node: at } of given) {
    if (!isSpread || !isArray(binding)) {
      const operand = numberOf(context, binding, at);
      result = result === undefined ? operand : join(result, operand);
      continue;
    }
    const best = state.create("hidden", name, result ?? start);
    countedLoop(context, node, known(0), lengthOf(context, binding), "k", (k) => {
      const before = state.read(best);
      const entry = load(context, binding, k, node);
      state.write(best, join(isValue(before) ? before : start, entry));
    });
    result = valueOf(context, state.read(best));
  }
  return result ?? start;
}
