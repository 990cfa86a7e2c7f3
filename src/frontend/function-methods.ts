/** Methods of functions: `Math.sin.call(null, x)`, `f.bind(null)`. They are not followed. */
import { ts } from "ts-morph";
import { type Binding, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";

/** Other ways to call the function that has them, or to make a function of it. */
export function isWayToCall(name: string): boolean {
  return name === "call" || name === "apply" || name === "bind";
}

/** `node` is the method: `Math.sin.call`. */
export function refuseFunctionMethod(context: Context, name: string, node: ts.Node): Binding {
  if (!isWayToCall(name)) {
    context.reporter.report("ADJ2014", node, { what: quoted(node) });
    return poison;
  }
  const callee =
    ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
      ? quoted(node.expression)
      : "the function";
  const hint = name === "bind" ? `write a function that calls ${callee}` : `call ${callee} itself`;
  context.reporter.report("ADJ2014", node, { what: `a call by way of ${quoted(node)}` }, hint);
  return poison;
}
