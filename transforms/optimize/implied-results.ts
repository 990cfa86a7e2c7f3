/**
 * What a branch has given is known where the same test is asked again: a value from outside of the branch, or a constant, is
 * named itself. Often nothing else reads what the branch gave.
 *
 *   d = c ? 1 : 0; if (c) s += d   ->   if (c) s += 1
 *   return d = c ? 0 : a, but null where c holds   ->   return a, but null where c holds
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, IfNode, Instead, Output, Region, ValueId } from "../../src/ir/graph.ts";
import { mapParts } from "../../src/ir/outputs.ts";
import { mapNode } from "../../src/ir/walk.ts";
import { definitionsOf, nodeOf, placesOf } from "../analyze/uses.ts";

/** The outcomes of the tests around. */
type Outcomes = ReadonlyMap<ValueId, boolean>;

export function impliedResults(graph: Graph): Graph {
  let changed = false;
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const places = placesOf(graph);

  const known = (value: ValueId, outcomes: Outcomes): ValueId => {
    const branch = nodeOf(definitions, value);
    // Versions of an array follow one another.
    if (branch?.kind !== "if" || typeof build.typeOf(value) === "object") return value;
    const outcome = outcomes.get(branch.condition);
    if (outcome === undefined) return value;
    const given = present((outcome ? branch.then : branch.else).yields[branch.results.indexOf(value)]);
    const node = nodeOf(definitions, given);
    if (node?.kind !== "constant" && places.isWithin(given, branch)) return value;
    changed = true;
    return node?.kind === "constant" ? build.constant(node.value) : known(given, outcomes);
  };

  const visitRegion = (region: Region, outcomes: Outcomes): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) build.push(visitNode(node, outcomes));
      return region.yields.map((value) => known(value, outcomes));
    });
  const visitNode = (node: GraphNode, outcomes: Outcomes): GraphNode => {
    const before = build.at(node.span);
    const reversing = build.reversing(node.origin);
    const visited =
      node.kind === "if"
        ? visitBranch(node, outcomes)
        : mapNode(
            node,
            (value) => known(value, outcomes),
            (region) => visitRegion(region, outcomes),
          );
    build.at(before);
    build.reversing(reversing);
    return visited;
  };
  const visitBranch = (node: IfNode, outcomes: Outcomes): IfNode => {
    const where = (outcome: boolean): Outcomes => new Map([...outcomes, [node.condition, outcome]]);
    return {
      ...node,
      condition: known(node.condition, outcomes),
      then: visitRegion(node.then, where(true)),
      else: visitRegion(node.else, where(false)),
    };
  };

  const without = (instead: readonly Instead[] | undefined, outcomes: Outcomes): Outcomes => {
    const more = new Map(outcomes);
    const isNot = (condition: ValueId, outcome: boolean): void => {
      more.set(condition, outcome);
      const node = nodeOf(definitions, condition);
      if (node?.kind !== "operation") return;
      if (node.operation === "not") isNot(present(node.operands[0]), !outcome);
      if (node.operation === (outcome ? "and" : "or")) node.operands.forEach((operand) => isNot(operand, outcome));
    };
    instead?.forEach(({ when }) => isNot(when, false));
    return more;
  };
  const givenBack = (output: Output, outcomes: Outcomes): Output => {
    if (output.kind === "scalar") return { ...output, value: known(output.value, without(output.instead, outcomes)) };
    const more = output.kind === "mixed" ? without(output.instead, outcomes) : outcomes;
    return mapParts(output, (part) => givenBack(part, more));
  };

  let { returned } = graph;
  const body = build.region(graph.body.arguments, () => {
    for (const node of graph.body.nodes) build.push(visitNode(node, new Map()));
    returned = givenBack(returned, new Map());
    return graph.body.yields;
  });
  return changed ? { ...graph, body, returned, values: build.values } : graph;
}
