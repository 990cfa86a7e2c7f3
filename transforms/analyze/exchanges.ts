/** Exchanges of two entries of an array: `a = d[i]; b = d[j]; d[i] = b; d[j] = a`. */
import type { StoreNode, ValueId } from "../../src/ir/graph.ts";
import { nodeOf, type Definition } from "./uses.ts";

/**
 * Whether the two stores are those of an exchange. Then neither changes what the other leaves: where the entries are one
 * and the same, both store what it holds.
 */
export function isExchange(
  first: StoreNode,
  second: StoreNode,
  definitions: ReadonlyMap<ValueId, Definition>,
): boolean {
  if (second.array !== first.result) return false;
  const reads = (value: ValueId, index: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    return node?.kind === "load" && node.array === first.array && node.index === index;
  };
  return reads(first.value, second.index) && reads(second.value, first.index);
}
