import type { AllocateNode, Graph, GraphNode, ValueId } from "../ir/graph.ts";
import { operandsOf, regionsOf, walkNodes } from "../ir/walk.ts";
import { rowOf } from "../operations/table.ts";
import type { ArrayGroups } from "../../transforms/analyze/array-groups.ts";

/**
 * The stashes and adjoints that `--scratch f32` rounds: those that the forward sweep does not read (the value stays the
 * primal's) and from which nothing is decided (no comparison, index, bound or whole number is made of a rounded value).
 */
export function narrowStashes(graph: Graph, groups: ArrayGroups): ReadonlySet<AllocateNode> {
  const sources = new Map<ValueId, ValueId[]>();
  const decisive: ValueId[] = [];
  const read: ValueId[] = [];
  const flow = (to: ValueId, from: readonly (ValueId | undefined)[]): void => {
    const known = sources.get(to) ?? [];
    for (const value of from) if (value !== undefined) known.push(value);
    sources.set(to, known);
  };
  walkNodes(graph.body, (node) => {
    for (const region of regionsOf(node)) {
      if (node.kind === "for" || node.kind === "while") {
        const first = region.arguments.length - node.inits.length;
        const yields = node.body.yields.slice(node.stops ? 1 : 0);
        node.inits.forEach((init, k) => {
          const argument = region.arguments[k + first];
          if (argument !== undefined) flow(argument, [init, yields[k]]);
          const result = node.results[k];
          if (result !== undefined) flow(result, [init, yields[k]]);
        });
        if (region === node.body && node.stops) decisive.push(...region.yields.slice(0, 1));
      }
    }
    if (node.kind === "if")
      node.results.forEach((result, k) => flow(result, [node.then.yields[k], node.else.yields[k]]));
    if (node.kind === "operation") flow(node.result, node.operands);
    if (node.kind === "load") {
      const buffer = groups.groupOf(node.array).id;
      flow(node.result, [buffer]);
      if (node.origin === undefined) read.push(buffer);
    }
    if (node.kind === "call") {
      const arrays = node.operands.filter((operand) => typeof graph.values.get(operand)?.type === "object");
      read.push(...arrays.map((array) => groups.groupOf(array).id));
    }
    if (node.kind === "store") flow(groups.groupOf(node.array).id, [node.value]);
    decisive.push(...decisionsOf(node));
  });

  const fixed = new Set<ValueId>();
  const waiting = [...decisive];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === undefined || fixed.has(value)) continue;
    fixed.add(value);
    waiting.push(...(sources.get(value) ?? []));
  }
  read.forEach((buffer) => fixed.add(buffer));
  const narrow = new Set<AllocateNode>();
  for (const group of groups.all) {
    const isFree = group.allocations.every(
      ({ role, element }) => element === "f64" && ["stash", "adjoint", "tangent"].includes(role.kind),
    );
    if (isFree && group.parameters.length === 0 && !fixed.has(group.id)) {
      group.allocations.forEach((node) => narrow.add(node));
    }
  }
  return narrow;
}

/** The operands of a node on which control, a place in memory or a whole number depends. */
function decisionsOf(node: GraphNode): readonly ValueId[] {
  switch (node.kind) {
    case "load":
    case "store":
      return [node.index];
    case "operation": {
      const row = rowOf(node.operation);
      const isJump = row.result === "boolean" || row.pullback === "none";
      return isJump ? node.operands : [];
    }
    case "for":
      return [node.start, node.bound];
    case "while":
      return node.condition.yields;
    case "if":
    case "allocate":
    case "grow":
      return operandsOf(node);
    default:
      return [];
  }
}
