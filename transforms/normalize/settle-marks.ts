import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, Region, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { mapNode, walkNodes } from "../../src/ir/walk.ts";
import { attaches, isMark } from "../../src/operations/marks.ts";
import { flowsWithin, reachable } from "../analyze/activity.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { withoutMarks } from "../optimize/erase-marks.ts";

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
  // What is stored says on that nothing of the array goes into it, when its buffer is that of other arrays too.
  const stored = new Set<ValueId>();
  walkNodes(chosen.body, (node) => void (node.kind === "store" && stored.add(node.value)));
  return withoutMarks(chosen, ({ operation, operands, result }) => {
    if (operation === "stopGradient" && stored.has(result)) return false;
    const through = attaches(operation) ? operands.slice(1, operation === "attachRule" ? undefined : 2) : operands;
    return !through.some((operand) => varied.has(operand));
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
const forwardRules = new Map([
  ["attachForward", "attach"],
  ["carryForward", "carry"],
]);
const reverseRules = new Map([
  ["attachReverse", "attach"],
  ["attachRuleReverse", "attachRule"],
]);

/** In forward mode, and for a Jacobian, the forward rule, else the reverse rule; a rule that stands alone serves both. */
function chooseRules(graph: Graph, { mode }: TagRequest): Graph {
  const isForward = mode === "jvp" || mode === "jacobian";
  const [wanted, others] = isForward ? [forwardRules, reverseRules] : [reverseRules, forwardRules];
  const rename = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const inner = mapNode(node, (value) => value, rename);
      const operation = inner.kind === "operation" ? wanted.get(inner.operation) : undefined;
      return inner.kind === "operation" && operation !== undefined ? { ...inner, operation } : inner;
    }),
  });
  const chosen = withoutMarks(graph, ({ operation }) => others.has(operation));
  return { ...chosen, body: rename(chosen.body) };
}
