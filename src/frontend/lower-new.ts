/** Making arrays: `new Float64Array(…)`, `Array.from(…)`, `Float32Array.of(…)`. */
import { ts } from "ts-morph";
import type { ElementType } from "../ir/graph.ts";
import { asOne, arrayOf, folded, lowerEntries, newCell, readMember } from "./aggregates.ts";
import { copyArray } from "./array-copy.ts";
import { allocate, isArray, lengthOf, storeAt } from "./arrays.ts";
import { type Binding, isValue, known, poison, undefinedValue, type Value, type View } from "./binding.ts";
import { construct } from "./construct.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { lowerNewDate } from "./dates.ts";
import { demandWhole } from "./demand.ts";
import { numberOf, quoted } from "./emit.ts";
import { entryNumber } from "./entry-number.ts";
import { collected } from "./generators.ts";
import { withHoles } from "./holes.ts";
import { insteadOfNew } from "./instead.ts";
import { argumentsOf, inlineCall } from "./lower-call.ts";
import { lowerNewExpression } from "./regular-expressions.ts";
import { entryOf, isSequence } from "./sequences.ts";
import { makeRows, shapeOfEntry } from "./make-rows.ts";
import { lowerExpression, typedArrayNames } from "./lower-expression.ts";
import { allEntries } from "./tuple-entries.ts";

export function lowerNew(context: Context, node: ts.NewExpression): Binding {
  const callee = lowerExpression(context, node.expression);
  if (callee.kind === "builtin" && elementOfName(callee.name) !== undefined) {
    return newArray(context, callee.name, node);
  }
  if (callee.kind === "poison") return poison;
  if (callee.kind === "builtin" && callee.name === "Date") {
    return lowerNewDate(context, argumentsOf(context, node), node);
  }
  if (callee.kind === "builtin" && callee.name === "RegExp") {
    return lowerNewExpression(context, argumentsOf(context, node), node);
  }
  if (callee.kind === "class" || callee.kind === "function") {
    return construct(context, callee, argumentsOf(context, node), node);
  }
  const name = quoted(node.expression);
  context.reporter.report("ADJ2014", node, { what: `new ${name}` }, insteadOfNew(name));
  return poison;
}

export function elementOfName(name: string): ElementType | undefined {
  if (name === "Array") return "number";
  const found = Object.entries(typedArrayNames).find(([, each]) => each === name)?.[0];
  return elementTypes.find((each) => each === found);
}

const elementTypes: readonly ElementType[] = ["f64", "f32", "i8", "u8", "u8c", "i16", "u16", "i32", "u32"];

/** `new Float64Array(n)`, of an array, or of a literal; `new Array(n)`. */
export function newArray(context: Context, name: string, node: ts.NewExpression | ts.CallExpression): Binding {
  const element = elementOfName(name);
  const [argument, second] = node.arguments ?? [];
  if (element === undefined || second !== undefined) {
    if (name === "Array" && second !== undefined && element !== undefined) return arrayOfArguments(context, name, node);
    context.reporter.report("ADJ2036", node, { what: quoted(node) });
    return poison;
  }
  if (argument === undefined) return allocate(context, element, known(0), undefined, node);
  if (ts.isArrayLiteralExpression(argument) && name !== "Array") {
    const lower = () => lowerEntries(context, argument.elements);
    return arrayOf(context, element, context.activation.isModule ? folded(context, lower) : lower(), node);
  }
  const source = asOne(context, lowerExpression(context, argument), argument);
  if (isArray(source)) return copyArray(context, source, element, lengthOf(context, source), node, undefined);
  if (source.kind === "aggregate" && source.cell.shape === "tuple") {
    const entries = [...source.cell.members.values()];
    return arrayOf(
      context,
      element,
      entries.map((entry) => ({ binding: context.state.read(entry), node: argument })),
      node,
    );
  }
  if (context.activation.isModule) {
    context.reporter.report("ADJ2006", node, { name: quoted(node) });
    return poison;
  }
  const length = numberOf(context, source, argument);
  if (name === "Array" && length.kind === "known" && context.assumptions.isKeptTuple(node)) {
    return tupleOf(context, Number(length.value), node);
  }
  demandWhole(context, length, node);
  const made = allocate(context, element, length, undefined, node, false);
  return name === "Array" ? withHoles(context, made) : made;
}

/** What is given something other than numbers, entry by entry: `new Array(3)`. */
function tupleOf(context: Context, length: number, node: ts.Node): Binding {
  const places = Array.from({ length }, (_, k) => [String(k), undefinedValue] as const);
  return newCell(context, "tuple", places, node);
}

/** `Float64Array.of(1, 2)`. */
export function arrayOfArguments(context: Context, name: string, node: ts.NewExpression | ts.CallExpression): Binding {
  const element = elementOfName(name);
  if (element === undefined) {
    context.reporter.report("ADJ2036", node, { what: quoted(node) });
    return poison;
  }
  return arrayOf(context, element, lowerEntries(context, node.arguments ?? []), node);
}

/** `Array.from({ length: n }, fn)`, `Float64Array.from(x, fn)`. */
export function arrayFrom(context: Context, name: string, node: ts.CallExpression): Binding {
  const element = elementOfName(name);
  const [argument, second] = node.arguments;
  if (element === undefined || argument === undefined) {
    context.reporter.report("ADJ2036", node, { what: quoted(node) });
    return poison;
  }
  const source = asOne(context, lowerExpression(context, argument), argument);
  const make = second === undefined ? undefined : lowerExpression(context, second);
  if (source.kind === "poison") return poison;
  if (source.kind === "generator") {
    const entryOf = (value: Binding, k: Value): Binding =>
      make?.kind === "function" ? inlineCall(context, make, [value, k], second ?? node) : value;
    const all = collected(context, source, node, entryOf);
    return element === "number" ? all : copyArray(context, all, element, lengthOf(context, all), node, undefined);
  }
  const isTuple = source.kind === "aggregate" && source.cell.shape === "tuple";
  if (isTuple) allEntries(context, source, argument);
  const length = isArray(source)
    ? lengthOf(context, source)
    : numberOf(context, readMember(context, source, "length", argument), argument);
  const entryAt = (k: Value): Binding => {
    if (isSequence(source)) return entryOf(context, source, k, node);
    return isTuple && k.kind === "known" ? readMember(context, source, String(k.value), node) : undefinedValue;
  };
  const valueAt = (k: Value): Binding => {
    if (make === undefined) return source.kind === "aggregate" && !isTuple ? known(NaN) : entryAt(k);
    if (make.kind === "function") return inlineCall(context, make, [entryAt(k), k], second ?? node);
    context.reporter.report("ADJ2015", second ?? node, { what: quoted(second ?? node) });
    return poison;
  };
  if (isTuple && length.kind === "known") {
    const entries = Array.from({ length: Number(length.value) }, (_, k) => ({ binding: valueAt(known(k)), node }));
    return arrayOf(context, element, entries, node);
  }
  if (make === undefined && element === "number" && !isSequence(source)) return withoutEntries(context, length, node);
  return filled(context, element, length, node, valueAt);
}

/** `Array.from({ length: n })`: all entries are there, and undefined. */
function withoutEntries(context: Context, length: Value, node: ts.Node): View {
  const made = allocate(context, "number", length, undefined, node, false);
  if (made.root.allocated !== undefined) context.unset.add(made.root.allocated);
  return made;
}

/** A new array with an entry for each index. */
export function filled(
  context: Context,
  element: ElementType,
  length: Value,
  node: ts.Node,
  valueAt: (index: Value) => Binding,
): Binding {
  const { assumptions } = context;
  const mayHoldRows = element === "number";
  if (mayHoldRows && assumptions.holdsRows(node)) {
    const rows = makeRows(context, length, node, valueAt);
    if (rows !== undefined) return rows;
  }
  const array = allocate(context, element, length, undefined, node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    const value = valueAt(k);
    if (mayHoldRows && !assumptions.holdsRows(node) && isEntry(context, value, node)) assumptions.noteRows(node);
    else if (!isValue(value) && value.kind !== "poison" && value.kind !== "choice") {
      context.reporter.report("ADJ2032", node, { what: quoted(node) });
    } else storeAt(context, array, k, entryNumber(context, value, node), node);
  });
  return array;
}

/** Whether it is an array, an object or a tuple, of which pools can be made. */
function isEntry(context: Context, value: Binding, node: ts.Node): boolean {
  const shape = isValue(value) ? undefined : shapeOfEntry(context, asOne(context, value, node), node);
  return shape !== undefined && shape.kind !== "number" && shape.kind !== "boolean";
}
