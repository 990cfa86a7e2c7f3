/** Which conditions are decided, and how, where the lowering is. What is learned within a region is forgotten at its end. */
import type { GraphNode, ValueId } from "../ir/graph.ts";

export class Facts {
  readonly #decided = new Map<ValueId, boolean>();
  readonly #learned: ValueId[] = [];
  readonly #definitions: ReadonlyMap<ValueId, GraphNode>;

  constructor(definitions: ReadonlyMap<ValueId, GraphNode>) {
    this.#definitions = definitions;
  }

  of(condition: ValueId): boolean | undefined {
    return this.#decided.get(condition);
  }

  /** Learns that a condition holds or not, and what follows from it. */
  learn(condition: ValueId, holds: boolean): void {
    if (this.#decided.has(condition)) return;
    this.#decided.set(condition, holds);
    this.#learned.push(condition);
    const node = this.#definitions.get(condition);
    if (node?.kind !== "operation") return;
    const decidesAll = (node.operation === "and" && holds) || (node.operation === "or" && !holds);
    if (node.operation === "not") for (const operand of node.operands) this.learn(operand, !holds);
    else if (decidesAll) for (const operand of node.operands) this.learn(operand, holds);
  }

  /** Runs something whose facts do not hold after it. */
  within<Result>(run: () => Result): Result {
    const count = this.#learned.length;
    const result = run();
    for (const condition of this.#learned.splice(count)) this.#decided.delete(condition);
    return result;
  }
}
