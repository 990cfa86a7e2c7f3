/** Where values are defined, how often they are used, and which loops stand around them. */
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { valuesOfOutput } from "../../src/ir/outputs.ts";
import { isLoop, nextOf, operandsOf, regionsOf, resultsOf } from "../../src/ir/walk.ts";

/** What defines a value. */
export type Definition =
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "result"; readonly node: GraphNode }
  /** The index (or iteration number) of a loop is argument 0 of its body. */
  | {
      readonly kind: "argument";
      readonly loop: LoopNode;
      readonly region: "condition" | "body";
      readonly index: number;
    };

/** The definition of every value of the graph. */
export function definitionsOf(graph: Graph): ReadonlyMap<ValueId, Definition> {
  const definitions = new Map<ValueId, Definition>();
  graph.body.arguments.forEach((value, index) => definitions.set(value, { kind: "parameter", index }));
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      for (const result of resultsOf(node)) definitions.set(result, { kind: "result", node });
      if (isLoop(node)) {
        const loop = node;
        loop.body.arguments.forEach((value, index) =>
          definitions.set(value, { kind: "argument", loop, region: "body", index }),
        );
        if (loop.kind === "while") {
          loop.condition.arguments.forEach((value, index) =>
            definitions.set(value, { kind: "argument", loop, region: "condition", index }),
          );
        }
      }
      regionsOf(node).forEach(visit);
    }
  };
  visit(graph.body);
  return definitions;
}

/** The node that has the value as a result, if one has. */
export function nodeOf(definitions: ReadonlyMap<ValueId, Definition>, value: ValueId): GraphNode | undefined {
  const definition = definitions.get(value);
  return definition?.kind === "result" ? definition.node : undefined;
}

/** The values that this one may be a copy of, through loops that carry it and branches that yield it. */
export function sourcesOf(definitions: ReadonlyMap<ValueId, Definition>, value: ValueId): ReadonlySet<ValueId> {
  const sources = new Set<ValueId>();
  const seen = new Set<ValueId>();
  const pending: (ValueId | undefined)[] = [value];
  const followSlot = (loop: LoopNode, slot: number): void => void pending.push(loop.inits[slot], nextOf(loop)[slot]);
  while (pending.length > 0) {
    const current = pending.pop();
    if (current === undefined || seen.has(current)) continue;
    seen.add(current);
    const definition = definitions.get(current);
    const node = definition?.kind === "result" ? definition.node : undefined;
    const slot = node !== undefined && "results" in node ? node.results.indexOf(current) : -1;
    if (definition?.kind === "argument" && !isCount(definition)) {
      followSlot(definition.loop, definition.region === "body" ? definition.index - 1 : definition.index);
    } else if (node?.kind === "if") {
      const condition = nodeOf(definitions, node.condition);
      const known = condition?.kind === "constant" ? condition.value : undefined;
      if (known !== false) pending.push(node.then.yields[slot]);
      if (known !== true) pending.push(node.else.yields[slot]);
    } else if (node !== undefined && isLoop(node) && slot >= 0) {
      followSlot(node, slot);
    } else {
      sources.add(current);
    }
  }
  return sources;
}

function isCount(definition: Definition & { kind: "argument" }): boolean {
  return definition.region === "body" && definition.index === 0;
}

/** The values that are named after the body: the returned ones with the lengths of arrays, and last versions of parameters. */
export function rootsOf(graph: Graph): readonly ValueId[] {
  return [...valuesOfOutput(graph.returned), ...graph.final.values(), ...(graph.members?.values() ?? [])];
}

/** How often each value is read: by nodes, as a yield, or after the body. */
export function useCounts(graph: Graph): ReadonlyMap<ValueId, number> {
  const counts = new Map<ValueId, number>();
  const count = (value: ValueId): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      operandsOf(node).forEach(count);
      regionsOf(node).forEach(visit);
    }
    region.yields.forEach(count);
  };
  visit(graph.body);
  rootsOf(graph).forEach(count);
  return counts;
}

/** Program positions: answers whether a value is defined within a loop (or branch) without a walk. */
export interface Places {
  /** Defined by an argument or a node of the loop's regions, at any depth. */
  readonly isWithin: (value: ValueId, owner: GraphNode) => boolean;
  /** The loops around the definition, outermost first. The arguments of a loop stand within it. */
  readonly loopsAround: (value: ValueId) => readonly LoopNode[];
}

export function placesOf(graph: Graph): Places {
  const positions = new Map<ValueId, number>();
  const around = new Map<ValueId, readonly LoopNode[]>();
  const extents = new Map<GraphNode, readonly [number, number]>();
  let position = 0;
  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    const define = (value: ValueId): void => {
      positions.set(value, position++);
      around.set(value, loops);
    };
    region.arguments.forEach(define);
    for (const node of region.nodes) {
      const regions = regionsOf(node);
      if (regions.length > 0) {
        const from = position++;
        const inner = isLoop(node) ? [...loops, node] : loops;
        for (const each of regions) visit(each, inner);
        extents.set(node, [from, position++]);
      }
      resultsOf(node).forEach(define);
    }
  };
  visit(graph.body, []);
  return {
    isWithin: (value, owner) => {
      const at = positions.get(value);
      const extent = extents.get(owner);
      return at !== undefined && extent !== undefined && at > extent[0] && at < extent[1];
    },
    loopsAround: (value) => around.get(value) ?? [],
  };
}
