/** The number that an object is in arithmetic: what its `valueOf` gives. */
import { ts } from "ts-morph";
import type { Aggregate, Binding, Prototype } from "./binding.ts";
import { inherited } from "./classes.ts";
import type { Context } from "./context.ts";
import { timeOf } from "./dates.ts";
import { inlineCall } from "./lower-call.ts";

export function primitiveOf(context: Context, object: Aggregate, node: ts.Node): Binding | undefined {
  const date = timeOf(context, object);
  if (date !== undefined) return date;
  const { members, prototype } = object.cell;
  const own = members.get("valueOf");
  const method = own === undefined ? inherited(prototype, "valueOf")?.method : context.state.read(own);
  if (method?.kind !== "function" || saysItself(prototype)) return undefined;
  return inlineCall(context, method, [], node, object);
}

/** `[Symbol.toPrimitive]` is asked first. */
function saysItself(prototype: Prototype | undefined): boolean {
  for (let at = prototype; at !== undefined; at = at.parent) {
    if (ts.isClassLike(at.owner) && /\bSymbol\.toPrimitive\b/.test(at.owner.getText())) return true;
  }
  return false;
}
