/** The results that a function gives, as its text has them: what is said about its result is said there. */
import { ts } from "ts-morph";
import type { FunctionNode } from "./binding.ts";

/** The expressions that are returned, in order; those of functions within are not among them. */
export function returnsOf(declaration: FunctionNode): readonly ts.Expression[] {
  const { body } = declaration;
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}
