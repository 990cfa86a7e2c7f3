import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, LoadNode, LoopNode, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { isLoop } from "../../src/ir/walk.ts";
import type { Activity } from "./activity.ts";
import type { IndexAlgebra } from "./affine.ts";
import { arrayGroups, type ArrayGroup, type ArrayGroups } from "./array-groups.ts";
import type { Induction } from "./induction.ts";
import type { JointRegions } from "./joint-regions.ts";
import { freeValues, programOrder, type ProgramOrder, type RegionInfo } from "./program-order.ts";
import type { Entries, EntryArray } from "./rerun-loops.ts";
import { reverseNeeds, type Need, type ReverseNeeds } from "./reverse-needs.ts";
import { type Solution, solutionsOf } from "./solution-round.ts";
import { StorageCut, type Solution as Cut } from "./storage-cut.ts";
import { StorageFacts } from "./storage-facts.ts";

/**
 * Where the reverse sweep finds each value of the primal that it reads.
 *
 * A region is joint when its reverse follows its forward code in the same place, so that what it defines is still in
 * scope; every other region is split, and its values must be found again: loaded from an array that still holds them,
 * recomputed from what is there, or kept (in a local where only branches lie between, else in a stash array indexed by
 * the loops). Which to keep is a minimum cut between what cannot be had otherwise and what is needed, with costs that
 * grow with the depth of loops (W. S. Moses & V. Churavy, "Instead of rewriting foreign code for machine learning,
 * automatically synthesize fast gradients", NeurIPS 2020, describe the cut).
 *
 * The arrays of a group are either left as the forward sweep leaves them, or restored: the reverse sweep takes back each
 * store, from the overwritten value, so that at each point it sees them as the forward sweep did. A group is restored
 * where that makes the cut cheaper.
 */
export interface StoragePlan {
  readonly order: ProgramOrder;
  readonly algebra: () => IndexAlgebra;
  readonly groups: ArrayGroups;
  readonly needs: ReverseNeeds;
  /** Of a loop whose reverse runs it again: where it finds the arrays as they were before the loop. */
  readonly rerunOf: (loop: LoopNode) => ReadonlyMap<ValueId, EntryArray> | undefined;
  /** Of a loop to a fixed point: its round there, and where its reverse finds the arrays. */
  readonly solutionOf: (loop: LoopNode) => Solution;
  /** The loop that is run again from the entry of an array that the value is. */
  readonly startedBy: (value: ValueId) => LoopNode | undefined;
  /** Whether what a carried array of such a loop holds before a round is of no use to it. */
  readonly isSpare: (loop: LoopNode, slot: number) => boolean;
  /** The joint region that a region's values are planned for: the nearest one around it. */
  readonly jointOf: (region: RegionInfo) => RegionInfo;
  readonly decisionOf: (value: ValueId) => Decision;
  readonly stashed: readonly ValueId[];
  /** For each store that is taken back: the value that it overwrote. */
  readonly undone: ReadonlyMap<StoreNode, ValueId>;
  readonly isRestored: (array: ValueId) => boolean;
  /** How a carried value to be recomputed follows from the iteration. */
  readonly inductionOf: (value: ValueId) => Induction | undefined;
  /** For a value to be reloaded: the store that keeps it. */
  readonly storeOf: (value: ValueId) => StoreNode | undefined;
}

export type Decision = "in scope" | "recompute" | "stash" | "reload";

export function storagePlan(
  graph: Graph,
  activity: Activity,
  joint: JointRegions,
  overwritten: ReadonlyMap<ValueId, ValueId>,
  entries: Entries,
): StoragePlan {
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  const facts = new StorageFacts(graph, order, groups, joint, overwritten);
  const solutionOf = solutionsOf(graph, entries);
  const readsOfLoop = (loop: LoopNode): readonly ValueId[] => {
    if (loop.fixedPoint !== undefined) return solutionReads(graph, loop, solutionOf(loop));
    return joint.isRerun(loop) ? rerunReads(graph, loop, order, present(entries.get(loop.trips))) : [];
  };
  const needsWith = (undone: ReadonlyMap<StoreNode, ValueId> | undefined): ReverseNeeds =>
    reverseNeeds(graph, activity, undone, readsOfLoop);
  const readAtFirst = facts.reachedBy(needsWith(undefined).needs);
  const withUndone = (restored: ReadonlySet<ArrayGroup>) => {
    // What restoring one array reads may have to be restored in another: `t = b[i]; b[i] = x[0]; x[0] = t`.
    let read = readAtFirst;
    for (;;) {
      const undone = facts.undone(restored, read);
      const needs = needsWith(undone);
      const all = new Set([...read, ...facts.reachedBy(needs.needs)]);
      if (all.size === read.size) return { undone, needs, solution: solve(facts, needs.needs, restored) };
      read = all;
    }
  };

  let restored: ReadonlySet<ArrayGroup> = new Set();
  let best = withUndone(restored);
  for (const group of facts.restorable()) {
    if (best.solution.cost === 0) break;
    const candidate = new Set([...restored, group]);
    const tried = withUndone(candidate);
    if (tried.solution.cost >= best.solution.cost) continue;
    restored = candidate;
    best = tried;
  }
  const { stashed, reloaded } = best.solution;
  return {
    order,
    algebra: facts.algebra,
    groups,
    needs: best.needs,
    solutionOf,
    startedBy: startedBy(order, entries),
    isSpare: joint.isSpare,
    rerunOf: (loop) => (joint.isRerun(loop) ? entries.get(loop.trips) : undefined),
    jointOf: (region) => facts.jointOf(region),
    undone: best.undone,
    stashed: [...stashed],
    isRestored: (array) => restored.has(groups.groupOf(array)),
    inductionOf: (value) => facts.inductionOf(value),
    storeOf: (value) => facts.reloadOf(value, restored),
    decisionOf: (value) => {
      if (facts.isJoint(present(order.definitions.get(value), `definition of ${value}`).region)) return "in scope";
      if (stashed.has(value)) return "stash";
      return reloaded.has(value) ? "reload" : "recompute";
    },
  };
}

function startedBy(order: ProgramOrder, entries: Entries): (value: ValueId) => LoopNode | undefined {
  const loops = new Map<ValueId, LoopNode>();
  for (const [trips, arrays] of entries) {
    const node = order.definitions.get(trips)?.node;
    if (node === undefined || !isLoop(node) || node.checkpoint === undefined) continue;
    for (const { value } of arrays.values()) loops.set(value, node);
  }
  return (value) => loops.get(value);
}

/** What the reverse of a loop reads to run it again: the numbers and arrays that it starts from, and what it reads from outside. */
function rerunReads(
  { values }: Graph,
  loop: LoopNode,
  order: ProgramOrder,
  entries: ReadonlyMap<ValueId, EntryArray>,
): readonly ValueId[] {
  const isScalar = (value: ValueId): boolean => typeof values.get(value)?.type !== "object";
  return [
    ...[...loop.inits, ...freeValues([loop.body], order)].filter(isScalar),
    ...[...entries.values()].flatMap(({ value, length }) => [value, length]),
  ];
}

/** What the reverse of a loop to a fixed point reads: what it has come to, and what its rounds read from outside. */
function solutionReads({ values }: Graph, loop: LoopNode, { rounds, entries }: Solution): readonly ValueId[] {
  const isScalar = (value: ValueId): boolean => typeof values.get(value)?.type !== "object";
  const both = [rounds.staying, ...(rounds.leaving === undefined ? [] : [rounds.leaving])];
  const counts = loop.kind === "while" ? [loop.trips] : [loop.start, loop.trips];
  return [
    ...loop.results.filter(isScalar),
    ...both.flatMap(({ free }) => free.filter(isScalar)),
    ...(both.some(({ index }) => index !== undefined) ? counts : []),
    ...(rounds.leaving === undefined ? [] : [present(loop.stopped)]),
    ...[...entries.values()].flatMap(({ value, length }) => [value, length]),
  ];
}

/** Cuts, and cuts again while a value that was thought to be there turns out to be overwritten before its use. */
function solve(facts: StorageFacts, needs: readonly Need[], restored: ReadonlySet<ArrayGroup>): Cut {
  const unavailable = new Set<ValueId>();
  for (;;) {
    const problem = new StorageCut(facts, restored, unavailable);
    for (const { value } of needs) problem.need(value);
    const solution = problem.solve();
    let changed = false;
    for (const { value, node } of needs) {
      for (const lost of lostBefore(facts, node, value, solution, restored)) {
        if (!unavailable.has(lost)) changed = true;
        unavailable.add(lost);
      }
    }
    if (!changed) return solution;
  }
}

/** The values read from arrays, on the way to recompute `needed` at the reverse of `node`, that are gone by then. */
function lostBefore(
  facts: StorageFacts,
  node: GraphNode,
  needed: ValueId,
  solution: Cut,
  restored: ReadonlySet<ArrayGroup>,
): readonly ValueId[] {
  const isGone = (load: LoadNode) =>
    restored.has(facts.groups.groupOf(load.array)) &&
    !facts.isFinal(load) &&
    facts.lastRunAmid(node, load) >= facts.firstChangeAfter(load);
  const lost: ValueId[] = [];
  const seen = new Set<ValueId>();
  const pending = [needed];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const definition = present(facts.order.definitions.get(value));
    if (facts.isJoint(definition.region) || solution.stashed.has(value) || solution.reloaded.has(value)) continue;
    const source = definition.node;
    if (source?.kind === "load" && isGone(source)) lost.push(value);
    if (source?.kind === "if" && facts.loadsOf(source).some(isGone)) lost.push(value);
    pending.push(...(facts.operandsToRecompute(value) ?? []));
  }
  return lost;
}
