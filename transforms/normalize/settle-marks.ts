import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, Region, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { isMark } from "../../src/operations/marks.ts";
import { flowsWithin, reachable } from "../analyze/activity.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { substitute } from "../optimize/substitute.ts";

/**
 * Leaves of the marks those that matter to a request: of two rules for one call that of its mode, and none where nothing
 * is varied that the derivative would go through, so that what is made of it (an index) is seen as it is.
 */
export function settleMarks(graph: Graph, request: TagRequest): Graph {
  if (![graph, ...(graph.functions?.values() ?? [])].some(hasMarks)) return graph;
  const chosen = withFunctions(graph, (each) => chooseRules(each, request));
  const independents = request.wrt.map((index) => present(chosen.parameters[index]).value);
  const { forwards } = flowsWithin(chosen, callFlows(chosen.functions ?? new Map()));
  const varied = reachable(independents, forwards);
  return without(chosen, (operation, operands) => {
    const through = present(operands[operation === "stopGradient" ? 0 : 1]);
    return isMark(operation) && !varied.has(through);
  });
}

function hasMarks({ body }: Graph): boolean {
  let found = false;
  walkNodes(body, (node) => {
    if (node.kind === "operation" && isMark(node.operation)) found = true;
  });
  return found;
}

function withFunctions(graph: Graph, change: (each: Graph) => Graph): Graph {
  const { functions } = graph;
  if (functions === undefined) return change(graph);
  const changed = new Map([...functions].map(([key, callee]) => [key, change(callee)] as const));
  return { ...change(graph), functions: changed };
}

/** By what stands for a rule of one mode: what it is where that is taken. */
const forwardRules = new Map([["attachForward", "attach"]]);
const reverseRules = new Map([
  ["attachReverse", "attach"],
  ["attachRuleReverse", "attachRule"],
]);

/** In forward mode the forward rule, else the reverse rule; a rule that stands alone serves both. */
function chooseRules(graph: Graph, { mode }: TagRequest): Graph {
  const [wanted, others] = mode === "jvp" ? [forwardRules, reverseRules] : [reverseRules, forwardRules];
  const rename = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const inner = mapNode(node, (value) => value, rename);
      const operation = inner.kind === "operation" ? wanted.get(inner.operation) : undefined;
      return inner.kind === "operation" && operation !== undefined ? { ...inner, operation } : inner;
    }),
  });
  const chosen = without(graph, (operation) => others.has(operation));
  return { ...chosen, body: rename(chosen.body) };
}

/** The graph without the marks that the test holds for. */
function without(graph: Graph, isIdle: (operation: string, operands: readonly ValueId[]) => boolean): Graph {
  const plain = new Map<ValueId, ValueId>();
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap((node) => {
      const isGone = node.kind === "operation" && isMark(node.operation) && isIdle(node.operation, node.operands);
      if (!isGone) return [mapNode(node, (value) => value, visit)];
      plain.set(node.result, present(node.operands[0]));
      return [];
    }),
  });
  const body = visit(graph.body);
  return plain.size === 0 ? graph : substitute({ ...graph, body }, plain);
}
