/**
 * Which values depend on the directions, and after which node of a region each value is used no more.
 */
import type { Graph, GraphNode, Region, ValueId } from "../../../src/ir/graph.ts";
import {
  carriedOf,
  isLoop,
  nextOf,
  operandsOf,
  regionsOf,
  resultsOf,
  walkNodes,
  walkUses,
} from "../../../src/ir/walk.ts";
import type { ArrayGroups } from "../../analyze/array-groups.ts";

/** The numbers and booleans that depend on the seeds, and all versions of arrays that do. */
export function directional(graph: Graph, groups: ArrayGroups, seeds: readonly ValueId[]): (value: ValueId) => boolean {
  const found = new Set<ValueId>();
  const isArray = (value: ValueId): boolean => typeof graph.values.get(value)?.type === "object";
  const keyOf = (value: ValueId): ValueId => (isArray(value) ? groups.groupOf(value).id : value);
  const has = (value: ValueId): boolean => found.has(keyOf(value));
  let hasGrown = true;
  const add = (value: ValueId): void => {
    if (has(value)) return;
    found.add(keyOf(value));
    hasGrown = true;
  };
  seeds.forEach(add);
  const visit = (node: GraphNode): void => {
    switch (node.kind) {
      case "operation":
        if (node.operands.some(has)) add(node.result);
        return;
      case "load":
        if (has(node.array)) add(node.result);
        return;
      case "store":
        if (has(node.value)) add(node.array);
        return;
      case "call":
        if (node.operands.some(has)) node.results.forEach(add);
        return;
      case "if":
        node.results.forEach((result, k) => {
          if (isArray(result)) return;
          const ways = [node.condition, node.then.yields[k], node.else.yields[k]];
          if (ways.some((way) => way !== undefined && has(way))) add(result);
        });
        return;
      case "for":
      case "while":
        carriedOf(node).forEach((argument, k) => {
          const [init, next, result] = [node.inits[k], nextOf(node)[k], node.results[k]];
          const all = [init, argument, next, result].filter((value) => value !== undefined);
          if (isArray(argument)) return;
          if (all.some(has)) all.slice(1, 2).concat(all.slice(3)).forEach(add);
        });
        return;
      default:
        return;
    }
  };
  while (hasGrown) {
    hasGrown = false;
    walkNodes(graph.body, visit);
  }
  return has;
}

/** For each region: the place of the last node that uses a value, those in inner regions too; `outcomes` are used after all. */
export function lastUses(graph: Graph, outcomes: readonly ValueId[]): (region: Region) => ReadonlyMap<ValueId, number> {
  const all = new Map<Region, ReadonlyMap<ValueId, number>>();
  const visit = (region: Region): void => {
    const last = new Map<ValueId, number>();
    region.nodes.forEach((node, place) => {
      operandsOf(node).forEach((value) => last.set(value, place));
      for (const inner of regionsOf(node)) {
        visit(inner);
        walkUses(inner, (value) => last.set(value, place));
      }
    });
    region.yields.forEach((value) => last.set(value, region.nodes.length));
    all.set(region, last);
  };
  visit(graph.body);
  const { body } = graph;
  all.set(body, new Map([...(all.get(body) ?? []), ...outcomes.map((value) => [value, body.nodes.length] as const)]));
  return (region) => all.get(region) ?? new Map<ValueId, number>();
}

/** Whether the node, or one within, has to do with what depends on the directions. */
export function touches(node: GraphNode, isDirectional: (value: ValueId) => boolean): boolean {
  const isTouched = (each: GraphNode): boolean =>
    [...operandsOf(each), ...resultsOf(each)].some(isDirectional) ||
    (isLoop(each) && each.body.arguments.some(isDirectional)) ||
    regionsOf(each).some((region) => region.yields.some(isDirectional) || region.nodes.some(isTouched));
  return isTouched(node);
}
