/** The length of an array where a node stands: as a value that is known there. */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import type { ArrayGroups } from "./array-groups.ts";
import { isWithin, type ProgramOrder, type RegionInfo } from "./program-order.ts";

/** Lengths of buffers, of which the longest is that of the array; a parameter is measured. Undefined if one is not known. */
export type ArrayLength = readonly (
  { readonly kind: "value"; readonly value: ValueId } | { readonly kind: "measured"; readonly parameter: ValueId }
)[];

export function arrayLength(
  graph: Graph,
  groups: ArrayGroups,
  order: ProgramOrder,
  array: ValueId,
  node: GraphNode,
  home: RegionInfo,
): ArrayLength | undefined {
  const group = groups.groupOf(array);
  if (group.grows) return undefined;
  const buffer = groups.bufferOf(array);
  const own = group.allocations.filter(({ result }) => result === buffer);
  const isParameter = group.parameters.some((index) => graph.parameters[index]?.value === buffer);
  const at = present(order.positions.get(node)).first;
  const isKnown = (value: ValueId): boolean => {
    const definition = present(order.definitions.get(value));
    if (!isWithin(home, definition.region)) return false;
    return definition.node === undefined || present(order.positions.get(definition.node)).first < at;
  };
  const allocations = isParameter ? [] : own.length > 0 ? own : group.allocations;
  const parameters =
    own.length > 0
      ? []
      : isParameter
        ? [graph.parameters.findIndex(({ value }) => value === buffer)]
        : group.parameters;
  const values = new Set(allocations.map(({ length }) => length));
  for (const index of parameters) {
    const given = graph.lengths?.get(index);
    if (given !== undefined) values.add(given);
  }
  if (![...values].every(isKnown)) return undefined;
  const measured = parameters.filter((index) => graph.lengths?.get(index) === undefined);
  const all: ArrayLength = [
    ...[...values].map((value) => ({ kind: "value", value }) as const),
    ...measured.map((index) => ({ kind: "measured", parameter: present(graph.parameters[index]).value }) as const),
  ];
  return all.length === 0 ? undefined : all;
}
