import type { Graph } from "./graph.ts";
import { scopeFaults } from "./verify-scopes.ts";
import { typeFaults } from "./verify-types.ts";
import { versionFaults } from "./verify-versions.ts";

/**
 * What is wrong with a graph, in words; empty for a sound one. A pass that leaves a fault behind has a bug.
 *
 * Scopes: each value is defined once, has its info, and is used only after its definition, in the region that defines
 * it or within. The arguments of the body are the parameters' values, and the body yields nothing.
 *
 * Types: operands and results have the types of the operation's row; indices, lengths, bounds are numbers, conditions
 * booleans. What a loop carries has one type in its inits, arguments, yields and results, what a branch yields in both
 * regions and the result. A loop yields a boolean first if it `stops`, and has `stopped` just then. A step is not 0.
 * The condition of a `while` stores nothing and does not throw.
 *
 * Versions of arrays: a version that was taken (stored to, grown, carried by a loop, yielded) is not used again, but
 * for its length. A body takes only what it defines itself. A loop yields successors of its own carried arrays, each
 * once. Both regions of a branch yield versions of the same array. A table is not stored to, a parameter only if it is
 * `written`, and `final` is a version of its parameter. A region that ends in a throw is free of all this.
 */
export function verify(graph: Graph): readonly string[] {
  const functions = graph.functions ?? new Map<string, Graph>();
  const called = [...functions].flatMap(([key, callee]) => {
    return verifyOne(callee, functions).map((fault) => `${key}: ${fault}`);
  });
  return [...verifyOne(graph, functions), ...called];
}

function verifyOne(graph: Graph, functions: ReadonlyMap<string, Graph>): readonly string[] {
  const scopes = scopeFaults(graph);
  // The others look up types, which only a graph that is whole has.
  if (scopes.length > 0) return scopes;
  const types = typeFaults(graph, functions);
  return types.length > 0 ? types : versionFaults(graph);
}
