/**
 * Takes out of loops and branches what they only pass through: a carried value that the body yields as it came in (or
 * as it was before the loop), two carried values that are always the same, branch results that both regions agree on.
 *
 *   for (…; x = a) { …; yield x }   ->   for (…) { … }, and x is a
 *
 * Method: innermost first, so that what an inner loop passes through, an outer one is seen to pass through too.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf } from "../../src/ir/walk.ts";
import { keepName, resolver, substitute } from "../optimize/substitute.ts";

export function pruneCarried(graph: Graph): Graph {
  const values = new Map(graph.values);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const replace = (gone: ValueId, kept: ValueId): void => {
    if (gone === kept) return;
    replaced.set(gone, kept);
    keepName(values, gone, kept);
  };

  const visitRegion = (region: Region): Region => ({
    arguments: region.arguments,
    nodes: region.nodes.map(visitNode),
    yields: region.yields.map(resolve),
  });
  const visitNode = (original: GraphNode): GraphNode => {
    const node = mapNode(original, resolve, visitRegion);
    if (node.kind === "if") return pruneBranch(node, replace);
    return isLoop(node) ? pruneLoop(node, resolve, replace) : node;
  };
  const body = visitRegion(graph.body);
  return substitute({ ...graph, body, values }, replaced);
}

type Replace = (gone: ValueId, kept: ValueId) => void;

function pruneBranch(node: IfNode, replace: Replace): IfNode {
  const known = new Map<string, ValueId>();
  const kept: number[] = [];
  node.results.forEach((result, slot) => {
    const taken = present(node.then.yields[slot]);
    const other = present(node.else.yields[slot]);
    const same = known.get(`${taken} ${other}`);
    if (taken === other) return replace(result, taken);
    if (same !== undefined) return replace(result, same);
    known.set(`${taken} ${other}`, result);
    kept.push(slot);
  });
  if (kept.length === node.results.length) return node;
  const pick = (all: readonly ValueId[]) => kept.map((slot) => present(all[slot]));
  return {
    ...node,
    then: { ...node.then, yields: pick(node.then.yields) },
    else: { ...node.else, yields: pick(node.else.yields) },
    results: pick(node.results),
  };
}

function pruneLoop(loop: LoopNode, resolve: (value: ValueId) => ValueId, replace: Replace): LoopNode {
  const known = new Map<string, number>();
  const kept: number[] = [];
  const carried = carriedOf(loop);
  const next = nextOf(loop);
  carried.forEach((value, slot) => {
    const init = present(loop.inits[slot]);
    const yielded = resolve(present(next[slot]));
    const names = [value, loop.results[slot], loop.kind === "while" ? loop.condition.arguments[slot] : undefined];
    if (yielded === value || yielded === init) {
      for (const name of names) if (name !== undefined) replace(name, init);
      return;
    }
    const twin = known.get(`${init} ${yielded}`);
    if (twin !== undefined) {
      replace(value, present(carried[twin]));
      replace(present(loop.results[slot]), present(loop.results[twin]));
      if (loop.kind === "while") {
        replace(present(loop.condition.arguments[slot]), present(loop.condition.arguments[twin]));
      }
      return;
    }
    known.set(`${init} ${yielded}`, slot);
    kept.push(slot);
  });
  if (kept.length === carried.length) return loop;
  const pick = (all: readonly ValueId[]) => kept.map((slot) => present(all[slot]));
  const body: Region = {
    arguments: [...loop.body.arguments.slice(0, 1), ...pick(carried)],
    nodes: loop.body.nodes,
    yields: [...loop.body.yields.slice(0, loop.stops ? 1 : 0), ...pick(next)],
  };
  const pruned = { inits: pick(loop.inits), results: pick(loop.results), body };
  if (loop.kind === "for") return { ...loop, ...pruned };
  return {
    ...loop,
    ...pruned,
    condition: { ...loop.condition, arguments: pick(loop.condition.arguments) },
  };
}
