import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoadNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, regionsOf, resultsOf } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import type { Activity } from "./activity.ts";
import { arrayGroups, type ArrayGroup, type ArrayGroups } from "./array-groups.ts";
import type { JointRegions } from "./joint-regions.ts";
import { minCut } from "./min-cut.ts";
import { isWithin, loopsBetween, programOrder, type ProgramOrder, type RegionInfo } from "./program-order.ts";
import { reverseNeeds, type Need, type ReverseNeeds } from "./reverse-needs.ts";

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
  readonly groups: ArrayGroups;
  readonly needs: ReverseNeeds;
  /** The joint region that a region's values are planned for: the nearest one around it. */
  readonly jointOf: (region: RegionInfo) => RegionInfo;
  readonly decisionOf: (value: ValueId) => Decision;
  readonly stashed: readonly ValueId[];
  /** For each store that is taken back: the value that it overwrote. */
  readonly undone: ReadonlyMap<StoreNode, ValueId>;
  readonly isRestored: (array: ValueId) => boolean;
  /** For a value to be reloaded: the store that keeps it. */
  readonly storeOf: (value: ValueId) => StoreNode | undefined;
}

export type Decision = "in scope" | "recompute" | "stash" | "reload";

export function storagePlan(
  graph: Graph,
  activity: Activity,
  joint: JointRegions,
  overwritten: ReadonlyMap<ValueId, ValueId>,
): StoragePlan {
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  const facts = new PlanFacts(graph, order, groups, joint, overwritten);
  const read = facts.reachedBy(reverseNeeds(graph, activity).needs);
  const withUndone = (restored: ReadonlySet<ArrayGroup>) => {
    const undone = facts.undone(restored, read);
    const needs = reverseNeeds(graph, activity, undone);
    return { undone, needs, solution: facts.solve(needs.needs, restored) };
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
    groups,
    needs: best.needs,
    jointOf: (region) => facts.jointOf(region),
    undone: best.undone,
    stashed: [...stashed],
    isRestored: (array) => restored.has(groups.groupOf(array)),
    storeOf: (value) => facts.reloadOf(value, restored),
    decisionOf: (value) => {
      if (facts.isJoint(present(order.definitions.get(value), `definition of ${value}`).region)) return "in scope";
      if (stashed.has(value)) return "stash";
      return reloaded.has(value) ? "reload" : "recompute";
    },
  };
}

interface Solution {
  readonly cost: number;
  readonly stashed: ReadonlySet<ValueId>;
  readonly reloaded: ReadonlySet<ValueId>;
}

/** How much dearer a value is for each loop around it. */
const costPerLoop = 8;
/** An operation that costs at least this is kept and not recomputed: a store and a load are cheaper. */
const dear = 10;

class PlanFacts {
  readonly graph: Graph;
  readonly order: ProgramOrder;
  readonly groups: ArrayGroups;
  readonly joint: JointRegions;
  readonly overwritten: ReadonlyMap<ValueId, ValueId>;
  /** The store of a value into an array of doubles, in the region that defines the value. */
  readonly #storeOf = new Map<ValueId, StoreNode>();
  readonly #regionOfNode = new Map<GraphNode, RegionInfo>();
  readonly #firstChangeAfter = new Map<LoadNode, number>();
  readonly #visible = new Set<ValueId>();

  constructor(
    graph: Graph,
    order: ProgramOrder,
    groups: ArrayGroups,
    joint: JointRegions,
    overwritten: ReadonlyMap<ValueId, ValueId>,
  ) {
    this.graph = graph;
    this.order = order;
    this.groups = groups;
    this.joint = joint;
    this.overwritten = overwritten;
    for (const info of order.regions.values()) {
      for (const node of info.region.nodes) {
        this.#regionOfNode.set(node, info);
        if (node.kind !== "store" || order.definitions.get(node.value)?.region !== info) continue;
        const type = graph.values.get(node.array)?.type;
        if (typeof type !== "object" || (type.element !== "f64" && type.element !== "number")) continue;
        this.#storeOf.set(node.value, node);
      }
    }
    this.#findVisible(graph.body);
  }

  /**
   * Finds the array versions that lead, through stores, loops and results of branches, to one that a joint region
   * defines: the reverse sweep follows them back from there. One that is left behind in a branch leads nowhere.
   *
   *     if (n > 0) { …; return h[0]; }   // h is not among the results of the branch
   */
  #findVisible(region: Region): void {
    const isJoint = this.joint.isJoint(region);
    if (isJoint) for (const argument of region.arguments) this.#visible.add(argument);
    const follow = (from: ValueId, to: ValueId): void => {
      if (this.#visible.has(from)) this.#visible.add(to);
    };
    for (let k = region.nodes.length - 1; k >= 0; k--) {
      const node = present(region.nodes[k]);
      if (isJoint) for (const result of resultsOf(node)) this.#visible.add(result);
      if (node.kind === "store" || node.kind === "grow") follow(node.result, node.array);
      if (isLoop(node)) {
        node.results.forEach((result, slot) => {
          follow(result, present(nextOf(node)[slot]));
          follow(result, present(node.inits[slot]));
          follow(result, present(carriedOf(node)[slot]));
        });
      }
      if (node.kind === "if") {
        node.results.forEach((result, slot) => {
          follow(result, present(node.then.yields[slot]));
          follow(result, present(node.else.yields[slot]));
        });
      }
      for (const inner of regionsOf(node)) this.#findVisible(inner);
    }
  }

  isJoint(region: RegionInfo): boolean {
    return this.joint.isJoint(region.region);
  }

  jointOf(region: RegionInfo): RegionInfo {
    let info = region;
    while (!this.isJoint(info)) info = present(info.parent, "a joint region around");
    return info;
  }

  regionOf(node: GraphNode): RegionInfo {
    return present(this.#regionOfNode.get(node), "region of a node");
  }

  /**
   * The groups that may be restored: all their buffers are allocated where forward and reverse code share a scope, and
   * the forward code after the reverse of that scope does not see them.
   */
  restorable(): readonly ArrayGroup[] {
    return this.groups.all.filter((group) => {
      if (group.changes.length === 0) return false;
      const homes = group.changes.map((change) => this.jointOf(this.regionOf(change)));
      const home = present(homes[0]);
      if (homes.some((other) => other !== home)) return false;
      if (home !== this.order.body && group.parameters.length > 0) return false;
      if (!group.allocations.every((node) => this.regionOf(node) === home)) return false;
      return group.changes.every((change) => change.kind !== "store" || this.#visible.has(change.result));
    });
  }

  /** The stores that restoring these groups takes back: those that change what an earlier load may have read. */
  undone(restored: ReadonlySet<ArrayGroup>, read: ReadonlySet<ValueId>): ReadonlyMap<StoreNode, ValueId> {
    const undone = new Map<StoreNode, ValueId>();
    for (const group of restored) {
      const readers = this.#readersOf(group, read);
      for (const change of group.changes) {
        if (change.kind !== "store" || !readers.some((reader) => this.#mayFollow(change, reader))) continue;
        const old = this.overwritten.get(change.result);
        invariant(old !== undefined, "the overwritten value of a store is exposed");
        undone.set(change, old);
      }
    }
    return undone;
  }

  /** Every value of a split region that recomputing the needed ones may come by. */
  reachedBy(needs: readonly Need[]): ReadonlySet<ValueId> {
    const reached = new Set<ValueId>();
    const pending = needs.map(({ value }) => value);
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (reached.has(value) || this.isJoint(present(this.order.definitions.get(value)).region)) continue;
      reached.add(value);
      pending.push(...(this.operandsToRecompute(value) ?? []));
    }
    return reached;
  }

  /** The nodes whose values the reverse sweep may want to find in an array of the group. */
  #readersOf(group: ArrayGroup, read: ReadonlySet<ValueId>): readonly GraphNode[] {
    const readers: GraphNode[] = [];
    for (const value of read) {
      const node = this.order.definitions.get(value)?.node;
      const store = this.#storeOf.get(value);
      if (store !== undefined && this.groups.groupOf(store.array) === group) readers.push(store);
      const loads = node?.kind === "load" ? [node] : node?.kind === "if" ? this.loadsOf(node) : [];
      readers.push(...loads.filter((load) => this.groups.groupOf(load.array) === group));
    }
    return readers;
  }

  #mayFollow(store: StoreNode, reader: GraphNode): boolean {
    const position = (node: GraphNode) => present(this.order.positions.get(node)).first;
    if (position(store) > position(reader)) return true;
    return shareLoop(this.order.body, this.regionOf(store), this.regionOf(reader));
  }

  /** Cuts, and cuts again while a value that was thought to be there turns out to be overwritten before its use. */
  solve(needs: readonly Need[], restored: ReadonlySet<ArrayGroup>): Solution {
    const unavailable = new Set<ValueId>();
    for (;;) {
      const problem = new CutBuilder(this, restored, unavailable);
      for (const { value } of needs) problem.need(value);
      const solution = problem.solve();
      let changed = false;
      for (const { value, node } of needs) {
        for (const lost of this.#lostBefore(node, value, solution, restored)) {
          if (!unavailable.has(lost)) changed = true;
          unavailable.add(lost);
        }
      }
      if (!changed) return solution;
    }
  }

  /** The values read from arrays, on the way to recompute `needed` at the reverse of `node`, that are gone by then. */
  #lostBefore(
    node: GraphNode,
    needed: ValueId,
    solution: Solution,
    restored: ReadonlySet<ArrayGroup>,
  ): readonly ValueId[] {
    const position = present(this.order.positions.get(node)).last;
    const isGone = (load: LoadNode) =>
      restored.has(this.groups.groupOf(load.array)) && !this.isFinal(load) && position >= this.firstChangeAfter(load);
    const lost: ValueId[] = [];
    const seen = new Set<ValueId>();
    const pending = [needed];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      const definition = present(this.order.definitions.get(value));
      if (this.isJoint(definition.region) || solution.stashed.has(value) || solution.reloaded.has(value)) continue;
      const source = definition.node;
      if (source?.kind === "load" && isGone(source)) lost.push(value);
      if (source?.kind === "if" && this.loadsOf(source).some(isGone)) lost.push(value);
      pending.push(...(this.operandsToRecompute(value) ?? []));
    }
    return lost;
  }

  loadsOf(node: IfNode): readonly LoadNode[] {
    return [...node.then.nodes, ...node.else.nodes].filter((inner): inner is LoadNode => inner.kind === "load");
  }

  /** The position of the first change of the load's group that comes after it in program order. */
  firstChangeAfter(load: LoadNode): number {
    const known = this.#firstChangeAfter.get(load);
    if (known !== undefined) return known;
    const at = present(this.order.positions.get(load)).first;
    let first = Infinity;
    for (const change of this.groups.groupOf(load.array).changes) {
      const position = present(this.order.positions.get(change)).first;
      if (position > at && position < first) first = position;
    }
    this.#firstChangeAfter.set(load, first);
    return first;
  }

  /** Whether no change of the array can come between the load and its reverse: none after it, and no loop around both. */
  isFinal(load: LoadNode): boolean {
    const info = this.regionOf(load);
    const home = this.jointOf(info);
    const at = present(this.order.positions.get(load)).first;
    if (!this.isVisibleAt(load.array, home)) return false;
    return this.groups.groupOf(load.array).changes.every((change) => {
      const region = this.regionOf(change);
      if (!isWithin(region, home)) return true;
      const position = present(this.order.positions.get(change));
      if (position.first > at) return false;
      return !shareLoop(home, info, region);
    });
  }

  /** Whether the group's buffers exist when the reverse code of `home` runs. */
  isVisibleAt(array: ValueId, home: RegionInfo): boolean {
    if (!this.#visible.has(array)) return false;
    return this.groups.groupOf(array).allocations.every((node) => !isStrictlyWithin(this.regionOf(node), home));
  }

  /**
   * The store that keeps `value` where the reverse sweep can load it again: the group is restored and nothing else in
   * the region changes it afterwards.
   */
  reloadOf(value: ValueId, restored: ReadonlySet<ArrayGroup>): StoreNode | undefined {
    const store = this.#storeOf.get(value);
    if (store === undefined) return undefined;
    const group = this.groups.groupOf(store.array);
    const info = this.regionOf(store);
    if (!restored.has(group) || !this.isVisibleAt(store.result, this.jointOf(info))) return undefined;
    const at = present(this.order.positions.get(store)).last;
    const changedLater = group.changes.some((change) => {
      const position = present(this.order.positions.get(change)).first;
      return position > at && isWithin(this.regionOf(change), info);
    });
    return changedLater ? undefined : store;
  }

  /** What `value` is recomputed from; `undefined` where it cannot be, or is too dear. */
  operandsToRecompute(value: ValueId): readonly ValueId[] | undefined {
    const { node, region } = present(this.order.definitions.get(value), `definition of ${value}`);
    if (node === undefined) {
      const owner = region.owner;
      return owner !== undefined && isLoop(owner) && region.region.arguments[0] === value ? [] : undefined;
    }
    switch (node.kind) {
      case "constant":
      case "length":
        return [];
      case "operation":
        return rowOf(node.operation).cost >= dear ? undefined : node.operands;
      case "load":
        return [node.index];
      case "if":
        return this.#operandsOfBranches(node);
      default:
        return undefined;
    }
  }

  /** A branch of cheap pure nodes is recomputed whole. */
  #operandsOfBranches(node: IfNode): readonly ValueId[] | undefined {
    const operands = [node.condition];
    for (const region of [node.then, node.else]) {
      const inner = new Set<ValueId>();
      for (const step of region.nodes) {
        if (step.kind === "operation" && rowOf(step.operation).cost < dear) operands.push(...step.operands);
        else if (step.kind === "load") operands.push(step.index);
        else if (step.kind !== "constant") return undefined;
        if ("result" in step) inner.add(step.result);
      }
      operands.push(...region.yields);
      for (let k = operands.length - 1; k >= 0; k--) if (inner.has(operands[k]!)) operands.splice(k, 1);
    }
    return operands;
  }

  /** The cost of keeping a value: more with each loop between it and its joint region; least for a decision. */
  costOf(value: ValueId): number {
    const region = present(this.order.definitions.get(value)).region;
    const loops = loopsBetween(this.jointOf(region), region).length;
    const unit = this.graph.values.get(value)?.type === "boolean" ? 0.25 : 1;
    return unit * costPerLoop ** loops;
  }
}

/** Builds the cut: vertices are values of split regions; the ways in which each can be had are arcs. */
class CutBuilder {
  readonly #facts: PlanFacts;
  readonly #restored: ReadonlySet<ArrayGroup>;
  readonly #unavailable: ReadonlySet<ValueId>;
  readonly #vertices = new Map<ValueId, number>();
  readonly #values: ValueId[] = [];
  readonly #capacities: number[] = [];
  readonly #arcs: [number, number][] = [];
  readonly #sources: number[] = [];
  readonly #sinks = new Set<number>();
  readonly #reloaded = new Set<ValueId>();

  constructor(facts: PlanFacts, restored: ReadonlySet<ArrayGroup>, unavailable: ReadonlySet<ValueId>) {
    this.#facts = facts;
    this.#restored = restored;
    this.#unavailable = unavailable;
  }

  need(value: ValueId): void {
    const vertex = this.#vertex(value);
    if (vertex !== undefined) this.#sinks.add(vertex);
  }

  solve(): Solution {
    const cut = minCut({
      capacities: this.#capacities,
      arcs: this.#arcs,
      sources: this.#sources,
      sinks: [...this.#sinks],
    });
    let cost = 0;
    for (const vertex of cut) cost += present(this.#capacities[vertex]);
    return { cost, stashed: new Set(cut.map((vertex) => present(this.#values[vertex]))), reloaded: this.#reloaded };
  }

  /** The vertex of a value, made with all it is recomputed from; none for what is in scope. */
  #vertex(needed: ValueId): number | undefined {
    const made: { readonly vertex: number; readonly operands: readonly ValueId[] }[] = [];
    const pending = [needed];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (this.#vertices.has(value) || this.#isInScope(value)) continue;
      const vertex = this.#values.length;
      this.#vertices.set(value, vertex);
      this.#values.push(value);
      this.#capacities.push(this.#facts.costOf(value));
      const operands = this.#sourcesOf(value);
      if (operands === undefined) this.#sources.push(vertex);
      else made.push({ vertex, operands });
      pending.push(...(operands ?? []));
    }
    for (const { vertex, operands } of made) {
      for (const operand of operands) {
        const from = this.#vertices.get(operand);
        if (from !== undefined) this.#arcs.push([from, vertex]);
      }
    }
    return this.#vertices.get(needed);
  }

  #isInScope(value: ValueId): boolean {
    return this.#facts.isJoint(present(this.#facts.order.definitions.get(value), `definition of ${value}`).region);
  }

  /** What the value can be had from; `undefined` where only keeping it helps. */
  #sourcesOf(value: ValueId): readonly ValueId[] | undefined {
    if (this.#unavailable.has(value)) return undefined;
    const reload = this.#facts.reloadOf(value, this.#restored);
    if (reload !== undefined) {
      this.#reloaded.add(value);
      return [reload.index];
    }
    return this.#isLost(value) ? undefined : this.#facts.operandsToRecompute(value);
  }

  /** Whether a load (or a branch that loads) cannot be done again in the reverse sweep. */
  #isLost(value: ValueId): boolean {
    const node = this.#facts.order.definitions.get(value)?.node;
    if (node?.kind === "load") return !this.#canLoad(node);
    if (node?.kind === "if") return !this.#facts.loadsOf(node).every((load) => this.#canLoad(load));
    return false;
  }

  #canLoad(load: LoadNode): boolean {
    const group = this.#facts.groups.groupOf(load.array);
    if (this.#facts.isFinal(load)) return true;
    return (
      this.#restored.has(group) && this.#facts.isVisibleAt(load.array, this.#facts.jointOf(this.#facts.regionOf(load)))
    );
  }
}

function shareLoop(home: RegionInfo, first: RegionInfo, second: RegionInfo): boolean {
  const loops = new Set(loopsBetween(home, first));
  return loopsBetween(home, second).some((loop) => loops.has(loop));
}

function isStrictlyWithin(inner: RegionInfo, outer: RegionInfo): boolean {
  return inner !== outer && isWithin(inner, outer);
}
