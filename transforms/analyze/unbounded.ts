/** Which operations may give an infinite number, or none, from finite ones; they are the dear ones, too. */
import type { GraphNode, OperationNode, ValueId } from "../../src/ir/graph.ts";
import { regionsOf, walkNodes } from "../../src/ir/walk.ts";

/** Operations that may give an infinite number, or none, from finite ones. */
const unbounded: ReadonlySet<string> = new Set([
  ...["div", "rem", "pow", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "tan", "sinh", "cosh", "tanh"],
  ...["asin", "acos", "acosh", "atanh", "hypot"],
]);

export function isUnbounded(node: GraphNode): boolean {
  return node.kind === "operation" && unbounded.has(node.operation);
}

/**
 * Whether a number may be infinite, or none, by what it is made of. `finite`: a number that is taken for one that can be
 * divided by.
 */
export function mayBeInfinite(
  value: ValueId,
  nodeOf: (value: ValueId) => GraphNode | undefined,
  finite?: ValueId,
  depth = 6,
): boolean {
  const node = nodeOf(value);
  if (node?.kind !== "operation" || depth < 0) return false;
  const isSafe = node.operation === "div" && node.operands[1] === finite;
  if (isUnbounded(node) && !isSafe) return true;
  return node.operands.some((each) => mayBeInfinite(each, nodeOf, finite, depth - 1));
}

/** Whether it holds for the node, or for one within. */
export function someNode(node: GraphNode, is: (node: GraphNode) => boolean): boolean {
  let found = is(node);
  for (const region of regionsOf(node)) walkNodes(region, (inner) => void (found ||= is(inner)));
  return found;
}

/** Operations whose derivative may be infinite, or no number, where their operands are finite. */
const singular: ReadonlySet<string> = new Set([
  ...[...unbounded].filter((operation) => operation !== "tanh"),
  ...["cbrt", "atan2"],
]);

/** Whether the derivative of the operation may be infinite, or no number. `nodeOf`: what defines a value. */
export function mayBeSingular(
  { operation, operands }: OperationNode,
  nodeOf: (value: ValueId) => GraphNode | undefined,
): boolean {
  if (!singular.has(operation)) return false;
  const [left, right] = operands;
  const node = right === undefined ? undefined : nodeOf(right);
  const isOfPositive = ["log", "log2", "log10", "sqrt", "cbrt"].includes(operation);
  const base = operation === "div" ? right : isOfPositive ? left : undefined;
  if (base !== undefined && isPositive(base, nodeOf, deepest)) return false;
  if (node?.kind !== "constant") return true;
  if (operation === "div" || operation === "rem") return node.value === 0;
  return !(operation === "pow" && Number.isInteger(node.value) && Number(node.value) >= 1);
}

const deepest = 6;

/** Whether a number is above 0 and not near it: a positive constant, and what is added to one but squares and the like. */
function isPositive(value: ValueId, nodeOf: (value: ValueId) => GraphNode | undefined, depth: number): boolean {
  const node = nodeOf(value);
  if (node?.kind === "constant") return Number(node.value) > 0;
  if (node?.kind !== "operation" || node.operation !== "add" || depth === 0) return false;
  const isFound = (one: ValueId | undefined, other: ValueId | undefined): boolean =>
    one !== undefined &&
    other !== undefined &&
    isPositive(one, nodeOf, depth - 1) &&
    isNotNegative(other, nodeOf, depth);
  const [left, right] = node.operands;
  return isFound(left, right) || isFound(right, left);
}

function isNotNegative(value: ValueId, nodeOf: (value: ValueId) => GraphNode | undefined, depth: number): boolean {
  const node = nodeOf(value);
  if (node?.kind === "constant") return Number(node.value) >= 0;
  if (node?.kind !== "operation" || depth === 0) return false;
  const { operation, operands } = node;
  if (operation === "exp" || operation === "abs" || operation === "sqrt") return true;
  if (operation === "mul" && operands[0] === operands[1]) return true;
  const isSum = operation === "add" || operation === "mul" || operation === "max";
  return isSum && operands.every((operand) => isNotNegative(operand, nodeOf, depth - 1));
}
