import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { copyArray, forEachEntry, forEachOfRows } from "../../src/ir/copy-array.ts";
import type { ArrayRole, Graph, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { isNested, pairing } from "../../src/ir/nested.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import type { Activity } from "../analyze/activity.ts";
import type { ArrayGroup, ArrayGroups } from "../analyze/array-groups.ts";
import { definitionsOf, nodeOf, sourcesOf, type Definition } from "../analyze/uses.ts";
import { parameterLength } from "./parameter-length.ts";
import type { PrimalValues } from "./primal-values.ts";
import type { SweepState } from "./sweep-state.ts";

/**
 * The arrays of adjoints. The shadow of a wrt parameter is the gradient array itself, unless loops exchange the
 * parameter's buffer with others; every other shadow is an array of doubles. Shadows start at zero where the sweep first
 * needs them.
 */
export class Shadows {
  readonly #graph: Graph;
  readonly #build: GraphBuilder;
  readonly #groups: ArrayGroups;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #activity: Activity;
  readonly #wrt: readonly number[];
  readonly #state: SweepState;
  readonly #primal: PrimalValues;
  /** Shadows that come in from outside, by the parameters that they belong to. */
  readonly #given: ReadonlyMap<ValueId, ValueId>;

  constructor(
    graph: Graph,
    build: GraphBuilder,
    groups: ArrayGroups,
    activity: Activity,
    wrt: readonly number[],
    state: SweepState,
    primal: PrimalValues,
    given: ReadonlyMap<ValueId, ValueId> = new Map(),
  ) {
    this.#graph = graph;
    this.#build = build;
    this.#groups = groups;
    this.#definitions = definitionsOf(graph);
    this.#activity = activity;
    this.#wrt = wrt;
    this.#given = given;
    this.#state = state;
    this.#primal = primal;
  }

  /** Makes sure that the version has a shadow. */
  ensure(version: ValueId): void {
    const { shadows } = this.#state;
    if (shadows.has(version)) return;
    const earlier = this.#zeroShadowOfBuffer(version);
    if (earlier === undefined) {
      shadows.set(version, this.#allocate(version));
      return;
    }
    shadows.set(version, present(shadows.get(earlier)));
    shadows.delete(earlier);
  }

  /**
   * A version of the same buffer whose shadow was made before a branch, for the sweep to come to it in the branch:
   * until then it is zero, and serves the later version.
   */
  #zeroShadowOfBuffer(version: ValueId): ValueId | undefined {
    const buffer = this.#groups.bufferOf(version);
    for (const key of this.#state.shadows.keys()) if (this.#groups.bufferOf(key) === buffer) return key;
    return undefined;
  }

  /** `shadow[index] += d`. */
  accumulateAt(version: ValueId, index: ValueId, d: ValueId): void {
    this.ensure(version);
    const shadow = present(this.#state.shadows.get(version));
    const sum = this.#build.operation("add", [this.#build.load(shadow, index), d]);
    this.#state.shadows.set(version, this.#build.store(shadow, index, sum));
  }

  /** Starts the shadow of an output from its seed, which the caller may not see written. */
  seed(version: ValueId, seed: ValueId): void {
    if (!this.#activity.isActive(version)) return;
    if (!this.#state.shadows.has(version) && !this.#isWritten(this.#groups.groupOf(version))) {
      this.#state.shadows.set(version, seed);
      return;
    }
    const isFirst = !this.#state.shadows.has(version);
    this.ensure(version);
    const shadow = present(this.#state.shadows.get(version));
    const length = this.lengthOf(version);
    this.#state.shadows.set(
      version,
      isFirst
        ? copyArray(this.#build, seed, shadow, length, this.#groups.bufferOf(version))
        : this.#addInto(shadow, seed, length, this.#groups.bufferOf(version)),
    );
  }

  /** The same of rows: what lies one after the other in the shadow stands in arrays of these lengths in the seed. */
  seedRows(version: ValueId, seed: ValueId, lengths: readonly ValueId[]): void {
    if (!this.#activity.isActive(version)) return;
    const isFirst = !this.#state.shadows.has(version);
    this.ensure(version);
    const build = this.#build;
    const shadow = present(this.#state.shadows.get(version));
    const bounds = lengths.map((length) => {
      // A constant may stand behind the loop that is reversed where it runs.
      const node = nodeOf(this.#definitions, length);
      return node?.kind === "constant" ? build.constant(node.value) : this.#primal.valueOf(length);
    });
    const seeded = forEachOfRows(build, shadow, bounds, (array, place, index) => {
      const entry = build.load(seed, index);
      return build.store(array, place, isFirst ? entry : build.operation("add", [build.load(array, place), entry]));
    });
    this.#state.shadows.set(version, seeded);
  }

  /** The gradient of a wrt parameter, at the end of the sweep. */
  gradientOf(index: number): ValueId {
    const parameter = present(this.#graph.parameters[index]);
    if (typeof parameter.type !== "object") {
      return this.#state.adjointOf(parameter.value) ?? this.#build.constant(0);
    }
    if (this.#isDirect(index)) {
      this.ensure(parameter.value);
      return present(this.#state.shadows.get(parameter.value));
    }
    const gradient = this.#gradientArray(index);
    const shadow = this.#state.shadows.get(parameter.value);
    if (shadow === undefined) return gradient;
    return copyArray(this.#build, shadow, gradient, this.#build.length(parameter.value), parameter.value);
  }

  #addInto(target: ValueId, source: ValueId, length: ValueId, like: ValueId): ValueId {
    const build = this.#build;
    return forEachEntry(build, target, length, like, (array, index) => {
      const sum = build.operation("add", [build.load(array, index), build.load(source, index)]);
      return build.store(array, index, sum);
    });
  }

  /** Whether the sweep adds to, or clears, entries of the group's shadows. */
  #isWritten(group: ArrayGroup): boolean {
    const isOfGroup = (value: ValueId): boolean =>
      typeof this.#build.typeOf(value) === "object" && this.#groups.groupOf(value) === group;
    let written = group.isPermuted || group.parameters.some((index) => this.#wrt.includes(index));
    walkNodes(this.#graph.body, (node) => {
      if (node.kind === "load" && this.#activity.isActive(node.result)) {
        if (this.#groups.groupOf(node.array) === group) written = true;
      }
      if (node.kind === "call" && node.results.some(this.#activity.isActive)) {
        if (node.operands.some((operand) => isOfGroup(operand))) written = true;
      }
      if (node.kind === "store" && this.#activity.isActive(node.array)) {
        if (this.#groups.groupOf(node.array) === group) written = true;
      }
    });
    return written;
  }

  /** Whether the gradient array of a parameter can be its shadow. */
  #isDirect(index: number): boolean {
    return !this.#groups.groupOf(present(this.#graph.parameters[index]).value).isPermuted;
  }

  #allocate(version: ValueId): ValueId {
    const buffer = this.#groups.bufferOf(version);
    const given = this.#given.get(buffer);
    if (given !== undefined) return given;
    const index = this.#graph.parameters.findIndex((parameter) => parameter.value === buffer);
    if (index >= 0 && this.#wrt.includes(index) && this.#isDirect(index)) return this.#gradientArray(index);
    const name = this.#state.naming(this.#build.nameOf(buffer));
    const own = this.#groups.groupOf(version).allocations.find((node) => node.result === buffer);
    const like = own?.like ?? index;
    const type = this.#graph.parameters[like]?.type;
    if (isNested(type)) {
      const doubles = { ...type, element: "f64" } as const;
      return this.#build.allocateLike(doubles, like, this.lengthOf(version), { kind: "adjoint" }, true, name);
    }
    return this.#build.allocate("f64", this.lengthOf(version), { kind: "adjoint" }, true, name);
  }

  #gradientArray(index: number): ValueId {
    const parameter = present(this.#graph.parameters[index]);
    const element = typeof parameter.type === "object" ? parameter.type.element : "f64";
    const role: ArrayRole = { kind: "gradient", parameter: index };
    const length = parameterLength(this.#build, this.#graph, index);
    const name = this.#state.naming(this.#build.nameOf(parameter.value));
    if (isNested(parameter.type)) {
      return this.#build.allocateLike(parameter.type, index, length, role, true, name);
    }
    return this.#build.allocate(element, length, role, true, name);
  }

  /** Where an access goes, and what that must be below; in a row, where there are rows: one that is not there throws. */
  placeOf({ array, index }: StoreNode, place: ValueId): readonly [ValueId, ValueId] {
    const pair = nodeOf(this.#definitions, index);
    if (pair?.kind !== "operation" || pair.operation !== pairing) return [place, this.lengthOf(array)];
    const [row, column] = pair.operands.map((operand) => this.#primal.valueOf(operand));
    return [present(column), this.#build.length(this.#groups.bufferOf(array), present(row))];
  }

  /** The length of the version's buffer; of the longest that loops exchange with it. */
  lengthOf(version: ValueId): ValueId {
    const group = this.#groups.groupOf(version);
    const buffer = this.#groups.bufferOf(version);
    const parameter = this.#graph.parameters.find(({ value }) => value === buffer);
    if (parameter !== undefined && !group.isPermuted) {
      const index = this.#graph.parameters.indexOf(parameter);
      const given = this.#graph.lengths?.get(index);
      return given === undefined ? parameterLength(this.#build, this.#graph, index) : this.#primal.valueOf(given);
    }
    if (group.grows) return this.#build.length(this.#state.arrayOf(version));
    const own = group.allocations.filter((node) => node.result === buffer);
    const allocations = own.length > 0 ? own : group.allocations;
    const isKnownHere = own.length > 0;
    // The length of an array that was exchanged before is one of those that the loop exchanges with it.
    const lengths = allocations.flatMap(({ length }) =>
      isKnownHere ? [length] : [...sourcesOf(this.#definitions, length)],
    );
    const found = [...new Set(lengths)].map((length) => this.#primal.valueOf(length));
    if (!isKnownHere) {
      for (const index of group.parameters) {
        found.push(this.#build.length(present(this.#graph.parameters[index]).value));
      }
    }
    return found.reduce((longest, length) => this.#build.operation("max", [longest, length]));
  }
}
