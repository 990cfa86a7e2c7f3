/**
 * Leaves out what has no use: nodes, results of branches, and what loops carry. The lowering merges every variable that
 * changed and lets loops carry it; whether it is read later is known here. Throws stay, with all that leads to them.
 */
import { present } from "../diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../ir/graph.ts";
import { valuesOfOutput } from "../ir/outputs.ts";
import { carriedOf, isLoop, nextOf, operandsOf, regionsOf, resultsOf, walkNodes } from "../ir/walk.ts";

export function pruneGraph(graph: Graph): Graph {
  const used = usedValues(graph);
  const body = pruneRegion(graph.body, used);
  const values = new Map<ValueId, NonNullable<ReturnType<Graph["values"]["get"]>>>();
  const keep = (id: ValueId): void => void values.set(id, present(graph.values.get(id)));
  body.arguments.forEach(keep);
  walkNodes(body, (node) => {
    for (const region of regionsOf(node)) region.arguments.forEach(keep);
    resultsOf(node).forEach(keep);
  });
  return { ...graph, body, values };
}

function usedValues(graph: Graph): ReadonlySet<ValueId> {
  const used = new Set<ValueId>();
  const pending: ValueId[] = [];
  /** What a value needs, once it is used itself. */
  const needs = new Map<ValueId, readonly ValueId[]>();
  const use = (ids: readonly ValueId[]): void => {
    for (const id of ids) {
      if (used.has(id)) continue;
      used.add(id);
      pending.push(id);
    }
  };

  const visitRegion = (region: Region): void => {
    for (const node of region.nodes) visit(node);
  };
  const visit = (node: GraphNode): void => {
    if (node.kind === "if") {
      node.results.forEach((result, k) => {
        needs.set(result, [node.condition, present(node.then.yields[k]), present(node.else.yields[k])]);
      });
    } else if (isLoop(node)) {
      const next = nextOf(node);
      const control = controlOf(node);
      carriedOf(node).forEach((argument, k) => {
        const around = [present(node.inits[k]), present(next[k]), ...control];
        needs.set(argument, around);
        needs.set(present(node.results[k]), [argument, ...around]);
        const tested = node.kind === "while" ? node.condition.arguments[k] : undefined;
        if (tested !== undefined) needs.set(tested, [argument]);
      });
      for (const id of [node.trips, node.stopped, node.body.arguments[0]]) if (id !== undefined) needs.set(id, control);
    } else {
      for (const result of resultsOf(node)) needs.set(result, operandsOf(node));
    }
    for (const region of regionsOf(node)) visitRegion(region);
    // Within what runs for its effect, control matters.
    if (throws(node))
      use(
        acts(node.kind)
          ? operandsOf(node)
          : node.kind === "if"
            ? [node.condition]
            : isLoop(node)
              ? controlOf(node)
              : [],
      );
    // A value of the region is only computed if control comes there.
    for (const region of regionsOf(node)) {
      const control = node.kind === "if" ? [node.condition] : isLoop(node) ? controlOf(node) : [];
      for (const inner of region.nodes) {
        for (const result of resultsOf(inner)) needs.set(result, [...(needs.get(result) ?? []), ...control]);
      }
    }
  };
  visitRegion(graph.body);
  use(valuesOfOutput(graph.returned));
  use([...graph.final.values(), ...(graph.members?.values() ?? [])]);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) use(needs.get(id) ?? []);
  return used;
}

/** What decides how often a loop runs. */
function controlOf(node: LoopNode): readonly ValueId[] {
  const stop = node.stops ? [present(node.body.yields[0])] : [];
  return node.kind === "for" ? [node.start, node.bound, ...stop] : [...node.condition.yields, ...stop];
}

function throws(node: GraphNode): boolean {
  if (acts(node.kind)) return true;
  let found = false;
  for (const region of regionsOf(node)) walkNodes(region, ({ kind }) => (found ||= acts(kind)));
  return found;
}

function acts(kind: GraphNode["kind"]): boolean {
  return kind === "throw" || kind === "call";
}

function pruneRegion(region: Region, used: ReadonlySet<ValueId>): Region {
  const nodes = region.nodes.flatMap((node): readonly GraphNode[] => {
    const isUsed = resultsOf(node).some((id) => used.has(id));
    const isActing = regionsOf(node).length > 0 && throws(node);
    if (acts(node.kind)) return [node];
    if (!isUsed && !isActing) return [];
    if (node.kind === "if") return [pruneIf(node, used)];
    return [isLoop(node) ? pruneLoop(node, used) : node];
  });
  return { ...region, nodes };
}

function pruneIf(node: IfNode, used: ReadonlySet<ValueId>): IfNode {
  const isKept = (_: unknown, k: number): boolean => used.has(present(node.results[k]));
  const side = (region: Region): Region => ({ ...pruneRegion(region, used), yields: region.yields.filter(isKept) });
  return { ...node, then: side(node.then), else: side(node.else), results: node.results.filter(isKept) };
}

function pruneLoop(node: LoopNode, used: ReadonlySet<ValueId>): LoopNode {
  const carried = carriedOf(node);
  const isKept = (_: unknown, k: number): boolean =>
    used.has(present(carried[k])) || used.has(present(node.results[k]));
  const [index] = node.body.arguments;
  const body = pruneRegion(node.body, used);
  const stop = node.stops ? node.body.yields.slice(0, 1) : [];
  const loop = {
    ...node,
    inits: node.inits.filter(isKept),
    body: {
      ...body,
      arguments: [present(index), ...carried.filter(isKept)],
      yields: [...stop, ...nextOf(node).filter(isKept)],
    },
    results: node.results.filter(isKept),
  };
  if (loop.kind === "for") return loop;
  const condition = pruneRegion(loop.condition, used);
  return { ...loop, condition: { ...condition, arguments: condition.arguments.filter(isKept) } };
}
