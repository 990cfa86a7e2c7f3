import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, IfNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { mapNode, renameResults } from "../../src/ir/walk.ts";
import type { Induction } from "../analyze/induction.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import type { RecordingSweep } from "./recording-sweep.ts";
import { gridIndex, iterationNumber, type StashLayout } from "./stash.ts";
import type { SweepState } from "./sweep-state.ts";

/** Finds the values of the primal again in the reverse sweep, as the storage plan says, each once for each region. */
export class PrimalValues {
  readonly #build: GraphBuilder;
  readonly #plan: StoragePlan;
  readonly #recording: RecordingSweep;
  readonly #state: SweepState;
  /** What has been found, innermost region last. */
  readonly #found: Map<ValueId, ValueId>[] = [new Map()];
  readonly #counts: Map<StashLayout, ValueId>[] = [new Map()];

  constructor(build: GraphBuilder, plan: StoragePlan, recording: RecordingSweep, state: SweepState) {
    this.#build = build;
    this.#plan = plan;
    this.#recording = recording;
    this.#state = state;
  }

  /** Runs `build` with what it finds forgotten afterwards: for the code of one region. */
  scoped<T>(build: () => T): T {
    this.#found.push(new Map());
    this.#counts.push(new Map());
    const result = build();
    this.#found.pop();
    this.#counts.pop();
    return result;
  }

  bind(value: ValueId, found: ValueId): void {
    present(this.#found.at(-1)).set(value, found);
  }

  valueOf(value: ValueId): ValueId {
    const decision = this.#plan.decisionOf(value);
    if (decision === "in scope") return value;
    for (let k = this.#found.length - 1; k >= 0; k--) {
      const known = this.#found[k]?.get(value);
      if (known !== undefined) return known;
    }
    const found = decision === "stash" ? this.#unstash(value) : this.#again(value, decision === "reload");
    this.bind(value, found);
    return found;
  }

  /** Takes a store back; a value that was to be loaded from it is loaded first. */
  undo(node: StoreNode, index: ValueId): void {
    if (this.#plan.decisionOf(node.value) === "reload") this.valueOf(node.value);
    const old = this.valueOf(present(this.#plan.undone.get(node)));
    const restored = this.#build.store(this.#state.arrayOf(node.result), index, old);
    this.#state.arrays.set(node.array, restored);
  }

  /** Steps the counter of a region's stash back to the run that is being reversed. */
  enterRegion(region: Region): void {
    const layout = this.#recording.layoutOfRegion(present(this.#plan.order.regions.get(region)));
    if (layout?.kind !== "counted") return;
    const count = this.#build.operation("sub", [this.counterOf(layout), this.#build.constant(1)]);
    this.#state.counters.set(layout, count);
    present(this.#counts.at(-1)).set(layout, count);
  }

  counterOf(layout: StashLayout): ValueId {
    return this.#state.counters.get(layout) ?? this.#recording.counterOf(layout);
  }

  #unstash(value: ValueId): ValueId {
    const layout = this.#recording.layoutOf(value);
    if (layout.kind === "local") return this.#recording.localOf(value);
    const index =
      layout.kind === "grid"
        ? gridIndex(this.#build, layout, this.#recording.extentsOf(layout), (primal) => this.valueOf(primal))
        : present(this.#counts.findLast((counts) => counts.has(layout))?.get(layout), "count of this run");
    const name = this.#build.nameOf(value);
    const kept = this.#build.load(this.#recording.stashOf(value), index, name);
    if (this.#build.typeOf(value) !== "boolean") return kept;
    return this.#build.operation("ne", [kept, this.#build.constant(0)], "boolean");
  }

  #again(value: ValueId, isReload: boolean): ValueId {
    const { node } = present(this.#plan.order.definitions.get(value));
    const name = this.#build.nameOf(value);
    if (isReload) {
      const store = present(this.#plan.storeOf(value));
      return this.#build.load(this.#state.arrayOf(store.result), this.valueOf(store.index), name);
    }
    const induction = node === undefined ? this.#plan.inductionOf(value) : undefined;
    if (induction !== undefined) return this.#induced(induction, name);
    invariant(node !== undefined, `argument ${value} cannot be recomputed`);
    const copy = this.#copy(node);
    this.#build.push(copy.node);
    return present(copy.renamed.get(value));
  }

  #induced({ loop, init, by, isDown }: Induction, name: string | undefined): ValueId {
    const iteration = iterationNumber(this.#build, loop, (primal) => this.valueOf(primal));
    const distance = this.#build.operation("mul", [iteration, this.valueOf(by)]);
    return this.#build.operation(isDown ? "sub" : "add", [this.valueOf(init), distance], "number", name);
  }

  /** A node again, under new names, over values found again; a branch with all it holds. */
  #copy(node: GraphNode): { readonly node: GraphNode; readonly renamed: ReadonlyMap<ValueId, ValueId> } {
    const renamed = new Map<ValueId, ValueId>();
    const rename = (result: ValueId): ValueId => {
      const fresh = this.#build.twin(result);
      renamed.set(result, fresh);
      return fresh;
    };
    const operand = (value: ValueId): ValueId => {
      const array = typeof this.#build.typeOf(value) === "object";
      return array ? this.#state.arrayOf(value) : this.valueOf(value);
    };
    const place = this.#build.place();
    const copy = node.kind === "if" ? this.#copyBranch(node) : mapNode(node, operand, (region) => region);
    return { node: { ...renameResults(copy, rename), ...place }, renamed };
  }

  #copyBranch(node: IfNode): IfNode {
    const condition = this.valueOf(node.condition);
    const branch = (region: Region): Region =>
      this.scoped(() =>
        this.#build.region([], () => {
          for (const inner of region.nodes) {
            const copy = this.#copy(inner);
            this.#build.push(copy.node);
            copy.renamed.forEach((fresh, original) => this.bind(original, fresh));
          }
          return region.yields.map((value) => this.valueOf(value));
        }),
      );
    return { ...node, condition, then: branch(node.then), else: branch(node.else) };
  }
}
