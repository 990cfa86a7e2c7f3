import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { copyArray } from "../../src/ir/copy-array.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { AllocateNode, ArrayRole, ElementType, Graph, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { valuesOfOutput } from "../../src/ir/outputs.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { type Activity, holdsFloats } from "../analyze/activity.ts";
import type { ArrayGroups } from "../analyze/array-groups.ts";
import { parameterLength } from "./parameter-length.ts";

/** What is known of the arrays before the sweep. */
export interface TangentArraysContext {
  readonly graph: Graph;
  readonly build: GraphBuilder;
  readonly groups: ArrayGroups;
  readonly activity: Activity;
  /** The tangents that come in, by the parameters that they belong to. */
  readonly given: ReadonlyMap<number, ValueId>;
  /** Whether what comes in may be written to, as the primal writes to the parameter. */
  readonly ownsGiven: boolean;
  /** The array parameters whose tangents come out. */
  readonly outputs: readonly number[];
  readonly naming: Naming;
}

/**
 * The arrays of tangents. An array whose buffers hold active values has one, which goes the same way as it: each version
 * is paired with a version of the tangents, and both are stored to, exchanged and returned together.
 *
 * The tangents of a parameter that nothing writes to are read where they come in. Others are copied first, into the result
 * where they are an output.
 */
export class TangentArrays {
  readonly #context: TangentArraysContext;
  readonly #active = new Set<ValueId>();
  readonly #returned = new Set<ValueId>();
  /** Groups that hold versions which are not varied: their tangents are zero before anything is stored. */
  readonly #startsAtZero = new Set<ValueId>();
  /** The tangents of each version. */
  readonly #versions = new Map<ValueId, ValueId>();

  constructor(context: TangentArraysContext) {
    this.#context = context;
    const { graph, groups, activity, given } = context;
    for (const value of graph.values.keys()) {
      if (holdsFloats(graph, value) && activity.isActive(value)) this.#active.add(groups.groupOf(value).id);
    }
    for (const index of given.keys()) {
      const { value, type } = present(graph.parameters[index]);
      if (typeof type === "object" && context.ownsGiven) this.#active.add(groups.groupOf(value).id);
    }
    for (const value of valuesOfOutput(graph.returned)) {
      if (typeof graph.values.get(value)?.type === "object") this.#returned.add(groups.groupOf(value).id);
    }
    walkNodes(graph.body, (node) => {
      if (node.kind === "store" && !activity.isVaried(node.result)) {
        this.#startsAtZero.add(groups.groupOf(node.array).id);
      }
    });
  }

  /** Whether the array has tangents. */
  has(array: ValueId): boolean {
    return this.#active.has(this.#context.groups.groupOf(array).id);
  }

  of(version: ValueId): ValueId {
    return present(this.#versions.get(version), "the tangents of an array");
  }

  /** Of a version that may have none. */
  find(version: ValueId): ValueId | undefined {
    return this.#versions.get(version);
  }

  set(version: ValueId, tangents: ValueId): void {
    this.#versions.set(version, tangents);
  }

  /** Makes the tangents of the parameters, before the sweep. */
  enter(): void {
    const { graph, build, groups, given, ownsGiven, outputs } = this.#context;
    graph.parameters.forEach(({ value, type }, index) => {
      if (typeof type !== "object" || !this.has(value)) return;
      const seed = given.get(index);
      const group = groups.groupOf(value);
      const isKept = group.changes.length === 0;
      if (seed !== undefined && (ownsGiven || (isKept && !outputs.includes(index)))) {
        this.set(value, seed);
        return;
      }
      const isResult = outputs.includes(index) && !group.isPermuted;
      const role: ArrayRole = isResult ? { kind: "gradient", parameter: index, under: "tangent" } : { kind: "tangent" };
      const own = this.#allocateFor(index, role, seed === undefined);
      if (seed === undefined) this.set(value, own);
      else this.set(value, copyArray(build, seed, own, this.lengthOfParameter(index), value));
    });
  }

  /** The tangents of an array that is allocated here. */
  allocate(node: AllocateNode): void {
    const { build, groups, naming } = this.#context;
    if (!this.has(node.result)) return;
    const group = groups.groupOf(node.result);
    const isResult = (this.#returned.has(group.id) && !group.isPermuted) || node.role.kind === "gradient";
    const element = isResult ? node.element : "f64";
    const isFilled = node.filled || this.#startsAtZero.has(group.id);
    const name = naming(build.nameOf(node.result));
    const type = build.typeOf(node.result);
    const role = roleBeside(node.role);
    const tangents =
      node.like !== undefined && isNested(type)
        ? build.allocateLike({ ...type, element }, node.like, node.length, role, isFilled, name)
        : build.allocate(element, node.length, role, isFilled, name);
    this.set(node.result, tangents);
  }

  /** The tangents of an array parameter in the end, in an array of the result. */
  outputOf(index: number): ValueId {
    const { graph, build, groups, outputs } = this.#context;
    const { value } = present(graph.parameters[index]);
    const last = present(graph.final.get(index), "the last version of a parameter");
    const found = this.find(last);
    const isInPlace = found !== undefined && !groups.groupOf(value).isPermuted && outputs.includes(index);
    if (isInPlace) return found;
    const result = this.#allocateFor(
      index,
      { kind: "gradient", parameter: index, under: "tangent" },
      found === undefined,
    );
    return found === undefined ? result : copyArray(build, found, result, this.lengthOfParameter(index), value);
  }

  /** An array of zeros, as long as the parameter. */
  zerosFor(index: number, role: ArrayRole): ValueId {
    return this.#allocateFor(index, role, true);
  }

  lengthOfParameter(index: number): ValueId {
    const { graph, build } = this.#context;
    return graph.lengths?.get(index) ?? parameterLength(build, graph, index);
  }

  #allocateFor(index: number, role: ArrayRole, isFilled: boolean): ValueId {
    const { graph, build, naming } = this.#context;
    const { value, type } = present(graph.parameters[index]);
    const own: ElementType = typeof type === "object" ? type.element : "f64";
    const element = role.kind === "gradient" ? own : "f64";
    const length = this.lengthOfParameter(index);
    const name = naming(build.nameOf(value));
    if (!isNested(type)) return build.allocate(element, length, role, isFilled, name);
    return build.allocateLike({ ...type, element }, index, length, role, isFilled, name);
  }
}

/** What the tangents of an array are for. */
function roleBeside(role: ArrayRole): ArrayRole {
  switch (role.kind) {
    case "gradient":
      return { ...role, under: "hvp" };
    case "stash":
      return { kind: "stash", note: `the tangents of ${role.note}` };
    default:
      return { kind: "tangent" };
  }
}
