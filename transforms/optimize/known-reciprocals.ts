import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, ValueId } from "../../src/ir/graph.ts";
import { nodeOf, type Definition } from "../analyze/uses.ts";

type Definitions = ReadonlyMap<ValueId, Definition>;

/** Reciprocals and complements that stand before the place at hand. */
export class KnownReciprocals {
  readonly #build: GraphBuilder;
  readonly #reciprocals = new Map<ValueId, ValueId[]>();
  readonly #complements = new Map<ValueId, ValueId[]>();
  /** Complements that have no node yet, by the value that they complement, and the other way. */
  readonly #made = new Map<ValueId, ValueId>();
  readonly #madeFor = new Map<ValueId, ValueId>();
  #added: { readonly table: Map<ValueId, ValueId[]>; readonly key: ValueId; readonly value: ValueId }[] = [];
  #anyValue: ValueId | undefined;

  constructor(build: GraphBuilder) {
    this.#build = build;
  }

  get anyValue(): ValueId | undefined {
    this.#anyValue ??= this.#build.fresh("number");
    return this.#anyValue;
  }

  mark(): number {
    return this.#added.length;
  }

  reset(mark: number): void {
    for (const { table, key } of this.#added.splice(mark)) table.get(key)?.pop();
  }

  add(node: GraphNode, definitions: Definitions): void {
    if (node.kind !== "operation") return;
    const [left, right] = node.operands;
    if (left === undefined || right === undefined || !isOne(left, definitions)) return;
    const table =
      node.operation === "div" ? this.#reciprocals : node.operation === "sub" ? this.#complements : undefined;
    if (table === undefined) return;
    const list = table.get(right) ?? [];
    table.set(right, list);
    list.push(node.result);
    this.#added.push({ table, key: right, value: node.result });
  }

  /** Takes back the last node that was added, if it is this one. */
  remove(node: GraphNode): void {
    const last = this.#added.at(-1);
    if (node.kind !== "operation" || last?.value !== node.result) return;
    this.reset(this.#added.length - 1);
  }

  reciprocalOf(value: ValueId): ValueId | undefined {
    return this.#reciprocals.get(value)?.[0];
  }

  /** For `p = 1 / s`: s. */
  denominatorOf(value: ValueId, definitions: Definitions): ValueId | undefined {
    const node = nodeOf(definitions, value);
    if (node?.kind !== "operation" || node.operation !== "div") return undefined;
    const [numerator, denominator] = node.operands;
    const isReciprocal = numerator !== undefined && isOne(numerator, definitions);
    return isReciprocal && denominator !== undefined && this.reciprocalOf(denominator) === value
      ? denominator
      : undefined;
  }

  /** The value `1 - p`; one that has no node yet gets it where it is written. */
  complementOf(value: ValueId): ValueId {
    const complement = this.#complements.get(value)?.[0] ?? this.#made.get(value);
    if (complement !== undefined) return complement;
    const made = this.#build.fresh("number");
    this.#made.set(value, made);
    this.#madeFor.set(made, value);
    return made;
  }

  complementedBy(value: ValueId): ValueId | undefined {
    return this.#madeFor.get(value);
  }
}

export function isOne(value: ValueId, definitions: Definitions): boolean {
  const node = nodeOf(definitions, value);
  return node?.kind === "constant" && node.value === 1;
}
