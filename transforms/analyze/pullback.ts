import type { Graph, OperationNode, ValueId } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import type { Term } from "../../src/operations/operation.ts";
import { rowOf } from "../../src/operations/table.ts";
import { d, operandTerms, out } from "../../src/operations/terms.ts";

/** For each operation of a graph: what each operand receives, over terms. `undefined`: its derivative is 0. */
export type Pullbacks = (node: OperationNode) => readonly (Term | undefined)[];

/** Operands that are constants of the graph are told to the row, which then reads less (`Math.max(0, x)`: the result). */
export function pullbacksOf(graph: Graph): Pullbacks {
  const constants = new Map<ValueId, number>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "constant" && typeof node.value === "number") constants.set(node.result, node.value);
  });
  return (node) => {
    if (node.pullback !== undefined) return node.pullback;
    const { pullback } = rowOf(node.operation);
    const operands = operandTerms(node.operands.map((operand) => constants.get(operand)));
    return pullback === "none" ? operands.map(() => undefined) : pullback(operands, out, d);
  };
}
