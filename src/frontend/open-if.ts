/** A branch whose regions are closed, but to which results can still be added. */
import type { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, IfNode, ValueId } from "../ir/graph.ts";
import type { Value } from "./binding.ts";

export interface OpenIf {
  readonly condition: ValueId;
  readonly thenNodes: GraphNode[];
  readonly thenYields: ValueId[];
  readonly elseNodes: GraphNode[];
  readonly elseYields: ValueId[];
  readonly results: ValueId[];
}

/** The node of the branch. It shares its lists with the branch, so results that are added later are in it too. */
export function ifNode(builder: GraphBuilder, branch: OpenIf): IfNode {
  return {
    kind: "if",
    condition: branch.condition,
    then: { arguments: [], nodes: branch.thenNodes, yields: branch.thenYields },
    else: { arguments: [], nodes: branch.elseNodes, yields: branch.elseYields },
    results: branch.results,
    ...builder.place(),
  };
}

export function addResult(
  builder: GraphBuilder,
  branch: OpenIf,
  then: Value,
  otherwise: Value,
  name?: string,
): ValueId {
  const thenId = idIn(builder, branch.thenNodes, then);
  const elseId = idIn(builder, branch.elseNodes, otherwise);
  const type = builder.typeOf(thenId);
  // An array is the same one on both sides; a number that is chosen is neither of the two.
  const result = builder.fresh(type, name ?? (typeof type === "object" ? builder.nameOf(thenId) : undefined));
  branch.thenYields.push(thenId);
  branch.elseYields.push(elseId);
  branch.results.push(result);
  return result;
}

/** The value as one of the graph: a constant node at the end of `nodes` if it is known. */
export function idIn(builder: GraphBuilder, nodes: GraphNode[] | undefined, value: Value): ValueId {
  if (value.kind === "scalar") return value.id;
  const result = builder.fresh(typeof value.value === "number" ? "number" : "boolean");
  append(builder, nodes, { kind: "constant", value: value.value, result, ...builder.place() });
  return result;
}

/** Adds a node to the end of `nodes`, or of the open region. */
export function append(builder: GraphBuilder, nodes: GraphNode[] | undefined, node: GraphNode): void {
  if (nodes === undefined) builder.push(node);
  else nodes.push(node);
}
