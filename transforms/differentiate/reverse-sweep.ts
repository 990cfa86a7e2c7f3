import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, IfNode, LoopNode, OperationNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, nextOf } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import type { Activity } from "../analyze/activity.ts";
import type { JointRegions } from "../analyze/joint-regions.ts";
import { freeValues, type RegionInfo } from "../analyze/program-order.ts";
import { pullbackOf } from "../analyze/pullback.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import { AdjointState, type Snapshot } from "./adjoint-state.ts";
import { instantiate } from "./instantiate.ts";
import { PrimalValues } from "./primal-values.ts";
import type { RecordingSweep } from "./recording-sweep.ts";
import { lastIndex, tripCount } from "./trip-count.ts";

/** One value that a loop of the derivative carries beside the primal's. */
interface Slot {
  readonly init: ValueId;
  /** Binds the value inside the body. */
  readonly enter: (inside: ValueId) => void;
  /** The value for the next iteration, read when the body is done. */
  readonly leave: () => ValueId;
  /** Binds the value after the loop. */
  readonly after: (result: ValueId) => void;
}

/**
 * The reverse sweep. It walks each region backwards and adds, for every active node, what its operands receive. What it
 * reads of the primal it asks of `PrimalValues`; what it accumulates stands in `AdjointState`.
 *
 * A joint region is walked forwards first, then backwards, in the same place. A loop whose body is joint runs its
 * reverse within each iteration; of any other loop the reverse is a loop of its own, in the opposite direction.
 */
export class ReverseSweep {
  readonly #build: GraphBuilder;
  readonly #plan: StoragePlan;
  readonly #activity: Activity;
  readonly #joint: JointRegions;
  readonly #recording: RecordingSweep;
  readonly #primal: PrimalValues;
  readonly #state: AdjointState;

  constructor(
    graph: Graph,
    build: GraphBuilder,
    plan: StoragePlan,
    activity: Activity,
    joint: JointRegions,
    recording: RecordingSweep,
    state: AdjointState,
    primal: PrimalValues,
  ) {
    void graph;
    this.#build = build;
    this.#plan = plan;
    this.#activity = activity;
    this.#joint = joint;
    this.#recording = recording;
    this.#state = state;
    this.#primal = primal;
  }

  /** Runs a joint region: its nodes, then `between`, then their reverse. */
  runJoint(region: Region, between: () => void = () => {}): void {
    for (const node of region.nodes) {
      this.#build.at(node.span);
      if (this.#isFused(node)) this.#fuse(node);
      else this.#recording.addNode(node);
    }
    between();
    this.#reverseNodes(region, (node) => !this.#isFused(node));
  }

  #isFused(node: GraphNode): node is LoopNode | IfNode {
    if (node.kind === "if") return this.#joint.isJoint(node.then);
    return (node.kind === "for" || node.kind === "while") && this.#joint.isJoint(node.body);
  }

  #reverseNodes(region: Region, isWanted: (node: GraphNode) => boolean): void {
    for (let k = region.nodes.length - 1; k >= 0; k--) {
      const node = present(region.nodes[k]);
      if (node.kind === "allocate") this.#state.dropShadow(node.result);
      if (!this.#plan.needs.isReversed(node) || !isWanted(node)) {
        this.#state.passArrays(node);
        continue;
      }
      const before = this.#build.reversing(node.span);
      this.#build.at(undefined);
      this.#reverseNode(node);
      this.#build.reversing(before);
    }
  }

  #reverseNode(node: GraphNode): void {
    switch (node.kind) {
      case "operation":
        return this.#reverseOperation(node);
      case "load": {
        const d = this.#state.adjointOf(node.result);
        if (d === undefined) return;
        return this.#state.accumulateAt(node.array, this.#primal.valueOf(node.index), d);
      }
      case "store":
        return this.#reverseStore(node);
      case "if":
        return this.#reverseIf(node);
      case "for":
      case "while":
        return this.#reverseLoop(node);
      default:
        invariant(false, `a ${node.kind} node has no reverse`);
    }
  }

  #reverseOperation(node: OperationNode): void {
    const d = this.#state.adjointOf(node.result);
    if (d === undefined) return;
    const contributions = pullbackOf(rowOf(node.operation), node.operands.length);
    node.operands.forEach((operand, k) => {
      const term = contributions[k];
      if (term === undefined || !this.#activity.isActive(operand)) return;
      const contribution = instantiate(this.#build, term, {
        operand: (index) => this.#primal.valueOf(present(node.operands[index])),
        out: () => this.#primal.valueOf(node.result),
        d,
      });
      this.#state.accumulate(operand, contribution);
    });
  }

  #reverseStore(node: StoreNode): void {
    const isUndone = this.#plan.undone.has(node);
    const shadow = this.#activity.isActive(node.result) ? this.#state.shadowOf(node.result) : undefined;
    if (!isUndone && shadow === undefined) return this.#state.passArrays(node);
    const index = this.#primal.valueOf(node.index);
    if (isUndone) this.#primal.undo(node, index);
    else this.#state.passArrays(node);
    if (shadow === undefined) return;
    if (this.#activity.isActive(node.value)) this.#state.accumulate(node.value, this.#build.load(shadow, index));
    if (this.#activity.isActive(node.array)) {
      this.#state.setShadow(node.array, this.#build.store(shadow, index, this.#build.constant(0)));
    }
  }

  // Branches.

  #reverseIf(node: IfNode): void {
    const condition = this.#primal.valueOf(node.condition);
    this.#branches(node, condition, (region) => this.#reverseNodes(region, () => true), () => [], []);
  }

  /**
   * A branch of the derivative: both sides start from the same state; what either changes comes out as a result.
   * `extra` are the primal's own yields, for a branch whose reverse stands with its forward code.
   */
  #branches(
    node: IfNode,
    condition: ValueId,
    fill: (region: Region) => void,
    extra: (region: Region) => readonly ValueId[],
    extraResults: readonly ValueId[],
  ): void {
    const state = this.#state;
    const scalars = this.#freeScalars([node.then, node.else]);
    node.results.forEach((result) => {
      if (this.#isActiveArray(result)) state.ensureShadow(result);
    });
    for (const array of this.#freeArrays([node.then, node.else])) {
      if (!state.isReplacedBy(array, node.results)) state.ensureShadow(array);
    }
    const zero = this.#build.constant(0);
    const before = state.snapshot();
    const branch = (region: Region): { readonly region: Region; readonly after: Snapshot } => {
      state.restore(before);
      let after = before;
      const built = this.#primal.scoped([], () => {
        node.results.forEach((result, k) => state.pass(result, present(region.yields[k])));
        fill(region);
        after = state.snapshot();
        return extra(region);
      });
      return { region: built, after };
    };
    const then = branch(node.then);
    const otherwise = branch(node.else);
    state.restore(before);
    const merged = state.merge(before, then.after, otherwise.after, scalars, zero);
    const results = merged.map(({ then: value, name }) => this.#build.fresh(this.#build.typeOf(value), name));
    this.#build.push({
      kind: "if",
      condition,
      then: { ...then.region, yields: [...then.region.yields, ...merged.map((entry) => entry.then)] },
      else: { ...otherwise.region, yields: [...otherwise.region.yields, ...merged.map((entry) => entry.else)] },
      results: [...extraResults, ...results],
      ...this.#build.place(),
    });
    node.results.forEach((result) => state.forget(result));
    merged.forEach((entry, k) => entry.after(present(results[k])));
  }

  // Loops.

  /** The reverse of a loop that stands apart: the same iterations, in the opposite order. */
  #reverseLoop(loop: LoopNode): void {
    const build = this.#build;
    const slots = this.#slots(loop, (k) => this.#state.adjointOf(present(loop.results[k])) ?? build.constant(0));
    const inits = slots.map((slot) => slot.init);
    const fill = (index: ValueId, inside: readonly ValueId[]): readonly ValueId[] => {
      this.#primal.bind(indexOf(loop), index);
      slots.forEach((slot, k) => slot.enter(present(inside[k])));
      this.#primal.enterCounted(loop);
      this.#reverseNodes(loop.body, () => true);
      return slots.map((slot) => slot.leave());
    };
    const names = inits.map((init) => build.nameOf(init));
    const range = this.#reversedRange(loop);
    const before = this.#state.snapshot();
    const reversed = this.#primal.scopedLoop(() => build.for(range, inits, fill, names));
    this.#state.restore(before);
    slots.forEach((slot, k) => slot.after(present(reversed.results[k])));
  }

  #reversedRange(loop: LoopNode) {
    const build = this.#build;
    const indexName = build.nameOf(indexOf(loop)) ?? "k";
    if (loop.kind === "while") {
      const last = build.operation("sub", [this.#primal.valueOf(loop.trips), build.constant(1)]);
      return { start: last, bound: build.constant(0), step: -1, inclusive: true, indexName };
    }
    const start = this.#primal.valueOf(loop.start);
    const trips = loop.stops
      ? this.#primal.valueOf(loop.trips)
      : tripCount(build, loop, start, this.#primal.valueOf(loop.bound));
    return { start: lastIndex(build, loop, start, trips), bound: start, step: -loop.step, inclusive: true, indexName };
  }

  /** A loop of a joint region whose reverse runs within each iteration. */
  #fuse(node: LoopNode | IfNode): void {
    const build = this.#build;
    if (node.kind === "if") {
      const fill = (region: Region): void => this.runJoint(region);
      node.results.forEach((result) => this.#state.setEarly(result, this.#earlyAdjoint(result)));
      return this.#branches(node, node.condition, fill, (region) => region.yields, node.results);
    }
    const loop = node;
    const early = loop.results.map((result) => this.#earlyAdjoint(result));
    const slots = this.#slots(loop, () => undefined);
    const carried = slots.map((slot) => build.fresh(build.typeOf(slot.init), build.nameOf(slot.init)));
    const before = this.#state.snapshot();
    const body = this.#primal.scoped([...loop.body.arguments, ...carried], () => {
      slots.forEach((slot, k) => slot.enter(present(carried[k])));
      this.runJoint(loop.body, () => {
        nextOf(loop).forEach((next, k) => {
          const d = early[k];
          if (d !== undefined) this.#state.accumulate(next, d);
        });
      });
      return [...loop.body.yields, ...slots.map((slot) => slot.leave())];
    });
    const results = carried.map((value) => build.fresh(build.typeOf(value), build.nameOf(value)));
    const grown = { inits: [...loop.inits, ...slots.map((slot) => slot.init)], results: [...loop.results, ...results], body };
    if (loop.kind === "for") build.push({ ...loop, ...grown });
    else {
      const tested = carried.map((value) => build.fresh(build.typeOf(value)));
      const condition = { ...loop.condition, arguments: [...loop.condition.arguments, ...tested] };
      build.push({ ...loop, ...grown, condition });
    }
    this.#state.restore(before);
    slots.forEach((slot, k) => slot.after(present(results[k])));
    early.forEach((d, k) => {
      if (d !== undefined) this.#state.accumulate(present(loop.inits[k]), d);
    });
  }

  /** The adjoint of a result of a fused node, which does not depend on what comes after (see joint-regions.ts). */
  #earlyAdjoint(result: ValueId): ValueId | undefined {
    void result;
    return undefined;
  }

  /**
   * What a loop of the derivative carries: the adjoints of what the primal's loop carries, sums for the scalars that it
   * uses from outside, the shadows of arrays, arrays that are being restored, and counters of stashes.
   * `adjointOfResult` gives none where the adjoint is the same in each iteration.
   */
  #slots(loop: LoopNode, adjointOfResult: (k: number) => ValueId | undefined): readonly Slot[] {
    const state = this.#state;
    const build = this.#build;
    const slots: Slot[] = [];
    const next = nextOf(loop);
    carriedOf(loop).forEach((argument, k) => {
      const [init, yielded, result] = [present(loop.inits[k]), present(next[k]), present(loop.results[k])];
      if (typeof build.typeOf(argument) === "object") {
        if (this.#isActiveArray(argument) || this.#isActiveArray(yielded)) slots.push(state.shadowSlot(init, argument, yielded, result));
        slots.push(...this.#primal.arraySlots(init, argument, yielded, result));
        return;
      }
      if (!this.#activity.isActive(argument) && !this.#activity.isActive(yielded)) return;
      const d = adjointOfResult(k);
      if (d === undefined) return;
      slots.push({
        init: d,
        enter: (inside) => state.enterCarried(argument, yielded, inside),
        leave: () => state.adjointOf(argument) ?? build.constant(0),
        after: (outcome) => state.accumulate(init, outcome),
      });
    });
    for (const value of this.#freeScalars([loop.body])) slots.push(state.sumSlot(value));
    const index = indexOf(loop);
    if (loop.kind === "for" && this.#activity.isActive(index)) slots.push(state.indexSlot(index, loop.start));
    for (const array of this.#freeArrays([loop.body])) slots.push(state.freeShadowSlot(array));
    slots.push(...this.#primal.counterSlots(loop));
    return slots;
  }

  #freeScalars(regions: readonly Region[]): readonly ValueId[] {
    return this.#free(regions).filter(
      (value) => this.#build.typeOf(value) === "number" && this.#activity.isActive(value),
    );
  }

  #freeArrays(regions: readonly Region[]): readonly ValueId[] {
    return this.#free(regions).filter((value) => this.#isActiveArray(value));
  }

  #free(regions: readonly Region[]): readonly ValueId[] {
    return freeValues(regions, this.#plan.order);
  }

  #isActiveArray(value: ValueId): boolean {
    return typeof this.#build.typeOf(value) === "object" && this.#activity.isActive(value);
  }
}
export type { RegionInfo };
