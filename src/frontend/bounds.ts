/**
 * What numbers of a graph are at most, told by what is known at one place of it. The bound of a number that a loop carries
 * follows from what a round makes of it: `next <= max(before + by, reset)` gives `max(first, reset) + rounds * max(0, by)`.
 */
import { present } from "../diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, ValueId } from "../ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf, resultsOf, walkNodes } from "../ir/walk.ts";
import {
  atLeastZero,
  both,
  constant,
  constantOf,
  difference,
  greatest,
  isNeverNegative,
  operation,
  product,
  type Size,
  sum,
  valueSize,
} from "./sizes.ts";

/** What a round makes of a number: at most `max(before + by, reset)`. */
interface Step {
  readonly by: Size | undefined;
  readonly reset: Size | undefined;
}

export class Bounds {
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #visible: ReadonlySet<ValueId>;
  readonly #lengths: ReadonlyMap<ValueId, unknown>;
  readonly #pending = new Set<ValueId>();

  /** `lengths`: numbers that are known to be lengths, whatever makes them. */
  constructor(
    definitions: ReadonlyMap<ValueId, Definition>,
    visible: ReadonlySet<ValueId>,
    lengths: ReadonlyMap<ValueId, unknown> = new Map(),
  ) {
    this.#definitions = definitions;
    this.#visible = visible;
    this.#lengths = lengths;
  }

  /** The number itself, where it is known, or can be made again from what is. */
  #exact(id: ValueId, depth = 0): Size | undefined {
    const definition = this.#definitions.get(id);
    const node = definition?.kind === "node" ? definition.node : undefined;
    if (node?.kind === "constant" && typeof node.value === "number") return constant(node.value);
    if (node?.kind === "operation" && depth < 8) {
      const operands = node.operands.map((operand) => this.#exact(operand, depth + 1));
      const [x, y] = operands;
      if (x !== undefined && y !== undefined) {
        if (node.operation === "add") return sum(x, y);
        if (node.operation === "sub") return difference(x, y);
        if (node.operation === "mul") return product(x, y);
        if (node.operation === "max" && operands.length === 2) return greatest(x, y);
      }
      if (this.#visible.has(id)) return valueSize(id, this.#isNeverNegative(id));
      const found = operands.filter((operand) => operand !== undefined);
      return found.length === operands.length ? operation(node.operation, found) : undefined;
    }
    return this.#visible.has(id) ? valueSize(id, this.#isNeverNegative(id)) : undefined;
  }

  /** What the number is at most. */
  of(id: ValueId): Size | undefined {
    const exact = this.#exact(id);
    if (exact !== undefined) return exact;
    if (this.#pending.has(id)) return undefined;
    this.#pending.add(id);
    const bound = this.#bound(present(this.#definitions.get(id)));
    this.#pending.delete(id);
    return bound;
  }

  #bound(definition: Definition): Size | undefined {
    switch (definition.kind) {
      case "index": {
        const { loop } = definition;
        const rises = loop.kind === "for" && loop.step > 0;
        if (loop.kind !== "for") return undefined;
        const last = this.of(rises ? loop.bound : loop.start);
        return last && (rises && !loop.inclusive ? sum(last, constant(-1)) : last);
      }
      case "trips":
        return this.#trips(definition.loop);
      case "carried":
        return this.#carried(definition.loop, definition.position, definition.isInside);
      case "branch": {
        const sides = definition.sides.map((side) => this.of(side));
        const [then, otherwise] = sides;
        return then && otherwise && greatest(then, otherwise);
      }
      default:
        return this.#operation(definition.node);
    }
  }

  #operation(node: GraphNode): Size | undefined {
    if (node.kind !== "operation") return undefined;
    const [x, y] = node.operands;
    if (x === undefined || y === undefined) return undefined;
    switch (node.operation) {
      case "add":
        return both(this.of(x), this.of(y), sum);
      case "sub": {
        // What `pop` took away, `push` may have brought back: a bound that leaves it in is shorter to write.
        const least = this.#least(y);
        return least && isNeverNegative(least) ? this.of(x) : both(this.of(x), least, difference);
      }
      case "mul": {
        const isSafe = this.#isNeverNegative(x) || this.#isNeverNegative(y);
        return isSafe ? both(this.of(x), this.of(y), (a, b) => product(atLeastZero(a), atLeastZero(b))) : undefined;
      }
      case "div": {
        const divisor = this.#exact(y);
        const by = divisor && constantOf(divisor);
        const dividend = by !== undefined && by > 0 ? this.of(x) : undefined;
        return dividend && divisor && operation("div", [dividend, divisor], isNeverNegative(dividend));
      }
      case "max":
        return both(this.of(x), this.of(y), greatest);
      case "min":
        return this.of(x) ?? this.of(y);
      default:
        return undefined;
    }
  }

  /** What the number is at least. */
  #least(id: ValueId): Size | undefined {
    return this.#exact(id) ?? (this.#isNeverNegative(id) ? constant(0) : undefined);
  }

  #isNeverNegative(id: ValueId, depth = 0): boolean {
    if (this.#lengths.has(id)) return true;
    const definition = this.#definitions.get(id);
    if (definition === undefined || depth > 8) return false;
    if (definition.kind === "trips") return true;
    if (definition.kind === "index") {
      const { loop } = definition;
      if (loop.kind !== "for") return true;
      return this.#isNeverNegative(loop.step > 0 ? loop.start : loop.bound, depth + 1);
    }
    if (definition.kind !== "node") return false;
    const { node } = definition;
    if (node.kind === "length") return true;
    if (node.kind === "constant") return Number(node.value) >= 0;
    if (node.kind !== "operation") return false;
    const isOperand = (operand: ValueId): boolean => this.#isNeverNegative(operand, depth + 1);
    if (node.operation === "max") return node.operands.some(isOperand);
    return ["add", "mul", "toNumber"].includes(node.operation) && node.operands.every(isOperand);
  }

  #trips(loop: LoopNode): Size | undefined {
    if (loop.kind !== "for") return undefined;
    const rises = loop.step > 0;
    const [from, to] = rises ? [loop.start, loop.bound] : [loop.bound, loop.start];
    const [least, greatestEnd] = [this.#least(from), this.of(to)];
    if (least === undefined || greatestEnd === undefined) return undefined;
    let rounds = difference(greatestEnd, least);
    if (loop.inclusive) rounds = sum(rounds, constant(1));
    const step = Math.abs(loop.step);
    if (step !== 1) rounds = operation("ceil", [operation("div", [rounds, constant(step)])]);
    return atLeastZero(rounds);
  }

  /** Within the loop, the last round has not yet done what it does. */
  #carried(loop: LoopNode, position: number, isInside: boolean): Size | undefined {
    const first = this.of(present(loop.inits[position]));
    if (first === undefined) return undefined;
    const step = this.#step(present(nextOf(loop)[position]), present(carriedOf(loop)[position]));
    return step && this.#after(loop, { by: undefined, reset: first }, step, isInside)?.reset;
  }

  /** Where a number goes after all rounds of the loop that started with what `first` says. */
  #after(loop: LoopNode, first: Step, step: Step, isInside = false): Step | undefined {
    const reset = first.reset && step.reset ? greatest(first.reset, step.reset) : (first.reset ?? step.reset);
    if (step.by === undefined) return { by: first.by, reset };
    if ((constantOf(step.by) ?? 1) <= 0) return { by: first.by, reset };
    const rounds = this.#trips(loop);
    if (rounds === undefined) return undefined;
    const done = isInside ? sum(rounds, constant(-1)) : rounds;
    const raised = product(done, atLeastZero(step.by));
    return { by: first.by && sum(first.by, raised), reset: reset && sum(reset, raised) };
  }

  /** How a number of the body depends on what the loop carries in. */
  #step(id: ValueId, argument: ValueId, depth = 0): Step | undefined {
    if (id === argument) return { by: constant(0), reset: undefined };
    if (depth > 40) return undefined;
    if (!this.#dependsOn(id, argument, new Set())) {
      const reset = this.of(id);
      return reset && { by: undefined, reset };
    }
    const definition = present(this.#definitions.get(id));
    const inner = (part: ValueId): Step | undefined => this.#step(part, argument, depth + 1);
    if (definition.kind === "branch") return either(...definition.sides.map(inner));
    if (definition.kind === "carried") {
      const { loop, position } = definition;
      const first = inner(present(loop.inits[position]));
      const step = this.#step(present(nextOf(loop)[position]), present(carriedOf(loop)[position]), depth + 1);
      return first && step && this.#after(loop, first, step);
    }
    const node = definition.kind === "node" ? definition.node : undefined;
    if (node?.kind !== "operation") return undefined;
    const [x, y] = node.operands;
    if (x === undefined || y === undefined) return undefined;
    if (node.operation === "max") return either(inner(x), inner(y));
    const isLeft = this.#dependsOn(x, argument, new Set());
    const isRight = this.#dependsOn(y, argument, new Set());
    if (isLeft && isRight) return undefined;
    const step = inner(isLeft ? x : y);
    const other = isLeft ? y : x;
    if (step === undefined) return undefined;
    if (node.operation === "min") return step;
    const by =
      node.operation === "add"
        ? this.of(other)
        : node.operation === "sub" && isLeft
          ? both(constant(0), this.#least(other), difference)
          : undefined;
    return by && { by: step.by && sum(step.by, by), reset: step.reset && sum(step.reset, by) };
  }

  #dependsOn(id: ValueId, argument: ValueId, seen: Set<ValueId>): boolean {
    if (id === argument) return true;
    if (seen.has(id) || this.#visible.has(id)) return false;
    seen.add(id);
    const definition = this.#definitions.get(id);
    if (definition === undefined) return false;
    return sourcesOf(definition).some((source) => this.#dependsOn(source, argument, seen));
  }
}

function either(...steps: readonly (Step | undefined)[]): Step | undefined {
  const [x, y] = steps;
  if (x === undefined || y === undefined) return undefined;
  return {
    by: x.by && y.by ? greatest(x.by, y.by) : (x.by ?? y.by),
    reset: x.reset && y.reset ? greatest(x.reset, y.reset) : (x.reset ?? y.reset),
  };
}

export type Definition =
  | { readonly kind: "node"; readonly node: GraphNode }
  | { readonly kind: "index"; readonly loop: LoopNode }
  | { readonly kind: "trips"; readonly loop: LoopNode }
  | { readonly kind: "carried"; readonly loop: LoopNode; readonly position: number; readonly isInside: boolean }
  | { readonly kind: "branch"; readonly condition: ValueId; readonly sides: readonly ValueId[] };

function sourcesOf(definition: Definition): readonly ValueId[] {
  switch (definition.kind) {
    case "node":
      return definition.node.kind === "operation" ? definition.node.operands : [];
    case "branch":
      return definition.sides;
    case "carried":
      return [
        present(definition.loop.inits[definition.position]),
        present(nextOf(definition.loop)[definition.position]),
      ];
    default: {
      const { loop } = definition;
      return loop.kind === "for" ? [loop.start, loop.bound] : [];
    }
  }
}

export function definitionsOf(graph: Pick<Graph, "body">): ReadonlyMap<ValueId, Definition> {
  const definitions = new Map<ValueId, Definition>();
  walkNodes(graph.body, (node) => {
    if (isLoop(node)) {
      definitions.set(indexOf(node), { kind: "index", loop: node });
      definitions.set(node.trips, { kind: "trips", loop: node });
      if (node.stopped !== undefined) definitions.set(node.stopped, { kind: "node", node });
      carriedOf(node).forEach((id, position) =>
        definitions.set(id, { kind: "carried", loop: node, position, isInside: true }),
      );
      node.results.forEach((id, position) =>
        definitions.set(id, { kind: "carried", loop: node, position, isInside: false }),
      );
      if (node.kind === "while") {
        node.condition.arguments.forEach((id, position) =>
          definitions.set(id, { kind: "carried", loop: node, position, isInside: false }),
        );
      }
    } else if (node.kind === "if") {
      node.results.forEach((id, k) => {
        const sides = [present(node.then.yields[k]), present(node.else.yields[k])];
        definitions.set(id, { kind: "branch", condition: node.condition, sides });
      });
    } else for (const id of resultsOf(node)) definitions.set(id, { kind: "node", node });
  });
  return definitions;
}
