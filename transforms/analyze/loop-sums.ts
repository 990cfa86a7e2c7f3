import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, resultsOf, walkUses } from "../../src/ir/walk.ts";
import { attaches } from "../../src/operations/marks.ts";

/**
 * Whether a loop's body only adds to a carried scalar: `next = argument + e`, where nothing else reads the argument.
 * The addition may stand in a branch or an inner loop. Then the adjoint of the argument is that of `next`, in every
 * iteration.
 */
export function isSumOf(body: Region, argument: ValueId, next: ValueId): boolean {
  const uses = countUses(body);
  const taken = new Map<ValueId, number>();
  const take = (value: ValueId): void => {
    taken.set(value, (taken.get(value) ?? 0) + 1);
  };
  take(next);
  if (!leadsBack(next, argument, [body], { take, known: new Map() })) return false;
  return [...taken].every(([value, count]) => uses.get(value) === count);
}

interface Way {
  /** Counts a use of a value on the way back. */
  readonly take: (value: ValueId) => void;
  /** Of what was followed already, whether it leads back: its own uses count once, from however many sides it is reached. */
  readonly known: Map<ValueId, boolean>;
}

/** Follows a sum backwards from `value` to `argument`. `regions`: those in scope, innermost first. */
function leadsBack(value: ValueId, argument: ValueId, regions: readonly Region[], way: Way): boolean {
  if (value === argument) return true;
  const before = way.known.get(value);
  if (before !== undefined) return before;
  const leads = nodeLeadsBack(value, argument, regions, way);
  way.known.set(value, leads);
  return leads;
}

function nodeLeadsBack(value: ValueId, argument: ValueId, regions: readonly Region[], way: Way): boolean {
  const node = definingNode(value, regions);
  if (node === undefined) return false;
  const back = (operand: ValueId): boolean => {
    if (!leadsBack(operand, argument, regions, way)) return false;
    way.take(operand);
    return true;
  };
  if (node.kind === "operation") {
    const [left, right] = node.operands;
    if (node.operation === "add") return back(present(left)) || back(present(right));
    return (node.operation === "sub" || attaches(node.operation)) && back(present(left));
  }
  if (node.kind === "if") {
    const k = node.results.indexOf(value);
    return [node.then, node.else].every((side) => {
      const yielded = present(side.yields[k]);
      if (!leadsBack(yielded, argument, [side, ...regions], way)) return false;
      way.take(yielded);
      return true;
    });
  }
  if (isLoop(node)) {
    const k = node.results.indexOf(value);
    const inner = carriedOf(node)[k];
    if (k < 0 || inner === undefined || !isSumOf(node.body, inner, present(nextOf(node)[k]))) return false;
    return back(present(node.inits[k]));
  }
  return false;
}

function definingNode(value: ValueId, regions: readonly Region[]): GraphNode | undefined {
  for (const region of regions) {
    const found = region.nodes.find((node) => resultsOf(node).includes(value));
    if (found !== undefined) return found;
  }
  return undefined;
}

function countUses(body: Region): ReadonlyMap<ValueId, number> {
  const counts = new Map<ValueId, number>();
  walkUses(body, (value) => counts.set(value, (counts.get(value) ?? 0) + 1));
  return counts;
}
