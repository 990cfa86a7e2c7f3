/**
 * Takes out of loops the carried values that never change from a known start: above all an adjoint that starts at 0 and
 * that every branch hands on as 0.
 *
 *   for (…; d = 0) { …; yield x > y ? d : 0 }   ->   d is 0
 *
 * Method: optimistic. All carried values with a known start are taken to keep it; those for which the body does not give
 * it back are dropped, until none is. A factor 0 makes a product 0 in the derivative alone, where the zero is structural.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf } from "../../src/ir/walk.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";
import { fold } from "./fold.ts";
import { substitute } from "./substitute.ts";

type Known = number | boolean;

/** How deep expressions are looked into. */
const reach = 12;
/** How many values are looked at for one loop: in a nest, each loop would look at all those within for each of its values. */
const most = 20_000;

export function constantCarried(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  let looked = 0;

  const knownOf = (value: ValueId, assumed: ReadonlyMap<ValueId, Known>, depth: number): Known | undefined => {
    const given = assumed.get(value);
    if (given !== undefined || depth > reach || looked++ > most) return given;
    const node = nodeOf(definitions, value);
    switch (node?.kind) {
      case "constant":
        return node.value;
      case "operation": {
        const operands = node.operands.map((operand) => knownOf(operand, assumed, depth + 1));
        const [left, right] = operands;
        const isProduct = node.operation === "mul" && (isZero(left) || isZero(right));
        const isQuotient = node.operation === "div" && isZero(left);
        if (node.origin !== undefined && (isProduct || isQuotient)) return 0;
        const all = operands.filter((operand) => operand !== undefined);
        return all.length === operands.length ? fold(node.operation, all) : undefined;
      }
      case "if": {
        const slot = node.results.indexOf(value);
        const condition = knownOf(node.condition, assumed, depth + 1);
        const sides = condition === undefined ? [node.then, node.else] : [condition === true ? node.then : node.else];
        const [first, ...others] = sides.map(({ yields }) => knownOf(present(yields[slot]), assumed, depth + 1));
        return others.every((other) => other !== undefined && isSame(other, first, node)) ? first : undefined;
      }
      case "for":
      case "while":
        return stayingIn(node, assumed, depth + 1).get(node.results.indexOf(value));
      default:
        return undefined;
    }
  };

  /** The carried values, by slot, that keep their known start. */
  const stayingIn = (
    loop: LoopNode,
    assumed: ReadonlyMap<ValueId, Known>,
    depth: number,
  ): ReadonlyMap<number, Known> => {
    const carried = carriedOf(loop);
    const next = nextOf(loop);
    const staying = new Map<number, Known>();
    loop.inits.forEach((init, slot) => {
      const start = knownOf(init, assumed, depth);
      if (start !== undefined) staying.set(slot, start);
    });
    for (let changed = staying.size > 0; changed;) {
      changed = false;
      const inside = new Map(assumed);
      for (const [slot, start] of staying) inside.set(present(carried[slot]), start);
      for (const [slot, start] of [...staying]) {
        const yielded = knownOf(present(next[slot]), inside, depth);
        if (yielded !== undefined && isSame(yielded, start, loop)) continue;
        staying.delete(slot);
        changed = true;
      }
    }
    return staying;
  };

  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) {
        if (isLoop(node)) takeOut(node);
        build.push(mapNode(node, (value) => value, visitRegion));
      }
      return region.yields;
    });
  const takeOut = (loop: LoopNode): void => {
    looked = 0;
    for (const [slot, known] of stayingIn(loop, new Map(), 0)) {
      const value = build.constant(known);
      replaced.set(present(carriedOf(loop)[slot]), value);
      replaced.set(present(loop.results[slot]), value);
      if (loop.kind === "while") replaced.set(present(loop.condition.arguments[slot]), value);
    }
  };

  const body = visitRegion(graph.body);
  return substitute({ ...graph, body, values: build.values }, replaced);
}

function isZero(value: Known | undefined): boolean {
  return value === 0;
}

/** In a derivative the sign of a zero does not count. */
function isSame(one: Known, other: Known | undefined, node: GraphNode): boolean {
  return node.origin === undefined ? Object.is(one, other) : one === other;
}
