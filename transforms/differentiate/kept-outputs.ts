import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ArrayRole, ElementType, Graph, Output, Region, RowsLeaf, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { mapParts } from "../../src/ir/outputs.ts";
import { mapNode } from "../../src/ir/walk.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";
import { copyArray } from "../../src/ir/copy-array.ts";
import type { SweepState } from "./sweep-state.ts";

/**
 * Sees to it that the outputs outlive the reverse sweep: a parameter that the sweep restores is copied before it and
 * put back after it; an array that is returned lives in `out.value`, as a copy where the sweep restores its buffer or
 * loops exchange it with others.
 */
export class KeptOutputs {
  readonly #graph: Graph;
  readonly #build: GraphBuilder;
  readonly #plan: Pick<StoragePlan, "groups" | "isRestored">;
  readonly #saved = new Map<number, { readonly copy: ValueId; readonly length: ValueId }>();
  readonly #values = new Set<ValueId>();
  returned: Output;
  final: ReadonlyMap<number, ValueId>;

  constructor(graph: Graph, build: GraphBuilder, plan: Pick<StoragePlan, "groups" | "isRestored">) {
    this.#graph = graph;
    this.#build = build;
    this.#plan = plan;
    this.returned = graph.returned;
    this.final = graph.final;
  }

  /** Between the sweeps. */
  keep(): void {
    for (const [index, version] of this.#graph.final) {
      if (!this.#plan.isRestored(version)) continue;
      const { value, type } = present(this.#graph.parameters[index]);
      const element = typeof type === "object" ? type.element : "f64";
      const length = this.#build.length(value);
      const role = { kind: "stash", note: `what is left in ${this.#build.nameOf(value) ?? "the parameter"}` } as const;
      const name = `${this.#build.nameOf(value) ?? "kept"}After`;
      const target = isNested(type)
        ? this.#build.allocateLike(type, index, length, role, false, name)
        : this.#build.allocate(element, length, role, false, name);
      this.#saved.set(index, { copy: copyArray(this.#build, version, target, length, value), length });
    }
    this.returned = this.#keepOutput(this.#graph.returned);
  }

  /** After the reverse sweep. */
  putBack(state: SweepState): void {
    const final = new Map(this.#graph.final);
    for (const [index, { copy, length }] of this.#saved) {
      const { value } = present(this.#graph.parameters[index]);
      final.set(index, copyArray(this.#build, copy, state.arrayOf(value), length, value));
    }
    this.final = final;
    this.returned = this.#followParameters(this.returned);
  }

  /** The body with the role `value` on the allocations of returned arrays. */
  withRoles(body: Region): Region {
    if (this.#values.size === 0) return body;
    const visit = (region: Region): Region => ({
      ...region,
      nodes: region.nodes.map((node) =>
        node.kind === "allocate" && this.#values.has(node.result)
          ? { ...node, role: { kind: "value" } as const }
          : mapNode(node, (value) => value, visit),
      ),
    });
    return visit(body);
  }

  #keepOutput(output: Output): Output {
    if (output.kind === "mixed")
      return { ...output, of: this.#keepOutput(output.shown ?? output.of), shown: undefined };
    if (output.kind === "rows") return { ...output, leaves: output.leaves.map((leaf) => this.#keepLeaf(leaf)) };
    if (output.kind !== "array") return mapParts(output, (part) => this.#keepOutput(part));
    const allocation = this.#ownAllocation(output.value);
    if (allocation !== undefined && !this.#values.has(allocation)) {
      this.#values.add(allocation);
      return output;
    }
    return { ...output, value: this.#copyOut(output.value, output.element, output.length, { kind: "value" }) };
  }

  /** Rows are put into `out.value` at the very end, from where the primal has them. */
  #keepLeaf(leaf: RowsLeaf): RowsLeaf {
    const { value, type, lengths } = leaf;
    if (this.#ownAllocation(value) !== undefined) return leaf;
    const length = lengths.reduce((product, each) => this.#build.operation("mul", [product, each]));
    const role = { kind: "stash", note: "what is returned" } as const;
    return { ...leaf, value: this.#copyOut(value, type.element, length, role) };
  }

  /** The allocation of an array that is still the same after the reverse sweep, and has no other place in the result. */
  #ownAllocation(version: ValueId): ValueId | undefined {
    const { allocations, parameters } = this.#plan.groups.groupOf(version);
    const [only] = allocations;
    const isAlone = allocations.length === 1 && parameters.length === 0 && only?.role.kind !== "gradient";
    return isAlone && !this.#plan.isRestored(version) ? only?.result : undefined;
  }

  #copyOut(version: ValueId, element: ElementType, length: ValueId, role: ArrayRole): ValueId {
    const name = this.#build.nameOf(version) ?? "value";
    const target = this.#build.allocate(element, length, role, false, name);
    return copyArray(this.#build, version, target, length);
  }

  /** A returned parameter is the version that the parameter has at the very end. */
  #followParameters(output: Output): Output {
    if (output.kind !== "parameter") return mapParts(output, (part) => this.#followParameters(part));
    return { ...output, value: this.final.get(output.parameter) ?? output.value };
  }
}
