/** Which conditions are decided, and how, where the lowering is. What is learned within a region is forgotten at its end. */
import type { GraphNode, OperationNode, ValueId } from "../ir/graph.ts";
import type { Value } from "./binding.ts";
import type { Selection } from "./context.ts";

export class Facts {
  readonly #decided = new Map<ValueId, boolean>();
  readonly #learned: ValueId[] = [];
  readonly #definitions: ReadonlyMap<ValueId, GraphNode>;

  readonly #selections: ReadonlyMap<ValueId, Selection>;

  constructor(definitions: ReadonlyMap<ValueId, GraphNode>, selections: ReadonlyMap<ValueId, Selection>) {
    this.#definitions = definitions;
    this.#selections = selections;
  }

  of(condition: ValueId): boolean | undefined {
    return this.#decided.get(condition);
  }

  /** Whether some decided operation is so. */
  some(isSo: (node: OperationNode, holds: boolean) => boolean): boolean {
    return [...this.#decided].some(([id, holds]) => {
      const node = this.#definitions.get(id);
      return node?.kind === "operation" && isSo(node, holds);
    });
  }

  /** Learns that a condition holds or not, and what follows from it. */
  learn(condition: ValueId, holds: boolean): void {
    if (this.#decided.has(condition)) return;
    this.#decided.set(condition, holds);
    this.#learned.push(condition);
    const selection = this.#selections.get(condition);
    if (selection !== undefined) this.#learnSelection(selection, holds);
    const node = this.#definitions.get(condition);
    if (node?.kind !== "operation") return;
    const decidesAll = (node.operation === "and" && holds) || (node.operation === "or" && !holds);
    if (node.operation === "not") for (const operand of node.operands) this.learn(operand, !holds);
    else if (decidesAll) for (const operand of node.operands) this.learn(operand, holds);
  }

  /** `c ? x : false` holds only where `c` and `x` do. */
  #learnSelection({ condition, then, else: otherwise }: Selection, holds: boolean): void {
    const isOther = (side: Value): boolean => side.kind === "known" && side.value !== holds;
    if (isOther(otherwise)) this.#learnSide(condition, true, then, holds);
    else if (isOther(then)) this.#learnSide(condition, false, otherwise, holds);
  }

  #learnSide(condition: ValueId, taken: boolean, side: Value, holds: boolean): void {
    this.learn(condition, taken);
    if (side.kind === "scalar") this.learn(side.id, holds);
  }

  /** Runs something whose facts do not hold after it. */
  within<Result>(run: () => Result): Result {
    const count = this.#learned.length;
    const result = run();
    for (const condition of this.#learned.splice(count)) this.#decided.delete(condition);
    return result;
  }
}
