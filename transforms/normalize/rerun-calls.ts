/**
 * Puts the body of a function that is marked `@checkpoint` in the place of its calls, as a loop of one round that is marked
 * so: its reverse runs it again, from what it was given.
 *
 *   y = call f(x, u)   ->   y, u2 = for (once; carry 0, u; @checkpoint 1) { …the body of f… }
 *
 * A function that calls itself goes on doing so from within.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { CallNode, Checkpoint, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { resultsOfFunction } from "../analyze/call-flows.ts";
import { withCalledFunctions } from "../analyze/called-functions.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";

export function rerunCalls(graph: Graph): Graph {
  const { functions } = graph;
  if (functions === undefined || ![...functions.values()].some(({ checkpoint }) => checkpoint !== undefined)) {
    return graph;
  }
  const own = withoutMarkedCalls(graph, functions);
  const others = new Map([...functions].map(([key, each]) => [key, withoutMarkedCalls(each, functions)] as const));
  return withCalledFunctions(own, others);
}

function withoutMarkedCalls(graph: Graph, functions: ReadonlyMap<string, Graph>): Graph {
  const build = new GraphBuilder(graph.values);
  const visit = (region: Region): Region =>
    build.region(region.arguments, () => {
      region.nodes.forEach(push);
      return region.yields;
    });
  const push = (node: GraphNode): void => {
    build.at(node.span);
    const callee = node.kind === "call" ? functions.get(node.callee) : undefined;
    if (node.kind !== "call" || callee?.checkpoint === undefined) build.push(mapNode(node, (value) => value, visit));
    else pushOnce(build, node, callee, callee.checkpoint);
  };
  const body = visit(graph.body);
  return { ...graph, body, values: build.values };
}

/** The call as a loop of one round. */
function pushOnce(build: GraphBuilder, call: CallNode, callee: Graph, { mark }: Checkpoint): void {
  const first = call.results.length - call.written.length;
  const inits = call.results.map((result, k): ValueId => {
    if (k >= first) return present(call.operands[present(call.written[k - first])]);
    return build.constant(build.typeOf(result) === "boolean" ? false : 0);
  });
  const carried = call.results.map((result) => build.twin(result));
  const given = callee.parameters.map(({ value }, k) => {
    const place = call.written.indexOf(k);
    return [value, present(place < 0 ? call.operands[k] : carried[first + place])] as const;
  });
  const [start, bound] = [build.constant(0), build.constant(1)];
  const body = build.region([build.fresh("number"), ...carried], () => {
    const resolve = inlineNodes(build, callee, given);
    return resultsOfFunction(callee).map(resolve);
  });
  build.push({
    kind: "for",
    start,
    bound,
    step: 1,
    inclusive: false,
    inits,
    body,
    stops: false,
    results: call.results,
    trips: build.fresh("number"),
    stopped: undefined,
    checkpoint: { snapshots: 1, mark, isCall: true },
    ...build.place(),
  });
}
