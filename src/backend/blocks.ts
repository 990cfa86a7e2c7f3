/**
 * Takes a graph apart into blocks that end in moves, which is how JavaScript runs it: a branch ends by moving its
 * yields to the branch's results, a loop's body by moving its yields to what the loop carries.
 *
 * Three things that the graph states as values become control again:
 * - An `if` that stands last in a loop's body and decides whether the loop stops: its branches end the iteration
 *   themselves, with `break` where they stop (`End` of kind "branch").
 * - The number of an iteration of a `while`, and the trips of any loop, if they are used: one more carried value.
 * - Whether a loop was stopped, if it is used: one more carried value, moved before the `break`.
 */
import type { GraphBuilder } from "../ir/builder.ts";
import type {
  GraphNode,
  IfNode,
  LengthNode,
  LoadNode,
  LoopNode,
  OpaqueNode,
  OperationNode,
  Origin,
  Region,
  StoreNode,
  TableNode,
  ThrowNode,
  ValueId,
} from "../ir/graph.ts";
import { pairing } from "../ir/nested.ts";
import { assertNever, present } from "../diagnostics/invariant.ts";
import { carriedOf, indexOf, nextOf, operandsOf, regionsOf } from "../ir/walk.ts";
import { neededValues } from "./needed.ts";
import type { BindStep, Step, TemplateStep } from "./steps.ts";
import { withoutUnchanged } from "./unchanged.ts";

export interface Block {
  readonly items: readonly Item[];
  readonly end: End;
}

export type DefineNode = OperationNode | OpaqueNode | LengthNode | LoadNode | StoreNode | TableNode;
export type Item = DefineNode | ThrowNode | TemplateStep | BindStep | LoopItem | BranchItem;

/** One value that a loop carries. All of `arguments` and `result` always share one variable. */
export interface Carried {
  readonly init: ValueId;
  readonly arguments: readonly ValueId[];
  readonly result: ValueId;
}
export interface LoopItem {
  readonly kind: "loop";
  readonly node: LoopNode;
  readonly carried: readonly Carried[];
  /** Of a `while`: ends in a test. */
  readonly condition: Block | undefined;
  readonly body: Block;
}
export interface BranchItem {
  readonly kind: "branch";
  readonly node: IfNode;
  readonly results: readonly ValueId[];
  readonly then: Block;
  readonly else: Block;
}

export interface Move {
  readonly target: ValueId;
  readonly source: ValueId;
}
export type End =
  /** `exit`: whether the loop is left after the moves; a value decides it at run time. */
  | { readonly kind: "moves"; readonly moves: readonly Move[]; readonly exit: boolean | ValueId }
  | { readonly kind: "test"; readonly value: ValueId }
  | {
      readonly kind: "branch";
      readonly condition: ValueId;
      readonly then: Block;
      readonly else: Block;
      readonly origin: Origin | undefined;
    }
  /** Control does not get there: the block throws. */
  | { readonly kind: "dead" };

export interface Blocks {
  readonly block: Block;
  readonly constants: ReadonlyMap<ValueId, number | boolean>;
  /** Indices of nested arrays, which are printed where they are used alone: the two that each is made of. */
  readonly pairs: ReadonlyMap<ValueId, readonly ValueId[]>;
}

/** Prints an allocation, a growth, a call, or what has to do with the stack of calls, as other steps. */
export type Expand = (node: ExpandedNode) => readonly Step[];
export type ExpandedNode = Extract<GraphNode, { kind: "allocate" | "grow" | "call" | "push" | "pop" }>;

/** `aliases`: values that share the variable of another, which is there if one of them is needed. */
export function blocksOfSteps(
  steps: readonly Step[],
  builder: GraphBuilder,
  expand: Expand,
  aliases: ReadonlyMap<ValueId, ValueId> = new Map(),
): Blocks {
  const needed = neededValues(steps);
  const wanted = new Set(needed.values);
  for (const [value, same] of aliases) if (wanted.has(value)) wanted.add(same);
  const constants = new Map<ValueId, number | boolean>();
  const pairs = new Map<ValueId, readonly ValueId[]>();
  const constant = (value: number | boolean): ValueId => {
    const id = builder.fresh(typeof value === "number" ? "number" : "boolean");
    constants.set(id, value);
    return id;
  };
  const isNeeded = (value: ValueId | undefined) => value !== undefined && wanted.has(value);

  function lowerSteps(from: readonly Step[]): { items: Item[]; throws: boolean } {
    const items: Item[] = [];
    for (const step of from) {
      items.push(...lowerStep(step));
      if (step.kind === "throw") return { items, throws: true };
    }
    return { items, throws: false };
  }

  function lowerStep(step: Step): readonly Item[] {
    switch (step.kind) {
      case "constant":
        constants.set(step.result, step.value);
        return [];
      case "operation":
        if (step.operation === pairing) {
          pairs.set(step.result, step.operands);
          return [];
        }
        return isNeeded(step.result) ? [step] : [];
      case "opaque":
      case "length":
      case "load":
      case "table":
        return isNeeded(step.result) ? [step] : [];
      case "store":
      case "throw":
        return [step];
      case "template":
        if (step.result === undefined || isNeeded(step.result)) return [step];
        return step.acts ? [{ ...step, parts: [...step.parts, ";"], result: undefined }] : [];
      case "bind": {
        const entries = step.entries.filter(({ value }) => isNeeded(value));
        return entries.length === 0 ? [] : [{ ...step, entries }];
      }
      case "allocate":
      case "grow":
      case "call":
      case "push":
      case "pop":
        return lowerSteps(expand(step)).items;
      case "if": {
        if (!needed.effects.has(step) && !step.results.some(isNeeded)) return [];
        const branch = (region: Region) =>
          lowerBlock(region.nodes, () => {
            const moves = step.results.map((target, k) => ({ target, source: present(region.yields[k]) }));
            return { kind: "moves", moves: moves.filter(({ target }) => isNeeded(target)), exit: false };
          });
        const results = step.results.filter(isNeeded);
        return [{ kind: "branch", node: step, results, then: branch(step.then), else: branch(step.else) }];
      }
      case "for":
      case "while": {
        const defined = [...step.results, step.trips, step.stopped];
        return needed.effects.has(step) || defined.some(isNeeded) ? [lowerLoop(step)] : [];
      }
      default:
        return assertNever(step);
    }
  }

  function lowerBlock(nodes: readonly GraphNode[], end: () => End): Block {
    const { items, throws } = lowerSteps(nodes);
    return { items, end: throws ? { kind: "dead" } : end() };
  }

  function lowerLoop(node: LoopNode): LoopItem {
    const inner = carriedOf(node);
    const next = nextOf(node);
    const carried: Carried[] = [];
    const yieldOf: ((stop: ValueId | undefined, yields: readonly ValueId[]) => Move | undefined)[] = [];
    const first = node.stops ? 1 : 0;
    next.forEach((_, k) => {
      const tested = node.kind === "while" ? node.condition.arguments[k] : undefined;
      const within = [present(inner[k]), ...(tested === undefined ? [] : [tested])];
      const result = present(node.results[k]);
      if (![...within, result].some(isNeeded)) return;
      carried.push({ init: present(node.inits[k]), arguments: within, result });
      yieldOf.push((_stop, yields) => ({ target: result, source: present(yields[k + first]) }));
    });

    const { stopped } = node;
    if (isNeeded(stopped) && stopped !== undefined) {
      // Where the loop goes on it is false already: it stays what it is.
      builder.suggestName(stopped, "stopped");
      const unchanged = builder.fresh("boolean");
      carried.push({ init: constant(false), arguments: [unchanged], result: stopped });
      yieldOf.push((stop) => {
        const isFalse = stop === undefined || constants.get(stop) === false;
        return { target: stopped, source: isFalse ? unchanged : stop };
      });
    }
    let body = node.body.nodes;
    const counter = counterOf(node);
    if (counter !== undefined) {
      const { argument } = counter;
      carried.push({ init: constant(0), arguments: [argument], result: node.trips });
      const one = constant(1);
      const increment = (): OperationNode => {
        const result = builder.fresh("number", counter.name);
        wanted.add(result);
        return { kind: "operation", operation: "add", operands: [argument, one], result };
      };
      const after = counter.isRead ? lastUse(body, argument) : -1;
      const last = body.findLastIndex((each) => each.kind !== "constant");
      if (after === last && body[after]?.kind === "if" && node.stops) {
        // Each branch that ends the iteration counts it itself.
        yieldOf.push(() => undefined);
        return loopOf(increment);
      }
      const counted = increment();
      body = [...body.slice(0, after + 1), counted, ...body.slice(after + 1)];
      yieldOf.push(() => ({ target: node.trips, source: counted.result }));
    }
    return loopOf(undefined);

    function loopOf(increment: (() => OperationNode) | undefined): LoopItem {
      const condition =
        node.kind === "while"
          ? lowerBlock(node.condition.nodes, () => ({ kind: "test", value: present(node.condition.yields[0]) }))
          : undefined;
      const lowered = withoutUnchanged(lowerTail(body, node.body.yields, increment), carried, constants);
      return { kind: "loop", node, carried, condition, body: lowered };
    }

    function leaf(yields: readonly ValueId[]): End {
      const stop = node.stops ? present(yields[0]) : undefined;
      const known = stop === undefined ? false : constants.get(stop);
      const exit = known === undefined ? present(stop) : known === true;
      const moves = yieldOf.map((move) => move(stop, yields)).filter((move) => move !== undefined);
      return { kind: "moves", moves, exit };
    }

    function lowerTail(
      nodes: readonly GraphNode[],
      yields: readonly ValueId[],
      increment: (() => OperationNode) | undefined,
    ): Block {
      const at = nodes.findLastIndex((each) => each.kind !== "constant");
      const last = nodes[at];
      const stop = node.stops ? yields[0] : undefined;
      if (last?.kind === "if" && stop !== undefined && (last.results.includes(stop) || last.condition === stop)) {
        const { items, throws } = lowerSteps([...nodes.slice(0, at), ...nodes.slice(at + 1)]);
        if (throws) return { items, end: { kind: "dead" } };
        const side = (region: Region, taken: boolean) => {
          const known = last.condition === stop ? constant(taken) : undefined;
          const mapped = yields.map((value, k) => {
            if (k === 0 && known !== undefined) return known;
            const place = last.results.indexOf(value);
            return place < 0 ? value : present(region.yields[place]);
          });
          return lowerTail(region.nodes, mapped, increment);
        };
        const end: End = {
          kind: "branch",
          condition: last.condition,
          then: side(last.then, true),
          else: side(last.else, false),
          origin: last.origin,
        };
        return { items, end };
      }
      const { items, throws } = lowerSteps(nodes);
      if (throws) return { items, end: { kind: "dead" } };
      const end = leaf(yields);
      if (increment === undefined || end.kind !== "moves") return { items, end };
      const counted = increment();
      const moves = [...end.moves, { target: node.trips, source: counted.result }];
      return { items: [...items, counted], end: { ...end, moves } };
    }
  }

  /** The number of the iteration as a carried value, where the trips, or in a `while` the number, are used. */
  function counterOf(node: LoopNode): { argument: ValueId; isRead: boolean; name: string | undefined } | undefined {
    const isRead = node.kind === "while" && isNeeded(indexOf(node));
    if (!isRead && !isNeeded(node.trips)) return undefined;
    const name = builder.nameOf(node.trips) ?? (isRead ? builder.nameOf(indexOf(node)) : undefined) ?? "trips";
    builder.suggestName(node.trips, name);
    return { argument: isRead ? indexOf(node) : builder.fresh("number", name), isRead, name };
  }

  const { items, throws } = lowerSteps(steps);
  const end: End = throws ? { kind: "dead" } : { kind: "moves", moves: [], exit: false };
  return { block: { items, end }, constants, pairs };
}

/** The place of the last node that reads the value, itself or in a region of it; -1 if none does. */
function lastUse(nodes: readonly GraphNode[], value: ValueId): number {
  const reads = (node: GraphNode): boolean =>
    operandsOf(node).includes(value) ||
    regionsOf(node).some((region) => region.yields.includes(value) || region.nodes.some(reads));
  return nodes.findLastIndex(reads);
}
