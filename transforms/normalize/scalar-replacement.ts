/**
 * Takes a small local array whose entries are only ever named by constants apart into scalars, which loops and
 * branches then carry one by one.
 *
 *   v = [a, b, 0]; v[2] = v[0] * v[1]   ->   v0 = a, v1 = b, v2 = v0 * v1
 */
import { invariant, present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, mapNode, walkNodes } from "../../src/ir/walk.ts";
import { arrayGroups, type ArrayGroup } from "../analyze/array-groups.ts";
import { definitionsOf, nodeOf, rootsOf } from "../analyze/uses.ts";
import { resolver, substitute } from "../optimize/substitute.ts";

/** Larger arrays stay arrays. */
const largest = 16;

export function scalarReplacement(graph: Graph): Graph {
  const sizes = replaceable(graph);
  return sizes.size === 0 ? graph : new Replacer(graph, sizes).run(graph);
}

/** The lengths of the array values that are to be taken apart. */
function replaceable(graph: Graph): ReadonlyMap<ValueId, number> {
  const definitions = definitionsOf(graph);
  const numberOf = (value: ValueId): number | undefined => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" && typeof node.value === "number" ? node.value : undefined;
  };
  const groups = arrayGroups(graph);
  const isArray = (value: ValueId): boolean => typeof graph.values.get(value)?.type === "object";
  const lengths = new Map<ArrayGroup, number | undefined>();
  const refuse = (array: ValueId): void => void lengths.set(groups.groupOf(array), undefined);
  for (const group of groups.all) {
    const [first, ...others] = group.allocations.map((allocation) => numberOf(allocation.length));
    const isSame = others.every((length) => length === first) && group.parameters.length === 0;
    const isLocal = group.allocations.every(({ role }) => role.kind === "local" || role.kind === "adjoint");
    const isSmall = first !== undefined && Number.isInteger(first) && first > 0 && first <= largest;
    lengths.set(group, isSame && isLocal && isSmall ? first : undefined);
  }
  for (const root of rootsOf(graph)) if (isArray(root)) refuse(root);
  walkNodes(graph.body, (node) => {
    if (node.kind === "load" || node.kind === "store") {
      const index = numberOf(node.index);
      const length = lengths.get(groups.groupOf(node.array));
      const isInside =
        index !== undefined && length !== undefined && Number.isInteger(index) && index >= 0 && index < length;
      const { type } = present(graph.values.get(node.array));
      const isFloat = typeof type === "object" && ["f64", "f32", "number"].includes(type.element);
      if (!isInside || !isFloat) refuse(node.array);
    } else if (node.kind === "table" || node.kind === "grow") {
      refuse(node.result);
    } else if (node.kind === "length") {
      refuse(node.array);
    } else if (node.kind === "call") {
      node.operands.filter(isArray).forEach(refuse);
    }
  });
  const sizes = new Map<ValueId, number>();
  for (const value of graph.values.keys()) {
    const size = isArray(value) ? lengths.get(groups.groupOf(value)) : undefined;
    if (size !== undefined) sizes.set(value, size);
  }
  return sizes;
}

/** Owns the values of one graph while its arrays are taken apart. */
class Replacer {
  readonly #build: GraphBuilder;
  readonly #sizes: ReadonlyMap<ValueId, number>;
  readonly #definitions;
  readonly #entries = new Map<ValueId, readonly ValueId[]>();
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #resolve = resolver(this.#replaced);

  constructor(graph: Graph, sizes: ReadonlyMap<ValueId, number>) {
    this.#build = new GraphBuilder(graph.values);
    this.#sizes = sizes;
    this.#definitions = definitionsOf(graph);
  }

  run(graph: Graph): Graph {
    const body = this.#region(graph.body, graph.body.arguments);
    return substitute({ ...graph, body, values: this.#build.values }, this.#replaced);
  }

  #region(region: Region, args: readonly ValueId[]): Region {
    return this.#build.region(args, () => {
      for (const node of region.nodes) {
        const before = this.#build.at(node.span);
        const reversing = this.#build.reversing(node.origin);
        this.#node(node);
        this.#build.at(before);
        this.#build.reversing(reversing);
      }
      return this.#flat(region.yields);
    });
  }

  #node(node: GraphNode): void {
    if (isLoop(node)) return this.#loop(node);
    if (node.kind === "if") return this.#if(node);
    if (node.kind === "allocate" && this.#sizes.has(node.result)) {
      const zero = this.#build.constant(0);
      this.#entries.set(node.result, Array<ValueId>(this.#size(node.result)).fill(zero));
    } else if (node.kind === "load" && this.#sizes.has(node.array)) {
      this.#replaced.set(node.result, this.#entry(node.array, node.index));
    } else if (node.kind === "store" && this.#sizes.has(node.array)) {
      const index = this.#index(node.index);
      const value = this.#stored(node.array, this.#resolve(node.value));
      this.#suggest(value, node.array, index);
      this.#entries.set(
        node.result,
        present(this.#entries.get(node.array)).map((entry, k) => (k === index ? value : entry)),
      );
    } else {
      this.#build.push(mapNode(node, this.#resolve, (region) => region));
    }
  }

  /** What the entry holds after the store. */
  #stored(array: ValueId, value: ValueId): ValueId {
    const type = this.#build.typeOf(array);
    invariant(typeof type === "object", "a store changes an array");
    return type.element === "f32" ? this.#build.operation("fround", [value]) : value;
  }

  #loop(loop: LoopNode): void {
    const index = present(loop.body.arguments[0]);
    const inits = this.#flat(loop.inits);
    const body = this.#region(loop.body, [index, ...this.#fresh(loop.body.arguments.slice(1))]);
    if (loop.kind === "for") {
      const [start, bound] = [this.#resolve(loop.start), this.#resolve(loop.bound)];
      return this.#build.push({ ...loop, start, bound, inits, body, results: this.#fresh(loop.results) });
    }
    const condition = this.#region(loop.condition, this.#fresh(loop.condition.arguments));
    this.#build.push({ ...loop, inits, condition, body, results: this.#fresh(loop.results) });
  }

  #if(node: IfNode): void {
    const condition = this.#resolve(node.condition);
    const then = this.#region(node.then, []);
    const otherwise = this.#region(node.else, []);
    this.#build.push({ ...node, condition, then, else: otherwise, results: this.#fresh(node.results) });
  }

  /** New scalars in the places of arrays that are defined here. */
  #fresh(values: readonly ValueId[]): readonly ValueId[] {
    return values.flatMap((value) => {
      if (!this.#sizes.has(value)) return [value];
      const name = this.#build.nameOf(value);
      const entries = Array.from({ length: this.#size(value) }, (_, k) =>
        this.#build.fresh("number", name === undefined ? undefined : `${name}${k}`),
      );
      this.#entries.set(value, entries);
      return entries;
    });
  }

  /** The scalars in the places of arrays that are read here. */
  #flat(values: readonly ValueId[]): readonly ValueId[] {
    return values.flatMap((value) => this.#entries.get(value) ?? [this.#resolve(value)]);
  }

  #entry(array: ValueId, index: ValueId): ValueId {
    return present(present(this.#entries.get(array))[this.#index(index)]);
  }

  #index(value: ValueId): number {
    const node = nodeOf(this.#definitions, value);
    invariant(node?.kind === "constant", "the index is known");
    return Number(node.value);
  }

  #size(array: ValueId): number {
    return present(this.#sizes.get(array));
  }

  #suggest(value: ValueId, array: ValueId, index: number): void {
    const name = this.#build.nameOf(array);
    if (name !== undefined && nodeOf(this.#definitions, value)?.kind !== "constant") {
      this.#build.suggestName(value, `${name}${index}`);
    }
  }
}
