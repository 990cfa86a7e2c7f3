/**
 * Reads the original where a copy of an array is only read: both must stay as they are.
 *
 *   for (k…) dy[k] = ySeed[k]; …; d = dy[i]   ->   …; d = ySeed[i]
 *
 * The seed of an output is copied because the reverse sweep clears what it has used; often no clearing is left.
 */
import type { AllocateNode, Graph, LoadNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf, nextOf, walkNodes, walkRegions } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { rangeStored, readersOf, storeOfNest } from "../analyze/coverage.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { equalPolynomials } from "../analyze/polynomial.ts";
import { definitionsOf, nodeOf, rootsOf } from "../analyze/uses.ts";
import { deadCode } from "./dead-code.ts";
import { substitute } from "./substitute.ts";

export function forwardCopies(graph: Graph): Graph {
  const algebra = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const groups = arrayGroups(graph);
  const readers = readersOf(graph);
  const definitions = definitionsOf(graph);
  const roots = new Set(rootsOf(graph));

  const elementOf = (array: ValueId): string | undefined => {
    const type = graph.values.get(array)?.type;
    return typeof type === "object" ? type.element : undefined;
  };
  /** Whether an entry of the source comes through the copy as it is. */
  const isLossless = (source: ValueId, copy: ValueId): boolean => {
    const [from, to] = [elementOf(source), elementOf(copy)];
    return from === to || to === "f64" || to === "number";
  };

  /** The last version of the copy, and what it is copied from. */
  const copyOf = (node: AllocateNode): { version: ValueId; source: ValueId } | undefined => {
    const [loop, ...others] = readers.get(node.result) ?? [];
    if (loop?.kind !== "for" || others.length > 0) return undefined;
    const slot = loop.inits.indexOf(node.result);
    const nest = slot < 0 ? undefined : storeOfNest(loop, slot, readers);
    const range = rangeStored(loop, node.result, readers, buffers, algebra);
    const load: LoadNode | undefined = nest && loadOf(nest.store.value);
    if (nest?.loops.length !== 1 || range === undefined || load === undefined) return undefined;
    if (nest.store.index !== indexOf(loop) || load.index !== indexOf(loop)) return undefined;
    // What is stored there once more in the same round is no copy.
    if (nest.store.result !== nextOf(loop)[slot]) return undefined;
    if (range.low.size > 0 || !equalPolynomials(range.high, algebra.extentOf(node))) return undefined;
    const isSteady = groups.groupOf(load.array).changes.length === 0 && !groups.groupOf(node.result).isPermuted;
    if (!isSteady || !isLossless(load.array, node.result)) return undefined;
    return roots.has(range.version) ? undefined : { version: range.version, source: load.array };
  };
  const loadOf = (value: ValueId): LoadNode | undefined => {
    const node = nodeOf(definitions, value);
    return node?.kind === "load" ? node : undefined;
  };

  const yielded = new Set<ValueId>();
  walkRegions(graph.body, (region) => region.yields.forEach((value) => yielded.add(value)));
  const replaced = new Map<ValueId, ValueId>();
  walkNodes(graph.body, (node) => {
    const copy = node.kind === "allocate" ? copyOf(node) : undefined;
    if (copy === undefined) return;
    // Nothing changes the copy; and a loop that carried it would have to carry the original.
    const isLoaded = (readers.get(copy.version) ?? []).every((reader) => reader.kind === "load");
    if (isLoaded && !yielded.has(copy.version)) replaced.set(copy.version, copy.source);
  });
  return replaced.size === 0 ? graph : deadCode(substitute(graph, replaced));
}
