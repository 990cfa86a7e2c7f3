/**
 * Stores to entries that nothing has stored to before: no store that runs earlier, in this round of the loops around it or
 * in another, comes to the same entry.
 *
 *   y[0] = a; for (i = 1; i < n; i++) if (i < k) y[i] = b; else y[i] = c      all three
 */
import type { Graph, LoopNode, Region, StoreNode } from "../../src/ir/graph.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { isLoop, regionsOf } from "../../src/ir/walk.ts";
import { indexAlgebra } from "./affine.ts";
import type { ArrayGroups } from "./array-groups.ts";

/** How many stores to one array are compared with each other. */
const most = 32;

interface Placed {
  readonly store: StoreNode;
  readonly order: number;
  /** Outermost first. */
  readonly loops: readonly LoopNode[];
  /** The regions around it. */
  readonly regions: ReadonlySet<Region>;
  /** Regions of which one runs where it does not. */
  readonly others: ReadonlySet<Region>;
}

export function firstStores(graph: Graph, groups: ArrayGroups): (store: StoreNode) => boolean {
  const algebra = lazily(() => indexAlgebra(graph));
  const all = lazily(() => placedStores(graph));
  const known = new Map<StoreNode, boolean>();

  const isFirst = (store: StoreNode): boolean => {
    const { id } = groups.groupOf(store.array);
    const stores = all().filter(({ store: { array } }) => groups.groupOf(array).id === id);
    const own = stores.find((each) => each.store === store);
    if (own === undefined || stores.length > most) return false;
    return stores.every((other) => isApart(own, other));
  };

  /** Whether the other one, where it runs earlier, is of another entry. */
  const isApart = (own: Placed, other: Placed): boolean => {
    const { polynomialOf, ownedBy, areApart } = algebra();
    const shared = own.loops.filter((loop) => other.loops.includes(loop));
    const access = ({ store, loops }: Placed, loop: LoopNode) => ({
      index: polynomialOf(store.index),
      inner: loops.slice(loops.indexOf(loop) + 1),
    });
    const accesses = (loop: LoopNode) => (own === other ? [own] : [own, other]).map((each) => access(each, loop));
    if (!shared.every((loop) => ownedBy(accesses(loop), loop) !== undefined)) return false;
    if (other.order >= own.order || [...own.regions].some((region) => other.others.has(region))) return true;
    const loops = [...own.loops, ...other.loops.filter((loop) => !shared.includes(loop))];
    return areApart(polynomialOf(own.store.index), polynomialOf(other.store.index), loops);
  };

  return (store) => {
    const found = known.get(store) ?? isFirst(store);
    known.set(store, found);
    return found;
  };
}

function placedStores(graph: Graph): readonly Placed[] {
  const stores: Placed[] = [];
  const visit = (
    region: Region,
    loops: readonly LoopNode[],
    regions: readonly Region[],
    others: readonly Region[],
  ): void => {
    const around = [...regions, region];
    for (const node of region.nodes) {
      if (node.kind === "store") {
        stores.push({ store: node, order: stores.length, loops, regions: new Set(around), others: new Set(others) });
      }
      const inner = isLoop(node) ? [...loops, node] : loops;
      const all = regionsOf(node);
      all.forEach((each) => {
        const siblings = node.kind === "if" ? all.filter((other) => other !== each) : [];
        visit(each, inner, around, [...others, ...siblings]);
      });
    }
  };
  visit(graph.body, [], [], []);
  return stores;
}
