/**
 * Writes out short loops with a known number of rounds that go through small local arrays, so that these can be taken apart
 * (scalar-replacement.ts) and what depends on few entries is seen to do so.
 *
 *   v = [0, 0, 0]; for (i = 0; i < 3; i++) v[i] = a[k + i]   ->   v[0] = a[k + 0]; v[1] = a[k + 1]; v[2] = a[k + 2]
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { ForNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, mapNode, nextOf, regionsOf, renameResults, walkNodes } from "../../src/ir/walk.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { constantsOf } from "../analyze/constants.ts";
import { mapRoots, resolver } from "../optimize/substitute.ts";

/** Of more rounds, or more nodes, a loop stays one. */
const mostRounds = 8;
const mostNodes = 600;
/** Larger arrays stay arrays. */
const largest = 16;

export function unrollShort(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const groups = arrayGroups(graph);
  const constants = constantsOf(graph);
  const isSmall = (array: ValueId): boolean => {
    const { allocations, parameters } = groups.groupOf(array);
    return (
      parameters.length === 0 &&
      allocations.every(({ role }) => role.kind === "local") &&
      allocations.every(({ length }) => Number(constants.get(length) ?? Infinity) <= largest)
    );
  };
  const goesThroughSmall = (loop: ForNode): boolean => {
    let found = false;
    walkNodes(loop.body, (node) => {
      const isAccess = node.kind === "load" || node.kind === "store";
      if (isAccess && !constants.has(node.index) && isSmall(node.array)) found = true;
    });
    return found;
  };
  const roundsOf = (loop: ForNode): readonly number[] | undefined => {
    const [start, bound] = [constants.get(loop.start), constants.get(loop.bound)];
    if (typeof start !== "number" || typeof bound !== "number" || loop.stops || !Number.isInteger(loop.step))
      return undefined;
    if (loop.fixedPoint !== undefined) return undefined;
    const goesOn = (at: number): boolean => {
      if (loop.step > 0) return loop.inclusive ? at <= bound : at < bound;
      return loop.inclusive ? at >= bound : at > bound;
    };
    const rounds: number[] = [];
    for (let at = start; goesOn(at) && rounds.length <= mostRounds; at += loop.step) rounds.push(at);
    const isShort = rounds.length <= mostRounds && rounds.length * sizeOf(loop.body) <= mostNodes;
    return isShort && goesThroughSmall(loop) ? rounds : undefined;
  };

  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  let isInRound = false;
  const fresh = (value: ValueId): ValueId => {
    if (!isInRound) return value;
    const twin = build.twin(value);
    replaced.set(value, twin);
    return twin;
  };
  const visitRegion = (region: Region): Region =>
    build.region(region.arguments.map(fresh), () => {
      region.nodes.forEach(visit);
      return region.yields.map(resolve);
    });
  const visit = (node: GraphNode): void => {
    const rounds = node.kind === "for" ? roundsOf(node) : undefined;
    if (node.kind === "for" && rounds !== undefined) return writeOut(node, rounds);
    build.push(renameResults(mapNode(node, resolve, visitRegion), fresh));
  };
  const writeOut = (loop: ForNode, rounds: readonly number[]): void => {
    const outer = isInRound;
    let carried = loop.inits.map(resolve);
    for (const round of rounds) {
      isInRound = true;
      replaced.set(indexOf(loop), build.constant(round));
      carriedOf(loop).forEach((argument, k) => replaced.set(argument, present(carried[k])));
      loop.body.nodes.forEach(visit);
      carried = nextOf(loop).map(resolve);
    }
    isInRound = outer;
    loop.results.forEach((result, k) => replaced.set(result, present(carried[k])));
    replaced.set(loop.trips, build.constant(rounds.length));
  };

  const body = visitRegion(graph.body);
  return mapRoots({ ...graph, body, values: build.values }, resolve);
}

function sizeOf({ nodes }: Region): number {
  return nodes.reduce((sum, node) => sum + 1 + regionsOf(node).reduce((inner, each) => inner + sizeOf(each), 0), 0);
}
