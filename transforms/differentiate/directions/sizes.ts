/** Numbers of rows and columns: some are known, others are values of the graph. */
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph, GraphNode, ValueId } from "../../../src/ir/graph.ts";
import { mapNode, operandsOf, renameResults, resultsOf } from "../../../src/ir/walk.ts";
import type { EntryIndex } from "./linear-form.ts";

export const none: EntryIndex = { constant: 0 };
export const one: EntryIndex = { constant: 1 };

export function valueOfSize(build: GraphBuilder, size: EntryIndex): ValueId {
  return typeof size === "object" ? build.constant(size.constant) : size;
}

export function plus(build: GraphBuilder, a: EntryIndex, b: EntryIndex): EntryIndex {
  if (typeof a === "object" && typeof b === "object") return { constant: a.constant + b.constant };
  if (isSize(a, 0)) return b;
  if (isSize(b, 0)) return a;
  return build.operation("add", [valueOfSize(build, a), valueOfSize(build, b)]);
}

export function times(build: GraphBuilder, a: EntryIndex, b: EntryIndex): EntryIndex {
  if (typeof a === "object" && typeof b === "object") return { constant: a.constant * b.constant };
  if (isSize(a, 0) || isSize(b, 0)) return none;
  if (isSize(a, 1)) return b;
  if (isSize(b, 1)) return a;
  return build.operation("mul", [valueOfSize(build, a), valueOfSize(build, b)]);
}

export function isSize(size: EntryIndex, known: number): boolean {
  return typeof size === "object" && size.constant === known;
}

/**
 * Values of a graph that are made of its parameters, their lengths and constants alone, again at its beginning. Of others
 * there is none.
 */
export class EntryCopies {
  readonly #build: GraphBuilder;
  readonly #nodes = new Map<ValueId, GraphNode>();
  readonly #copies = new Map<ValueId, ValueId>();

  constructor(build: GraphBuilder, graph: Graph) {
    this.#build = build;
    for (const { value } of graph.parameters) this.#copies.set(value, value);
    for (const node of graph.body.nodes) {
      if (node.kind !== "constant" && node.kind !== "operation" && node.kind !== "length") continue;
      for (const result of resultsOf(node)) this.#nodes.set(result, node);
    }
  }

  of(value: ValueId): EntryIndex | undefined {
    const node = this.#nodes.get(value);
    if (node?.kind === "constant") return { constant: Number(node.value) };
    return this.#copy(value);
  }

  #copy(value: ValueId): ValueId | undefined {
    const known = this.#copies.get(value);
    const node = this.#nodes.get(value);
    if (known !== undefined || node === undefined) return known;
    const operands = operandsOf(node).map((operand) => [operand, this.#copy(operand)] as const);
    const copied = new Map<ValueId, ValueId>();
    for (const [operand, copy] of operands) {
      if (copy === undefined) return undefined;
      copied.set(operand, copy);
    }
    const fresh = this.#build.twin(value);
    const own = mapNode(
      node,
      (operand) => copied.get(operand) ?? operand,
      (region) => region,
    );
    this.#build.push(renameResults({ ...own, origin: undefined }, () => fresh));
    this.#copies.set(value, fresh);
    return fresh;
  }
}
