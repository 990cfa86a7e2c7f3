/**
 * Comparisons of floats for equality. Two computed numbers are equal by chance, and the derivative is that of the branch
 * taken. A comparison with a constant is not among them: `x === 0` before a division is how a singular point is guarded,
 * and `x !== x` is a test for NaN.
 */
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import type { Activity } from "./activity.ts";
import type { ValueSlices } from "./value-slices.ts";

export function equalFloats(graph: Graph, { isVaried }: Activity, slices: ValueSlices): readonly ValueId[] {
  const found: ValueId[] = [];
  const isConstant = (value: ValueId): boolean => {
    const node = slices.definition(value);
    return node?.kind === "constant" || (node?.kind === "operation" && node.operands.every(isConstant));
  };
  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation" || (node.operation !== "eq" && node.operation !== "ne")) return;
    const [x, y] = node.operands;
    if (x === undefined || y === undefined || slices.key(x) === slices.key(y)) return;
    if (isConstant(x) || isConstant(y) || !(isVaried(x) || isVaried(y))) return;
    found.push(node.result);
  });
  return found;
}
