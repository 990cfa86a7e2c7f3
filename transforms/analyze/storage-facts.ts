import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoadNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, changedBy, isLoop, nextOf, regionsOf, resultsOf, walkNodes } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import { lazily } from "../../src/ir/lazily.ts";
import { pairing } from "../../src/ir/nested.ts";
import { indexAlgebra, type IndexAlgebra } from "./affine.ts";
import type { ArrayGroup, ArrayGroups } from "./array-groups.ts";
import { isExchange } from "./exchanges.ts";
import { inductionOf, operandsOfInduction, type Induction } from "./induction.ts";
import type { JointRegions } from "./joint-regions.ts";
import { staysClear } from "./later-accesses.ts";
import { isWithin, loopsBetween, type ProgramOrder, type RegionInfo } from "./program-order.ts";
import type { Need } from "./reverse-needs.ts";
import { definitionsOf, type Definition } from "./uses.ts";

/** How much dearer a value is for each loop around it. */
const costPerLoop = 8;
/** More than all that may be kept in its place. */
const neverKept = 2 ** 40;
/** An operation that costs at least this is kept and not recomputed: a store and a load are cheaper. */
const dear = 10;

/** What storage planning asks of the graph: which values can be recomputed, loaded again, restored, and at what cost. */
export class StorageFacts {
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
  readonly algebra: () => IndexAlgebra;
  readonly #definitions: () => ReadonlyMap<ValueId, Definition>;

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
    this.algebra = lazily(() => indexAlgebra(graph));
    this.#definitions = lazily(() => definitionsOf(graph));
    for (const info of order.regions.values()) {
      for (const node of info.region.nodes) {
        this.#regionOfNode.set(node, info);
        if (node.kind !== "store") continue;
        const definition = order.definitions.get(node.value);
        if (definition?.region !== info || definition.node?.kind === "constant") continue;
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
      if (node.kind === "call") for (const { array, next } of changedBy(node)) follow(next, array);
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
      if (group.changes.length === 0 || !this.#isSteady(group)) return false;
      // What a call overwrites is not known here, and the rounds to a fixed point are not reversed.
      if (group.changes.some((change) => change.kind === "call" || this.#isOnWayToFixedPoint(change))) return false;
      const homes = group.changes.map((change) => this.jointOf(this.regionOf(change)));
      const home = present(homes[0]);
      if (homes.some((other) => other !== home)) return false;
      if (home !== this.order.body && group.parameters.length > 0) return false;
      if (!group.allocations.every((node) => this.regionOf(node) === home)) return false;
      return group.changes.every((change) => this.#isSeen(change));
    });
  }

  #isOnWayToFixedPoint(node: GraphNode): boolean {
    const isSolved = (each: GraphNode | undefined): boolean =>
      each !== undefined && isLoop(each) && each.fixedPoint !== undefined;
    if (isSolved(node)) return true;
    for (let info: RegionInfo | undefined = this.regionOf(node); info !== undefined; info = info.parent) {
      if (isSolved(info.owner)) return true;
    }
    return false;
  }

  /** Whether what is in the group stays until the reverse code comes, but for the changes that are seen here. */
  #isSteady(group: ArrayGroup): boolean {
    return !group.parameters.some((index) => this.graph.unsteady?.has(index));
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

  /** The last position whose changes a reverse of `node` may see in place: the end of the loops that it has and `load` has not. */
  lastRunAmid(node: GraphNode, load: LoadNode): number {
    const home = this.regionOf(load);
    let outermost = node;
    for (let info: RegionInfo | undefined = this.regionOf(node); info !== undefined; info = info.parent) {
      if (info.owner !== undefined && isLoop(info.owner) && !isWithin(home, info)) outermost = info.owner;
    }
    return present(this.order.positions.get(outermost)).last;
  }

  loadsOf(node: IfNode): readonly LoadNode[] {
    const loads: LoadNode[] = [];
    for (const side of [node.then, node.else]) {
      walkNodes(side, (inner) => void (inner.kind === "load" && loads.push(inner)));
    }
    return loads;
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

  /** Whether no change of the entry can come between the load and its reverse: those that come later are of other entries. */
  isFinal(load: LoadNode): boolean {
    const home = this.jointOf(this.regionOf(load));
    if (!this.#isSteady(this.groups.groupOf(load.array)) || !this.isVisibleAt(load.array, home)) return false;
    return this.groups
      .groupOf(load.array)
      .changes.every((change) => this.#isApart(change, load, home) || !this.#mayChangeLater(change, load, home));
  }

  /** Whether a store and a load are of different buffers of those that a round of a loop that is run again starts with. */
  #isApart(change: GraphNode, { array }: LoadNode, home: RegionInfo): boolean {
    if (change.kind !== "store") return false;
    const starts = home.region.arguments;
    const other = this.groups.bufferOf(change.array);
    return starts.includes(array) && starts.includes(other) && other !== array;
  }

  /** Whether a change in the region of `home` may come after the access in some run of it, and be of the same entry. */
  #mayChangeLater(change: GraphNode, access: LoadNode | StoreNode, home: RegionInfo): boolean {
    const [region, info] = [this.regionOf(change), this.regionOf(access)];
    if (!isWithin(region, home)) return false;
    const at = present(this.order.positions.get(access)).first;
    // A loop exchanges its arrays at the end of each iteration, so after what its body reads.
    if (change.kind !== "store")
      return present(this.order.positions.get(change)).last > at || shareLoop(home, info, region);
    const isAfter = present(this.order.positions.get(change)).first > at;
    if (!isAfter && !shareLoop(home, info, region)) return false;
    const placed = (node: LoadNode | StoreNode, at: RegionInfo) => ({
      index: node.index,
      loops: loopsBetween(home, at),
    });
    const outside = loopsBetween(this.order.body, home);
    return !staysClear(placed(change, region), placed(access, info), isAfter, outside, this.algebra());
  }

  /** Whether the group's buffers exist when the reverse code of `home` runs, and no branch there leaves a change behind. */
  isVisibleAt(array: ValueId, home: RegionInfo): boolean {
    if (!this.#visible.has(array)) return false;
    const { allocations, changes } = this.groups.groupOf(array);
    return (
      allocations.every((node) => !isStrictlyWithin(this.regionOf(node), home)) &&
      changes.every((change) => this.#isSeen(change) || !isWithin(this.regionOf(change), home))
    );
  }

  #isSeen(change: GraphNode): boolean {
    if (change.kind === "call") return changedBy(change).every(({ next }) => this.#visible.has(next));
    return change.kind !== "store" || this.#visible.has(change.result);
  }

  /**
   * The store that keeps `value` where the reverse sweep can load it again: nothing else in the region changes it
   * afterwards, if the group is restored; else nothing at all does.
   */
  reloadOf(value: ValueId, restored: ReadonlySet<ArrayGroup>): StoreNode | undefined {
    const store = this.#storeOf.get(value);
    if (store === undefined || this.#needsStored(store.index)) return undefined;
    const group = this.groups.groupOf(store.array);
    const info = this.regionOf(store);
    if (!this.#isSteady(group)) return undefined;
    if (!this.isVisibleAt(store.result, this.jointOf(info))) return undefined;
    if (!restored.has(group)) return this.#isLastStore(store, group, info) ? store : undefined;
    const at = present(this.order.positions.get(store)).last;
    const changedLater = group.changes.some((change) => {
      const position = present(this.order.positions.get(change)).first;
      if (position <= at || !isWithin(this.regionOf(change), info)) return false;
      return change.kind !== "store" || !isExchange(store, change, this.#definitions());
    });
    return changedLater ? undefined : store;
  }

  /** Whether an index is computed from a value that may itself be reloaded: each would be looked for by the other. */
  #needsStored(index: ValueId): boolean {
    const seen = new Set<ValueId>();
    const pending = [index];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      if (this.#storeOf.has(value)) return true;
      if (this.isJoint(present(this.order.definitions.get(value)).region)) continue;
      pending.push(...(this.operandsToRecompute(value) ?? []));
    }
    return false;
  }

  /** Whether each entry that the store writes keeps its value until the reverse of the joint region. */
  #isLastStore(store: StoreNode, group: ArrayGroup, info: RegionInfo): boolean {
    if (group.isPermuted) return false;
    const home = this.jointOf(info);
    const rivals = group.changes.filter((change) => this.#mayChangeLater(change, store, home));
    if (rivals.length === 0) return true;
    if (rivals.some((change) => change !== store)) return false;
    const loops = loopsBetween(home, info);
    const index = this.algebra().polynomialOf(store.index);
    return loops.every((loop, depth) => {
      return this.algebra().ownedBy([{ index, inner: loops.slice(depth + 1) }], loop) !== undefined;
    });
  }

  inductionOf(value: ValueId): Induction | undefined {
    return inductionOf(value, this.order, (each) => this.algebra().isInteger(each));
  }

  /** What `value` is recomputed from; `undefined` where it cannot be, or is too dear. */
  operandsToRecompute(value: ValueId): readonly ValueId[] | undefined {
    const { node, region } = present(this.order.definitions.get(value), `definition of ${value}`);
    if (node === undefined) {
      const owner = region.owner;
      if (owner !== undefined && isLoop(owner) && region.region.arguments[0] === value) return [];
      const induction = this.inductionOf(value);
      return induction && operandsOfInduction(induction);
    }
    switch (node.kind) {
      case "constant":
        return [];
      case "length":
        return node.at === undefined ? [] : [node.at];
      case "operation":
        return this.#isDear(node.operation, value) ? undefined : node.operands;
      case "load":
        return [node.index];
      case "if":
        return this.#operandsOfBranches(node);
      default:
        return undefined;
    }
  }

  /** The remainder of whole numbers is cheap. */
  #isDear(operation: string, result: ValueId): boolean {
    if (operation === "rem" && this.algebra().isInteger(result)) return false;
    return rowOf(operation).cost >= dear;
  }

  /** A branch of cheap pure nodes is recomputed whole. */
  #operandsOfBranches(node: IfNode): readonly ValueId[] | undefined {
    let operands = [node.condition];
    for (const region of [node.then, node.else]) {
      const inner = new Set<ValueId>();
      for (const step of region.nodes) {
        if (step.kind === "operation" && !this.#isDear(step.operation, step.result)) operands.push(...step.operands);
        else if (step.kind === "load") operands.push(step.index);
        else if (step.kind === "if") {
          const within = this.#operandsOfBranches(step);
          if (within === undefined) return undefined;
          operands.push(...within);
        } else if (step.kind !== "constant") return undefined;
        for (const result of resultsOf(step)) inner.add(result);
      }
      operands.push(...region.yields);
      operands = operands.filter((value) => !inner.has(value));
    }
    return operands;
  }

  /** The cost of keeping a value: more with each loop between it and its joint region; least for a decision. */
  costOf(value: ValueId): number {
    const { node, region } = present(this.order.definitions.get(value));
    // It stands for no number: its indices are kept.
    if (node?.kind === "operation" && node.operation === pairing) return neverKept;
    const loops = loopsBetween(this.jointOf(region), region).length;
    const unit = this.graph.values.get(value)?.type === "boolean" ? 0.25 : 1;
    return unit * costPerLoop ** loops;
  }
}

function shareLoop(home: RegionInfo, first: RegionInfo, second: RegionInfo): boolean {
  const loops = new Set(loopsBetween(home, first));
  return loopsBetween(home, second).some((loop) => loops.has(loop));
}

function isStrictlyWithin(inner: RegionInfo, outer: RegionInfo): boolean {
  return inner !== outer && isWithin(inner, outer);
}
