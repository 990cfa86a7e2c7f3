/**
 * A load of an entry that was just stored gives the stored value, without the array in between; a store to an entry
 * that a later store overwrites, or that puts back what is there, is left out. Entries are compared as index
 * polynomials: equal, apart (by a constant, or as far as the loops around let them come), or unknown. Nothing is followed
 * into or out of loops and branches.
 *
 *   h[i] = e; y += h[i]   ->   h[i] = e; y += e
 *
 * A float32 array rounds what it stores: the load becomes a `fround`, but for the gradient's own sums.
 */
import { invariant, present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type {
  AllocateNode,
  ElementType,
  Graph,
  GraphNode,
  LoadNode,
  LoopNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { isLoop, mapNode, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { readersOf } from "../analyze/coverage.ts";
import { accessesOf, type LoopAccess } from "../analyze/loop-entries.ts";
import { equalPolynomials } from "../analyze/polynomial.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { keepName, mapRoots, resolver } from "./substitute.ts";

/** How many stores are looked through. */
const reach = 16;

export function forwardStores(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const algebra = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const uses = new Map(useCounts(graph));
  const readers = readersOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  /** Stores that another store of the same region makes useless. */
  const useless = new Set<GraphNode>();

  /** How two indices lie while the bodies of these loops run. */
  const compare = (left: ValueId, right: ValueId, loops: readonly LoopNode[]): "same" | "apart" | "unknown" => {
    if (left === right) return "same";
    const one = algebra.polynomialOf(left);
    const other = algebra.polynomialOf(right);
    if (equalPolynomials(one, other)) return "same";
    return algebra.areApart(one, other, loops) ? "apart" : "unknown";
  };

  /** What the entry holds, where a store of it can be seen. */
  const stored = (load: LoadNode): Stored | undefined => {
    const loops = algebra.places.loopsAround(load.result);
    let version = load.array;
    for (let step = 0; step < reach; step++) {
      const node = nodeOf(definitions, version);
      if (node?.kind === "allocate") return isZero(node, load, definitions) ? "zero" : undefined;
      if (node !== undefined && isLoop(node)) {
        const before = beforeLoop(node, version, load.index, loops);
        if (before === undefined) return undefined;
        version = before;
        continue;
      }
      if (node?.kind !== "store") return undefined;
      const relation = compare(node.index, load.index, loops);
      if (relation === "same") return { value: node.value };
      if (relation === "unknown") return undefined;
      version = node.array;
    }
    return undefined;
  };

  /** The version that the loop takes, if its body has nothing to do with the entry in any iteration. */
  const beforeLoop = (
    loop: LoopNode,
    result: ValueId,
    index: ValueId,
    loops: readonly LoopNode[],
  ): ValueId | undefined => {
    const slot = loop.results.indexOf(result);
    const isOther = ({ node, inner }: LoopAccess): boolean =>
      compare(node.index, index, [...loops, loop, ...inner]) === "apart";
    return accessesOf(loop, slot)?.every(isOther) ? loop.inits[slot] : undefined;
  };

  const forwarded = new Map<GraphNode, Stored>();
  walkNodes(graph.body, (node) => {
    const known = node.kind === "load" && !isInteger(elementOf(node.array, graph)) ? stored(node) : undefined;
    if (node.kind !== "load" || known === undefined) return;
    forwarded.set(node, known);
    uses.set(node.array, (uses.get(node.array) ?? 0) - 1);
  });

  const visitLoad = (load: LoadNode): void => {
    const known = forwarded.get(load);
    if (known === undefined) return build.push(mapNode(load, resolve, sameRegion));
    if (known === "zero") {
      return build.push({ kind: "constant", value: 0, result: load.result, span: load.span, origin: load.origin });
    }
    const value = resolve(known.value);
    const buffer = nodeOf(definitions, buffers.get(load.array) ?? load.array);
    const isSum = buffer?.kind === "allocate" && (buffer.role.kind === "gradient" || buffer.role.kind === "adjoint");
    if (elementOf(load.array, graph) !== "f32" || isSum) {
      replaced.set(load.result, value);
      if (nodeOf(definitions, value)?.kind !== "constant") keepName(build.values, load.result, value);
    } else {
      const { result, span, origin } = load;
      build.push({ kind: "operation", operation: "fround", operands: [value], result, span, origin });
    }
  };

  const visitRegion = (region: Region): Region => {
    markUseless(region);
    return build.region(region.arguments, () => {
      for (const node of region.nodes) {
        if (node.kind === "load") visitLoad(node);
        else if (node.kind === "store" && useless.has(node)) replaced.set(node.result, resolve(node.array));
        else build.push(mapNode(node, resolve, visitRegion));
      }
      return region.yields.map(resolve);
    });
  };

  /**
   * A store is useless if nothing reads its entry before one that it leads to stores it again; and so is the later one,
   * if it stores what the entry held before both.
   */
  const markUseless = (region: Region): void => {
    const here = new Set<GraphNode>(region.nodes);
    for (const node of region.nodes) {
      if (node.kind !== "store") continue;
      const loops = algebra.places.loopsAround(node.result);
      const overwritten: StoreNode[] = [];
      let version = node.array;
      let taker: GraphNode = node;
      for (let step = 0; step < reach; step++) {
        if (putsBack(node, version)) {
          // What it leaves out, it does not overwrite either, but for what is left out with it.
          for (const each of [...overwritten, node]) useless.add(each);
          overwritten.length = 0;
          break;
        }
        const before: GraphNode | undefined = nodeOf(definitions, version);
        if (before === undefined || !here.has(before) || isRead(taker, version, node.index, loops)) break;
        let earlier: ValueId | undefined;
        if (before.kind === "store") {
          const relation = compare(before.index, node.index, loops);
          if (relation === "unknown") break;
          if (relation === "same") overwritten.push(before);
          earlier = before.array;
        } else if (isLoop(before)) earlier = beforeLoop(before, version, node.index, loops);
        if (earlier === undefined) break;
        version = earlier;
        taker = before;
      }
      for (const each of overwritten) useless.add(each);
    }
  };

  /** Whether anything but the node that takes the version may read the entry there. */
  const isRead = (taker: GraphNode, version: ValueId, index: ValueId, loops: readonly LoopNode[]): boolean => {
    const others = (readers.get(version) ?? []).filter((reader) => reader !== taker && !forwarded.has(reader));
    const isApart = (reader: GraphNode): boolean =>
      reader.kind === "load" && compare(reader.index, index, loops) === "apart";
    return !others.every(isApart) || uses.get(version) !== 1 + others.length;
  };

  /** `a[i] = a[i]`, with the entry as it was in this version. */
  const putsBack = (store: StoreNode, version: ValueId): boolean => {
    const load = nodeOf(definitions, store.value);
    return load?.kind === "load" && load.array === version && compare(load.index, store.index, []) === "same";
  };

  const body = visitRegion(graph.body);
  return mapRoots({ ...graph, body, values: build.values }, resolve);
}

type Stored = { readonly value: ValueId } | "zero";

function elementOf(array: ValueId, graph: Graph): ElementType {
  const type = present(graph.values.get(array)).type;
  invariant(typeof type === "object", "a load reads an array");
  return type.element;
}

/** An integer array truncates what it stores. */
function isInteger(element: ElementType): boolean {
  return element !== "f64" && element !== "f32" && element !== "number";
}

/** A new adjoint holds zeros wherever it is read: its indices are those of the primal's array. */
function isZero(allocation: AllocateNode, load: LoadNode, definitions: ReturnType<typeof definitionsOf>): boolean {
  if (!allocation.filled || load.origin === undefined) return false;
  if (allocation.role.kind === "adjoint" || allocation.role.kind === "gradient") return true;
  const index = nodeOf(definitions, load.index);
  const length = nodeOf(definitions, allocation.length);
  if (index?.kind !== "constant" || length?.kind !== "constant") return false;
  return typeof index.value === "number" && index.value >= 0 && index.value < Number(length.value);
}

function sameRegion(region: Region): Region {
  return region;
}
