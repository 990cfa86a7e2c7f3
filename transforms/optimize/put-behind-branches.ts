/**
 * Puts adjoint code that comes to nothing where an adjoint is 0 into the branch that decides whether it is.
 *
 *   d = c ? e : 0; for (k…) dx[k] += d * w[k]   ->   if (c) { d = e; for (k…) dx[k] += d * w[k] }
 *
 * What is worth it, the pass says that asks: `guardSingularities` or `guardAdjoints`.
 */ import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type { Graph, GraphNode, IfNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, renameResults, resultsOf, walkUses } from "../../src/ir/walk.ts";
import { comesToNothing, outcomeOf, type Outcomes } from "../analyze/idle-nodes.ts";
import { isPure } from "../analyze/purity.ts";
import { nodeOf, rootsOf, type Definition } from "../analyze/uses.ts";
import { substituteRegion } from "./substitute.ts";

type Definitions = ReadonlyMap<ValueId, Definition>;

/** How many nodes after a branch are looked at. */
const reach = 400;

/** Whether what is put into a branch pays for the branch. */
export type Worth = (group: readonly GraphNode[]) => boolean;

export function putBehindBranches(graph: Graph, definitions: Definitions, isWorth: Worth): Graph {
  const build = new GraphBuilder(graph.values);
  const buffers = bufferOf(graph);
  const roots = new Set(rootsOf(graph));
  let changed = false;

  const visitRegion = (region: Region): Region => {
    let nodes: readonly GraphNode[] = region.nodes;
    const made = new Set<GraphNode>();
    for (let at = 0; at < nodes.length; at++) {
      const node = present(nodes[at]);
      if (node.kind !== "if" || made.has(node) || isGuard(node)) continue;
      for (const isThen of [false, true]) {
        const next = behind(node, isThen, nodes, at, region.yields, made);
        if (next !== undefined) nodes = next;
      }
    }
    if (nodes !== region.nodes) changed = true;
    return { ...region, nodes: nodes.map((node) => mapNode(node, (value) => value, visitRegion)) };
  };

  /** The region's nodes, with those after the branch that come to nothing on one side of it put into a branch of theirs. */
  const behind = (
    branch: IfNode,
    isThen: boolean,
    nodes: readonly GraphNode[],
    at: number,
    yields: readonly ValueId[],
    made: Set<GraphNode>,
  ): readonly GraphNode[] | undefined => {
    const side = isThen ? branch.then : branch.else;
    const outcomes: Outcomes = new Map();
    branch.results.forEach((result, slot) => {
      if (isZero(side.yields[slot])) outcomes.set(result, "zero");
    });
    if (outcomes.size === 0) return undefined;
    const later = nodes.slice(at + 1);
    const idle = new Set<GraphNode>();
    for (const node of later.slice(0, reach)) {
      const isOurs = node.origin !== undefined && !(node.kind === "if" && node.condition === branch.condition);
      if (isOurs && comesToNothing(node, outcomes, definitions)) idle.add(node);
    }
    if (!isWorth([...idle])) return undefined;
    const used = usesAfter(later, idle, [...yields, ...roots]);
    const result = nodes.slice(0, at + 1);
    let group: GraphNode[] = [];
    const flush = (rest: readonly GraphNode[]): void => {
      const first = neededAlso(group, idle, new Set([...yields, ...roots, ...rest.flatMap(usesOf)]), outcomes);
      const inside = group.filter((node) => !first.has(node));
      if (isWorth(inside) && ![...first].some((node) => idle.has(node))) {
        const whole = wrapped(inside, branch.condition, isThen, outcomes, rest, yields);
        made.add(whole);
        result.push(...first, whole);
      } else result.push(...group);
      group = [];
    };
    for (const [k, node] of later.entries()) {
      if (used.has(node)) group.push(node);
      else {
        if (reads(node, group) || changes(node, group)) flush(later.slice(k));
        result.push(node);
      }
    }
    flush([]);
    return result;
  };

  /** `root === 0 && d === 0 ? 0 : d / (2 * root)`, from the rule of an operation: where d is 0 by chance alone. */
  const isGuard = ({ condition }: IfNode): boolean => {
    const node = nodeOf(definitions, condition);
    return node?.kind === "operation" && node.operation === "and" && node.operands.every(isDerivedZero);
  };

  const isDerivedZero = (test: ValueId): boolean => {
    const node = nodeOf(definitions, test);
    const isOwn = node?.kind === "operation" && node.origin !== undefined;
    return isOwn && node.operation === "eq" && isZero(node.operands[1]);
  };

  const isZero = (value: ValueId | undefined): boolean => {
    const node = value === undefined ? undefined : nodeOf(definitions, value);
    return node?.kind === "constant" && node.value === 0;
  };

  /** The nodes that come to nothing, and the pure ones that only they use. */
  const usesAfter = (
    later: readonly GraphNode[],
    idle: ReadonlySet<GraphNode>,
    outside: readonly ValueId[],
  ): ReadonlySet<GraphNode> => {
    const taken = new Set<GraphNode>(idle);
    const needed = new Set<ValueId>(outside);
    for (const node of [...later].reverse()) {
      const isTaken =
        idle.has(node) ||
        (isPure(node) &&
          node.kind !== "constant" &&
          node.origin !== undefined &&
          resultsOf(node).every((value) => !needed.has(value)));
      if (isTaken) taken.add(node);
      else for (const value of usesOf(node)) needed.add(value);
    }
    return taken;
  };

  /** Those of the group, in order, that are needed for what pure nodes of it give to later ones, or instead of it. */
  const neededAlso = (
    group: readonly GraphNode[],
    idle: ReadonlySet<GraphNode>,
    usedLater: ReadonlySet<ValueId>,
    outcomes: Outcomes,
  ): ReadonlySet<GraphNode> => {
    const needed = new Set(usedLater);
    for (const node of group) {
      if (!idle.has(node)) continue;
      for (const value of resultsOf(node)) {
        // How often a loop runs has no outcome: the group stays as it is.
        if (usedLater.has(value) && !outcomes.has(value)) return new Set([node]);
        const outcome = usedLater.has(value) ? outcomeOf(value, outcomes) : "zero";
        if (outcome !== "zero") needed.add(outcome.same);
      }
    }
    const found: GraphNode[] = [];
    for (const node of [...group].reverse()) {
      const isFirst = found.some((each) => usesOf(each).some((value) => resultsOf(node).includes(value)));
      if (!isFirst && (idle.has(node) || !resultsOf(node).some((value) => needed.has(value)))) continue;
      found.unshift(node);
    }
    return new Set(found);
  };

  const reads = (node: GraphNode, group: readonly GraphNode[]): boolean => {
    const defined = new Set(group.flatMap(resultsOf));
    return defined.size > 0 && usesOf(node).some((value) => defined.has(value));
  };

  /** Whether the node changes an array that the group reads or changes. */
  const changes = (node: GraphNode, group: readonly GraphNode[]): boolean => {
    if (group.length === 0 || isPure(node)) return false;
    const touched = new Set(group.flatMap((each) => usesOf(each).map((value) => buffers.get(value) ?? value)));
    return usesOf(node).some((value) => buffers.has(value) && touched.has(buffers.get(value) ?? value));
  };

  /** The branch that does what the group does, but on the side where that comes to nothing. */
  const wrapped = (
    group: readonly GraphNode[],
    condition: ValueId,
    isThen: boolean,
    outcomes: Outcomes,
    rest: readonly GraphNode[],
    yields: readonly ValueId[],
  ): IfNode => {
    const usedLater = new Set<ValueId>([...yields, ...roots, ...rest.flatMap(usesOf)]);
    const own = new Set(group.flatMap(resultsOf));
    const results = [...own].filter((value) => usedLater.has(value));
    const renamed = new Map(results.map((value) => [value, build.twin(value)] as const));
    const rename = (value: ValueId): ValueId => renamed.get(value) ?? value;
    const nodes = group.map((node) =>
      renameResults(
        mapNode(node, rename, (inner) => substituteRegion(inner, rename)),
        rename,
      ),
    );
    const zeros: GraphNode[] = [];
    /** What a result is where the group does not run. */
    const instead = (value: ValueId): ValueId => {
      let current = value;
      while (own.has(current)) {
        const outcome = present(outcomes.get(current), "what comes of a value");
        if (outcome === "zero") {
          const result = build.fresh("number");
          zeros.push({ kind: "constant", value: 0, result });
          return result;
        }
        current = outcome.same;
      }
      return current;
    };
    const doing: Region = { arguments: [], nodes, yields: results.map(rename) };
    const skipped = results.map(instead);
    const skipping: Region = { arguments: [], nodes: zeros, yields: skipped };
    const { span, origin } = present(group.find((node) => node.origin !== undefined));
    return {
      kind: "if",
      condition,
      then: isThen ? skipping : doing,
      else: isThen ? doing : skipping,
      results,
      span,
      origin,
    };
  };

  const body = visitRegion(graph.body);
  return changed ? { ...graph, body, values: build.values } : graph;
}

/** What the node reads itself, and what its regions do. */
function usesOf(node: GraphNode): readonly ValueId[] {
  const values = [...operandsOf(node)];
  for (const region of regionsOf(node)) walkUses(region, (value) => values.push(value));
  return values;
}
