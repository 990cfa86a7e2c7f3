import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { carriedOf, indexOf, isLoop, regionsOf } from "../../src/ir/walk.ts";
import { indexAlgebra } from "./affine.ts";
import { atomsOf } from "./polynomial.ts";
import { byRows } from "./row-width.ts";
import { definitionsOf, nodeOf } from "./uses.ts";

const roundings: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "bitOr", "shiftRight"]);

/**
 * Whether a store may well go outside of its array: where a rounded float says (a particle that has left its grid), or at
 * a difference that nothing keeps from falling below 0. A typed array ignores such a store, so what was to be stored has
 * no effect, and the adjoint 0.
 */
export function storesOutside(graph: Graph, isVaried: (value: ValueId) => boolean): (store: StoreNode) => boolean {
  const isRounded = roundedIndices(graph, isVaried);
  const isLow = differencesBelowZero(graph);
  return ({ index }) => isRounded(index) || isLow.has(index);
}

/** The indices of stores that are differences, and not known to be at least 0. The last entry is there: `y[n - 1]`. */
function differencesBelowZero(graph: Graph): ReadonlySet<ValueId> {
  const algebra = lazily(() => indexAlgebra(graph));
  const found = new Set<ValueId>();
  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      for (const inner of regionsOf(node)) visit(inner, isLoop(node) ? [...loops, node] : loops);
      if (node.kind !== "store") continue;
      // A row that is not there throws; a column may be outside of its row.
      for (const index of byRows(algebra().polynomialOf(node.index))) {
        const atoms = atomsOf(index);
        const isMoving = loops.some((loop) => [indexOf(loop), ...carriedOf(loop)].some((value) => atoms.has(value)));
        const isDifference = [...index.values()].some(
          ({ coefficient, factors }) => coefficient < 0 && (factors.length > 0 || isMoving),
        );
        if (isDifference && !algebra().isNonNegative(index, loops)) found.add(node.index);
      }
    }
  };
  visit(graph.body, []);
  return found;
}

function roundedIndices(graph: Graph, isVaried: (value: ValueId) => boolean): (value: ValueId) => boolean {
  const definitions = definitionsOf(graph);
  const integers = integerValues(graph);
  const known = new Map<ValueId, boolean>();
  /** A size that is computed from parameters is no float, though it be rounded. */
  const isData = (value: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    if (isVaried(value) || node?.kind === "load") return true;
    return node?.kind === "operation" && node.operands.some(isData);
  };
  const isRounded = (value: ValueId): boolean => {
    const found = known.get(value);
    if (found !== undefined) return found;
    known.set(value, false);
    const node = nodeOf(definitions, value);
    let result = false;
    if (node?.kind === "operation") {
      const first = present(node.operands[0]);
      const rounds = roundings.has(node.operation) && !integers.has(first) && isData(first);
      result = rounds || node.operands.some(isRounded);
    }
    known.set(value, result);
    return result;
  };
  return isRounded;
}
