/**
 * What two lists of nodes, which run on the same parameters, both compute without a change of anything; and what both
 * refuse, as long as neither has changed anything before.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, resultsOf, walkRegions, walkUses } from "../../src/ir/walk.ts";
import { isPure, mayThrow } from "../analyze/purity.ts";
import { keyWithin } from "../optimize/common-subexpressions.ts";
import { resolver, substituteRegion } from "../optimize/substitute.ts";

export interface SharedNodes {
  /** In the order and with the values of the first list. */
  readonly shared: readonly GraphNode[];
  /** What is left of each; of the second it reads the values of the first. */
  readonly first: readonly GraphNode[];
  readonly second: readonly GraphNode[];
  /** What a value of the second list is called now. */
  readonly resolve: (value: ValueId) => ValueId;
}

export function sharedNodes(graph: Graph, first: readonly GraphNode[], second: readonly GraphNode[]): SharedNodes {
  const buffers = new Map<ValueId, ValueId>();
  const available = new Set(graph.parameters.map(({ value }) => value));
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const shared = new Set<GraphNode>();
  const rest: GraphNode[] = [];
  const known = new Map<string, GraphNode>();
  for (const node of first) {
    const key = keyWithin(node, buffers, new Map());
    if (key !== undefined && !known.has(key)) known.set(key, node);
  }
  let hasChanged = false;

  /** Whether all that stands before the node is shared, or changes nothing. */
  const isEarly = (node: GraphNode): boolean => {
    return first.slice(0, first.indexOf(node)).every((each) => shared.has(each) || changesNothing(each));
  };
  const isShared = (node: GraphNode, like: GraphNode | undefined): like is GraphNode => {
    if (like === undefined || !usesOf(node).every((value) => available.has(value))) return false;
    if (isPure(node)) return true;
    return isGuard(node) && !hasChanged && !shared.has(like) && isEarly(like);
  };
  for (const original of second) {
    const node = mapNode(original, resolve, (region) => substituteRegion(region, resolve));
    const like = known.get(keyWithin(node, buffers, new Map()) ?? "");
    if (isShared(node, like)) {
      shared.add(like);
      const values = resultsOf(like);
      values.forEach((value) => available.add(value));
      resultsOf(node).forEach((value, k) => replaced.set(value, present(values[k])));
    } else {
      rest.push(node);
      hasChanged ||= !changesNothing(node);
    }
  }
  return {
    shared: first.filter((node) => shared.has(node)),
    first: first.filter((node) => !shared.has(node)),
    second: rest,
    resolve,
  };
}

function changesNothing(node: GraphNode): boolean {
  return node.kind === "allocate" || isPure(node);
}

/** A branch that throws, and does nothing else. */
function isGuard(node: GraphNode): boolean {
  if (node.kind !== "if" || node.results.length > 0 || !mayThrow(node)) return false;
  return regionsOf(node).every(({ nodes }) =>
    nodes.every((inner) => inner.kind === "throw" || isPure(inner) || isGuard(inner)),
  );
}

/** What the node reads of what is defined outside of it. */
function usesOf(node: GraphNode): readonly ValueId[] {
  const used = new Set(operandsOf(node));
  const own = new Set<ValueId>();
  for (const region of regionsOf(node)) {
    walkUses(region, (value) => used.add(value));
    walkRegions(region, (inner) => {
      inner.arguments.forEach((value) => own.add(value));
      inner.nodes.forEach((each) => resultsOf(each).forEach((value) => own.add(value)));
    });
  }
  return [...used].filter((value) => !own.has(value));
}
