/**
 * Calls that are constants to the derivative: of functions that are marked with `@nondiff`. The body is lowered as that of
 * any other; what leaves it (what it gives back, and what it writes to what was there before) leaves it without a derivative.
 */
import { ts } from "ts-morph";
import { type Aggregate, type Binding, isValue, type Root, undefinedValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { isPool, viewsOfPool } from "./pools.ts";
import { constantOf, stopped } from "./stop-gradient.ts";
import type { Location } from "./state.ts";

/** Runs what lowers the call. */
export function asConstant(context: Context, node: ts.Node, run: () => Binding): Binding {
  const before = context.constantSince;
  const since = context.state.age;
  context.constantSince = since;
  const result = run();
  context.constantSince = before;
  return constantResult(context, result, since, node);
}

/** Runs the code around such a call from within it: where a generator yields. */
export function outsideConstant(context: Context, value: Binding, node: ts.Node, run: (value: Binding) => void): void {
  const since = context.constantSince;
  if (since === undefined) return run(value);
  const result = constantResult(context, value, since, node);
  context.constantSince = undefined;
  run(result);
  context.constantSince = since;
}

/** What is written to an array. */
export function storedValue(context: Context, value: Value): Value {
  return context.constantSince === undefined ? value : constantOf(context, value);
}

/** What is written to a variable or member: of a variable of the call itself, what it is. */
export function assignedBinding(context: Context, location: Location, binding: Binding, node: ts.Node): Binding {
  const since = context.constantSince;
  if (since === undefined || (location.role === "variable" && location.age >= since)) return binding;
  return constantResult(context, binding, since, node);
}

/** The same of what becomes a member of something. */
export function memberBinding(context: Context, binding: Binding, node: ts.Node): Binding {
  const since = context.constantSince;
  return since === undefined ? binding : constantResult(context, binding, since, node);
}

/** An array that the call has made holds constants by now, and may be written to later. */
function constantResult(context: Context, binding: Binding, since: number, node: ts.Node): Binding {
  if (binding.kind === "choice") {
    const { condition, then, else: otherwise } = binding;
    const part = (side: Binding): Binding => constantResult(context, side, since, node);
    return { kind: "choice", condition, then: part(then), else: part(otherwise) };
  }
  if (binding.kind === "view" && isNew(binding.root, since)) return binding;
  if (binding.kind === "aggregate" && isNewObject(context, binding, since)) {
    for (const member of binding.cell.members.values()) {
      const before = context.state.read(member);
      const after = constantResult(context, before, since, node);
      if (after !== before) context.state.write(member, after);
    }
    return binding;
  }
  return binding.kind === "poison" || isPlain(binding) ? binding : stopped(context, binding, node);
}

function isPlain(binding: Binding): boolean {
  return binding.kind === "known" && !isValue(binding);
}

function isNew({ allocated, memory, origin, kind }: Root, since: number): boolean {
  return kind !== "parameter" && allocated !== undefined && origin === undefined && memory.age >= since;
}

function isNewObject(context: Context, { cell }: Aggregate, since: number): boolean {
  if (isPool(cell)) return viewsOfPool(context, cell).every(({ root }) => isNew(root, since));
  return cell.nest === undefined && cell.age >= since && !cell.frozen && !cell.readOnly;
}

/**
 * A call whose result nobody takes, of a function of the module that gets nothing which it could change: where its body is
 * outside of the language, it is left out, as a log call is.
 */
export function orLeftOut(
  context: Context,
  node: ts.Node,
  given: readonly Binding[],
  isOfModule: boolean,
  run: () => Binding,
): Binding {
  const isDiscarded = ts.isExpressionStatement(node.parent);
  const { builder, reporter } = context;
  if (!isDiscarded || !isOfModule || given.some(hasMemory)) return run();
  const said = reporter.diagnostics.length;
  const [calls, results] = [context.unknownCalls.length, context.unknownResults.length];
  const { exit, isBroken } = context;
  let result: Binding = undefinedValue;
  const { nodes } = builder.region([], () => {
    result = run();
    return [];
  });
  const isWrong = reporter.diagnostics.length > said || context.unknownResults.length > results;
  if (!isWrong) {
    nodes.forEach((each) => builder.push(each));
    return result;
  }
  reporter.rewind(said);
  context.unknownCalls.splice(calls);
  context.unknownResults.splice(results);
  context.exit = exit;
  context.isBroken = isBroken;
  return undefinedValue;
}

function hasMemory(binding: Binding): boolean {
  if (binding.kind === "choice") return hasMemory(binding.then) || hasMemory(binding.else);
  return ["view", "aggregate", "function", "class"].includes(binding.kind);
}
