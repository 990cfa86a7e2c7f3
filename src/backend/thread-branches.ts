/**
 * Two branches in a row, the second on a flag that the first decides, become one: the code of the second moves to where
 * the flag is known. This is how the front end lowers `break`, `continue`, `switch` and early `return`.
 *
 *   if (a) { flag = true } else { B; flag = false }       if (a) { C }
 *   if (flag) { C } else { D }                         →  else { B; D }
 *
 * No code is written twice: where one side of the first branch does not know the flag, the side of the second that both
 * need must be empty. Values keep their ids; what the second branch reads of the first is what the side yields.
 */
import type { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, IfNode, Region, ValueId } from "../ir/graph.ts";
import { isLoop, mapNode, regionsOf } from "../ir/walk.ts";

/** Flags that are constant; a result of a branch is if both of its sides are. */
type Flags = Map<ValueId, boolean>;

export function threadBranches(nodes: readonly GraphNode[], builder: GraphBuilder): readonly GraphNode[] {
  const flags: Flags = new Map();
  collect(nodes, flags);
  return threadNodes(nodes, flags, builder);
}

function collect(nodes: readonly GraphNode[], flags: Flags): void {
  for (const node of nodes) {
    if (node.kind === "constant" && typeof node.value === "boolean") flags.set(node.result, node.value);
    for (const region of regionsOf(node)) collect(region.nodes, flags);
    if (node.kind === "if") collectResults(node, flags);
  }
}

function collectResults({ results, then, else: otherwise }: IfNode, flags: Flags): void {
  results.forEach((result, k) => {
    const sides = [then.yields[k], otherwise.yields[k]].map((value) =>
      value === undefined ? undefined : flags.get(value),
    );
    if (sides[0] !== undefined && sides[0] === sides[1]) flags.set(result, sides[0]);
  });
}

function threadNodes(nodes: readonly GraphNode[], flags: Flags, builder: GraphBuilder): readonly GraphNode[] {
  const threaded: GraphNode[] = [];
  const region = (of: Region): Region => ({ ...of, nodes: threadNodes(of.nodes, flags, builder) });
  for (const node of nodes) {
    if (isLoop(node)) threaded.push({ ...node, body: region(node.body) });
    else if (node.kind === "if") pushBranch(node);
    else threaded.push(node);
  }
  return threaded;

  function pushBranch(node: IfNode): void {
    const before = lastOther(threaded);
    const previous = before < 0 ? undefined : threaded[before];
    const joined = previous?.kind === "if" ? join(previous, node, flags, builder) : undefined;
    if (joined === undefined) {
      const known = flags.get(node.condition);
      if (known !== undefined) {
        const condition = builder.fresh("boolean");
        threaded.push({ kind: "constant", value: known, result: condition });
        threaded.push({ ...node, condition, then: region(node.then), else: region(node.else) });
      } else threaded.push({ ...node, then: region(node.then), else: region(node.else) });
      return;
    }
    collectResults(joined, flags);
    // What stands between are constants.
    threaded.splice(before, 1);
    pushBranch(joined);
  }
}

/** The place of the last node that is no constant. */
function lastOther(nodes: readonly GraphNode[]): number {
  return nodes.findLastIndex((node) => node.kind !== "constant");
}

function join(first: IfNode, second: IfNode, flags: Flags, builder: GraphBuilder): IfNode | undefined {
  const flag = first.results.indexOf(second.condition);
  if (flag < 0) return undefined;
  const [onThen, onElse] = [first.then, first.else].map((side) => {
    const value = side.yields[flag];
    return value === undefined ? undefined : flags.get(value);
  });
  if (onThen === onElse) return undefined;
  const shared = onThen === undefined ? onElse : onElse === undefined ? onThen : undefined;
  if (shared !== undefined && !isEmpty(shared ? second.then : second.else)) return undefined;
  return {
    ...first,
    then: continued(first, first.then, second, onThen, builder),
    else: continued(first, first.else, second, onElse, builder),
    results: [...second.results, ...first.results],
  };
}

function isEmpty(region: Region): boolean {
  return region.nodes.every((node) => node.kind === "constant");
}

/** One side of the first branch, and after it what the second does there. */
function continued(
  first: IfNode,
  side: Region,
  second: IfNode,
  known: boolean | undefined,
  builder: GraphBuilder,
): Region {
  const yieldOf = new Map(first.results.map((result, k) => [result, side.yields[k] ?? result] as const));
  const map = (value: ValueId): ValueId => yieldOf.get(value) ?? value;
  if (known !== undefined) {
    const taken = mapRegion(known ? second.then : second.else, map);
    return { arguments: [], nodes: [...side.nodes, ...taken.nodes], yields: [...taken.yields, ...side.yields] };
  }
  const results = second.results.map((result) => builder.fresh(builder.typeOf(result), builder.nameOf(result)));
  const copy: IfNode = {
    ...second,
    condition: map(second.condition),
    then: mapRegion(second.then, map),
    else: mapRegion(second.else, map),
    results,
  };
  return { arguments: [], nodes: [...side.nodes, copy], yields: [...results, ...side.yields] };
}

function mapRegion(region: Region, map: (value: ValueId) => ValueId): Region {
  return {
    ...region,
    nodes: region.nodes.map((node) => mapNode(node, map, (inner) => mapRegion(inner, map))),
    yields: region.yields.map(map),
  };
}
