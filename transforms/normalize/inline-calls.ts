/**
 * Puts the bodies of functions in the place of their calls, all but those of functions that call themselves: for what is
 * to be seen through them, as which entries of a result depend on which of what they are given. Where functions that call
 * others would make too much of that, they are called.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { CallNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { resultsOfFunction } from "../analyze/call-flows.ts";
import { calledFunctions, withCalledFunctions } from "../analyze/called-functions.ts";
import { mapRoots, resolver } from "../optimize/substitute.ts";

/** How many nodes there may be. */
const limit = 10_000;

export function inlineCalls(graph: Graph): Graph {
  const { functions } = graph;
  if (functions === undefined) return graph;
  const whole = new Map<string, Graph>();
  const wholeOf = (key: string): Graph => {
    const known = whole.get(key);
    if (known !== undefined) return known;
    const made = withoutCalls(present(functions.get(key), `the function ${key}`), isInlined, wholeOf);
    whole.set(key, made);
    return made;
  };
  const recursive = new Set(
    [...functions].flatMap(([key, each]) => (calledFunctions(each, functions).has(key) ? [key] : [])),
  );
  const isInlined = (key: string): boolean => !recursive.has(key);
  const sizes = new Map<string, number>();
  const sizeOf = (key: string): number => {
    const known = sizes.get(key);
    if (known !== undefined) return known;
    const size = sizeWith(present(functions.get(key), `the function ${key}`), (each) =>
      isInlined(each) ? sizeOf(each) : 0,
    );
    sizes.set(key, size);
    return size;
  };
  if (sizeWith(graph, (key) => (isInlined(key) ? sizeOf(key) : 0)) > limit) return graph;
  const own = withoutCalls(graph, isInlined, wholeOf);
  return withCalledFunctions(own, new Map([...functions.keys()].map((key) => [key, wholeOf(key)] as const)));
}

function withoutCalls(graph: Graph, isInlined: (key: string) => boolean, bodyOf: (key: string) => Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const visit = (region: Region): Region =>
    build.region(region.arguments, () => {
      region.nodes.forEach(push);
      return region.yields.map(resolve);
    });
  const push = (node: GraphNode): void => {
    build.at(node.span);
    if (node.kind === "call" && isInlined(node.callee)) return inline(node, bodyOf(node.callee));
    build.push(mapNode(node, resolve, visit));
  };
  const inline = ({ operands, results }: CallNode, callee: Graph): void => {
    const given = callee.parameters.map(({ value }, k) => [value, resolve(present(operands[k]))] as const);
    const named = inlineNodes(build, callee, given);
    resultsOfFunction(callee).forEach((value, k) => replaced.set(present(results[k]), named(value)));
  };
  const body = visit(graph.body);
  return mapRoots({ ...graph, body, values: build.values }, resolve);
}

/** The number of nodes, with those of what is called. */
function sizeWith({ body }: Graph, sizeOf: (key: string) => number): number {
  let size = 0;
  walkNodes(body, (node) => (size += node.kind === "call" ? 1 + sizeOf(node.callee) : 1));
  return size;
}
