/** Keeps where a value stands in the source, so that a warning about it can point there. */
import { ts } from "ts-morph";
import type { Binding } from "./binding.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";
import { faultPlace } from "./fault-place.ts";

export function notePlace<B extends Binding>(context: Context, node: ts.Node, value: B): B {
  if (value.kind !== "scalar" || context.places.has(value.id)) return value;
  const operands = ts.isBinaryExpression(node)
    ? [node.left, node.right]
    : ts.isCallExpression(node)
      ? node.arguments
      : ts.isPrefixUnaryExpression(node)
        ? [node.operand]
        : [];
  context.places.set(value.id, { span: faultPlace(node), text: quoted(node), operands: operands.map(bare) });
  return value;
}

function bare(node: ts.Node): string {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : quoted(node);
}
