/**
 * One round of a loop that comes to a fixed point (`@fixedpoint`), as a graph of its own, to be differentiated at the solution.
 *
 *   for (…) { const next = f(x, u); if (Math.abs(next - x) < tol) break; x = next; }   ->   (x, u) => f(x, u)
 *
 * The round is the one that does not leave the loop: what would end it (a `break`, a `return`, a `throw`) is taken not to
 * happen. What a loop gives by leaving it, as `return next` does, is another graph: the round that does.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type {
  ConstantNode,
  Graph,
  GraphNode,
  LengthNode,
  LoopNode,
  Output,
  Parameter,
  Region,
  TableNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { makeValueId } from "../../src/ir/ids.ts";
import {
  carriedOf,
  changedBy,
  indexOf,
  isLoop,
  mapNode,
  nextOf,
  resultsOf,
  walkNodes,
  walkUses,
} from "../../src/ir/walk.ts";
import type { Entries, EntryArray } from "./rerun-loops.ts";
import { definitionsOf, type Definition, nodeOf } from "./uses.ts";
import { deadCode } from "../optimize/dead-code.ts";
import { resolver, substituteRegion } from "../optimize/substitute.ts";

/** What is known of a round: which conditions hold. */
type Facts = ReadonlyMap<ValueId, boolean>;

export interface SolutionRound {
  /** From the index, what is carried, and what is read from outside, under their own names, to what is carried next. */
  readonly graph: Graph;
  /** The carried arrays that it stores to. */
  readonly written: ReadonlySet<ValueId>;
  /** The number of the round, where it reads that. */
  readonly index: ValueId | undefined;
  /** What it reads from outside: numbers, booleans and arrays. */
  readonly free: readonly ValueId[];
  /** Of the lengths that it asks for itself: the nodes, which stand outside of it. */
  readonly measured: readonly LengthNode[];
  /** The number that is the length of an array among its parameters, for those that have one. */
  readonly lengths: ReadonlyMap<ValueId, ValueId>;
}

/** The round that stays in the loop, and the one that leaves it by saying so; which results are of which. */
export interface SolutionRounds {
  readonly staying: SolutionRound;
  readonly leaving: SolutionRound | undefined;
  /** The carried that have their last value from the round that leaves. */
  readonly left: ReadonlySet<number>;
}

/** Why what the loop gives by being left is not known to the derivative, if it is not. */
export function obscureExit(graph: Graph, loop: LoopNode): "ways" | { readonly array: ValueId } | undefined {
  if (!loop.stops) return undefined;
  const { definitions, leaving, left } = waysOut(graph, loop);
  for (const slot of left) {
    const argument = present(carriedOf(loop)[slot]);
    if (typeof graph.values.get(argument)?.type === "object") return { array: argument };
    const leaves = [...leavesOf(present(nextOf(loop)[slot]), leaving, definitions)];
    const varying = leaves.filter((leaf) => nodeOf(definitions, leaf)?.kind !== "constant");
    if (varying.length > 0 && leaves.length > 1) return "ways";
  }
  return undefined;
}

/** Of a loop to a fixed point: its rounds there, and where the arrays are found as it leaves them. */
export interface Solution {
  readonly rounds: SolutionRounds;
  readonly entries: ReadonlyMap<ValueId, EntryArray>;
}

/** Each is made once. */
export function solutionsOf(graph: Graph, entries: Entries): (loop: LoopNode) => Solution {
  const known = new Map<ValueId, Solution>();
  return (loop) => {
    const before = known.get(loop.trips);
    if (before !== undefined) return before;
    const arrays = present(entries.get(loop.trips), "the arrays of a fixed point");
    const solution = { rounds: solutionRounds(graph, loop, lengthsIn(loop, arrays)), entries: arrays };
    known.set(loop.trips, solution);
    return solution;
  };
}

/** The lengths of arrays by what a round of the loop calls them: the carried by their names in its body. */
function lengthsIn(loop: LoopNode, entries: ReadonlyMap<ValueId, EntryArray>): (array: ValueId) => ValueId | undefined {
  const slots = carriedOf(loop);
  return (array) => {
    const slot = slots.indexOf(array);
    return entries.get(slot < 0 ? array : present(loop.results[slot]))?.length;
  };
}

function solutionRounds(
  graph: Graph,
  loop: LoopNode,
  lengthOf: (array: ValueId) => ValueId | undefined,
): SolutionRounds {
  const { definitions, staying, leaving, left } = waysOut(graph, loop);
  const round = (facts: Facts): SolutionRound => new RoundMaker(graph, loop, definitions, lengthOf).round(facts);
  return { staying: round(staying), leaving: left.size === 0 ? undefined : round(leaving), left };
}

function waysOut(graph: Graph, loop: LoopNode) {
  const definitions = definitionsOf(graph);
  const [stop] = loop.stops ? loop.body.yields : [];
  const staying = factsIf(stop, false, definitions);
  const leaving = factsIf(stop, true, definitions);
  const left = new Set<number>();
  carriedOf(loop).forEach((argument, slot) => {
    if (stop === undefined || graph.values.get(argument)?.type === "boolean") return;
    const next = present(nextOf(loop)[slot]);
    const onWay = leavesOf(next, staying, definitions);
    const isAlike = [...leavesOf(next, leaving, definitions)].every((leaf) => leaf === argument || onWay.has(leaf));
    if (!isAlike) left.add(slot);
  });
  return { definitions, staying, leaving, left };
}

/** What follows where the value is as said. */
function factsIf(value: ValueId | undefined, is: boolean, definitions: ReadonlyMap<ValueId, Definition>): Facts {
  const facts = new Map<ValueId, boolean>();
  const learn = (each: ValueId, known: boolean): void => {
    if (facts.has(each)) return;
    facts.set(each, known);
    const node = nodeOf(definitions, each);
    if (node?.kind === "if") learnBranch(node.results.indexOf(each), known, node);
    if (node?.kind !== "operation") return;
    if (node.operation === "not") learn(present(node.operands[0]), !known);
    const isConjunction = node.operation === (known ? "and" : "or");
    if (isConjunction) for (const operand of node.operands) learn(operand, known);
  };
  const learnBranch = (slot: number, known: boolean, node: GraphNode & { readonly kind: "if" }): void => {
    const [then, otherwise] = [present(node.then.yields[slot]), present(node.else.yields[slot])];
    const isNot = (side: ValueId): boolean => {
      const constant = nodeOf(definitions, side);
      return constant?.kind === "constant" && constant.value !== known;
    };
    if (isNot(then)) {
      learn(node.condition, false);
      learn(otherwise, known);
    } else if (isNot(otherwise)) {
      learn(node.condition, true);
      learn(then, known);
    }
  };
  if (value !== undefined) learn(value, is);
  return facts;
}

/** What the value may be, through branches. */
function leavesOf(value: ValueId, facts: Facts, definitions: ReadonlyMap<ValueId, Definition>): ReadonlySet<ValueId> {
  const node = nodeOf(definitions, value);
  if (node?.kind !== "if") return new Set([value]);
  const slot = node.results.indexOf(value);
  const known = facts.get(node.condition);
  const sides = known === undefined ? [node.then, node.else] : [known ? node.then : node.else];
  return new Set(sides.flatMap(({ yields }) => [...leavesOf(present(yields[slot]), facts, definitions)]));
}

class RoundMaker {
  readonly #graph: Graph;
  readonly #loop: LoopNode;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #lengthOf: (array: ValueId) => ValueId | undefined;
  readonly #measured: LengthNode[] = [];
  readonly #values;
  #last: number;

  constructor(
    graph: Graph,
    loop: LoopNode,
    definitions: ReadonlyMap<ValueId, Definition>,
    lengthOf: (array: ValueId) => ValueId | undefined,
  ) {
    this.#graph = graph;
    this.#loop = loop;
    this.#definitions = definitions;
    this.#lengthOf = lengthOf;
    this.#values = new Map(graph.values);
    this.#last = Math.max(...graph.values.keys());
  }

  round(facts: Facts): SolutionRound {
    const loop = this.#loop;
    const constants: ConstantNode[] = [];
    const replaced = new Map<ValueId, ValueId>();
    for (const [value, known] of facts) {
      const result = makeValueId(++this.#last);
      this.#values.set(result, { type: "boolean" });
      constants.push({ kind: "constant", value: known, result });
      replaced.set(value, result);
    }
    const whole = { ...loop.body, yields: nextOf(loop) };
    const known = substituteRegion(this.#without(whole, facts, replaced), resolver(replaced));
    const nodes = [...constants, ...known.nodes];
    const made = new Set<ValueId>([...loop.body.arguments]);
    walkNodes({ ...known, nodes }, (node) => {
      for (const result of resultsOf(node)) made.add(result);
      if (isLoop(node)) for (const argument of [...node.body.arguments, ...testedIn(node)]) made.add(argument);
    });
    const outside = new Set<ValueId>();
    walkUses({ ...known, nodes }, (value) => void (made.has(value) || outside.add(value)));
    walkNodes({ ...known, nodes }, (node) => void (node.kind === "length" && outside.add(node.array)));
    const again: (ConstantNode | TableNode)[] = [];
    const free: ValueId[] = [];
    for (const value of outside) {
      const node = nodeOf(this.#definitions, value);
      if (node?.kind === "constant" || node?.kind === "table") again.push(node);
      else free.push(value);
    }
    const isArray = (value: ValueId): boolean => typeof this.#values.get(value)?.type === "object";
    const lengths = new Map<ValueId, ValueId>();
    for (const value of [...carriedOf(loop), ...free].filter(isArray)) {
      const length = this.#lengthOf(value);
      if (length !== undefined) lengths.set(value, length);
    }
    const own = new Set([...lengths.values()].filter((length) => !free.includes(length)));
    const numbers = [...own].filter((length) => nodeOf(this.#definitions, length)?.kind !== "constant");
    const fixed = [...own].flatMap((length) => {
      const node = nodeOf(this.#definitions, length);
      return node?.kind === "constant" && !again.includes(node) ? [node] : [];
    });
    const inputs = [...loop.body.arguments, ...free, ...numbers];
    const body: Region = { arguments: inputs, nodes: [...again, ...fixed, ...nodes], yields: [] };
    const round = deadCode(this.#graphOf(body, known.yields, lengths));
    const buffers = bufferOf(round);
    const written = new Set<ValueId>();
    const read = new Set<ValueId>([...known.yields, ...lengths.values()]);
    walkUses(round.body, (value) => void read.add(value));
    walkNodes(round.body, (node) => {
      const changed = node.kind === "store" ? [node.array] : node.kind === "call" ? changedBy(node).map(arrayOf) : [];
      for (const array of changed) written.add(present(buffers.get(array)));
      if (node.kind === "length") read.add(node.array);
    });
    const isRead = (value: ValueId): boolean => read.has(value);
    return {
      graph: round,
      written,
      index: isRead(indexOf(loop)) ? indexOf(loop) : undefined,
      free: [...free, ...numbers].filter(isRead),
      measured: this.#measured.filter(({ result }) => isRead(result)),
      lengths,
    };
  }

  #graphOf(body: Region, next: readonly ValueId[], lengths: ReadonlyMap<ValueId, ValueId>): Graph {
    const { span, functions } = this.#graph;
    const parameters = body.arguments.map((value, k): Parameter => {
      const { type, name } = present(this.#values.get(value));
      return { path: [name ?? `value${k}`], value, type, written: false, span };
    });
    const entries = next.map((value, slot): Output => {
      const type = this.#values.get(value)?.type;
      if (typeof type !== "object") return { kind: "scalar", value };
      const length = present(lengths.get(present(carriedOf(this.#loop)[slot])), "the length of a carried array");
      return { kind: "array", value, element: type.element, length };
    });
    const isArray = ({ type }: Parameter): boolean => typeof type === "object";
    return {
      name: this.#graph.name,
      parameters,
      body,
      returned: { kind: "tuple", entries },
      final: new Map(parameters.flatMap((each, k) => (isArray(each) ? [[k, each.value] as const] : []))),
      values: this.#values,
      span,
      ...(functions !== undefined && { functions }),
      lengths: new Map(
        parameters.flatMap(({ value }, k) => {
          const length = lengths.get(value);
          return length === undefined ? [] : [[k, length] as const];
        }),
      ),
    };
  }

  /** The region without what throws, without the branches that are not taken, and without lengths of arrays from outside. */
  #without(region: Region, facts: Facts, replaced: Map<ValueId, ValueId>): Region {
    const nodes = region.nodes.flatMap((node): readonly GraphNode[] => {
      if (node.kind === "throw") return [];
      if (node.kind === "length" && node.at === undefined) {
        this.#measured.push(node);
        return [];
      }
      const known = node.kind === "if" ? facts.get(node.condition) : undefined;
      if (node.kind !== "if" || known === undefined) {
        return [
          mapNode(
            node,
            (value) => value,
            (inner) => this.#without(inner, facts, replaced),
          ),
        ];
      }
      const side = known ? node.then : node.else;
      node.results.forEach((result, k) => replaced.set(result, present(side.yields[k])));
      return this.#without(side, facts, replaced).nodes;
    });
    return { ...region, nodes };
  }
}

function testedIn(loop: LoopNode): readonly ValueId[] {
  return loop.kind === "while" ? loop.condition.arguments : [];
}

function arrayOf({ array }: { readonly array: ValueId }): ValueId {
  return array;
}

/** What comes out of a round, by slot. */
export function nextInRound(graph: Graph): readonly ValueId[] {
  const entries = graph.returned.kind === "tuple" ? graph.returned.entries : [];
  return entries.map((entry) => {
    return present(entry.kind === "scalar" || entry.kind === "array" ? entry.value : undefined);
  });
}
