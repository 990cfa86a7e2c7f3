/** What a node does beside giving its results. */
import type { Graph, GraphNode, Region } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { regionsOf } from "../../src/ir/walk.ts";

/** Whether control may leave the function within the node. */
export function mayThrow(node: GraphNode): boolean {
  return node.kind === "throw" || node.kind === "call" || regionsOf(node).some(regionMayThrow);
}

export function regionMayThrow(region: Region): boolean {
  return region.nodes.some(mayThrow);
}

/** Whether the node reads something of a row, which must be there: it may not run where it did not run before. */
export function readsRows(node: GraphNode, graph: Graph): boolean {
  if (node.kind === "load") return isNested(graph.values.get(node.array)?.type);
  if (node.kind === "length") return node.at !== undefined;
  return regionsOf(node).some((region) => region.nodes.some((inner) => readsRows(inner, graph)));
}

/**
 * Whether the node can be evaluated twice, or not at all, with nobody the wiser: it neither throws nor stores nor
 * makes an array, and gives the same result each time. Loads are pure: they name the version that they read.
 */
export function isPure(node: GraphNode): boolean {
  switch (node.kind) {
    case "constant":
    case "operation":
    case "length":
    case "load":
    case "table":
      return true;
    case "opaque":
    case "store":
    case "allocate":
    case "grow":
    case "throw":
    case "call":
    case "push":
    case "pop":
      return false;
    case "for":
    case "while":
    case "if":
      return regionsOf(node).every((region) => region.nodes.every(isPure));
  }
}
