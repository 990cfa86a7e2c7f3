/** The bound of a counted loop, computed once, before the loop; and which numbers such loops may run between. */
import type { ts } from "ts-morph";
import { alwaysWhole, wholeIfOperandsAre } from "../ir/integers.ts";
import { walkNodes } from "../ir/walk.ts";
import type { Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { add, subtract } from "./emit.ts";
import { keepsIntegers } from "./integers.ts";
import { lowerNumber } from "./lower-expression.ts";
import type { Location } from "./state.ts";

/** `i + by < n` is `i < n - by`: the same for integers. */
export interface Shift {
  readonly by: ts.Expression;
  readonly sign: 1 | -1;
}

/** Undefined if computing it does something else too. */
export function boundOf(
  context: Context,
  node: ts.Expression,
  shift: Shift | undefined,
): { readonly bound: Value; readonly reads: ReadonlySet<Location> } | undefined {
  const { builder, state, reporter, exit, isBroken } = context;
  const said = reporter.diagnostics.length;
  const unknown = context.unknownCalls.length;
  let bound: Value | undefined;
  let reads: ReadonlySet<Location> = new Set();
  let isQuiet = true;
  const region = builder.region([], () => {
    const changes = state.branch(() => {
      reads = state.recordReads(() => {
        bound = lowerNumber(context, node);
        if (shift === undefined) return;
        const by = lowerNumber(context, shift.by);
        if (!isWhole(context, by) || !isWhole(context, bound)) isQuiet = false;
        bound = shift.sign === 1 ? subtract(context, bound, by) : add(context, bound, by);
      });
    });
    isQuiet &&= changes.size === 0;
    return [];
  });
  walkNodes(region, ({ kind }) => {
    if (kind === "opaque" || kind === "throw" || kind === "allocate") isQuiet = false;
  });
  if (!isQuiet || bound === undefined || reporter.diagnostics.length > said) {
    reporter.rewind(said);
    context.unknownCalls.splice(unknown);
    context.exit = exit;
    context.isBroken = isBroken;
    return undefined;
  }
  for (const each of region.nodes) builder.push(each);
  return { bound, reads };
}

/**
 * Whether a number can be an integer, by how it is computed: what has a derivative is no index of a counted loop. Of a
 * parameter that is known only where it is one by itself, or in a sum or product.
 */
export function isWhole(context: Context, value: Value, isSum = true): boolean {
  if (value.kind === "known") return Number.isInteger(value.value);
  const node = context.definitions.get(value.id);
  if (node?.kind === "constant") return Number.isInteger(node.value);
  if (node?.kind === "operation") {
    if (alwaysWhole.has(node.operation)) return true;
    const operands = node.operands.map((id): Value => ({ kind: "scalar", id }));
    const isStillSum = isSum && keepsIntegers.has(node.operation);
    return wholeIfOperandsAre.has(node.operation) && operands.every((operand) => isWhole(context, operand, isStillSum));
  }
  if (node === undefined) return isSum || context.counters.has(value.id);
  if (node.kind !== "load") return true;
  const type = context.builder.typeOf(node.array);
  return typeof type === "object" && type.element !== "f64" && type.element !== "f32";
}

/** Whether a number may be NaN: one that is rounded, an entry, what a branch or a loop gives. */
export function mayBeNaN(context: Context, ...values: readonly Value[]): boolean {
  return values.some((value) => {
    if (value.kind === "known" || context.everywhere.has(value.id) || context.counters.has(value.id)) return false;
    const node = context.definitions.get(value.id);
    if (node?.kind === "constant") return false;
    if (node?.kind !== "operation" || !keepsIntegers.has(node.operation)) return true;
    return mayBeNaN(context, ...node.operands.map((id): Value => ({ kind: "scalar", id })));
  });
}
