/** Puts what pruned arguments of loops stand for in their place, all through the graph, in one walk. */
import type { Graph, Region, ValueId } from "../ir/graph.ts";
import { mapOutput } from "../ir/outputs.ts";
import { mapNode, walkNodes } from "../ir/walk.ts";
import { present } from "../diagnostics/invariant.ts";
import type { Context } from "./context.ts";
import { resolve } from "./emit.ts";

export function finishGraph(context: Context, graph: Graph): Graph {
  const replace = (id: ValueId): ValueId => resolve(context, id);
  const finishRegion = (region: Region): Region => ({
    arguments: region.arguments,
    nodes: region.nodes.map((node) => {
      const isUnset = node.kind === "allocate" && context.unset.has(node.result);
      return mapNode(isUnset ? { ...node, isUnset } : node, replace, finishRegion);
    }),
    yields: region.yields.map(replace),
  });
  const renamed = renameOutputs(
    { ...graph, body: finishRegion(graph.body), values: withResultNames(context, graph) },
    replace,
  );
  const parameters = graph.parameters.map((parameter, k) => ({
    ...parameter,
    written: isWritten(parameter.value, renamed.final.get(k)),
  }));
  return { ...renamed, parameters };
}

/** The graph with what is named behind its body renamed. */
export function renameOutputs(graph: Graph, rename: (id: ValueId) => ValueId): Graph {
  const renamed = (ids: ReadonlyMap<number, ValueId>) => new Map([...ids].map(([k, id]) => [k, rename(id)] as const));
  return {
    ...graph,
    returned: mapOutput(graph.returned, rename),
    final: renamed(graph.final),
    members: renamed(graph.members ?? new Map()),
  };
}

/** Notes of what an operation gives, and a call returns without a name, which function that was. */
function withResultNames({ resultNames }: Context, graph: Graph): Graph["values"] {
  const values = new Map(graph.values);
  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation") return;
    const name = resultNames.get(node.result);
    const info = values.get(node.result);
    if (name !== undefined && info?.name === undefined) values.set(node.result, { ...present(info), returnedBy: name });
  });
  return values;
}

function isWritten(value: ValueId, last: ValueId | undefined): boolean {
  return last !== undefined && last !== value;
}
