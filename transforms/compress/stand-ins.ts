/**
 * A graph in which something stands in for each call: it depends on what the results of the call depend on, all entries of
 * an array on all of each array that goes in, and is not linear in any of it. So its derivatives have the structure of those
 * of the graph, or more entries.
 *
 *   y = call f(a, x)   ->   y = exp(a + x[0] + x[1] + …)
 *
 * What does not depend on the independents is not known: a structure that needs it is none.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { forEachEntry } from "../../src/ir/copy-array.ts";
import type { CallNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { mapNode, scalarsOf } from "../../src/ir/walk.ts";
import { flowsWithin, reachable } from "../analyze/activity.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { callFlows } from "../analyze/call-flows.ts";
import { mapRoots, resolver } from "../optimize/substitute.ts";

/** None where the length of an array that goes in is not known. */
export function withStandIns(graph: Graph, wrt: readonly number[]): Graph | undefined {
  const { functions = new Map<string, Graph>(), ...alone } = graph;
  const flows = callFlows(functions);
  const { forwards } = flowsWithin(graph, flows);
  const varied = reachable(
    wrt.map((index) => present(graph.parameters[index]).value),
    forwards,
  );
  const groups = arrayGroups(graph);
  let isKnown = true;
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
    if (node.kind === "call") standIn(node, present(functions.get(node.callee)));
    else build.push(mapNode(node, resolve, visit));
  };
  const standIn = (call: CallNode, callee: Graph): void => {
    const operandOf = (k: number): ValueId => resolve(present(call.operands[k]));
    const lengthOf = (k: number): ValueId => {
      const length = callee.lengths?.get(k);
      const given = callee.parameters.findIndex(({ value }) => value === length);
      if (given >= 0) return operandOf(given);
      const { grows, allocations, parameters } = groups.groupOf(present(call.operands[k]));
      const parameter = graph.parameters[parameters[0] ?? -1];
      const [made] = allocations;
      const isOne = !grows && allocations.length + parameters.length === 1;
      if (isOne && parameter !== undefined && !isNested(parameter.type)) return build.length(parameter.value);
      if (isOne && made !== undefined && graph.body.nodes.includes(made)) return resolve(made.length);
      isKnown = false;
      return build.constant(0);
    };
    const sumOf = (operands: readonly number[]): ValueId =>
      operands.reduce<ValueId>((sum, k) => {
        const operand = operandOf(k);
        if (typeof build.typeOf(operand) !== "object") return build.operation("add", [sum, operand]);
        const range = { start: build.constant(0), bound: lengthOf(k), step: 1, inclusive: false };
        const loop = build.for(range, [sum], (index, [before]) => {
          return [build.operation("add", [present(before), build.load(operand, index)])];
        });
        return present(loop.results[0]);
      }, build.constant(0));
    const scalars = scalarsOf(call).length;
    const made = call.results.map((result, k) => {
      const own = flows(call).flatMap((flow) => {
        return flow.result === k && varied.has(present(call.operands[flow.operand])) ? [flow.operand] : [];
      });
      if (own.length > 0) return build.operation("exp", [sumOf(own)]);
      const type = k < scalars ? build.typeOf(result) : "number";
      const unknown = build.fresh(type);
      build.push({ kind: "opaque", text: "unknown", result: unknown, ...build.place() });
      return unknown;
    });
    call.results.forEach((result, k) => {
      const value = present(made[k]);
      const operand = k < scalars ? undefined : call.written[k - scalars];
      if (operand === undefined) replaced.set(result, value);
      else {
        const last = forEachEntry(build, operandOf(operand), lengthOf(operand), undefined, (version, index) => {
          return build.store(version, index, value);
        });
        replaced.set(result, last);
      }
    });
  };
  const body = visit(graph.body);
  return isKnown ? mapRoots({ ...alone, body, values: build.values }, resolve) : undefined;
}
