/**
 * A loop of the reverse sweep whose iterations do not depend on each other runs forward, as the source's loop does. Under
 * strict floating point that is so for loops that own all they store to; else sums may be formed in either order too.
 *
 *   for (let i = m - 1; i >= 0; i--) dW[i] = …   ->   for (let i = 0; i < m; i++) dW[i] = …
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, GraphNode, LoadNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import type { Pass } from "../pass.ts";
import { indexAlgebra, type Access } from "../analyze/affine.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { staysClearOfIterations, type PlacedAccess } from "../analyze/later-accesses.ts";
import { readersOf } from "../analyze/coverage.ts";
import { definitionsOf, nodeOf, useCounts } from "../analyze/uses.ts";
import { deadCode } from "./dead-code.ts";

/** How many accesses to an array are compared. */
const reach = 32;

export function runForward(options: { readonly strictFp: boolean }): Pass {
  return { name: "runForward", run: (graph) => deadCode(turnLoops(graph, options.strictFp)) };
}

function turnLoops(graph: Graph, strictFp: boolean): Graph {
  const algebra = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const definitions = definitionsOf(graph);
  const readers = readersOf(graph);
  const uses = useCounts(graph);

  const visitRegion = (region: Region, outside: readonly LoopNode[]): Region => ({
    ...region,
    nodes: region.nodes.map((node) => visitNode(node, outside)),
  });
  const visitNode = (node: GraphNode, outside: readonly LoopNode[]): GraphNode => {
    const around = isLoop(node) ? [...outside, node] : outside;
    const rebuilt = mapNode(
      node,
      (value) => value,
      (region) => visitRegion(region, around),
    );
    if (node.kind !== "for" || rebuilt.kind !== "for" || !mayTurn(node, outside)) return rebuilt;
    return { ...rebuilt, ...upward(node) };
  };

  const mayTurn = (loop: ForNode, outside: readonly LoopNode[]): boolean => {
    if (loop.step !== -1 || !loop.inclusive || loop.stops || loop.origin === undefined) return false;
    if (loop.body.nodes.some(dependsOnOrder)) return false;
    return carriedOf(loop).every((carried, slot) => {
      if (typeof graph.values.get(carried)?.type !== "object") return !strictFp && isSum(loop, slot);
      const isInPlace = buffers.get(present(nextOf(loop)[slot])) === buffers.get(carried);
      return isInPlace && isUnordered(loop, outside, carried);
    });
  };

  /** `last … first` as `first … last`; `n - 1` and `ceil(n) - 1` as below n. */
  const upward = (loop: ForNode): Pick<ForNode, "start" | "bound" | "step" | "inclusive"> => {
    const last = nodeOf(definitions, loop.start);
    const [bound, one] = last?.kind === "operation" && last.operation === "sub" ? last.operands : [];
    const isOne = nodeOf(definitions, one ?? loop.start);
    if (bound === undefined || isOne?.kind !== "constant" || isOne.value !== 1) {
      return { start: loop.bound, bound: loop.start, step: 1, inclusive: true };
    }
    const rounded = nodeOf(definitions, bound);
    const end = rounded?.kind === "operation" && rounded.operation === "ceil" ? present(rounded.operands[0]) : bound;
    return { start: loop.bound, bound: end, step: 1, inclusive: false };
  };

  /** Each iteration has entries of its own, or all of them only add. */
  const isUnordered = (loop: ForNode, outside: readonly LoopNode[], carried: ValueId): boolean => {
    const accesses: Access[] = [];
    const places: (PlacedAccess & { readonly isStore: boolean })[] = [];
    let onlyAdds = !strictFp;
    const visit = (region: Region, inner: readonly LoopNode[]): void => {
      for (const node of region.nodes) {
        if ((node.kind === "load" || node.kind === "store") && buffers.get(node.array) === buffers.get(carried)) {
          accesses.push({ index: algebra.polynomialOf(node.index), inner });
          places.push({ index: node.index, loops: [loop, ...inner], isStore: node.kind === "store" });
          if (node.kind === "store" ? addedTo(node) === undefined : !isAddedTo(node)) onlyAdds = false;
        }
        const next = isLoop(node) ? [...inner, node] : inner;
        regionsOf(node).forEach((each) => visit(each, next));
      }
    };
    visit(loop.body, []);
    if (onlyAdds) return true;
    if (accesses.length > reach) return false;
    if (algebra.ownedBy(accesses, loop) !== undefined) return true;
    return places.every((one) =>
      places.every((other) => !(one.isStore || other.isStore) || staysClearOfIterations(one, other, outside, algebra)),
    );
  };

  /** In `a[i] = a[i] ± e`: the load of `a[i]`. */
  const addedTo = (store: StoreNode): LoadNode | undefined => {
    const sum = nodeOf(definitions, store.value);
    if (sum?.kind !== "operation" || uses.get(sum.result) !== 1) return undefined;
    const candidates = sum.operation === "add" ? sum.operands : sum.operation === "sub" ? sum.operands.slice(0, 1) : [];
    for (const operand of candidates) {
      const load = nodeOf(definitions, operand);
      if (load?.kind !== "load" || load.array !== store.array || load.index !== store.index) continue;
      if (uses.get(operand) === 1) return load;
    }
    return undefined;
  };
  const isAddedTo = (load: LoadNode): boolean => {
    const [sum, ...others] = readers.get(load.result) ?? [];
    if (sum?.kind !== "operation" || others.length > 0) return false;
    return (readers.get(sum.result) ?? []).some((store) => store.kind === "store" && addedTo(store) === load);
  };

  /** The carried scalar is only added to, here or by loops within. */
  const isSum = (loop: ForNode, slot: number): boolean => {
    let current = present(carriedOf(loop)[slot]);
    const last = present(nextOf(loop)[slot]);
    while (current !== last) {
      const [reader, ...others] = readers.get(current) ?? [];
      if (reader === undefined || others.length > 0 || uses.get(current) !== 1) return false;
      if (!loop.body.nodes.includes(reader)) return false;
      if (reader.kind === "operation") {
        const isLeft = reader.operands[0] === current;
        if (reader.operation !== "add" && !(reader.operation === "sub" && isLeft)) return false;
        current = reader.result;
      } else if (reader.kind === "for") {
        const inner = reader.inits.indexOf(current);
        if (inner < 0 || !isSum(reader, inner)) return false;
        current = present(reader.results[inner]);
      } else {
        return false;
      }
    }
    return uses.get(last) === 1;
  };

  return { ...graph, body: visitRegion(graph.body, []) };
}

function dependsOnOrder(node: GraphNode): boolean {
  if (node.kind === "opaque" || node.kind === "throw" || node.kind === "grow") return true;
  let found = false;
  for (const region of regionsOf(node)) {
    walkNodes(region, (inner) => {
      if (inner.kind === "opaque" || inner.kind === "throw" || inner.kind === "grow") found = true;
    });
  }
  return found;
}
