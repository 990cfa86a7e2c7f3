/** Which operations may give an infinite number, or none, from finite ones; they are the dear ones, too. */
import type { GraphNode } from "../../src/ir/graph.ts";
import { regionsOf, walkNodes } from "../../src/ir/walk.ts";

/** Operations that may give an infinite number, or none, from finite ones. */
const unbounded: ReadonlySet<string> = new Set([
  ...["div", "rem", "pow", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "tan", "sinh", "cosh", "tanh"],
  ...["asin", "acos", "acosh", "atanh", "hypot"],
]);

export function isUnbounded(node: GraphNode): boolean {
  return node.kind === "operation" && unbounded.has(node.operation);
}

/** Whether it holds for the node, or for one within. */
export function someNode(node: GraphNode, is: (node: GraphNode) => boolean): boolean {
  let found = is(node);
  for (const region of regionsOf(node)) walkNodes(region, (inner) => void (found ||= is(inner)));
  return found;
}
