/**
 * Puts an operation whose derivative only loops use behind the test that one of them runs: its reverse then stands behind that
 * test too. Otherwise it would be reversed with an adjoint of 0 after loops that ran no time, and 0 / 0 is NaN:
 *
 *     const l = Math.log(k); for (i < n) sum += w[i] * l;     // dk = dl / k, where n is 0 and k too
 *
 *   ->   let l; if (0 < n) l = Math.log(k);                   // if (0 < n) dk = dl / k
 *
 * The value itself does no harm where it is not used: `runIdle` computes it without the test, after differentiation. Of inner
 * loops the test asks if their bounds are known before the outermost; if not, they count as run.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { ForNode, Graph, GraphNode, LoopNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import {
  isLoop,
  mapNode,
  operandsOf,
  regionsOf,
  renameResults,
  resultsOf,
  walkNodes,
  walkUses,
} from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import { isPure, readsRows } from "../analyze/purity.ts";
import { mayBeSingular, someNode } from "../analyze/unbounded.ts";
import { definitionsOf, nodeOf, rootsOf, type Definition } from "../analyze/uses.ts";
import { makesRound } from "../differentiate/trip-count.ts";
import { substituteRegion } from "../optimize/substitute.ts";
import { derivativeUses } from "./guard-active-uses.ts";

/** Where the derivative of a value is used: in the region itself, or in these loops of it alone. */
type Place = "here" | ReadonlySet<LoopNode>;

interface Guard {
  readonly loops: readonly LoopNode[];
  readonly operations: OperationNode[];
}

/** More loops than these are not asked. */
const mostLoops = 3;

export function guardIdleLoops(graph: Graph, isActive: (value: ValueId) => boolean): Graph {
  return new IdleLoops(graph, isActive).guarded();
}

class IdleLoops {
  readonly #graph: Graph;
  readonly #isActive: (value: ValueId) => boolean;
  readonly #build: GraphBuilder;
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  #changed = false;

  constructor(graph: Graph, isActive: (value: ValueId) => boolean) {
    this.#graph = graph;
    this.#isActive = isActive;
    this.#build = new GraphBuilder(graph.values);
    this.#definitions = definitionsOf(graph);
  }

  guarded(): Graph {
    const body = this.#region(this.#graph.body, new Set(rootsOf(this.#graph)), []);
    return this.#changed ? { ...this.#graph, body, values: this.#build.values } : this.#graph;
  }

  #region(region: Region, roots: ReadonlySet<ValueId>, around: readonly LoopNode[]): Region {
    const guards = this.#guardsIn(region, roots, around);
    const copies = new Map<ValueId, ValueId>();
    const resolve = (value: ValueId): ValueId => copies.get(value) ?? value;
    const nodes: GraphNode[] = [];
    for (const node of region.nodes) {
      for (const { loops, operations } of guards) {
        if (loops[0] === node) nodes.push(...this.#guard(loops, operations, around, copies));
      }
      const isUser = isLoop(node) && guards.some(({ loops }) => loops.includes(node));
      const used = isUser ? mapNode(node, same, (inner) => substituteRegion(inner, resolve)) : node;
      const inside = isLoop(used) ? [...around, used] : around;
      nodes.push(mapNode(used, same, (inner) => this.#region(inner, new Set(), inside)));
    }
    return { ...region, nodes };
  }

  /** The operations to guard, in order, with the loops that use them. */
  #guardsIn(region: Region, roots: ReadonlySet<ValueId>, around: readonly LoopNode[]): readonly Guard[] {
    const places = placesIn(region, roots);
    const positions = new Map<ValueId, number>();
    region.nodes.forEach((node, k) => resultsOf(node).forEach((value) => positions.set(value, k)));
    const guarded = new Set<ValueId>();
    const groups = new Map<string, Guard>();
    for (const node of region.nodes) {
      if (node.kind !== "operation") continue;
      const place = places.get(node.result);
      if (place === undefined || place === "here" || place.size > mostLoops) continue;
      if (!this.#isActive(node.result)) continue;
      const follows = node.operands.some((operand) => guarded.has(operand));
      if (!follows && !mayBeSingular(node, (value) => nodeOf(this.#definitions, value))) continue;
      if (!follows && [...place].some((loop) => this.#isSure(loop, node.result, around))) continue;
      const loops = region.nodes.filter((each): each is LoopNode => isLoop(each) && place.has(each));
      if (!follows && this.#isMadeByLike(node, loops)) continue;
      const at = region.nodes.indexOf(present(loops[0]));
      const isEarly = (value: ValueId): boolean =>
        this.#constant(value) !== undefined || (positions.get(value) ?? -1) < at;
      if (!follows && !loops.flatMap(testReads).every(isEarly)) continue;
      guarded.add(node.result);
      const key = loops.map((loop) => loop.trips).join();
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { loops, operations: [node] });
      else group.operations.push(node);
    }
    return [...groups.values()];
  }

  /** The operations behind the test; their copies go by the names in `copies`. */
  #guard(
    loops: readonly LoopNode[],
    operations: readonly OperationNode[],
    around: readonly LoopNode[],
    copies: Map<ValueId, ValueId>,
  ): readonly GraphNode[] {
    this.#changed = true;
    const build = this.#build;
    const values = operations.map(({ result }) => result);
    const { nodes } = build.region([], () => {
      const tests = this.#differentOf(loops).map((loop) => this.#runs(loop, values, around, new Set(values)));
      const condition = tests.reduce((any, test) => build.operation("or", [any, test], "boolean"));
      const inside = new Map(values.map((value) => [value, build.twin(value)] as const));
      const rename = (value: ValueId): ValueId => inside.get(value) ?? copies.get(value) ?? value;
      const then = operations.map((node): GraphNode => {
        return { ...node, operands: node.operands.map(rename), result: rename(node.result) };
      });
      const results = values.map((value) => build.twin(value));
      build.push({
        kind: "if",
        condition,
        then: { arguments: [], nodes: then, yields: values.map(rename) },
        else: build.region([], () => values.map(() => build.constant(0))),
        results,
        isIdle: true,
        span: present(operations[0]).span,
      });
      values.forEach((value, k) => copies.set(value, present(results[k])));
      return [];
    });
    return nodes;
  }

  /**
   * Whether its derivative goes on into loops alone that run as often: a mean, and what is made of it. Where they run no
   * time, nobody sees it.
   */
  #isMadeByLike(node: OperationNode, loops: readonly LoopNode[]): boolean {
    const [loop, ...others] = this.#differentOf(loops);
    if (loop?.kind !== "for" || others.length > 0) return false;
    const seen = new Set<ValueId>(node.operands);
    for (const value of seen) {
      if (!this.#isActive(value)) continue;
      const definition = this.#definitions.get(value);
      const source = definition?.kind === "result" ? definition.node : undefined;
      if (source?.kind === "operation") source.operands.forEach((operand) => seen.add(operand));
      else if (source?.kind !== "for" || !this.#isSameRange(source, loop)) return false;
      else if (this.#isActive(present(source.inits[source.results.indexOf(value)]))) return false;
    }
    return true;
  }

  /** Whether the loop surely comes to use the value. */
  #isSure(loop: LoopNode, value: ValueId, around: readonly LoopNode[]): boolean {
    return this.#runsSurely(loop, around) && this.#innerUses(loop, new Set([value])) === undefined;
  }

  #runsSurely(loop: LoopNode, around: readonly LoopNode[]): boolean {
    if (loop.kind === "while") return false;
    const [start, bound] = [this.#constant(loop.start), this.#constant(loop.bound)];
    if (start !== undefined && bound !== undefined) {
      if (loop.inclusive && start === bound) return true;
      return loop.step > 0 ? start < bound : start > bound;
    }
    return around.some((outer) => outer.kind === "for" && this.#isSameRange(outer, loop));
  }

  /** Of loops over the same the first. */
  #differentOf(loops: readonly LoopNode[]): readonly LoopNode[] {
    return loops.filter((loop, k) => {
      const isAlike = (other: LoopNode): boolean => other.kind === "for" && this.#isSameRange(other, loop);
      return loop.kind !== "for" || !loops.slice(0, k).some(isAlike);
    });
  }

  #isSameRange(one: ForNode, other: LoopNode): boolean {
    if (other.kind !== "for" || Math.sign(one.step) !== Math.sign(other.step)) return false;
    const isSame = (x: ValueId, y: ValueId): boolean => {
      if (x === y) return true;
      const [one, two] = [nodeOf(this.#definitions, x), nodeOf(this.#definitions, y)];
      if (one?.kind === "constant") return two?.kind === "constant" && one.value === two.value;
      const areLengths = one?.kind === "length" && two?.kind === "length";
      return areLengths && one.array === two.array && one.at === undefined && two.at === undefined;
    };
    return isSame(one.start, other.start) && isSame(one.bound, other.bound) && one.inclusive === other.inclusive;
  }

  /** The value, where the test stands: a constant can be made there. */
  #again(value: ValueId): ValueId {
    const known = this.#constant(value);
    return known === undefined ? value : this.#build.constant(known);
  }

  #constant(value: ValueId): number | undefined {
    const node = nodeOf(this.#definitions, value);
    return node?.kind === "constant" ? Number(node.value) : undefined;
  }

  /** The loops within that alone use one of the values; undefined where the body itself does. */
  #innerUses({ body }: LoopNode, given: ReadonlySet<ValueId>): readonly LoopNode[] | undefined {
    const values = new Set(given);
    const loops: LoopNode[] = [];
    for (const node of body.nodes) {
      const reads = operandsOf(node).some((value) => values.has(value));
      if (reads && node.kind !== "operation") return undefined;
      if (reads && node.kind === "operation" && rowOf(node.operation).pullback !== "none") values.add(node.result);
      let isUser = false;
      for (const inner of regionsOf(node)) walkUses(inner, (value) => void (isUser ||= values.has(value)));
      if (!isUser) continue;
      if (!isLoop(node)) return undefined;
      loops.push(node);
    }
    return body.yields.some((value) => values.has(value)) ? undefined : loops;
  }

  /** Whether the loop runs, and one within that uses the values does, as a value before it. */
  #runs(
    loop: LoopNode,
    values: readonly ValueId[],
    around: readonly LoopNode[],
    hidden: ReadonlySet<ValueId>,
  ): ValueId {
    const build = this.#build;
    const own = this.#startsRound(loop, around);
    const inner = this.#innerUses(loop, new Set(values)) ?? [];
    const within = new Set(hidden);
    loop.body.arguments.forEach((value) => within.add(value));
    walkNodes(loop.body, (node) => {
      for (const value of resultsOf(node)) within.add(value);
      for (const inner of regionsOf(node)) for (const value of inner.arguments) within.add(value);
    });
    const isOutside = (value: ValueId): boolean => this.#constant(value) !== undefined || !within.has(value);
    const isKnown = inner.length > 0 && inner.every((each) => testReads(each).every(isOutside));
    if (!isKnown || inner.length > mostLoops) return own;
    const tests = inner.map((each) => this.#runs(each, values, [...around, loop], within));
    const any = tests.reduce((one, other) => build.operation("or", [one, other], "boolean"));
    return build.operation("and", [own, any], "boolean");
  }

  #startsRound(loop: LoopNode, around: readonly LoopNode[]): ValueId {
    const build = this.#build;
    if (this.#runsSurely(loop, around)) return build.constant(true);
    if (loop.kind === "for") return makesRound(build, loop, this.#again(loop.start), this.#again(loop.bound));
    const { condition, inits } = loop;
    const canAsk = condition.nodes.every(
      (node) => isPure(node) && !readsRows(node, this.#graph) && !someNode(node, isLoop),
    );
    if (!canAsk) return build.constant(true);
    const known = new Map(condition.arguments.map((argument, k) => [argument, present(inits[k])] as const));
    const resolve = (value: ValueId): ValueId => known.get(value) ?? value;
    const twinOf = (result: ValueId): ValueId => {
      const twin = build.twin(result);
      known.set(result, twin);
      return twin;
    };
    const copy = (node: GraphNode): GraphNode => renameResults(mapNode(node, resolve, copyRegion), twinOf);
    const copyRegion = (region: Region): Region => {
      const nodes = region.nodes.map(copy);
      return { ...region, nodes, yields: region.yields.map(resolve) };
    };
    for (const node of condition.nodes) build.push(copy(node));
    return resolve(present(condition.yields[0]));
  }
}

/** What the test whether a loop runs reads. */
function testReads(loop: LoopNode): readonly ValueId[] {
  if (loop.kind === "for") return [loop.start, loop.bound];
  const own = new Set(loop.condition.arguments);
  const reads = new Set<ValueId>(loop.inits);
  for (const node of loop.condition.nodes) for (const result of resultsOf(node)) own.add(result);
  walkUses(loop.condition, (value) => void (own.has(value) || reads.add(value)));
  return [...reads];
}

/** Where the derivatives of the values of a region are used; of those that are used nowhere so, nothing. */
function placesIn(region: Region, roots: ReadonlySet<ValueId>): ReadonlyMap<ValueId, Place> {
  const places = new Map<ValueId, Place>();
  const use = (value: ValueId, place: Place): void => {
    const known = places.get(value);
    if (known === "here" || place === "here") places.set(value, "here");
    else places.set(value, new Set([...(known ?? []), ...place]));
  };
  for (const value of [...roots, ...region.yields]) use(value, "here");
  for (const node of [...region.nodes].reverse()) {
    if (node.kind === "operation") {
      const place = places.get(node.result);
      if (place === undefined || rowOf(node.operation).pullback === "none") continue;
      for (const operand of node.operands) use(operand, place);
      continue;
    }
    for (const operand of operandsOf(node)) use(operand, "here");
    const place = isLoop(node) ? new Set([node]) : "here";
    for (const inner of regionsOf(node)) for (const value of derivativeUses(inner)) use(value, place);
  }
  return places;
}

function same(value: ValueId): ValueId {
  return value;
}
