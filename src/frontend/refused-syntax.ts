/**
 * Syntax that cannot be differentiated, where the lowering meets it: in functions that a tagged one calls. The tagged one
 * itself is checked by the fence, with the same codes.
 */
import { ts } from "ts-morph";
import { type Binding, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { generatorHint } from "./generator-hint.ts";

type Refusal = readonly ["ADJ2901" | "ADJ2902" | "ADJ2903" | "ADJ2904" | "ADJ2905", string];

const refusals: ReadonlyMap<ts.SyntaxKind, Refusal> = new Map<ts.SyntaxKind, Refusal>([
  [ts.SyntaxKind.AwaitExpression, ["ADJ2901", "await"]],
  [ts.SyntaxKind.YieldExpression, ["ADJ2901", "yield"]],
  [ts.SyntaxKind.TryStatement, ["ADJ2902", "try"]],
  [ts.SyntaxKind.SuperKeyword, ["ADJ2903", "super"]],
  [ts.SyntaxKind.BigIntLiteral, ["ADJ2904", "a bigint"]],
  [ts.SyntaxKind.DeleteExpression, ["ADJ2905", "delete"]],
  [ts.SyntaxKind.RegularExpressionLiteral, ["ADJ2905", "a regular expression"]],
  [ts.SyntaxKind.TaggedTemplateExpression, ["ADJ2905", "a tagged template"]],
  [ts.SyntaxKind.EnumDeclaration, ["ADJ2905", "an enum within a function"]],
  [ts.SyntaxKind.DebuggerStatement, ["ADJ2905", "debugger"]],
  [ts.SyntaxKind.WithStatement, ["ADJ2905", "with"]],
]);

export function refuseSyntax(context: Context, node: ts.Node, otherwise: string): Binding {
  const [code, what] = refusals.get(node.kind) ?? (["ADJ2014", otherwise] as const);
  context.reporter.report(code, node, { what }, ts.isYieldExpression(node) ? generatorHint : undefined);
  return poison;
}
