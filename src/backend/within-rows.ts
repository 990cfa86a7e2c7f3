import type { Graph, LoopNode, ValueId } from "../ir/graph.ts";
import { pairing } from "../ir/nested.ts";
import { indexOf, isLoop, walkNodes } from "../ir/walk.ts";
import { indexAlgebra } from "../../transforms/analyze/affine.ts";
import { bufferOf } from "../ir/buffers.ts";
import { lazily } from "../ir/lazily.ts";

/**
 * Whether all that is read and stored of a nested parameter, and of its gradient, is within its rows: entries that a loop
 * over the row goes to, as far as can be seen.
 */
export function withinRows(graph: Graph): (parameter: ValueId, gradient: ValueId) => boolean {
  const algebra = lazily(() => indexAlgebra(graph));
  const buffers = lazily(() => bufferOf(graph));
  const loops = new Map<ValueId, LoopNode>();
  const columns = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    if (isLoop(node)) loops.set(indexOf(node), node);
    const column = node.kind === "operation" && node.operation === pairing ? node.operands[1] : undefined;
    if (node.kind === "operation" && column !== undefined) columns.set(node.result, column);
  });
  return (parameter, gradient) => {
    let isInside = true;
    walkNodes(graph.body, (node) => {
      if (node.kind !== "load" && node.kind !== "store") return;
      const buffer = buffers().get(node.array);
      if (buffer !== parameter && buffer !== gradient) return;
      const column = columns.get(node.index);
      const loop = column === undefined ? undefined : loops.get(column);
      if (loop?.kind !== "for") return void (isInside = false);
      const [low, high] = loop.step > 0 ? [loop.start, loop.bound] : [loop.bound, loop.start];
      const { polynomialOf, isRowLength, isNonNegative } = algebra();
      const isOver = loop.step > 0 && !loop.inclusive && isNonNegative(polynomialOf(low), []);
      if (!isOver || !isRowLength(high, polynomialOf(node.index), node.array)) isInside = false;
    });
    return isInside;
  };
}
