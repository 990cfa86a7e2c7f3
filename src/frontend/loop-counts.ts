/**
 * Counts that a loop raises by the same in every round: `for (…) y.push(e)`. They are no values that go round: in round k
 * such a count is what it was before plus k times that, so that y[y.length] is y[k], and its length the number of rounds.
 */
import { type Binding, known, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import type { ValueId } from "../ir/graph.ts";
import { add, idOf, isSameNumber, operate, resolve, subtract } from "./emit.ts";
import type { ClosingLoop } from "./loop-carry.ts";
import { isWhole } from "./loop-bound.ts";
import type { ScalarEntry } from "./loop-entry.ts";

/** The count after the loop; undefined if it does not change so. */
export function closeCount(
  context: Context,
  closing: ClosingLoop,
  entry: ScalarEntry,
  final: Binding,
): Value | undefined {
  const { counted, stopped, bodyNodes } = closing;
  if (counted === undefined || stopped !== undefined || counted.step !== 1 || final.kind !== "scalar") return undefined;
  const { start, bound, inclusive, index } = counted;
  if (!isWhole(context, start) || !isWhole(context, bound)) return undefined;
  const raised = raisedBy(context, closing, entry, final);
  if (raised === undefined) return undefined;
  const region = context.builder.region([], () => {
    const first = countAt(context, entry.before, raised, scalar(index), start);
    context.substitutes.set(entry.argument, idOf(context, first));
    return [];
  });
  bodyNodes.unshift(...region.nodes);
  const between = subtract(context, inclusive ? add(context, bound, known(1)) : bound, start);
  const rounds = isNeverNegative(context, between) ? between : operate(context, "max", known(0), between);
  return add(context, entry.before, multiply(context, rounds, raised));
}

/** What every round adds to the count. */
function raisedBy(context: Context, closing: ClosingLoop, entry: ScalarEntry, final: Value): Value | undefined {
  let sum: Value = known(0);
  let at: Value = final;
  while (at.kind === "scalar") {
    const id = resolve(context, at.id);
    if (id === entry.argument) return sum;
    const node = context.definitions.get(id);
    if (node?.kind !== "operation" || node.operation !== "add") return undefined;
    const [left, right] = node.operands;
    if (left === undefined || right === undefined) return undefined;
    const by = outside(context, closing, right);
    if (by === undefined) return undefined;
    sum = sum.kind === "known" && sum.value === 0 ? by : add(context, sum, by);
    at = scalar(left);
  }
  return undefined;
}

/** A number that is the same in all rounds. */
function outside(context: Context, closing: ClosingLoop, id: ValueId): Value | undefined {
  const at = resolve(context, id);
  const node = context.definitions.get(at);
  if (node?.kind === "constant") return known(node.value);
  return at <= closing.mark || context.everywhere.has(at) ? scalar(at) : undefined;
}

/** `before + done`, where `k - start` rounds are done; shorter where both start at the same. */
function countAt(context: Context, before: Value, raised: Value, index: Value, start: Value): Value {
  const isByOne = raised.kind === "known" && raised.value === 1;
  if (isByOne && before.kind === "known" && start.kind === "known") {
    return add(context, index, known(Number(before.value) - Number(start.value)));
  }
  if (isByOne && isSameNumber(context, before, start)) return index;
  return add(context, before, multiply(context, subtract(context, index, start), raised));
}

/** Of whole numbers, so that 0 times any is 0. */
function multiply(context: Context, x: Value, y: Value): Value {
  if (y.kind === "known" && y.value === 0) return y;
  return y.kind === "known" && y.value === 1 ? x : operate(context, "mul", x, y);
}

/** A length, a count that was one, and what is made of those by sums. */
export function isNeverNegative(context: Context, value: Value): boolean {
  if (value.kind === "known") return Number(value.value) >= 0;
  const node = context.definitions.get(resolve(context, value.id));
  if (node === undefined) return [...context.lengths.values()].includes(resolve(context, value.id));
  if (node.kind === "constant") return Number(node.value) >= 0;
  if (node.kind === "length") return true;
  if (node.kind !== "operation") return false;
  const operands = node.operands.map((id): Value => scalar(id));
  if (node.operation === "max") return operands.some((operand) => isNeverNegative(context, operand));
  if (node.operation !== "add" && node.operation !== "mul") return false;
  return operands.every((operand) => isNeverNegative(context, operand));
}
