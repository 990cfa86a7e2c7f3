/**
 * Moves `allocate` nodes out of loops and branches, as far as their length is known: one buffer then serves every
 * iteration. The loop carries it; where it was allocated it is zeroed, unless every entry is stored before it is read.
 *
 *   for (…) { a = new Float64Array(m); … }   ->   a = new Float64Array(m); for (…; carry a) { a.fill(0); … }
 *
 * A buffer that the loop hands on to its next iteration (`next = new Float64Array(m); …; h = next`) changes places with
 * the one that is dropped for it, if that has the same length. (A parameter that is dropped so is copied before.)
 * Buffers that an inner loop exchanges leave together or not at all: of two that take turns, one name alone would come
 * back with the buffer of the other.
 *
 * Method: innermost first; each region hands its allocations to the region around its node.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { forEachEntry } from "../../src/ir/copy-array.ts";
import type { AllocateNode, Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { arrayGroups, type ArrayGroup } from "../analyze/array-groups.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { coveredFrom, readersOf } from "../analyze/coverage.ts";
import { equalPolynomials, type Polynomial } from "../analyze/polynomial.ts";
import { definitionsOf } from "../analyze/uses.ts";
import { buildZeroing } from "../optimize/build-polynomial.ts";
import { substitute } from "../optimize/substitute.ts";
import { lastVersion } from "./last-version.ts";
import { MovedLengths } from "./moved-lengths.ts";

export function hoistAllocations(graph: Graph): Graph {
  let hasInner = false;
  walkNodes(graph.body, (node, region) => {
    if (node.kind === "allocate" && region !== graph.body) hasInner = true;
  });
  if (!hasInner) return graph;

  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const definitions = definitionsOf(graph);
  const readers = readersOf(graph);
  const buffers = bufferOf(graph);
  const groups = arrayGroups(graph);
  /** For allocations that have moved: the one of the source. */
  const origins = new Map<ValueId, ValueId>();
  const groupOf = (node: AllocateNode): ArrayGroup => groups.groupOf(origins.get(node.result) ?? node.result);
  const replaced = new Map<ValueId, ValueId>();
  /** Allocations whose entries are all stored before they are read, as the source has them. */
  const needNoZeros = new Set<ValueId>();
  const lengths = new MovedLengths(build, definitions, algebra);

  const visitRegion = (region: Region): Region => {
    for (const node of region.nodes) {
      if (node.kind !== "allocate") continue;
      const covered = coveredFrom(region, node.result, readers, buffers, algebra);
      const isCovered = equalPolynomials(covered.extent, algebra.extentOf(node));
      if (!node.filled || isCovered) needNoZeros.add(node.result);
    }
    return build.region(region.arguments, () => {
      for (const node of region.nodes) visitNode(node);
      return region.yields;
    });
  };
  const visitNode = (original: GraphNode): void => {
    const node = mapNode(original, (value) => value, visitRegion);
    const before = build.at(original.span);
    if (isLoop(node)) visitLoop(node, original);
    else if (node.kind === "if") visitBranch(node, original);
    else build.push(node);
    build.at(before);
  };

  /** The array before the node that it leaves; undefined if its length is not known there. */
  const allocateBefore = (node: AllocateNode, original: GraphNode): AllocateNode | undefined => {
    const { element, role } = node;
    const length = lengths.before(node.length, original);
    if (length === undefined) return undefined;
    const outer = build.fresh(build.typeOf(node.result), build.nameOf(node.result));
    origins.set(outer, origins.get(node.result) ?? node.result);
    const moved: AllocateNode = {
      kind: "allocate",
      element,
      length,
      role,
      filled: false,
      ...(node.like !== undefined && { like: node.like }),
      result: outer,
      span: node.span,
    };
    build.push(moved);
    // What moved once may move on; it is zeroed where it came from.
    needNoZeros.add(outer);
    return moved;
  };

  /** The region with the allocation taken out: from there on the array starts as `inside`. */
  const withoutAllocation = (
    region: Region,
    node: AllocateNode,
    inside: ValueId,
  ): { region: Region; start: ValueId } => {
    const zeroing = build.region([], () => {
      if (needNoZeros.has(node.result)) return [inside];
      const before = build.at(node.span);
      const zero = build.constant(0);
      const like = node.like === undefined ? undefined : present(graph.parameters[node.like]).value;
      const zeroed =
        like === undefined
          ? buildZeroing(build, inside, zero, node.length)
          : forEachEntry(build, inside, node.length, like, (version, index) => build.store(version, index, zero));
      build.at(before);
      return [zeroed];
    });
    const start = present(zeroing.yields[0]);
    replaced.set(node.result, start);
    const rename = (value: ValueId): ValueId => (value === node.result ? start : value);
    return {
      region: {
        ...region,
        nodes: region.nodes.flatMap((each) => (isSame(each, node) ? zeroing.nodes : [renamed(each, rename)])),
        yields: region.yields.map(rename),
      },
      start,
    };
  };

  const visitBranch = (node: IfNode, original: GraphNode): void => {
    const leave = (region: Region): Region => {
      let current = region;
      for (const each of region.nodes) {
        if (each.kind !== "allocate" || isYielded(current, each.result, build)) continue;
        const outer = allocateBefore(each, original);
        if (outer !== undefined) current = withoutAllocation(current, each, outer.result).region;
      }
      return current;
    };
    const then = leave(node.then);
    build.push({ ...node, then, else: leave(node.else) });
  };

  const visitLoop = (node: LoopNode, original: GraphNode): void => {
    const isBound = allocationsThatStay(node, original);
    let loop = node;
    for (const each of node.body.nodes) {
      if (each.kind === "allocate" && !isBound(each)) loop = leaveLoop(loop, each, original);
    }
    build.push(loop);
  };

  /** Whether an allocation takes turns with one that cannot leave the loop. */
  const allocationsThatStay = (loop: LoopNode, original: GraphNode): ((node: AllocateNode) => boolean) => {
    const bound = new Set<ArrayGroup>();
    const visit = (region: Region): void => {
      walkNodes(region, (node, around) => {
        if (node.kind !== "allocate" || !groupOf(node).isPermuted) return;
        if (around !== loop.body || lengths.before(node.length, original) === undefined) bound.add(groupOf(node));
      });
    };
    visit(loop.body);
    if (loop.kind === "while") visit(loop.condition);
    return (node) => bound.has(groupOf(node));
  };

  const leaveLoop = (loop: LoopNode, node: AllocateNode, original: GraphNode): LoopNode => {
    const followed = lastVersion(loop.body, node.result, build);
    const isHandedOn = nextOf(loop).includes(followed.last);
    const dropped = isHandedOn ? droppedArray(loop, node) : undefined;
    if (isHandedOn && dropped === undefined) return loop;
    const outer = allocateBefore(node, original);
    if (outer === undefined) return loop;
    const inside = build.fresh(build.typeOf(node.result), build.nameOf(node.result));
    const taken = withoutAllocation(loop.body, node, inside);
    const end = lastVersion(taken.region, dropped?.argument ?? taken.start, build);
    const type = build.typeOf(node.result);
    const name = build.nameOf(node.result);
    const body: Region = {
      ...end.region,
      arguments: [...end.region.arguments, inside],
      yields: [...end.region.yields, end.last],
    };
    const inits = loop.inits.map((init, slot) => (slot === dropped?.slot ? writable(init, outer) : init));
    const grown = { inits: [...inits, outer.result], results: [...loop.results, build.fresh(type, name)], body };
    if (loop.kind === "for") return { ...loop, ...grown };
    const { condition } = loop;
    return {
      ...loop,
      ...grown,
      condition: { ...condition, arguments: [...condition.arguments, build.fresh(type, name)] },
    };
  };

  /** A carried array of the same length, of which nothing is handed on. */
  const droppedArray = (loop: LoopNode, node: AllocateNode): { argument: ValueId; slot: number } | undefined => {
    const next = nextOf(loop);
    for (const [slot, argument] of carriedOf(loop).entries()) {
      const type = build.typeOf(argument);
      if (typeof type !== "object" || type.element !== node.element) continue;
      if (next.includes(lastVersion(loop.body, argument, build).last)) continue;
      const length = lengthOf(present(loop.inits[slot]));
      if (length !== undefined && equalPolynomials(length, lengths.polynomialOf(node.length)))
        return { argument, slot };
    }
    return undefined;
  };

  const lengthOf = (array: ValueId): Polynomial | undefined => {
    const origin = buffers.get(array) ?? array;
    const definition = definitions.get(origin);
    if (definition?.kind === "parameter") return lengthOfParameter(origin);
    if (definition?.kind === "argument") {
      return lengthOf(present(definition.loop.inits[definition.index - (definition.region === "body" ? 1 : 0)]));
    }
    const node = definition?.node;
    if (node?.kind === "allocate") return lengths.polynomialOf(node.length);
    if (node !== undefined && isLoop(node)) return lengthOf(present(node.inits[node.results.indexOf(origin)]));
    return undefined;
  };

  const lengthOfParameter = (array: ValueId): Polynomial | undefined => {
    const given = graph.lengths?.get(graph.parameters.findIndex(({ value }) => value === array));
    if (given !== undefined) return lengths.polynomialOf(given);
    const node = (readers.get(array) ?? []).find((reader) => reader.kind === "length" && reader.at === undefined);
    return node?.kind === "length" ? lengths.polynomialOf(node.result) : undefined;
  };

  /** The array, or a copy of it if it is not ours. */
  const writable = (array: ValueId, node: AllocateNode): ValueId => {
    const origin = definitions.get(buffers.get(array) ?? array);
    const isOurs = origin?.kind !== "parameter" && !(origin?.kind === "result" && origin.node.kind === "table");
    if (isOurs) return array;
    const copy = build.allocate(node.element, node.length, node.role, false, build.nameOf(node.result));
    const start = build.constant(0);
    const range = { start, bound: node.length, step: 1, inclusive: false, indexName: "k" };
    const loop = build.for(range, [copy], (index, [carried]) => [
      build.store(present(carried), index, build.load(array, index)),
    ]);
    return present(loop.results[0]);
  };

  const body = visitRegion(graph.body);
  return substitute({ ...graph, body, values: build.values }, replaced);
}

function isSame(node: GraphNode, allocation: AllocateNode): boolean {
  return node.kind === "allocate" && node.result === allocation.result;
}

function isYielded(region: Region, array: ValueId, build: GraphBuilder): boolean {
  return region.yields.includes(lastVersion(region, array, build).last);
}

/** The node with an operand renamed, there and in its regions. */
function renamed(node: GraphNode, rename: (value: ValueId) => ValueId): GraphNode {
  return mapNode(node, rename, (region) => ({
    ...region,
    nodes: region.nodes.map((inner) => renamed(inner, rename)),
    yields: region.yields.map(rename),
  }));
}
