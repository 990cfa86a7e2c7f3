/** What becomes of a call that cannot be one: of a function that calls itself, the calls are written out while that ends. */
import type { ts } from "ts-morph";
import { type Binding, type FunctionNode, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { nameOf } from "./lower-call.ts";

export function refuseCall(context: Context, declaration: FunctionNode, at: ts.Node, what: string): Binding {
  const { assumptions, reporter } = context;
  if (assumptions.mayBeWrittenOut(declaration)) assumptions.noteWrittenOut(declaration);
  else reporter.report("ADJ2080", at, { callee: nameOf(declaration), what });
  context.isBroken = true;
  return poison;
}
