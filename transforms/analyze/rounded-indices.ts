import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { definitionsOf, nodeOf } from "./uses.ts";

const roundings: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "bitOr", "shiftRight"]);

/**
 * Whether a store goes where a rounded float says: a particle that has left its grid. A typed array ignores a store
 * outside of it, so what was to be stored has no effect, and the adjoint 0.
 */
export function storesAtRounded(graph: Graph, isVaried: (value: ValueId) => boolean): (store: StoreNode) => boolean {
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
  return (store) => isRounded(store.index);
}
