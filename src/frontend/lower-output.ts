/** What the tagged function gives back, with the structure that the source has. */
import { ts } from "ts-morph";
import type { Output } from "../ir/graph.ts";
import type { FunctionSignature, Shape } from "../ir/signature.ts";
import { copyArray } from "./array-copy.ts";
import { elementOf, isArray, lengthOf, rootLength, versionOf } from "./arrays.ts";
import { asOne, readElement, readMember } from "./aggregates.ts";
import { type Binding, isAbsent, isValue, isWhole, known, type View } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf, isSameNumber, numberOf } from "./emit.ts";
import { faultPlace } from "./fault-place.ts";
import { kindsOf, mixedResult, partedResult } from "./mixed-result.ts";
import { isOnePool, isPool } from "./pools.ts";
import { returnsOf } from "./returns.ts";
import { rowsOutput } from "./rows-output.ts";

export function outputOf(
  context: Context,
  signature: FunctionSignature,
  node: ts.Node,
  binding: Binding,
  shape: Shape | undefined = signature.returns,
): Output | undefined {
  if (isAbsent(binding)) return { kind: "none" };
  if (shape?.kind === "optional" && shape.of.kind !== "number") {
    const { present: given, instead } = partedResult(context, binding, node);
    const of = outputOf(context, signature, node, given, shape.of);
    return of && (instead.length === 0 ? of : { kind: "mixed", of, instead });
  }
  if (isValue(binding)) return { kind: "scalar", value: idOf(context, binding) };
  if (isArray(binding)) {
    const view = binding.kind === "view" && canReturn(context, binding) ? binding : undefined;
    const owned = view ?? copyArray(context, binding, elementOf(binding), lengthOf(context, binding), node, undefined);
    return arrayOutput(context, owned, node);
  }
  switch (binding.kind) {
    case "aggregate": {
      const { cell } = binding;
      if (isPool(cell)) {
        if (isOnePool(context, cell)) return rowsOutput(context, binding, shape, node);
        const what = "one of two arrays of arrays or objects";
        const [first = node] = resultsOf(node);
        context.reporter.report("ADJ2017", first, { function: signature.name, what });
        return undefined;
      }
      if (cell.nest !== undefined) {
        const what = "an array of arrays or objects that comes in";
        context.reporter.report("ADJ2017", node, { function: signature.name, what });
        return undefined;
      }
      if (shape?.kind === "array" && cell.literal !== undefined && cell.members.size > 0) {
        context.assumptions.makeArray(cell.literal);
        return undefined;
      }
      const entries: { key: string; output: Output }[] = [];
      for (const [key, member] of cell.members) {
        const inner = outputOf(context, signature, node, context.state.read(member), memberShape(shape, key));
        if (inner !== undefined) entries.push({ key, output: inner });
      }
      if (entries.length < cell.members.size) return undefined;
      return cell.shape === "object"
        ? { kind: "object", entries }
        : { kind: "tuple", entries: entries.map(({ output }) => output) };
    }
    case "choice": {
      const whole = asOne(context, binding, node);
      if (whole !== binding) return outputOf(context, signature, node, whole, shape);
      if (shape?.kind === "tuple" && hasEntries(binding, shape.elements.length)) {
        const entries = shape.elements.map((part, k) => {
          const entry = readElement(context, binding, known(k), node);
          return outputOf(context, signature, node, entry, part);
        });
        const made = entries.filter((entry) => entry !== undefined);
        return made.length === entries.length ? { kind: "tuple", entries: made } : undefined;
      }
      if (shape?.kind === "object" && areObjects(binding)) {
        const entries = shape.members.flatMap(({ name: key, shape: part }) => {
          const output = outputOf(context, signature, node, readMember(context, binding, key, node), part);
          return output === undefined ? [] : [{ key, output }];
        });
        return entries.length === shape.members.length ? { kind: "object", entries } : undefined;
      }
      if (shape?.kind === "array" && makeArrays(context, binding)) return undefined;
      const kinds = kindsOf(context, binding);
      // The type says that it is a number: `undefined` is NaN then.
      if (kinds?.has("null") === false && !kinds.has("boolean") && shape?.kind === "number") {
        return { kind: "scalar", value: idOf(context, numberOf(context, binding, node)) };
      }
      if (kinds?.has("number")) return mixedResult(context, binding, kinds, node);
      if ([binding.then, binding.else].some((part) => isAbsent(part) || isValue(part) || part.kind === "aggregate")) {
        reportMixed(context, signature, node);
        return undefined;
      }
      break;
    }
    case "poison":
    case "unset":
    case "unknown":
      numberOf(context, binding, node);
      return undefined;
    default:
  }
  const what = binding.kind === "function" ? "a function" : binding.kind === "known" ? "a text" : "what is no number";
  const [first = node] = resultsOf(node);
  context.reporter.report("ADJ2017", first, { function: signature.name, what });
  return undefined;
}

/** At the last result, and the others beside it. */
function reportMixed(context: Context, signature: FunctionSignature, node: ts.Node): void {
  const results = resultsOf(node);
  const others = results
    .slice(0, -1)
    .map((other) => ({ message: "another result is given here", span: faultPlace(other) }));
  context.reporter.report("ADJ2013", results.at(-1) ?? node, { function: signature.name }, undefined, others);
}

function resultsOf(node: ts.Node): readonly ts.Node[] {
  return ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node)
    ? returnsOf(node)
    : [];
}

/** Each has the members of its own. */
function areObjects(binding: Binding): boolean {
  if (binding.kind === "choice") return areObjects(binding.then) && areObjects(binding.else);
  return binding.kind === "aggregate" && binding.cell.shape === "object" && binding.cell.nest === undefined;
}

/** A tuple on one way and an array on another, of the entries that the type promises. */
function hasEntries(binding: Binding, count: number): boolean {
  if (binding.kind === "choice") return hasEntries(binding.then, count) && hasEntries(binding.else, count);
  if (binding.kind === "view") return binding.root.length?.kind === "known" && binding.root.length.value === count;
  return binding.kind === "aggregate" && binding.cell.shape === "tuple" && binding.cell.members.size === count;
}

/** Lets all that it may be be arrays from the start, in another attempt, where they are written as literals. */
function makeArrays(context: Context, binding: Binding): boolean {
  if (binding.kind === "choice") {
    return [binding.then, binding.else].map((part) => makeArrays(context, part)).includes(true);
  }
  if (binding.kind !== "aggregate" || binding.cell.shape !== "tuple" || binding.cell.literal === undefined)
    return false;
  context.assumptions.makeArray(binding.cell.literal);
  return true;
}

function memberShape(shape: Shape | undefined, key: string): Shape | undefined {
  if (shape?.kind === "object") return shape.members.find(({ name }) => name === key)?.shape;
  return shape?.kind === "tuple" ? shape.elements[Number(key)] : undefined;
}

/** A whole array that belongs to the call; of a part or a table the caller gets a copy. */
function canReturn(context: Context, view: View): boolean {
  const { root } = view;
  if (root.readOnly || root.kind === "table" || root.count !== undefined || root.hasRoom || view.offset !== undefined)
    return false;
  return isWhole(view) || (view.length !== undefined && isSameNumber(context, view.length, rootLength(context, root)));
}

function arrayOutput(context: Context, view: View, node: ts.Node): Output | undefined {
  const { root } = view;
  const value = versionOf(context, root, node);
  if (value === undefined) return undefined;
  if (root.kind === "parameter") return { kind: "parameter", parameter: context.leafRoots.indexOf(root), value };
  return { kind: "array", value, element: root.element, length: idOf(context, rootLength(context, root)) };
}
