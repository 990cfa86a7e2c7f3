import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type {
  CallNode,
  GraphNode,
  IfNode,
  LoopNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { carriedOf, changedBy, indexOf, isLoop, nextOf, regionsOf } from "../../src/ir/walk.ts";
import { readsOf } from "../../src/operations/table.ts";
import { freeValues } from "../analyze/program-order.ts";
import type { EntryArray } from "../analyze/rerun-loops.ts";
import { buildEarlyAdjoint, earlyValues } from "./early-adjoint.ts";
import { instantiate } from "./instantiate.ts";
import { loadedBefore } from "./loaded-before.ts";
import { reverseRerun } from "./rerun-loop.ts";
import { jointCall, reverseCall } from "./reverse-call.ts";
import { reverseFixedPoint } from "./reverse-fixed-point.ts";
import type { SweepParts } from "./sweep-parts.ts";
import type { Slot, Snapshot } from "./sweep-state.ts";
import { lastIndex, tripCount } from "./trip-count.ts";

/**
 * The reverse sweep. It walks each region backwards and adds, for every active node, what its operands receive. What it
 * reads of the primal it asks of `PrimalValues`; what it accumulates stands in `SweepState` and `Shadows`.
 *
 * A joint region is walked forwards first, then backwards, in the same place. A loop whose body is joint runs its
 * reverse within each iteration; of any other loop the reverse is a loop of its own, in the opposite direction.
 */
export class ReverseSweep {
  readonly #parts: SweepParts;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  /** Runs a joint region: its nodes, then `between`, then their reverse. */
  runJoint(region: Region, between: () => void): void {
    const { build, recording } = this.#parts;
    for (const node of region.nodes) {
      build.at(node.span);
      if (this.#isFused(node)) this.#fuse(node);
      else recording.addNode(node);
    }
    between();
    this.#reverseNodes(region, (node) => !this.#isFused(node));
  }

  #isFused(node: GraphNode): node is LoopNode | IfNode | CallNode {
    if (node.kind === "call") return this.#parts.joint.isJointCall(node);
    if (node.kind === "if") return this.#parts.joint.isJoint(node.then);
    return isLoop(node) && this.#parts.joint.isJoint(node.body) && !this.#parts.joint.isRerun(node);
  }

  #reverseNodes(region: Region, isWanted: (node: GraphNode) => boolean): void {
    const { build, plan } = this.#parts;
    // What a node needs may be read from a version that a node before it makes.
    for (const node of region.nodes.toReversed()) this.#passArrays(node, (array) => !plan.isRestored(array));
    for (let k = region.nodes.length - 1; k >= 0; k--) {
      const node = present(region.nodes[k]);
      if (!plan.needs.isReversed(node) || !isWanted(node)) {
        this.#passArrays(node);
        continue;
      }
      const origin = build.reversing(node.span);
      const span = build.at(undefined);
      this.#reverseNode(node);
      build.reversing(origin);
      build.at(span);
    }
  }

  #reverseNode(node: GraphNode): void {
    const { state, shadows, primal } = this.#parts;
    switch (node.kind) {
      case "operation":
        return this.#reverseOperation(node);
      case "load": {
        const d = state.adjointOf(node.result);
        return d === undefined ? undefined : shadows.accumulateAt(node.array, primal.valueOf(node.index), d);
      }
      case "store":
        return this.#reverseStore(node);
      case "grow": {
        this.#passArrays(node);
        const shadow = state.shadows.get(node.result);
        if (shadow !== undefined) state.shadows.set(node.array, shadow);
        return;
      }
      case "call":
        this.#passArrays(node);
        return reverseCall(node, this.#parts);
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
    const { build, state, primal, activity } = this.#parts;
    const d = state.adjointOf(node.result);
    if (d === undefined) return;
    this.#parts.pullbacks(node).forEach((term, k) => {
      const operand = present(node.operands[k]);
      if (term === undefined || !activity.isActive(operand)) return;
      // Found before a branch of the term opens, so that what follows the branch finds it too.
      const reads = readsOf(term);
      for (const read of reads.operands) primal.valueOf(present(node.operands[read]));
      if (reads.out) primal.valueOf(node.result);
      const contribution = instantiate(build, term, {
        operand: (index) => primal.valueOf(present(node.operands[index])),
        out: () => primal.valueOf(node.result),
        d,
      });
      state.accumulate(operand, contribution);
    });
  }

  /** `a[i] = v`: dv += da[i]; da[i] = 0. */
  #reverseStore(node: StoreNode): void {
    const { build, state, primal, activity, plan } = this.#parts;
    const isUndone = plan.undone.has(node);
    const shadow = activity.isActive(node.result) ? state.shadows.get(node.result) : undefined;
    this.#passArrays(node);
    if (!isUndone && shadow === undefined) return;
    const index = primal.valueOf(node.index);
    if (isUndone) primal.undo(node, index);
    if (shadow === undefined) return;
    if (activity.isActive(node.value)) state.accumulate(node.value, this.#adjointAt(node, shadow, index));
    if (activity.isActive(node.array)) {
      state.shadows.set(node.array, build.store(shadow, index, build.constant(0)));
    }
  }

  /** What the entry's shadow holds; 0 where the store may have gone outside of the array. */
  #adjointAt(node: StoreNode, shadow: ValueId, index: ValueId): ValueId {
    const { build, shadows, mayStoreOutside } = this.#parts;
    if (node.isInside === true || !mayStoreOutside(node)) return build.load(shadow, index);
    const [place, length] = shadows.placeOf(node, index);
    const isAbove = build.operation("ge", [place, build.constant(0)], "boolean");
    const isBelow = build.operation("lt", [place, length], "boolean");
    const [entry] = build.if(
      build.operation("and", [isAbove, isBelow], "boolean"),
      () => [build.load(shadow, index)],
      () => [build.constant(0)],
    );
    return present(entry);
  }

  /** Before a node that leaves the arrays that are not restored as they are, each version is found where its successor is. */
  #passArrays(node: GraphNode, isWanted: (array: ValueId) => boolean = () => true): void {
    const { state, plan, build } = this.#parts;
    const pass = (before: ValueId, after: ValueId): void => {
      if (typeof build.typeOf(after) === "object" && isWanted(after)) state.arrays.set(before, state.arrayOf(after));
    };
    if (node.kind === "store" || node.kind === "grow") return pass(node.array, node.result);
    if (node.kind === "call") return changedBy(node).forEach(({ array, next }) => pass(array, next));
    if (isLoop(node)) {
      node.results.forEach((result, k) => {
        const init = present(node.inits[k]);
        if (this.#isArray(result) && plan.groups.bufferOf(result) === plan.groups.bufferOf(init)) pass(init, result);
      });
    }
    if (node.kind !== "if" || !node.results.some((result) => this.#isArray(result))) return;
    const free = this.#free(regionsOf(node)).filter((value) => this.#isArray(value));
    for (const result of node.results) {
      if (!this.#isArray(result)) continue;
      for (const array of free) {
        if (plan.groups.bufferOf(array) === plan.groups.bufferOf(result)) pass(array, result);
      }
    }
  }

  // Branches.

  #reverseIf(node: IfNode): void {
    // What the condition is made of again the branch leaves as it is: it is found in the version after the branch.
    this.#passArrays(node);
    const condition = this.#parts.primal.valueOf(node.condition);
    this.#branches(node, condition, {
      fill: (region) => {
        this.#parts.primal.enterRegion(region);
        this.#reverseNodes(region, () => true);
      },
      yields: () => [],
      results: [],
      isFused: false,
    });
  }

  /**
   * A branch of the derivative: both sides start from the same state, and what either changes comes out as a result.
   * `own` is what the sides run, and the primal's own yields and results where forward and reverse code stand together.
   */
  #branches(
    node: IfNode,
    condition: ValueId,
    own: {
      readonly fill: (region: Region) => void;
      readonly yields: (region: Region) => readonly ValueId[];
      readonly results: readonly ValueId[];
      /** Forward and reverse code stand together. */
      readonly isFused: boolean;
    },
  ): void {
    const { build, state, shadows, primal, recording, plan } = this.#parts;
    const sides = [node.then, node.else];
    const free = this.#free(sides);
    const arrays = free.filter((value) => this.#isArray(value));
    for (const result of node.results) if (this.#isActiveArray(result)) shadows.ensure(result);
    for (const array of arrays) {
      if (this.#isActiveArray(array) && !this.#isReplaced(array, node)) shadows.ensure(array);
    }
    const layouts = recording.countedLayouts.filter((layout) => recording.isInside(layout, node));
    layouts.forEach((layout) => state.counters.set(layout, primal.counterOf(layout)));
    const zero = build.constant(0);
    const before = state.snapshot();
    const run = (region: Region): { readonly region: Region; readonly after: Snapshot } => {
      state.restore(before);
      let after = before;
      const built = primal.scoped(() =>
        build.region([], () => {
          node.results.forEach((result, k) => state.pass(result, present(region.yields[k]), own.isFused));
          own.fill(region);
          after = state.snapshot();
          return own.yields(region);
        }),
      );
      return { region: built, after };
    };
    const then = run(node.then);
    const otherwise = run(node.else);
    state.restore(before);
    node.results.forEach((result) => state.forget(result));
    const merges = state.merge(
      then.after,
      otherwise.after,
      this.#activeScalars(free),
      arrays,
      layouts,
      zero,
      plan.isRestored,
    );
    const results = merges.map((merge) => build.fresh(build.typeOf(merge.then), merge.name));
    build.push({
      kind: "if",
      condition,
      then: { ...then.region, yields: [...then.region.yields, ...merges.map((merge) => merge.then)] },
      else: { ...otherwise.region, yields: [...otherwise.region.yields, ...merges.map((merge) => merge.else)] },
      results: [...own.results, ...results],
      ...build.place(),
    });
    merges.forEach((merge, k) => merge.after(present(results[k])));
  }

  /** Whether a result of the branch stands for the array after it, so that the shadow comes in by that result. */
  #isReplaced(array: ValueId, node: IfNode): boolean {
    const { groups } = this.#parts.plan;
    return node.results.some(
      (result) => this.#isActiveArray(result) && groups.bufferOf(result) === groups.bufferOf(array),
    );
  }

  // Loops.

  /** The reverse of a loop that stands apart: the same iterations, in the opposite order. */
  #reverseLoop(loop: LoopNode): void {
    const { build, state, primal, plan } = this.#parts;
    if (loop.fixedPoint !== undefined) return reverseFixedPoint(loop, this.#parts, () => this.#passArrays(loop));
    const entries = plan.rerunOf(loop);
    if (entries !== undefined) return this.#reverseRerun(loop, entries);
    const range = this.#reversedRange(loop);
    const slots = this.#slotsApart(loop);
    this.#passArrays(loop);
    const early = loadedBefore(loop, plan, (value) => this.#isArray(value));
    for (const value of early) primal.valueOf(value);
    const before = state.snapshot();
    const reversed = primal.scoped(() =>
      build.for(
        range,
        slots.map((slot) => slot.init),
        (index, inside) => {
          primal.bind(indexOf(loop), index);
          this.#passCarriedArrays(loop);
          slots.forEach((slot, k) => slot.enter(present(inside[k])));
          primal.enterRegion(loop.body);
          this.#reverseNodes(loop.body, () => true);
          return slots.map((slot) => slot.leave());
        },
      ),
    );
    state.restore(before);
    loop.results.forEach((result) => state.forget(result));
    slots.forEach((slot, k) => slot.after(present(reversed.results[k])));
  }

  /** What the reverse of a loop that stands apart carries. */
  #slotsApart(loop: LoopNode): readonly Slot[] {
    const { build, state } = this.#parts;
    return this.#slots(loop, (k) => state.adjointOf(present(loop.results[k])) ?? build.constant(0));
  }

  #reverseRerun(loop: LoopNode, entries: ReadonlyMap<ValueId, EntryArray>): void {
    reverseRerun(loop, entries, this.#parts, {
      slots: () => this.#slotsApart(loop),
      runBody: () => this.runJoint(loop.body, () => {}),
      passArrays: () => this.#passArrays(loop),
    });
  }

  /** Inside a loop, an array that is not restored is found where it is after the loop. */
  #passCarriedArrays(loop: LoopNode): void {
    const { state, plan } = this.#parts;
    nextOf(loop).forEach((next, k) => {
      const result = present(loop.results[k]);
      if (this.#isArray(next) && !plan.groups.groupOf(next).isPermuted) {
        state.arrays.set(next, state.arrayOf(result));
        state.arrays.set(present(carriedOf(loop)[k]), state.arrayOf(result));
      }
    });
  }

  #reversedRange(loop: LoopNode) {
    const { build, primal } = this.#parts;
    const indexName = build.nameOf(indexOf(loop)) ?? (loop.kind === "while" ? "trip" : undefined);
    if (loop.kind === "while") {
      const last = build.operation("sub", [primal.valueOf(loop.trips), build.constant(1)]);
      return { start: last, bound: build.constant(0), step: -1, inclusive: true, indexName };
    }
    const start = primal.valueOf(loop.start);
    const trips = loop.stops ? primal.valueOf(loop.trips) : tripCount(build, loop, start, primal.valueOf(loop.bound));
    return { start: lastIndex(build, loop, start, trips), bound: start, step: -loop.step, inclusive: true, indexName };
  }

  /** A node of a joint region whose reverse runs with it. */
  #fuse(node: LoopNode | IfNode | CallNode): void {
    if (node.kind === "if") this.#fuseIf(node);
    else if (node.kind === "call") jointCall(node, this.#parts, (result) => this.#earlyAdjoint(result, node));
    else this.#fuseLoop(node);
  }

  #fuseIf(node: IfNode): void {
    const { state, plan } = this.#parts;
    for (const result of node.results) {
      const d = this.#earlyAdjoint(result, node);
      if (d !== undefined) state.adjoints.set(result, d);
    }
    this.#branches(node, node.condition, {
      fill: (region) => this.runJoint(region, () => {}),
      yields: (region) => region.yields,
      results: node.results,
      isFused: true,
    });
    this.#passArrays(node, (result) => !plan.isRestored(result));
  }

  #fuseLoop(loop: LoopNode): void {
    const { build, state, primal, joint } = this.#parts;
    const early = loop.results.map((result) => this.#earlyAdjoint(result, loop));
    for (const result of loop.results) if (this.#isArray(result)) this.#parts.seedArray(result);
    const slots = this.#slots(
      loop,
      () => undefined,
      (slot) => joint.isPrivate(loop, slot),
    );
    const carried = slots.map((slot) => build.fresh(build.typeOf(slot.init), build.nameOf(slot.init)));
    const before = state.snapshot();
    const body = primal.scoped(() =>
      build.region([...loop.body.arguments, ...carried], () => {
        slots.forEach((slot, k) => slot.enter(present(carried[k])));
        nextOf(loop).forEach((next, k) => {
          const d = early[k];
          if (d !== undefined) state.accumulate(next, d);
        });
        this.runJoint(loop.body, () => {});
        return [...loop.body.yields, ...slots.map((slot) => slot.leave())];
      }),
    );
    state.restore(before);
    const results = carried.map((value) => build.twin(value));
    const grown = {
      inits: [...loop.inits, ...slots.map((slot) => slot.init)],
      results: [...loop.results, ...results],
      body,
    };
    build.at(loop.span);
    if (loop.kind === "for") build.push({ ...loop, ...grown });
    else {
      const tested = carried.map((value) => build.fresh(build.typeOf(value)));
      const condition = { ...loop.condition, arguments: [...loop.condition.arguments, ...tested] };
      build.push({ ...loop, ...grown, condition });
    }
    slots.forEach((slot, k) => slot.after(present(results[k])));
    early.forEach((d, k) => {
      if (d !== undefined) state.accumulate(present(loop.inits[k]), d);
    });
  }

  /** Builds the adjoint of a result of a fused node before the node (see joint-regions.ts). */
  #earlyAdjoint(result: ValueId, node: GraphNode): ValueId | undefined {
    const adjoint = this.#parts.joint.earlyAdjoint(result);
    if (adjoint === undefined) return undefined;
    const { build, state, plan } = this.#parts;
    const before = present(plan.order.positions.get(node)).first;
    const origin = build.reversing(node.span);
    const d = buildEarlyAdjoint(build, state, adjoint, earlyValues(build, plan.order, before));
    build.reversing(origin);
    return d;
  }

  /**
   * What a loop of the derivative carries: sums for the scalars that it uses from outside, the shadows of arrays, the
   * adjoints of what the primal's loop carries, arrays that are being restored, and counters of stashes.
   * `adjointOfResult` gives none where the adjoint is the same in each iteration. The shadow of an array that is private
   * to an iteration is made in it.
   */
  #slots(
    loop: LoopNode,
    adjointOfResult: (k: number) => ValueId | undefined,
    isPrivate: (k: number) => boolean = () => false,
  ): readonly Slot[] {
    const { build, state, shadows, plan, activity, primal, recording } = this.#parts;
    const slots: Slot[] = [];
    const free = this.#free([loop.body]);
    for (const value of this.#activeScalars(free)) slots.push(state.sumSlot(value));
    for (const array of free) {
      if (!this.#isActiveArray(array)) continue;
      shadows.ensure(array);
      slots.push(state.freeShadowSlot(array));
    }
    const next = nextOf(loop);
    carriedOf(loop).forEach((argument, k) => {
      const [init, yielded, result] = [present(loop.inits[k]), present(next[k]), present(loop.results[k])];
      if (this.#isArray(argument)) {
        if ((this.#isActiveArray(argument) || this.#isActiveArray(yielded)) && !isPrivate(k)) {
          shadows.ensure(result);
          slots.push(state.shadowSlot(init, argument, yielded, result));
        }
        if (plan.isRestored(result)) {
          slots.push({
            init: state.arrayOf(result),
            enter: (inside) => state.arrays.set(yielded, inside),
            leave: () => state.arrayOf(argument),
            after: (outcome) => state.arrays.set(init, outcome),
          });
        }
        return;
      }
      // Where the loop runs no time, the result is the init.
      if (![argument, yielded, result].some((value) => activity.isActive(value))) return;
      const d = adjointOfResult(k);
      if (d === undefined) return;
      slots.push({
        init: d,
        enter: (inside) => state.accumulate(yielded, inside),
        leave: () => state.adjointOf(argument) ?? build.constant(0),
        after: (outcome) => state.accumulate(init, outcome),
      });
    });
    for (const layout of recording.countedLayouts) {
      if (recording.isInside(layout, loop)) slots.push(state.counterSlot(layout, primal.counterOf(layout)));
    }
    return slots;
  }

  #activeScalars(values: readonly ValueId[]): readonly ValueId[] {
    const { build, activity } = this.#parts;
    return values.filter((value) => build.typeOf(value) === "number" && activity.isActive(value));
  }

  #free(regions: readonly Region[]): readonly ValueId[] {
    return freeValues(regions, this.#parts.plan.order);
  }

  #isArray(value: ValueId): boolean {
    return typeof this.#parts.build.typeOf(value) === "object";
  }

  #isActiveArray(value: ValueId): boolean {
    return this.#isArray(value) && this.#parts.activity.isActive(value);
  }
}
