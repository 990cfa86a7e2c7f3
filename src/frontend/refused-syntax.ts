/**
 * Syntax that cannot be differentiated, where the lowering meets it: in functions that a tagged one calls. The tagged one
 * itself is checked by the fence, whose table answers here too.
 */
import { ts } from "ts-morph";
import { type Binding, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { refusalOf } from "./fence.ts";

export function refuseSyntax(context: Context, node: ts.Node, otherwise: string): Binding {
  const refusal = refusalOf(node);
  if (node.kind === ts.SyntaxKind.SuperKeyword) context.reporter.report("ADJ2903", node, { what: "super" });
  else if (refusal === undefined) context.reporter.report("ADJ2014", node, { what: otherwise });
  else context.reporter.report(refusal.code, refusal.at ?? node, { what: refusal.what }, refusal.hint);
  return poison;
}
