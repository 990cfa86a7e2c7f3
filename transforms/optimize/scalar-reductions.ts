/**
 * A loop that reads and writes one entry of an array, apart from all else that it does there, keeps it in a scalar, and
 * stores it once after the loop. An entry that it only reads, while it writes others, is read once before it.
 *
 *   for (j…n) y[i] = y[i] + W[i * n + j] * x[j]   ->   s = y[i]; for (j…n) s += W[i * n + j] * x[j]; y[i] = s
 *
 * Innermost first, so that a scalar leaves a whole nest. Sums of a derivative in a float32 array are rounded once, at
 * the end; an array of the value that rounds its entries is left as it is.
 */
import { invariant, present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type {
  Graph,
  GraphNode,
  IfNode,
  LoopNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, mapNode } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { arrayGroups } from "../analyze/array-groups.ts";
import { loopEntries, type LoopEntry } from "../analyze/loop-entries.ts";
import type { Polynomial } from "../analyze/polynomial.ts";
import { definitionsOf, nodeOf } from "../analyze/uses.ts";
import { pruneCarried } from "../normalize/prune-carried.ts";
import { buildPolynomial } from "./build-polynomial.ts";
import { keepName, resolver, substitute, substituteRegion } from "./substitute.ts";

export function scalarReductions(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const algebra = indexAlgebra(graph);
  const groups = arrayGroups(graph);
  const definitions = definitionsOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  /** Of indices that are built here. */
  const polynomials = new Map<ValueId, Polynomial>();
  const made = new Map<ValueId, Pick<OperationNode, "operation" | "operands">>();
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
    const kept: { readonly slot: number; readonly index: ValueId; readonly value: ValueId }[] = [];
    const loops = algebra.places.loopsAround(indexOf(original));
    const isInvariant = (index: Polynomial) => algebra.isInvariant(index, original);
    for (const [slot, argument] of carriedOf(node).entries()) {
      if (typeof build.typeOf(argument) !== "object") continue;
      const next = (): LoopEntry | undefined =>
        loopEntries(loop, slot, { algebra, polynomialOf, isInvariant, loops }).find(
          ({ store, accesses }) =>
            store === undefined || (keepsDoubles(store, argument) && isThere(argument, accesses, loop)),
        );
      for (let entry = next(); entry !== undefined; entry = next()) {
        const { store, accesses } = entry;
        const leader = store ?? present(accesses[0]);
        const before = build.at(leader.span);
        const reversing = build.reversing(leader.origin);
        const index = indexBefore(leader.index, original);
        const first = build.load(present(loop.inits[slot]), index);
        build.at(before);
        build.reversing(reversing);
        loop = withScalar(loop, entry, first);
        if (store !== undefined) kept.push({ slot, index, value: present(loop.results.at(-1)) });
      }
    }
    const before = build.at(loop.span);
    const reversing = build.reversing(loop.origin);
    pushWithStores(loop, kept);
    build.at(before);
    build.reversing(reversing);
  };

  /** The loop, and after it the stores of what it kept in scalars; the last version is called as the loop's result was. */
  const pushWithStores = (
    loop: LoopNode,
    kept: readonly { readonly slot: number; readonly index: ValueId; readonly value: ValueId }[],
  ): void => {
    const versions = new Map<number, ValueId>();
    const another = (slot: number): ValueId => {
      const { type, name } = present(build.values.get(present(loop.results[slot])));
      const fresh = build.fresh(type, name);
      versions.set(slot, fresh);
      return fresh;
    };
    const slots = new Set(kept.map(({ slot }) => slot));
    build.push({ ...loop, results: loop.results.map((result, slot) => (slots.has(slot) ? another(slot) : result)) });
    kept.forEach(({ slot, index, value }, k) => {
      const array = present(versions.get(slot));
      const isLast = kept.slice(k + 1).every((other) => other.slot !== slot);
      const result = isLast ? present(loop.results[slot]) : another(slot);
      build.push({ kind: "store", array, index, value, result, span: loop.span, origin: loop.origin });
    });
  };

  /** The index as a value from outside of the loop: computed there as it is within. */
  const indexBefore = (index: ValueId, loop: LoopNode): ValueId => {
    if (!polynomials.has(index) && !algebra.places.isWithin(index, loop)) return index;
    const defined = nodeOf(definitions, index);
    // What an inner loop had before it is made once more; of a pair of indices no polynomial tells the parts.
    const operation = defined?.kind === "operation" ? defined : made.get(index);
    let built: ValueId;
    if (defined?.kind === "constant") built = build.constant(defined.value);
    else if (operation !== undefined && operation.operands.every((operand) => canMove(operand, loop))) {
      const operands = operation.operands.map((operand) => indexBefore(operand, loop));
      built = build.operation(operation.operation, operands);
      made.set(built, { operation: operation.operation, operands });
    } else built = buildPolynomial(build, polynomialOf(index));
    polynomials.set(built, polynomialOf(index));
    return built;
  };

  const canMove = (value: ValueId, loop: LoopNode): boolean => algebra.isInvariant(polynomialOf(value), loop);

  /** The loop with the entry in a scalar that starts as `first`; it is the last that the loop carries, if it changes. */
  const withScalar = (loop: LoopNode, { store, accesses }: LoopEntry, first: ValueId): LoopNode => {
    const own = new Set<GraphNode>(accesses);
    const carried = store === undefined ? first : build.fresh("number");
    const promoted = promote(loop.body, own, carried);
    const body = substituteRegion(promoted.region, resolve);
    if (store === undefined) return { ...loop, body };
    const inner: Region = {
      arguments: [...body.arguments, carried],
      nodes: body.nodes,
      yields: [...body.yields, resolve(promoted.last)],
    };
    const inits = [...loop.inits, first];
    const results = [...loop.results, build.fresh("number")];
    if (loop.kind === "for") return { ...loop, inits, results, body: inner };
    const condition = { ...loop.condition, arguments: [...loop.condition.arguments, build.fresh("number")] };
    return { ...loop, inits, results, body: inner, condition };
  };

  /** The region with the entry in a scalar, whose last value comes with it. */
  const promote = (region: Region, own: ReadonlySet<GraphNode>, scalar: ValueId): { region: Region; last: ValueId } => {
    let last = scalar;
    const nodes: GraphNode[] = [];
    for (const node of region.nodes) {
      if (node.kind === "load" && own.has(node)) {
        replaced.set(node.result, last);
        keepName(build.values, node.result, last);
      } else if (node.kind === "store" && own.has(node)) {
        replaced.set(node.result, node.array);
        last = node.value;
      } else if (node.kind === "if") {
        const branch = promoteBranch(node, own, last);
        nodes.push(branch.node);
        last = branch.last;
      } else nodes.push(node);
    }
    return { region: { ...region, nodes }, last };
  };

  const promoteBranch = (
    node: IfNode,
    own: ReadonlySet<GraphNode>,
    scalar: ValueId,
  ): { node: IfNode; last: ValueId } => {
    const then = promote(node.then, own, scalar);
    const otherwise = promote(node.else, own, scalar);
    if (then.last === scalar && otherwise.last === scalar) {
      return { node: { ...node, then: then.region, else: otherwise.region }, last: scalar };
    }
    const last = build.fresh("number");
    const and = (region: Region, value: ValueId): Region => ({ ...region, yields: [...region.yields, value] });
    return {
      node: {
        ...node,
        then: and(then.region, then.last),
        else: and(otherwise.region, otherwise.last),
        results: [...node.results, last],
      },
      last,
    };
  };

  /**
   * Whether the entry is there wherever the loop is: a plain array that has none grows by the store behind the loop, where
   * the loop itself leaves it alone.
   */
  const isThere = (array: ValueId, accesses: readonly GraphNode[], loop: LoopNode): boolean => {
    const type = build.typeOf(array);
    const isPlain = typeof type === "object" && type.element === "number";
    return !isPlain || accesses.some((access) => loop.body.nodes.includes(access));
  };

  /** Whether the array holds what is stored, or is a sum of a derivative, which may as well be rounded at the end. */
  const keepsDoubles = (store: StoreNode, array: ValueId): boolean => {
    const type = build.typeOf(array);
    invariant(typeof type === "object", "a store changes an array");
    if (type.element === "f64") return true;
    if (store.origin === undefined || (type.element !== "f32" && type.element !== "number")) return false;
    const { allocations, parameters } = groups.groupOf(array);
    return (
      parameters.length === 0 && allocations.every(({ role }) => role.kind === "gradient" || role.kind === "adjoint")
    );
  };

  const body = visitRegion(graph.body);
  return pruneCarried(substitute({ ...graph, body, values: build.values }, replaced));
}
