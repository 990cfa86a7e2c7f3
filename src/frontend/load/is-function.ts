import { ts } from "ts-morph";
import type { FunctionNode } from "../binding.ts";

/** What the lowering can take apart where it is called. */
export function isSyntaxOfFunction(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}
