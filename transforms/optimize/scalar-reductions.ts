/**
 * A loop that reads and writes one entry of an array alone keeps it in a scalar, and stores it once after the loop.
 *
 *   for (j…n) y[i] = y[i] + W[i * n + j] * x[j]   ->   s = y[i]; for (j…n) s += W[i * n + j] * x[j]; y[i] = s
 *
 * Innermost first, so that a scalar leaves a whole nest. Sums of a derivative in a float32 array are rounded once, at
 * the end; an array of the value that rounds its entries is left as it is.
 */
import { invariant, present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, mapNode, nextOf, operandsOf, regionsOf, walkUses } from "../../src/ir/walk.ts";
import { indexAlgebra, type IndexAlgebra } from "../analyze/affine.ts";
import { arrayGroups, type ArrayGroups } from "../analyze/array-groups.ts";
import { equalPolynomials, type Polynomial } from "../analyze/polynomial.ts";
import { buildPolynomial } from "./build-polynomial.ts";
import { resolver, substitute } from "./substitute.ts";

export function scalarReductions(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const groups = arrayGroups(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  /** Of indices that are built here. */
  const polynomials = new Map<ValueId, Polynomial>();
  const polynomialOf = (value: ValueId): Polynomial => polynomials.get(value) ?? algebra.polynomialOf(value);

  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) visitNode(node);
      return region.yields.map(resolve);
    });
  const visitNode = (original: GraphNode): void => {
    const node = mapNode(original, resolve, visitRegion);
    if (isLoop(node) && isLoop(original)) visitLoop(node, original);
    else build.push(node);
  };

  /** `original` is where the places of values are known by. */
  const visitLoop = (node: LoopNode, original: LoopNode): void => {
    let loop = node;
    const stores: {
      readonly slot: ValueId;
      readonly index: ValueId;
      readonly array: ValueId;
      readonly result: ValueId;
    }[] = [];
    for (const [slot, argument] of carriedOf(node).entries()) {
      if (typeof build.typeOf(argument) !== "object") continue;
      if (loop.kind === "while" && isRead(loop.condition, present(loop.condition.arguments[slot]))) continue;
      const entry = onlyEntry(loop.body, argument, nextOf(loop)[slot], {
        build,
        polynomialOf,
        original,
        algebra,
        groups,
      });
      if (entry === undefined) continue;
      const before = build.at(entry.store.span);
      const reversing = build.reversing(entry.store.origin);
      const init = present(loop.inits[slot]);
      const index = indexBefore(entry.store.index, original);
      const first = build.load(init, index);
      const result = build.fresh("number");
      stores.push({ slot: result, index, array: init, result: present(loop.results[slot]) });
      loop = withScalar(loop, slot, first, result, argument);
      build.at(before);
      build.reversing(reversing);
    }
    build.push(loop);
    const before = build.at(loop.span);
    const reversing = build.reversing(loop.origin);
    for (const { slot, index, array, result } of stores) replaced.set(result, build.store(array, index, slot));
    build.at(before);
    build.reversing(reversing);
  };

  /** The index as a value from outside of the loop. */
  const indexBefore = (index: ValueId, loop: LoopNode): ValueId => {
    if (!polynomials.has(index) && !algebra.places.isWithin(index, loop)) return index;
    const polynomial = polynomialOf(index);
    const built = buildPolynomial(build, polynomial);
    polynomials.set(built, polynomial);
    return built;
  };

  const withScalar = (loop: LoopNode, slot: number, init: ValueId, result: ValueId, argument: ValueId): LoopNode => {
    const carried = build.fresh("number");
    const { region, last } = promote(loop.body, argument, carried);
    const at = <Value>(values: readonly Value[], position: number, value: Value): readonly Value[] =>
      values.map((each, k) => (k === position ? value : each));
    const body: Region = {
      arguments: at(region.arguments, slot + 1, carried),
      nodes: region.nodes,
      yields: at(region.yields, slot + (loop.stops ? 1 : 0), last),
    };
    const inits = at(loop.inits, slot, init);
    const results = at(loop.results, slot, result);
    if (loop.kind === "for") return { ...loop, inits, results, body };
    const condition = { ...loop.condition, arguments: at(loop.condition.arguments, slot, build.fresh("number")) };
    return { ...loop, inits, results, body, condition };
  };

  /** The region with the entry in a scalar; `version` is what the array is called there. */
  const promote = (region: Region, version: ValueId, scalar: ValueId): { region: Region; last: ValueId } => {
    let current = version;
    let last = scalar;
    const nodes: GraphNode[] = [];
    for (const node of region.nodes) {
      if (node.kind === "load" && node.array === current) replaced.set(node.result, last);
      else if (node.kind === "store" && node.array === current) {
        current = node.result;
        last = node.value;
      } else if (node.kind === "if") {
        const branch = promoteBranch(node, current, last);
        nodes.push(branch.node);
        if (branch.result !== undefined) {
          current = branch.version;
          last = branch.result;
        }
      } else nodes.push(node);
    }
    return { region: { ...region, nodes }, last };
  };

  const promoteBranch = (
    node: IfNode,
    version: ValueId,
    scalar: ValueId,
  ): { node: IfNode; version: ValueId; result: ValueId | undefined } => {
    const then = promote(node.then, version, scalar);
    const otherwise = promote(node.else, version, scalar);
    const slot = node.results.findIndex((_, k) => comesFrom(node.then, node.then.yields[k], version));
    if (slot < 0) return { node: { ...node, then: then.region, else: otherwise.region }, version, result: undefined };
    const result = build.fresh("number");
    const at = (values: readonly ValueId[], value: ValueId) => values.map((each, k) => (k === slot ? value : each));
    return {
      node: {
        ...node,
        then: { ...then.region, yields: at(node.then.yields, then.last) },
        else: { ...otherwise.region, yields: at(node.else.yields, otherwise.last) },
        results: at(node.results, result),
      },
      version: present(node.results[slot]),
      result,
    };
  };

  const body = visitRegion(graph.body);
  return substitute({ ...graph, body, values: build.values }, replaced);
}

interface Context {
  readonly build: GraphBuilder;
  readonly polynomialOf: (value: ValueId) => Polynomial;
  readonly original: LoopNode;
  readonly algebra: IndexAlgebra;
  readonly groups: ArrayGroups;
}

/** A store of the one entry of the array that the body reads and writes, if it does so with no other. */
function onlyEntry(
  body: Region,
  argument: ValueId,
  yielded: ValueId | undefined,
  context: Context,
): { readonly store: StoreNode } | undefined {
  let found: StoreNode | undefined;
  let index: Polynomial | undefined;
  const isSame = (other: ValueId): boolean => {
    const polynomial = context.polynomialOf(other);
    index ??= polynomial;
    return equalPolynomials(polynomial, index);
  };
  /** The last version in the region; undefined if something else is done with the array. */
  const follow = (region: Region, start: ValueId): ValueId | undefined => {
    let current = start;
    for (const node of region.nodes) {
      if (node.kind === "load" && node.array === current) {
        if (!isSame(node.index)) return undefined;
      } else if (node.kind === "store" && node.array === current) {
        if (!isSame(node.index) || !keepsDoubles(node, argument, context)) return undefined;
        found ??= node;
        current = node.result;
      } else if (node.kind === "if") {
        const then = follow(node.then, current);
        const otherwise = follow(node.else, current);
        if (then === undefined || otherwise === undefined) return undefined;
        const slot = node.results.findIndex(
          (_, k) => node.then.yields[k] === then && node.else.yields[k] === otherwise,
        );
        if (slot >= 0) current = present(node.results[slot]);
        else if (then !== current || otherwise !== current) return undefined;
      } else if (operandsOf(node).includes(current) && node.kind !== "length") {
        return undefined;
      } else if (regionsOf(node).some((inner) => isRead(inner, current))) {
        return undefined;
      }
    }
    return current;
  };
  const last = follow(body, argument);
  if (last === undefined || last !== yielded || found === undefined || index === undefined) return undefined;
  return context.algebra.isInvariant(index, context.original) ? { store: found } : undefined;
}

/** Whether the array holds what is stored, or is a sum of a derivative, which may as well be rounded at the end. */
function keepsDoubles(store: StoreNode, array: ValueId, { build, groups }: Context): boolean {
  const type = build.typeOf(array);
  invariant(typeof type === "object", "a store changes an array");
  if (type.element === "f64") return true;
  if (store.origin === undefined || (type.element !== "f32" && type.element !== "number")) return false;
  const { allocations, parameters } = groups.groupOf(array);
  return (
    parameters.length === 0 && allocations.every(({ role }) => role.kind === "gradient" || role.kind === "adjoint")
  );
}

/** Whether `yielded` is a version that the region makes of `version`, or itself. */
function comesFrom(region: Region, yielded: ValueId | undefined, version: ValueId): boolean {
  const versions = new Set([version]);
  for (const node of region.nodes) {
    if (node.kind === "store" && versions.has(node.array)) versions.add(node.result);
    if (node.kind === "if") {
      node.results.forEach((result, k) => {
        if (comesFrom(node.then, node.then.yields[k], [...versions].at(-1) ?? version)) versions.add(result);
      });
    }
  }
  return yielded !== undefined && versions.has(yielded);
}

function isRead(region: Region, value: ValueId): boolean {
  let read = false;
  walkUses(region, (use) => {
    if (use === value) read = true;
  });
  return read;
}
