/** Numbers and booleans: operations on them, folded where the result is known and exact. */
import { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { type OperationName, rowOf } from "../operations/table.ts";
import { type Binding, isAbsent, isValue, known, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { neverGoesOn } from "./exits.ts";
import { insteadOfText } from "./instead.ts";
import { presenceOf } from "./nested.ts";
import { primitiveOf } from "./primitive-values.ts";

/** The value in the graph. */
export function idOf(context: Context, value: Value): ValueId {
  if (value.kind === "scalar") return value.id;
  const result = context.builder.fresh(typeof value.value === "number" ? "number" : "boolean");
  define(context, { kind: "constant", value: value.value, result, ...context.builder.place() }, result);
  return result;
}

export function typeOf(context: Context, value: Value): "number" | "boolean" {
  if (value.kind === "known") return typeof value.value === "number" ? "number" : "boolean";
  return context.builder.typeOf(value.id) === "boolean" ? "boolean" : "number";
}

/** An operation on operands of the right type. */
export function operate(context: Context, operation: OperationName, ...operands: readonly Value[]): Value {
  const row = rowOf(operation);
  const constants = operands.flatMap((operand) => (operand.kind === "known" ? [Number(operand.value)] : []));
  if (constants.length === operands.length) {
    const folded = row.evaluate(...constants);
    if (typeof folded === "boolean" || context.isFolding || isExact(operation, folded)) return known(folded);
  }
  const ids = operands.map((operand) => idOf(context, operand));
  const result = context.builder.fresh(row.result);
  define(context, { kind: "operation", operation, operands: ids, result, ...context.builder.place() }, result);
  return scalar(result);
}

function isExact(operation: OperationName, result: number): boolean {
  return Number.isSafeInteger(result) || operation === "neg";
}

function define(context: Context, node: GraphNode, result: ValueId): void {
  context.builder.push(node);
  context.definitions.set(result, node);
}

export function add(context: Context, x: Value, y: Value): Value {
  if (x.kind === "known" && x.value === 0) return y;
  if (y.kind === "known" && y.value === 0) return x;
  return operate(context, "add", x, y);
}

export function subtract(context: Context, x: Value, y: Value): Value {
  return y.kind === "known" && y.value === 0 ? x : operate(context, "sub", x, y);
}

export function toNumber(context: Context, value: Value): Value {
  if (typeOf(context, value) === "number") return value;
  return value.kind === "known" ? known(Number(value.value)) : operate(context, "toNumber", value);
}

/** The binding as a number, or a report at `node`. */
export function numberOf(context: Context, binding: Binding, node: ts.Node): Value {
  if (isValue(binding)) return toNumber(context, binding);
  if (binding.kind === "choice") {
    const { then, else: otherwise, condition } = binding;
    if (isValue(then) && isAbsent(otherwise)) return toNumber(context, then);
    const side = (part: Binding) => () => (isAbsent(part) ? numberOfAbsent(part) : numberOf(context, part, node));
    return numberOf(context, branch(context, scalar(condition), side(then), side(otherwise)), node);
  }
  // `Number(String(x))`, `String(x) * 2`
  if (binding.kind === "text" && binding.number !== undefined) return binding.number;
  const primitive = binding.kind === "aggregate" ? primitiveOf(context, binding, node) : undefined;
  if (primitive !== undefined) return numberOf(context, primitive, node);
  if (isAbsent(binding)) context.reporter.report("ADJ2016", node, { name: quoted(node) });
  else if (binding.kind === "poison") binding.report?.(node);
  else if (binding.kind === "unknown") context.reporter.report("ADJ2004", node, { name: binding.name });
  else if (binding.kind !== "unset") {
    const isText = binding.kind === "known" && typeof binding.value === "string";
    context.reporter.report(
      "ADJ2007",
      node,
      { what: quoted(node) },
      isText ? insteadOfText(String(binding.value)) : undefined,
    );
  }
  return anyNumber(context);
}

/**
 * The number that an operation makes of an operand. TypeScript keeps what is not set out of arithmetic, so there it is a fault;
 * in JavaScript it is the NaN that one asks for afterwards: `isNaN(d = a.alpha - b.alpha) ? 0 : d`.
 */
export function operandOf(context: Context, binding: Binding, node: ts.Node): Value {
  const isUntyped = (node.flags & ts.NodeFlags.JavaScriptFile) !== 0;
  return isUntyped && isAbsent(binding) ? numberOfAbsent(binding) : numberOf(context, binding, node);
}

/** What `undefined` and `null` are in arithmetic. */
export function numberOfAbsent(binding: Binding): Value {
  return known(binding.kind === "known" && binding.value === null ? 0 : NaN);
}

/** The truth of a binding, as `if` and `!` see it. */
export function conditionOf(context: Context, binding: Binding, node: ts.Node): Value {
  switch (binding.kind) {
    case "known":
      return known(Boolean(binding.value));
    case "scalar":
      return typeOf(context, binding) === "boolean" ? binding : operate(context, "truthy", binding);
    case "choice": {
      const side = (part: Binding) => () => conditionOf(context, part, node);
      const result = branch(context, scalar(binding.condition), side(binding.then), side(binding.else));
      return isValue(result) ? result : known(true);
    }
    case "text":
      return binding.values?.includes("") === false ? known(true) : operate(context, "not", binding.equals(""));
    case "poison":
    case "unset":
    case "unknown":
      return operate(context, "truthy", numberOf(context, binding, node));
    default:
      return presenceOf(context, binding) ?? known(true);
  }
}

/** Stands for a number that could not be lowered; the graph is not used. */
export function anyNumber(context: Context): Value {
  if (neverGoesOn(context.exit)) return known(0);
  context.isBroken = true;
  return scalar(context.builder.fresh("number"));
}

/** What a node says, short enough for a sentence. */
export function quoted(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** The value with the pruned arguments of loops replaced by what they are. */
export function resolve(context: Context, id: ValueId): ValueId {
  let at = id;
  for (let next = context.substitutes.get(at); next !== undefined; next = context.substitutes.get(at)) at = next;
  return at;
}

export function sameBinding(context: Context, x: Binding, y: Binding): boolean {
  if (x === y) return true;
  if (x.kind === "scalar" && y.kind === "scalar") return resolve(context, x.id) === resolve(context, y.id);
  if (x.kind === "known" && y.kind === "known") return Object.is(x.value, y.value);
  if (x.kind === "aggregate" && y.kind === "aggregate") return x.cell === y.cell;
  if (x.kind === "function" && y.kind === "function") {
    const [own, other] = [x.receiver, y.receiver];
    const haveOne = own === other || (own !== undefined && other !== undefined && sameBinding(context, own, other));
    return x.declaration === y.declaration && x.environment === y.environment && haveOne;
  }
  if (x.kind === "class" && y.kind === "class") return x.prototype === y.prototype;
  if (x.kind === "builtin" && y.kind === "builtin") return x.name === y.name;
  if (x.kind === "view" && y.kind === "view") {
    const [rows, others] = [x.rows ?? [], y.rows ?? []];
    return (
      x.root === y.root &&
      samePart(context, x.offset, y.offset) &&
      samePart(context, x.length, y.length) &&
      samePart(context, x.reach, y.reach) &&
      rows.length === others.length &&
      rows.every((row, k) => samePart(context, row, others[k]))
    );
  }
  if (x.kind === "choice" && y.kind === "choice") {
    return (
      resolve(context, x.condition) === resolve(context, y.condition) &&
      sameBinding(context, x.then, y.then) &&
      sameBinding(context, x.else, y.else)
    );
  }
  return x.kind === y.kind && x.kind === "unset";
}

function samePart(context: Context, x: Value | undefined, y: Value | undefined): boolean {
  return x === y || (x !== undefined && y !== undefined && sameBinding(context, x, y));
}

/** Whether two numbers are always equal, by how they are computed. */
export function isSameNumber(context: Context, x: Value, y: Value, depth = 12): boolean {
  if (sameBinding(context, x, y)) return true;
  const left = x.kind === "known" ? undefined : context.definitions.get(resolve(context, x.id));
  const right = y.kind === "known" ? undefined : context.definitions.get(resolve(context, y.id));
  if (left?.kind === "constant" && y.kind === "known") return left.value === y.value;
  if (right?.kind === "constant" && x.kind === "known") return right.value === x.value;
  if (left?.kind === "constant" && right?.kind === "constant") return left.value === right.value;
  if (left?.kind === "length" && right?.kind === "length") {
    if (left.array !== right.array || left.at === undefined || right.at === undefined) return left.at === right.at;
    return isSameNumber(context, scalar(left.at), scalar(right.at), depth - 1);
  }
  if (left?.kind !== "operation" || right?.kind !== "operation" || depth === 0) return false;
  return (
    left.operation === right.operation &&
    left.operands.length === right.operands.length &&
    left.operands.every((id, k) => isSameNumber(context, scalar(id), scalar(present(right.operands[k])), depth - 1))
  );
}
