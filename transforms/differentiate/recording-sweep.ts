import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { cloneRegion } from "../../src/ir/clone.ts";
import { isLoop, regionsOf, resultsOf } from "../../src/ir/walk.ts";
import { isWithin, type RegionInfo } from "../analyze/program-order.ts";
import type { StashName } from "../analyze/result-names.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import { stashNames } from "./stash-names.ts";
import { snapshotRoom } from "./snapshot-room.ts";
import { gridExtents, gridIndex, stashElement, stashLayouts, type StashLayout, tripsAt } from "./stash.ts";

/**
 * The forward sweep: the primal's nodes under their own names, and beside them what keeps the values that the storage
 * plan stashes. Stash arrays and counters are threaded through the loops and branches as carried values; values that
 * only branches hide are passed out of them.
 */
export class RecordingSweep {
  readonly #build: GraphBuilder;
  readonly #plan: StoragePlan;
  readonly #layouts: readonly StashLayout[];
  readonly #layoutOf = new Map<RegionInfo, StashLayout>();
  /** The current version of the stash array of each value. */
  readonly #stash = new Map<ValueId, ValueId>();
  /** The current count of each counted region. */
  readonly #counters = new Map<StashLayout, ValueId>();
  /** How often the loops of a grid run at most. */
  readonly #extents = new Map<StashLayout, readonly (ValueId | undefined)[]>();
  readonly #nameOf: (value: ValueId) => StashName;
  readonly #holdsSnapshots = new Set<ValueId>();
  /** What a local stash is called where the sweep stands. */
  readonly #locals = new Map<ValueId, ValueId>();

  constructor(build: GraphBuilder, plan: StoragePlan) {
    this.#build = build;
    this.#plan = plan;
    this.#layouts = stashLayouts(plan);
    this.#nameOf = stashNames(build, plan, (value) => this.#holdsSnapshots.has(value));
    for (const layout of this.#layouts) this.#layoutOf.set(layout.region, layout);
  }

  /** The layout that a stashed value belongs to. */
  layoutOf(value: ValueId): StashLayout {
    return present(this.#layoutOf.get(present(this.#plan.order.definitions.get(value)).region), "stash layout");
  }

  layoutOfRegion(region: RegionInfo): StashLayout | undefined {
    return this.#layoutOf.get(region);
  }

  get countedLayouts(): readonly StashLayout[] {
    return this.#layouts.filter((layout) => layout.kind === "counted");
  }

  stashOf(value: ValueId): ValueId {
    return present(this.#stash.get(value), `stash of ${value}`);
  }

  localOf(value: ValueId): ValueId {
    return present(this.#locals.get(value), `local of ${value}`);
  }

  counterOf(layout: StashLayout): ValueId {
    return present(this.#counters.get(layout), "counter of a region");
  }

  extentsOf(layout: StashLayout): readonly (ValueId | undefined)[] {
    return present(this.#extents.get(layout), "extents of a grid");
  }

  /** Adds one node of a joint region, with the stashes of the split regions within it. */
  addNode(node: GraphNode): void {
    this.#build.at(node.span);
    const inner = this.#within(node);
    if (inner.length === 0 && !this.#holdsRerun(node)) return this.#build.push(node);
    this.#prepare(inner);
    this.#addSplit(node);
  }

  /** Allocates the stashes, and starts the counters, of what one node of a joint region holds. */
  #prepare(layouts: readonly StashLayout[]): void {
    const product = (size: ValueId, extent: ValueId) => this.#build.operation("mul", [size, extent]);
    for (const layout of layouts) {
      if (layout.kind === "local") continue;
      if (layout.kind === "counted") this.#counters.set(layout, this.#build.constant(0));
      const extents = layout.kind === "grid" ? gridExtents(this.#build, layout, this.#plan.order) : [];
      this.#extents.set(layout, extents);
      const own = layout.grows ? this.#build.constant(0) : extents.map((extent) => present(extent)).reduce(product);
      for (const value of layout.values) {
        const room = this.#roomForSnapshots(value, layout);
        if (room !== undefined) this.#holdsSnapshots.add(value);
        const size = room === undefined ? own : product(room, own);
        const { name, note } = this.#nameOf(value);
        const element = stashElement(this.#build, value);
        const role = { kind: "stash", note } as const;
        this.#stash.set(value, this.#build.allocate(element, size, role, false, name));
      }
    }
  }

  /** How many snapshots the stash of an entry before a loop that is run again is to hold, if that is known before the loop. */
  #roomForSnapshots(value: ValueId, layout: StashLayout): ValueId | undefined {
    const loop = this.#plan.startedBy(value);
    if (loop === undefined || layout.kind !== "grid" || layout.loops.length > 1) return undefined;
    const count = tripsAt(this.#build, layout.home, loop, this.#plan.order);
    return snapshotRoom(this.#build, loop, count);
  }

  /** Whether the stash of the value, an entry before a loop that is run again, has room for all snapshots of that loop. */
  holdsSnapshots(value: ValueId): boolean {
    return this.#holdsSnapshots.has(value);
  }

  #within(node: GraphNode): readonly StashLayout[] {
    return this.#layouts.filter((layout) => this.isInside(layout, node));
  }

  /** Whether the region of the layout is held, at some depth below the joint region, by the node. */
  isInside(layout: StashLayout, node: GraphNode): boolean {
    for (let info: RegionInfo | undefined = layout.region; info !== undefined; info = info.parent) {
      if (info === layout.home) return false;
      if (info.owner === node) return true;
    }
    return false;
  }

  #addSplit(node: GraphNode): void {
    if (isLoop(node)) this.#isRerun(node) ? this.#addRerun(node) : this.#addLoop(node);
    else if (node.kind === "if") this.#addIf(node);
    else this.#build.push(node);
    for (const result of resultsOf(node)) this.#keep(result);
  }

  #isRerun(node: GraphNode): boolean {
    return isLoop(node) && this.#plan.needs.isReversed(node) && this.#plan.rerunOf(node) !== undefined;
  }

  /** Whether the node, or one within it, is such a loop. */
  #holdsRerun(node: GraphNode): boolean {
    if (this.#isRerun(node)) return true;
    return regionsOf(node).some((region) => region.nodes.some((inner) => this.#holdsRerun(inner)));
  }

  /** The reverse sweep has the body itself. */
  #addRerun(loop: LoopNode): void {
    this.#build.push({ ...loop, body: cloneRegion(this.#build, loop.body), checkpoint: undefined });
  }

  /** The body of a split region. */
  #region(region: Region, extraArguments: readonly ValueId[], extraYields: () => readonly ValueId[]): Region {
    const info = present(this.#plan.order.regions.get(region));
    return this.#build.region([...region.arguments, ...extraArguments], () => {
      region.arguments.forEach((argument) => this.#keep(argument));
      for (const node of region.nodes) {
        this.#build.at(node.span);
        this.#addSplit(node);
      }
      const layout = this.#layoutOf.get(info);
      if (layout?.kind === "counted") {
        const next = this.#build.operation("add", [this.counterOf(layout), this.#build.constant(1)]);
        this.#counters.set(layout, next);
      }
      return [...region.yields, ...extraYields()];
    });
  }

  /** Stores the value if the plan keeps it. */
  #keep(value: ValueId): void {
    const { region } = present(this.#plan.order.definitions.get(value));
    const layout = this.#layoutOf.get(region);
    if (layout === undefined || !layout.values.includes(value)) return;
    if (layout.kind === "local") {
      this.#locals.set(value, value);
      return;
    }
    const build = this.#build;
    const index =
      layout.kind === "grid"
        ? gridIndex(build, layout, this.extentsOf(layout), (primal) => primal)
        : this.counterOf(layout);
    let stash = this.stashOf(value);
    if (layout.grows) stash = build.grow(stash, build.operation("add", [index, build.constant(1)]));
    const kept = build.typeOf(value) === "boolean" ? build.operation("toNumber", [value]) : value;
    this.#stash.set(value, build.store(stash, index, kept));
  }

  #addLoop(loop: LoopNode): void {
    const build = this.#build;
    const threads = this.#threads(this.#within(loop));
    const inits = threads.map((thread) => thread.get());
    const fresh = () => inits.map((init) => build.twin(init));
    const inner = fresh();
    threads.forEach((thread, k) => thread.set(inner[k]!));
    const body = this.#region(loop.body, inner, () => threads.map((thread) => thread.get()));
    const results = fresh();
    threads.forEach((thread, k) => thread.set(results[k]!));
    const grown = {
      inits: [...loop.inits, ...inits],
      results: [...loop.results, ...results],
      body,
    };
    if (loop.kind === "for") return build.push({ ...loop, ...grown });
    const { condition } = loop;
    build.push({ ...loop, ...grown, condition: { ...condition, arguments: [...condition.arguments, ...fresh()] } });
  }

  #addIf(node: IfNode): void {
    const build = this.#build;
    const layouts = this.#within(node);
    const threads = this.#threads(layouts);
    const before = threads.map((thread) => thread.get());
    const locals = layouts.filter((layout) => layout.kind === "local").flatMap((layout) => layout.values);
    const placeholders = new Map(
      locals.map((value) => [value, build.constant(build.typeOf(value) === "boolean" ? false : 0)]),
    );
    const branch = (region: Region): Region => {
      threads.forEach((thread, k) => thread.set(before[k]!));
      const info = present(this.#plan.order.regions.get(region));
      return this.#region(region, [], () => [
        ...threads.map((thread) => thread.get()),
        ...locals.map((value) => {
          const home = present(this.#plan.order.definitions.get(value)).region;
          return isWithin(home, info) ? this.localOf(value) : present(placeholders.get(value));
        }),
      ]);
    };
    const then = branch(node.then);
    const otherwise = branch(node.else);
    const results = [...before, ...locals].map((value) => build.twin(value));
    threads.forEach((thread, k) => thread.set(results[k]!));
    locals.forEach((value, k) => this.#locals.set(value, results[threads.length + k]!));
    build.push({ ...node, then, else: otherwise, results: [...node.results, ...results] });
  }

  /** The state that runs through a node: stash arrays, and counters. */
  #threads(layouts: readonly StashLayout[]): readonly Thread[] {
    const threads: Thread[] = [];
    for (const layout of layouts) {
      if (layout.kind === "local") continue;
      if (layout.kind === "counted") threads.push(thread(this.#counters, layout));
      for (const value of layout.values) threads.push(thread(this.#stash, value));
    }
    return threads;
  }
}

/** One value of the sweep's state that a loop or branch carries. */
interface Thread {
  readonly get: () => ValueId;
  readonly set: (value: ValueId) => void;
}

function thread<Key>(map: Map<Key, ValueId>, key: Key): Thread {
  return { get: () => present(map.get(key), "threaded value"), set: (value) => map.set(key, value) };
}
