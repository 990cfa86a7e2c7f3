/**
 * Folds constants, applies the list of rewrites, and takes branches and loops apart whose condition is known.
 *
 * Method: the graph is rebuilt in program order. Each operation is rewritten, with operands that are already as simple
 * as they get, until no rule matches; what a rule makes goes the same way. A rule is used only if what it makes costs no
 * more than what it takes away: operations that others still read are not taken away. Dead code goes at the end, so that
 * passes that count uses are not misled.
 *
 *   d * 1 * -x  ->  -(d * x)        x ** 2  ->  x * x
 */
import { invariant } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type {
  Graph,
  GraphNode,
  IfNode,
  LoopNode,
  NodeBase,
  OperationNode,
  Region,
  ValueId,
} from "../../src/ir/graph.ts";
import { isLoop, mapNode } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import type { Pass } from "../pass.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { useCounts } from "../analyze/uses.ts";
import { deadCode } from "./dead-code.ts";
import { fold } from "./fold.ts";
import { matches, costOf, type Lookup, type Match, type Replacement, type Rewrite } from "./pattern.ts";
import { rewrites } from "./rewrites.ts";
import { keepName, mapRoots, resolver } from "./substitute.ts";

export function simplify(options: { readonly strictFp: boolean }): Pass {
  const rules = rulesByOperation(rewrites.filter((rule) => rule.exact || !options.strictFp));
  return { name: "simplify", run: (graph) => deadCode(new Simplifier(graph, rules).run(graph)) };
}

function rulesByOperation(rules: readonly Rewrite[]): ReadonlyMap<string, readonly Rewrite[]> {
  const byOperation = new Map<string, Rewrite[]>();
  for (const rule of rules) {
    invariant(rule.from.kind === "apply", "a rewrite starts with an operation");
    byOperation.set(rule.from.operation, [...(byOperation.get(rule.from.operation) ?? []), rule]);
  }
  return byOperation;
}

/** Owns the values of one graph while it is rebuilt. */
class Simplifier {
  readonly #builder: GraphBuilder;
  readonly #rules: ReadonlyMap<string, readonly Rewrite[]>;
  /** Definitions in the new graph, and the loop (a number for each) in which they stand. */
  readonly #nodes = new Map<ValueId, GraphNode>();
  readonly #homes = new Map<ValueId, number>();
  readonly #uses: Map<ValueId, number>;
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #resolve = resolver(this.#replaced);
  readonly #integers: ReadonlySet<ValueId>;
  readonly #lookup: Lookup = {
    nodeOf: (value) => this.#nodes.get(value),
    isInteger: (value) => this.#integers.has(value),
  };
  #changed = false;
  #home = 0;
  #homesUsed = 0;

  constructor(graph: Graph, rules: ReadonlyMap<string, readonly Rewrite[]>) {
    this.#builder = new GraphBuilder(graph.values);
    this.#rules = rules;
    this.#uses = new Map(useCounts(graph));
    this.#integers = integerValues(graph);
  }

  run(graph: Graph): Graph {
    const body = this.#region(graph.body);
    if (!this.#changed) return graph;
    return mapRoots({ ...graph, body, values: this.#builder.values }, this.#resolve);
  }

  #region(region: Region): Region {
    return this.#builder.region(region.arguments, () => this.#contents(region));
  }

  #contents(region: Region): readonly ValueId[] {
    for (const node of region.nodes) this.#node(node);
    return region.yields.map(this.#resolve);
  }

  #node(node: GraphNode): void {
    switch (node.kind) {
      case "operation":
        return this.#operation({ ...node, operands: node.operands.map(this.#resolve) });
      case "if":
        return this.#if(node);
      case "for":
      case "while":
        return this.#loop(node);
      case "throw":
      case "call":
      case "push":
      case "pop":
        return this.#builder.push(mapNode(node, this.#resolve, (region) => region));
      default:
        return this.#define(
          node.result,
          mapNode(node, this.#resolve, (region) => region),
        );
    }
  }

  #define(result: ValueId, node: GraphNode): void {
    this.#nodes.set(result, node);
    this.#homes.set(result, this.#home);
    this.#builder.push(node);
  }

  #replace(gone: ValueId, kept: ValueId): void {
    this.#changed = true;
    this.#replaced.set(gone, kept);
    this.#uses.set(kept, (this.#uses.get(kept) ?? 0) + (this.#uses.get(gone) ?? 0));
    if (this.#nodes.get(kept)?.kind !== "constant") keepName(this.#builder.values, gone, kept);
  }

  #operation(node: OperationNode): void {
    const folded = this.#fold(node);
    if (folded !== undefined) {
      this.#changed = true;
      node.operands.forEach((operand) => this.#release(operand));
      return this.#define(node.result, { kind: "constant", value: folded, result: node.result, ...placeOf(node) });
    }
    this.#nodes.set(node.result, node);
    for (const rule of this.#rules.get(node.operation) ?? []) {
      if (rule.derivativeOnly === true && node.origin === undefined) continue;
      const match: Match = { values: new Map(), known: {}, interior: [] };
      if (!matches(rule.from, node.result, this.#lookup, match)) continue;
      if (rule.where !== undefined && !rule.where(match.known)) continue;
      if (costOf(rule.to) > rowOf(node.operation).cost + this.#freed(match)) continue;
      return this.#rewrite(node, rule.to, match);
    }
    this.#define(node.result, node);
  }

  /** The cost of the operations that nobody needs any more once the match is rewritten. */
  #freed(match: Match): number {
    let cost = 0;
    for (const value of match.interior) {
      const node = this.#nodes.get(value);
      const isFreed = this.#uses.get(value) === 1 && this.#homes.get(value) === this.#home;
      if (isFreed && node?.kind === "operation") cost += rowOf(node.operation).cost;
    }
    return cost;
  }

  #rewrite(node: OperationNode, to: Replacement, match: Match): void {
    this.#changed = true;
    if (to.kind === "apply") {
      const operands = to.operands.map((operand) => this.#make(operand, match, placeOf(node)));
      node.operands.forEach((operand) => this.#release(operand));
      return this.#operation({ ...node, operation: to.operation, operands });
    }
    const value = this.#make(to, match, placeOf(node));
    node.operands.forEach((operand) => this.#release(operand));
    this.#nodes.delete(node.result);
    this.#replace(node.result, value);
  }

  /** The value of a replacement, counted as used once more. */
  #make(to: Replacement, match: Match, place: NodeBase): ValueId {
    if (to.kind === "variable") {
      const value = match.values.get(to.name);
      invariant(value !== undefined, `the left side of a rewrite names ${to.name}`);
      this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
      return value;
    }
    if (to.kind === "apply") {
      const operands = to.operands.map((operand) => this.#make(operand, match, place));
      const result = this.#builder.fresh(rowOf(to.operation).result);
      this.#uses.set(result, 1);
      this.#operation({ kind: "operation", operation: to.operation, operands, result, ...place });
      return this.#resolve(result);
    }
    const value = to.kind === "compute" ? to.value(match.known) : to.value;
    const result = this.#builder.fresh(typeof value === "number" ? "number" : "boolean");
    this.#uses.set(result, 1);
    this.#define(result, { kind: "constant", value, result, ...place });
    return result;
  }

  /** One use less; an operation that nobody reads any more reads nothing either. */
  #release(value: ValueId): void {
    const left = (this.#uses.get(value) ?? 0) - 1;
    this.#uses.set(value, left);
    const node = this.#nodes.get(value);
    if (left === 0 && node?.kind === "operation") node.operands.forEach((operand) => this.#release(operand));
  }

  #fold(node: OperationNode): number | boolean | undefined {
    const known: (number | boolean)[] = [];
    for (const operand of node.operands) {
      const value = this.#constantOf(operand);
      if (value === undefined) return undefined;
      known.push(value);
    }
    return fold(node.operation, known);
  }

  #constantOf(value: ValueId): number | boolean | undefined {
    const node = this.#nodes.get(value);
    return node?.kind === "constant" ? node.value : undefined;
  }

  #if(node: IfNode): void {
    const condition = this.#resolve(node.condition);
    const known = this.#constantOf(condition);
    if (known !== undefined) {
      this.#changed = true;
      const yields = this.#contents(known === true ? node.then : node.else);
      node.results.forEach((result, k) => this.#replace(result, this.#yield(yields, k)));
      return;
    }
    const then = this.#region(node.then);
    const otherwise = this.#region(node.else);
    this.#builder.push({ ...node, condition, then, else: otherwise });
    node.results.forEach((result, k) => {
      const taken = this.#yield(then.yields, k);
      const other = this.#yield(otherwise.yields, k);
      if (taken === other) return this.#replace(result, taken);
      const common = this.#constantOf(taken);
      if (common !== undefined && Object.is(common, this.#constantOf(other))) {
        const value = this.#builder.fresh(this.#builder.typeOf(result));
        this.#define(value, { kind: "constant", value: common, result: value, ...placeOf(node) });
        return this.#replace(result, value);
      }
      if (this.#constantOf(taken) === true && this.#constantOf(other) === false)
        return this.#replace(result, condition);
      if (this.#constantOf(taken) !== false || this.#constantOf(other) !== true) return;
      const opposite = this.#builder.fresh("boolean", this.#builder.nameOf(result));
      this.#uses.set(condition, (this.#uses.get(condition) ?? 0) + 1);
      this.#operation({
        kind: "operation",
        operation: "not",
        operands: [condition],
        result: opposite,
        ...placeOf(node),
      });
      this.#replace(result, this.#resolve(opposite));
    });
  }

  #loop(loop: LoopNode): void {
    if (this.#neverRuns(loop)) return this.#skip(loop);
    const home = this.#home;
    this.#home = ++this.#homesUsed;
    const node = mapNode(loop, this.#resolve, (region) => this.#region(region));
    this.#home = home;
    if (node.kind === "while" && this.#constantOf(this.#yield(node.condition.yields, 0)) === false) {
      return this.#skip(loop);
    }
    const isStopped = isLoop(node) && node.stops;
    if (!isStopped || this.#constantOf(this.#yield(node.body.yields, 0)) !== false) return this.#builder.push(node);
    this.#changed = true;
    const body = { ...node.body, yields: node.body.yields.slice(1) };
    this.#builder.push({ ...node, stops: false, stopped: undefined, body });
    this.#notStopped(loop);
  }

  /** What the loop gives where it runs no time. */
  #skip(loop: LoopNode): void {
    this.#changed = true;
    loop.results.forEach((result, k) => this.#replace(result, this.#resolve(this.#yield(loop.inits, k))));
    this.#define(loop.trips, { kind: "constant", value: 0, result: loop.trips, ...placeOf(loop) });
    this.#notStopped(loop);
  }

  #notStopped({ stopped, ...loop }: LoopNode): void {
    if (stopped === undefined) return;
    this.#define(stopped, { kind: "constant", value: false, result: stopped, ...placeOf(loop) });
  }

  #neverRuns(loop: LoopNode): boolean {
    if (loop.kind === "while") return false;
    const start = this.#constantOf(this.#resolve(loop.start));
    const bound = this.#constantOf(this.#resolve(loop.bound));
    if (typeof start !== "number" || typeof bound !== "number") return false;
    if (loop.step > 0) return loop.inclusive ? !(start <= bound) : !(start < bound);
    return loop.inclusive ? !(start >= bound) : !(start > bound);
  }

  #yield(values: readonly ValueId[], k: number): ValueId {
    const value = values[k];
    invariant(value !== undefined, "a region yields a value for each result");
    return value;
  }
}

function placeOf(node: NodeBase): NodeBase {
  return { span: node.span, origin: node.origin };
}
