/**
 * Removes what nobody reads, and what stands behind a throw: pure nodes, loops and branches without used results, carried values and branch results
 * that are only passed round, and arrays that are stored to but never read, with their stores.
 *
 * Method: values are marked from the roots (what is named after the body, throws, and calls, but for those of functions that
 * do nothing beside giving results) backward; a loop or branch that
 * holds something live keeps what decides whether and how often it runs. Every loop is taken to end.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, Region, ValueId, ValueInfo } from "../../src/ir/graph.ts";
import { isLoop, nextOf, operandsOf, regionsOf, resultsOf, walkRegions } from "../../src/ir/walk.ts";
import { cutAfterThrow } from "./cut-after-throw.ts";
import { definitionsOf, rootsOf, type Definition } from "../analyze/uses.ts";

export function deadCode(given: Graph): Graph {
  const graph = cutAfterThrow(given);
  const live = liveValues(graph);
  const body = sweepRegion(graph.body, live);
  const values = new Map<ValueId, ValueInfo>();
  let nodes = 0;
  const define = (value: ValueId): void => void values.set(value, present(graph.values.get(value), `value ${value}`));
  walkRegions(body, (region) => {
    nodes += region.nodes.length;
    region.arguments.forEach(define);
    for (const node of region.nodes) resultsOf(node).forEach(define);
  });
  return nodes === live.nodes && values.size === graph.values.size ? graph : { ...graph, body, values };
}

interface Live {
  readonly values: ReadonlySet<ValueId>;
  /** Loops and branches that stay. */
  readonly owners: ReadonlySet<GraphNode>;
  /** What happens in any case. */
  readonly effects: ReadonlySet<GraphNode>;
  /** How many nodes there are, dead ones too. */
  readonly nodes: number;
}

function liveValues(graph: Graph): Live {
  const definitions = definitionsOf(graph);
  const ownerOf = new Map<GraphNode, GraphNode | undefined>();
  const effects = new Set<GraphNode>();
  const collect = (region: Region, owner: GraphNode | undefined): void => {
    for (const node of region.nodes) {
      ownerOf.set(node, owner);
      if (isEffect(node, graph)) effects.add(node);
      for (const inner of regionsOf(node)) collect(inner, node);
    }
  };
  collect(graph.body, undefined);

  const values = new Set<ValueId>();
  const owners = new Set<GraphNode>();
  const pending: ValueId[] = [];
  const mark = (value: ValueId | undefined): void => {
    if (value === undefined || values.has(value)) return;
    values.add(value);
    pending.push(value);
  };
  /** The node runs: so must what stands around it. */
  const keep = (node: GraphNode | undefined): void => {
    for (let owner = node; owner !== undefined && !owners.has(owner); owner = ownerOf.get(owner)) {
      owners.add(owner);
      controlOf(owner).forEach(mark);
    }
  };

  rootsOf(graph).forEach(mark);
  for (const node of effects) {
    operandsOf(node).forEach(mark);
    keep(ownerOf.get(node));
  }
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    const definition = definitions.get(value);
    if (definition === undefined || definition.kind === "parameter") continue;
    if (definition.kind === "argument") {
      keep(definition.loop);
      const slot = slotOf(definition);
      if (slot !== undefined) markSlot(definition.loop, slot, mark);
      continue;
    }
    const { node } = definition;
    if (isLoop(node)) {
      keep(node);
      const slot = node.results.indexOf(value);
      if (slot >= 0) markSlot(node, slot, mark);
    } else if (node.kind === "if") {
      keep(node);
      const slot = node.results.indexOf(value);
      mark(node.then.yields[slot]);
      mark(node.else.yields[slot]);
    } else {
      operandsOf(node).forEach(mark);
      keep(ownerOf.get(node));
    }
  }
  return { values, owners, effects, nodes: ownerOf.size };
}

/** What happens whether or not anybody reads a result. */
function isEffect(node: GraphNode, { functions }: Graph): boolean {
  if (node.kind !== "call") return node.kind === "throw" || node.kind === "push" || node.kind === "pop";
  const callee = functions?.get(node.callee);
  return callee === undefined || node.written.length > 0 || hasEffect(callee.body, callee);
}

function hasEffect(region: Region, graph: Graph): boolean {
  return region.nodes.some((node) => isEffect(node, graph) || regionsOf(node).some((inner) => hasEffect(inner, graph)));
}

/** What decides whether and how often the regions of a node run. */
function controlOf(node: GraphNode): readonly ValueId[] {
  if (node.kind === "if") return [node.condition];
  if (!isLoop(node)) return [];
  const stop = node.stops ? node.body.yields.slice(0, 1) : [];
  return node.kind === "for" ? [node.start, node.bound, ...stop] : [...node.condition.yields, ...stop];
}

/** Which of the carried an argument is; undefined for the index. */
function slotOf(definition: Definition & { kind: "argument" }): number | undefined {
  if (definition.region === "condition") return definition.index;
  return definition.index === 0 ? undefined : definition.index - 1;
}

/** A carried value that is read anywhere needs its init and what the body yields for it. */
function markSlot(loop: LoopNode, slot: number, mark: (value: ValueId | undefined) => void): void {
  mark(loop.results[slot]);
  mark(loop.body.arguments[slot + 1]);
  mark(loop.inits[slot]);
  mark(nextOf(loop)[slot]);
}

function sweepRegion(region: Region, live: Live): Region {
  return { ...region, nodes: region.nodes.flatMap((node) => sweepNode(node, live)) };
}

function sweepNode(node: GraphNode, live: Live): readonly GraphNode[] {
  if (live.effects.has(node)) return [node];
  if (node.kind === "if") {
    if (!live.owners.has(node)) return [];
    const kept = (_: unknown, slot: number) => live.values.has(node.results[slot]!);
    const branch = (region: Region) => ({ ...sweepRegion(region, live), yields: region.yields.filter(kept) });
    return [{ ...node, then: branch(node.then), else: branch(node.else), results: node.results.filter(kept) }];
  }
  if (isLoop(node)) return live.owners.has(node) ? [sweepLoop(node, live)] : [];
  return resultsOf(node).some((value) => live.values.has(value)) ? [node] : [];
}

function sweepLoop(loop: LoopNode, live: Live): LoopNode {
  const kept = (_: unknown, slot: number) => live.values.has(loop.results[slot]!);
  const swept = sweepRegion(loop.body, live);
  const body: Region = {
    arguments: [...loop.body.arguments.slice(0, 1), ...loop.body.arguments.slice(1).filter(kept)],
    nodes: swept.nodes,
    yields: [...loop.body.yields.slice(0, loop.stops ? 1 : 0), ...nextOf(loop).filter(kept)],
  };
  const carried = { inits: loop.inits.filter(kept), results: loop.results.filter(kept), body };
  if (loop.kind === "for") return { ...loop, ...carried };
  const tested = sweepRegion(loop.condition, live);
  return { ...loop, ...carried, condition: { ...tested, arguments: loop.condition.arguments.filter(kept) } };
}
