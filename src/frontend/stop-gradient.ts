/**
 * `stopGradient(x)`: the value of x, as a constant to the derivative. Of an array it is another name, by which it is read
 * as a constant and not written; of an object, one with the members that it has now, neither of which changes any more.
 */
import type { ts } from "ts-morph";
import { type Aggregate, type Binding, type Cell, poison, type Value } from "./binding.ts";
import { newCell } from "./aggregates.ts";
import { cellsOf, freeze } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { isDate } from "./dates.ts";
import { operate, quoted, typeOf } from "./emit.ts";
import { isPool } from "./pools.ts";
import { isExpression } from "./regular-expressions.ts";
import { isNumberText, textOfValue } from "./number-texts.ts";
import type { Frame } from "./state.ts";

export function stopped(context: Context, binding: Binding, node: ts.Node): Binding {
  switch (binding.kind) {
    case "scalar":
      return constantOf(context, binding);
    case "text":
      return isNumberText(binding) ? textOfValue(context, constantOf(context, binding.number)) : binding;
    case "view":
      return { ...binding, isConstant: true };
    case "choice": {
      const { condition, then, else: otherwise } = binding;
      return { kind: "choice", condition, then: stopped(context, then, node), else: stopped(context, otherwise, node) };
    }
    case "aggregate":
      return stoppedObject(context, binding, node);
    case "function":
    case "class":
    case "generator":
      context.reporter.report("ADJ2071", node, { what: quoted(node) });
      return poison;
    default:
      return binding;
  }
}

/** The number, without a derivative. What counts the rounds of a loop has none. */
export function constantOf(context: Context, value: Value): Value {
  if (value.kind === "known" || typeOf(context, value) === "boolean" || context.counters.has(value.id)) return value;
  const node = context.definitions.get(value.id);
  const isStopped = node?.kind === "operation" && node.operation === "stopGradient";
  if (isStopped || node?.kind === "length" || node?.kind === "constant") return value;
  const result = operate(context, "stopGradient", value);
  const entry = context.entries.get(value.id);
  if (entry !== undefined && result.kind === "scalar") context.entries.set(result.id, entry);
  return result;
}

function stoppedObject(context: Context, object: Aggregate, node: ts.Node): Binding {
  const { cell } = object;
  if (isDate(object) || isExpression(object)) return object;
  const { nest } = cell;
  if (nest !== undefined) {
    const members = [...cell.members].map(([name, member]) => {
      const part = context.state.read(member);
      return [name, isPool(cell) && part.kind !== "scalar" ? stopped(context, part, node) : part] as const;
    });
    const own = { ...nest, key: `constant ${nest.key.replace(/^constant /, "")}`, isConstant: true } as const;
    context.nests.set(own.key, own);
    return newCell(context, "nested", members, undefined, true, undefined, own);
  }
  if (isWrittenInLoop(context, cell)) {
    context.reporter.report("ADJ2011", node, { name: quoted(node) });
    return poison;
  }
  freeze(object);
  const members = [...cell.members].map(
    ([name, member]) => [name, stopped(context, context.state.read(member), node)] as const,
  );
  const constant = newCell(context, cell.shape, members, cell.literal, true, cell.prototype);
  constant.cell.hasAll = true;
  if (cell.mayLack !== undefined) constant.cell.mayLack = cell.mayLack;
  if (cell.loaded !== undefined) constant.cell.loaded = cell.loaded;
  return constant;
}

/** In the next round what was written then would have to be seen under the other name too. */
function isWrittenInLoop({ state }: Context, cell: Cell): boolean {
  const members = [...cellsOf({ kind: "aggregate", cell })].flatMap((each) => [...each.members.values()]);
  for (let at: Frame | undefined = state.frame; at !== undefined && at.age > cell.age; at = at.parent) {
    const { imports } = at;
    if (members.some((member) => imports.get(member)?.isWrittenWithin === true)) return true;
  }
  return false;
}
