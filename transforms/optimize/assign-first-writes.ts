/**
 * The first time that an element of a new adjoint is added to, it holds 0: the load is that constant, and `0 + e` is
 * then e. So what each iteration of a loop touches alone is assigned and not accumulated.
 *
 *   dW = zeros; for (i…m) for (j…n) dW[i * n + j] = dW[i * n + j] + e   ->   … dW[i * n + j] = 0 + e
 *
 * Method: from the load, the version is followed back to where the array was zeroed. A store on the way must be of
 * another element, or of 0; a loop on the way must own its elements (no other iteration stores to this one), or leave
 * them 0 for the next iteration, as a sweep does that zeroes what it has used up.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type {
  AllocateNode,
  ForNode,
  Graph,
  GraphNode,
  LoadNode,
  LoopNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { isLoop, mapNode, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { denseRange, isWithinRange, readersOf, storeOfNest } from "../analyze/coverage.ts";
import { staysClearOfIterations } from "../analyze/later-accesses.ts";
import { equalPolynomials } from "../analyze/polynomial.ts";
import { definitionsOf, nodeOf, type Definition } from "../analyze/uses.ts";

/** How many versions, and how many stores in one loop, are looked at. */
const reach = 32;

/** `accumulates`: gradients do not start at zero. */
export function assignFirstWrites(graph: Graph, accumulates = false): Graph {
  const definitions = definitionsOf(graph);
  const buffers = bufferOf(graph);
  const groups = arrayGroups(graph);
  const algebra = indexAlgebra(graph);
  const readers = readersOf(graph);
  const around = loopsAround(graph);
  const storesIn = storesByLoop(around, buffers);

  const isZeroConstant = (value: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" && node.value === 0;
  };

  const readsZero = (load: LoadNode): boolean => {
    const { allocations, parameters } = groups.groupOf(load.array);
    const startsAtZero = ({ role }: AllocateNode): boolean => {
      return role.kind === "adjoint" || (role.kind === "gradient" && !accumulates);
    };
    if (parameters.length > 0 || !allocations.every(startsAtZero)) return false;
    return isZeroIn(load.array, { load, count: { steps: 0 }, isSameIteration: true, assumed: new Set() });
  };

  /** Whether the entry that is loaded holds 0 in this version. */
  const isZeroIn = (version: ValueId, walk: Walk): boolean => {
    if (++walk.count.steps > reach) return false;
    if (walk.assumed.has(version)) return true;
    const definition = definitions.get(version);
    if (definition?.kind === "argument") return isZeroAtEntry(version, definition, walk);
    const node = definition?.kind === "result" ? definition.node : undefined;
    switch (node?.kind) {
      case "allocate":
        return node.filled;
      case "store": {
        const [stored, loaded] = [node.index, walk.load.index].map(algebra.polynomialOf);
        const isSame = walk.isSameIteration && equalPolynomials(present(stored), present(loaded));
        const loops = around.get(walk.load) ?? [];
        const isApart = walk.isSameIteration && algebra.areApart(present(stored), present(loaded), loops);
        if (!isApart && !isZeroConstant(node.value)) return false;
        return isSame || isZeroIn(node.array, walk);
      }
      case "if": {
        const slot = node.results.indexOf(version);
        return [node.then, node.else].every(({ yields }) => isZeroIn(present(yields[slot]), walk));
      }
      case "for":
        return isZeroAfter(node, version, walk);
      default:
        return false;
    }
  };

  /** After a loop that stores nothing but zeros: to this entry, or else it must have been 0 before. */
  const isZeroAfter = (loop: ForNode, version: ValueId, walk: Walk): boolean => {
    const slot = loop.results.indexOf(version);
    const init = present(loop.inits[slot]);
    const buffer = present(buffers.get(version));
    const stores = storesIn.get(loop)?.get(buffer) ?? [];
    if (buffers.get(init) !== buffer || !stores.every((store) => isZeroConstant(store.value))) return false;
    const nest = storeOfNest(loop, slot, readers, true);
    const range = nest && denseRange(algebra.polynomialOf(nest.store.index), nest.loops, algebra, nest.store.array);
    const loops = around.get(walk.load) ?? [];
    if (range !== undefined && isWithinRange(algebra.polynomialOf(walk.load.index), range, loops, algebra)) return true;
    return isZeroIn(init, walk);
  };

  /** In each iteration, if no other stores to it; or if every iteration leaves it 0 for the next. */
  const isZeroAtEntry = (
    version: ValueId,
    { loop, region, index }: Definition & { kind: "argument" },
    walk: Walk,
  ): boolean => {
    const init = loop.inits[index - 1];
    if (region !== "body" || init === undefined || buffers.get(init) !== buffers.get(version)) return false;
    if (walk.isSameIteration && isOwned(walk.load, loop)) return isZeroIn(init, walk);
    const assumed = new Set([...walk.assumed, version]);
    const next = present(nextOf(loop)[index - 1]);
    return isZeroIn(init, { ...walk, assumed }) && isZeroIn(next, { ...walk, assumed, isSameIteration: false });
  };

  /** Whether no iteration of the loop stores to the entry that is loaded in another, or else in a later one. */
  const isOwned = (load: LoadNode, loop: LoopNode): boolean => {
    const loops = around.get(load) ?? [];
    const stores = storesIn.get(loop)?.get(present(buffers.get(load.array))) ?? [];
    if (!loops.includes(loop) || stores.length > reach) return false;
    const accesses = [load, ...stores].map((node) => ({
      index: algebra.polynomialOf(node.index),
      inner: innerLoops(around.get(node) ?? [], loop),
    }));
    if (algebra.ownedBy(accesses, loop) !== undefined) return true;
    const placed = (node: LoadNode | StoreNode) => ({
      index: node.index,
      loops: [loop, ...innerLoops(around.get(node) ?? [], loop)],
    });
    const outside = loops.slice(0, loops.indexOf(loop));
    return (
      !isLeftOut(load) && stores.every((store) => staysClearOfIterations(placed(load), placed(store), outside, algebra))
    );
  };

  /** Whether a branch leaves out what is added to the entry: then it may leave out the store, too. */
  const isLeftOut = (load: LoadNode): boolean => {
    const sums = (readers.get(load.result) ?? []).flatMap((node) => (node.kind === "operation" ? node.operands : []));
    return sums.some((summand) => {
      const node = nodeOf(definitions, summand);
      if (node?.kind !== "if") return false;
      const slot = node.results.indexOf(summand);
      return [node.then, node.else].some(({ yields }) => isZeroConstant(present(yields[slot])));
    });
  };

  const visitRegion = (region: Region): Region => ({ ...region, nodes: region.nodes.map(visitNode) });
  const visitNode = (node: GraphNode): GraphNode => {
    if (node.kind !== "load") return mapNode(node, same, visitRegion);
    if (node.origin === undefined || !readsZero(node)) return node;
    return { kind: "constant", value: 0, result: node.result, span: node.span, origin: node.origin };
  };
  return { ...graph, body: visitRegion(graph.body) };
}

/** How far the search has come: what it starts from, and what it takes for granted (by induction over iterations). */
interface Walk {
  readonly load: LoadNode;
  readonly count: { steps: number };
  readonly isSameIteration: boolean;
  readonly assumed: ReadonlySet<ValueId>;
}

/** The loops around each load and store, outermost first. */
function loopsAround(graph: Graph): ReadonlyMap<GraphNode, readonly LoopNode[]> {
  const around = new Map<GraphNode, readonly LoopNode[]>();
  const visit = (region: Region, loops: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      if (node.kind === "load" || node.kind === "store") around.set(node, loops);
      const inner = isLoop(node) ? [...loops, node] : loops;
      regionsOf(node).forEach((each) => visit(each, inner));
    }
  };
  visit(graph.body, []);
  return around;
}

function storesByLoop(
  around: ReadonlyMap<GraphNode, readonly LoopNode[]>,
  buffers: ReadonlyMap<ValueId, ValueId>,
): ReadonlyMap<LoopNode, ReadonlyMap<ValueId, readonly StoreNode[]>> {
  const stores = new Map<LoopNode, Map<ValueId, StoreNode[]>>();
  for (const [node, loops] of around) {
    if (node.kind !== "store") continue;
    const buffer = buffers.get(node.array) ?? node.array;
    for (const loop of loops) {
      const ofLoop = stores.get(loop) ?? new Map<ValueId, StoreNode[]>();
      stores.set(loop, ofLoop);
      ofLoop.set(buffer, [...(ofLoop.get(buffer) ?? []), node]);
    }
  }
  return stores;
}

function innerLoops(around: readonly LoopNode[], loop: LoopNode): readonly LoopNode[] {
  return around.slice(around.indexOf(loop) + 1);
}

function same(value: ValueId): ValueId {
  return value;
}
