/**
 * Single entries of an array that a loop may keep in a scalar: their index is the same in every iteration, and all else
 * that the loop reads and writes of the array is apart from them.
 *
 *   for (k < j) A[i * n + j] -= A[i * n + k] * A[j * n + k]     j < i: the entry (i, j) is neither of the others
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { LoadNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, operandsOf, regionsOf, walkUses } from "../../src/ir/walk.ts";
import type { IndexAlgebra } from "./affine.ts";
import { polynomialKey, type Polynomial } from "./polynomial.ts";

/** How many accesses of one loop are compared with each other. */
const most = 48;

export interface LoopEntry {
  readonly index: Polynomial;
  readonly accesses: readonly (LoadNode | StoreNode)[];
  /** The first store to it; without one, the loop only reads it. */
  readonly store: StoreNode | undefined;
}

export interface EntryContext {
  readonly algebra: IndexAlgebra;
  readonly polynomialOf: (index: ValueId) => Polynomial;
  /** Whether the index is the same in every iteration of the loop. */
  readonly isInvariant: (index: Polynomial) => boolean;
  /** The loops around the body, and its own, outermost first. */
  readonly loops: readonly LoopNode[];
}

export interface LoopAccess {
  readonly node: LoadNode | StoreNode;
  /** The loops around it within the body. */
  readonly inner: readonly LoopNode[];
  readonly isInBranch: boolean;
}

/** The entries of the array that the loop carries at `slot`; none if it does anything but load and store there. */
export function loopEntries(loop: LoopNode, slot: number, context: EntryContext): readonly LoopEntry[] {
  const accesses = accessesOf(loop, slot);
  if (accesses === undefined) return [];
  const isChanged = accesses.some(({ node }) => node.kind === "store");
  const groups = new Map<string, { readonly index: Polynomial; readonly own: LoopAccess[] }>();
  for (const access of accesses) {
    const index = context.polynomialOf(access.node.index);
    const key = polynomialKey(index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { index, own: [access] });
    else group.own.push(access);
  }
  const entries: LoopEntry[] = [];
  for (const [key, { index, own }] of groups) {
    if (!context.isInvariant(index) || own.some(({ inner }) => inner.length > 0)) continue;
    const store = own.map(({ node }) => node).find((node) => node.kind === "store");
    // In branches alone, it may be no entry at all where none is taken; and little is gained.
    if (own.every(({ isInBranch }) => isInBranch) && (store === undefined || own.length < accesses.length)) continue;
    if (store === undefined && !isChanged) continue;
    const isApart = accesses.every(({ node, inner }) => {
      const other = context.polynomialOf(node.index);
      return polynomialKey(other) === key || context.algebra.areApart(index, other, [...context.loops, ...inner]);
    });
    if (isApart) entries.push({ index, accesses: own.map(({ node }) => node), store });
  }
  return entries;
}

/** All loads and stores of the array in the loop's body; undefined if something else is done with it, or they are many. */
export function accessesOf(loop: LoopNode, slot: number): readonly LoopAccess[] | undefined {
  const accesses: LoopAccess[] = [];
  /** Collects, and gives the last version in the region. */
  const follow = (
    region: Region,
    start: ValueId,
    inner: readonly LoopNode[],
    isInBranch: boolean,
  ): ValueId | undefined => {
    let current = start;
    for (const node of region.nodes) {
      if ((node.kind === "load" || node.kind === "store") && node.array === current) {
        accesses.push({ node, inner, isInBranch });
        if (node.kind === "store") current = node.result;
      } else if (node.kind === "if") {
        const then = follow(node.then, current, inner, true);
        const otherwise = follow(node.else, current, inner, true);
        if (then === undefined || otherwise === undefined) return undefined;
        const result = node.results.find((_, k) => node.then.yields[k] === then && node.else.yields[k] === otherwise);
        if (result !== undefined) current = result;
        else if (then !== current || otherwise !== current) return undefined;
      } else if (isLoop(node)) {
        const place = node.inits.indexOf(current);
        if (node.kind === "while" && isRead(node.condition, current)) return undefined;
        const version = place < 0 ? current : present(carriedOf(node)[place]);
        const last = follow(node.body, version, [...inner, node], isInBranch);
        if (last === undefined || last !== (place < 0 ? current : nextOf(node)[place])) return undefined;
        if (place < 0) continue;
        if (node.kind === "while" && isRead(node.condition, present(node.condition.arguments[place]))) return undefined;
        current = present(node.results[place]);
      } else if (operandsOf(node).includes(current) && node.kind !== "length") {
        return undefined;
      } else if (regionsOf(node).some((region) => isRead(region, current))) {
        return undefined;
      }
    }
    return current;
  };
  const argument = present(carriedOf(loop)[slot]);
  if (loop.kind === "while" && isRead(loop.condition, present(loop.condition.arguments[slot]))) return undefined;
  const last = follow(loop.body, argument, [], false);
  return last !== undefined && last === nextOf(loop)[slot] && accesses.length <= most ? accesses : undefined;
}

function isRead(region: Region, value: ValueId): boolean {
  let read = false;
  walkUses(region, (use) => {
    if (use === value) read = true;
  });
  return read;
}
