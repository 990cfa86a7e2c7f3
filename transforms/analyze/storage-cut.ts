import { present } from "../../src/diagnostics/invariant.ts";
import type { LoadNode, ValueId } from "../../src/ir/graph.ts";
import type { ArrayGroup } from "./array-groups.ts";
import { minCut } from "./min-cut.ts";
import type { StorageFacts } from "./storage-facts.ts";

/** Which values a cut keeps and which it loads again from an array of the primal, and what that costs. */
export interface Solution {
  readonly cost: number;
  readonly stashed: ReadonlySet<ValueId>;
  readonly reloaded: ReadonlySet<ValueId>;
}

/** Builds the cut: vertices are values of split regions; the ways in which each can be had are arcs. */
export class StorageCut {
  readonly #facts: StorageFacts;
  readonly #restored: ReadonlySet<ArrayGroup>;
  readonly #unavailable: ReadonlySet<ValueId>;
  readonly #vertices = new Map<ValueId, number>();
  readonly #values: ValueId[] = [];
  readonly #capacities: number[] = [];
  readonly #arcs: [number, number][] = [];
  readonly #sources: number[] = [];
  readonly #sinks = new Set<number>();
  readonly #reloaded = new Set<ValueId>();

  constructor(facts: StorageFacts, restored: ReadonlySet<ArrayGroup>, unavailable: ReadonlySet<ValueId>) {
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
