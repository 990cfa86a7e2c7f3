/**
 * One derivative of two that give the same: a test of sizes, and the one or the other in its branches.
 *
 *   n = x.length; J = …; for (…) …   and   n = x.length; J = …; for (…) …
 *   ->   n = x.length; J = …; if (n < m) { for (…) … } else { for (…) … }
 *
 * What both compute stands before the test, and so do the arrays of the result, and those of scratch that both have under
 * one name. None where that cannot be: where the length of a result is not known when the function is entered.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { AllocateNode, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { inlineNodes } from "../../src/ir/inline-nodes.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { equalPolynomials } from "../analyze/polynomial.ts";
import { rootsOf } from "../analyze/uses.ts";
import { mapNode, resultsOf } from "../../src/ir/walk.ts";
import { EntryCopies, valueOfSize } from "../differentiate/directions/sizes.ts";
import { buildPolynomial, buildZeroing } from "../optimize/build-polynomial.ts";
import { mapRoots, resolver, substituteRegion } from "../optimize/substitute.ts";
import type { DerivativeGraph } from "../pass.ts";
import { withDerivatives, withoutDerivatives } from "../returned-derivatives.ts";
import type { Test } from "./compare-costs.ts";
import { sharedNodes } from "./shared-nodes.ts";

/** Two arrays that are one. */
interface Pair {
  readonly first: AllocateNode;
  readonly second: AllocateNode;
}

/** The second with values that the first has not, but for the parameters. */
export function apartFrom(first: DerivativeGraph, second: DerivativeGraph): DerivativeGraph {
  const build = new GraphBuilder(first.graph.values);
  const whole = withDerivatives(second);
  const parameters = first.graph.parameters;
  let resolve = (value: ValueId): ValueId => value;
  const body = build.region(first.graph.body.arguments, () => {
    const given = second.graph.parameters.map(({ value }, k) => [value, present(parameters[k]).value] as const);
    resolve = inlineNodes(build, whole, given);
    return [];
  });
  return withoutDerivatives(second, mapRoots({ ...whole, parameters, body, values: build.values }, resolve));
}

/** The first where `less < than`, which are polynomials over values of both. `second` is apart from `first`. */
export function bothModes(
  first: DerivativeGraph,
  second: DerivativeGraph,
  { less, than }: Test,
): DerivativeGraph | undefined {
  const [graph, other] = [withDerivatives(first), withDerivatives(second)];
  const { shared, resolve, ...rest } = sharedNodes(graph, graph.body.nodes, other.body.nodes);
  const roots = rootsOf(graph);
  const otherRoots = rootsOf(other).map(resolve);
  if (roots.length !== otherRoots.length) return undefined;

  /** Both, one after the other: to ask what its values are. */
  const nodes = [...shared, ...rest.first, ...rest.second];
  const whole: Graph = { ...graph, body: { ...graph.body, nodes }, values: other.values };
  const results = resultPairs(whole, rest, roots, otherRoots);
  if (results === undefined) return undefined;
  const { polynomialOf } = indexAlgebra(whole);
  const areEqual = (one: ValueId, another: ValueId): boolean => {
    return one === another || equalPolynomials(polynomialOf(one), polynomialOf(another));
  };
  const build = new GraphBuilder(other.values);
  const replaced = new Map<ValueId, ValueId>();
  const named = resolver(replaced);
  const branchOf = (nodes: readonly GraphNode[], yields: readonly ValueId[]): Region =>
    build.region([], () => {
      for (const node of nodes) {
        const length = node.kind === "allocate" ? lengths.get(node) : undefined;
        if (node.kind === "allocate" && length !== undefined) build.push({ ...node, length });
      }
      for (const node of nodes) {
        if (node.kind === "allocate" && lengths.has(node)) continue;
        const made = node.kind === "allocate" ? replaced.get(node.result) : undefined;
        if (made === undefined) build.push(mapNode(node, named, (inner) => substituteRegion(inner, named)));
        else if (node.kind === "allocate" && cleared.has(node)) {
          replaced.set(node.result, buildZeroing(build, made, build.constant(0), named(node.length)));
        }
      }
      return yields.map(named);
    });
  /** Arrays that stand before the test, and are cleared in the branch. */
  const cleared = new Set<AllocateNode>();
  /** Of arrays that one way alone has, where it is known before the test: these stand first. */
  const lengths = new Map<AllocateNode, ValueId>();
  let ends: readonly ValueId[] | undefined;

  const body = build.region(graph.body.arguments, () => {
    shared.forEach((node) => build.push(node));
    const copies = new EntryCopies(build, whole);
    const known = (value: ValueId): ValueId | undefined => {
      const size = copies.of(value);
      return size === undefined ? undefined : valueOfSize(build, size);
    };
    const sizeOf = (atom: ValueId): ValueId => present(known(resolve(atom)), "a size that comes in");
    const sides = [less, than].map((side) => buildPolynomial(build, side, sizeOf));
    const condition = build.operation("lt", sides, "boolean", "isForward");

    const join = ({ first: own, second: another }: Pair): boolean => {
      const length = areEqual(own.length, another.length) ? known(own.length) : undefined;
      if (length === undefined) return false;
      const isNested = own.like !== undefined;
      const filled = isNested ? own.filled || another.filled : own.filled && another.filled;
      const made = build.twin(own.result);
      build.push({ ...own, origin: undefined, length, filled, result: made });
      for (const each of [own, another]) {
        replaced.set(each.result, made);
        if (each.filled && !filled) cleared.add(each);
      }
      return true;
    };
    if (!results.every(join)) return [];
    scratchPairs(build, rest).forEach(join);
    for (const node of [...allocationsIn(rest.first).values(), ...allocationsIn(rest.second).values()]) {
      const length = replaced.has(node.result) ? undefined : known(node.length);
      if (length !== undefined) lengths.set(node, length);
    }

    const before = roots.map((root, k): ValueId | undefined => {
      const another = present(otherRoots[k]);
      const isArray = typeof build.typeOf(root) === "object";
      if (named(root) === named(another) && (isArray || shared.some((node) => resultsOf(node).includes(root))))
        return named(root);
      return !isArray && areEqual(root, another) ? known(root) : undefined;
    });
    const isYielded = (_: ValueId, k: number): boolean => before[k] === undefined;
    const then = branchOf(rest.first, roots.filter(isYielded));
    const otherwise = branchOf(rest.second, otherRoots.filter(isYielded));
    const outcomes = then.yields.map((value) => build.twin(value));
    build.push({ kind: "if", condition, then, else: otherwise, results: outcomes, isByMode: true });
    let slot = 0;
    ends = before.map((value) => value ?? present(outcomes[slot++]));
    return [];
  });
  if (ends === undefined) return undefined;
  const rootsAfter = [...ends];
  const joined = mapRoots({ ...graph, body, values: build.values }, () => present(rootsAfter.shift()));
  return withoutDerivatives(first, joined);
}

type Rest = Pick<ReturnType<typeof sharedNodes>, "first" | "second">;

/** The arrays that the results end up in, where these are no parameters. None if they are not the same for both. */
function resultPairs(
  whole: Graph,
  rest: Rest,
  roots: readonly ValueId[],
  otherRoots: readonly ValueId[],
): readonly Pair[] | undefined {
  const buffers = bufferOf(whole);
  const [own, others] = [allocationsIn(rest.first), allocationsIn(rest.second)];
  const pairs = new Map<AllocateNode, AllocateNode>();
  for (const [k, root] of roots.entries()) {
    const another = present(otherRoots[k]);
    const [buffer, otherBuffer] = [buffers.get(root), buffers.get(another)];
    if (buffer === otherBuffer) continue;
    const [first, second] = [buffer && own.get(buffer), otherBuffer && others.get(otherBuffer)];
    if (first === undefined || second === undefined || (pairs.get(first) ?? second) !== second) return undefined;
    pairs.set(first, second);
  }
  const isOneToOne = new Set(pairs.values()).size === pairs.size;
  return isOneToOne ? [...pairs].map(([first, second]) => ({ first, second })) : undefined;
}

/** Arrays of scratch that are called the same. */
function scratchPairs(build: GraphBuilder, rest: Rest): readonly Pair[] {
  const textOf = ({ result, element, role, like, isUnset }: AllocateNode): string => {
    return [build.nameOf(result), element, role.kind, like, isUnset].join();
  };
  const isScratch = ({ role }: AllocateNode): boolean => ["local", "stash", "adjoint", "tangent"].includes(role.kind);
  const known = new Map([...allocationsIn(rest.first).values()].filter(isScratch).map((node) => [textOf(node), node]));
  const pairs: Pair[] = [];
  for (const second of allocationsIn(rest.second).values()) {
    const first =
      isScratch(second) && build.nameOf(second.result) !== undefined ? known.get(textOf(second)) : undefined;
    if (first === undefined) continue;
    known.delete(textOf(first));
    pairs.push({ first, second });
  }
  return pairs;
}

function allocationsIn(nodes: readonly GraphNode[]): ReadonlyMap<ValueId, AllocateNode> {
  return new Map(nodes.flatMap((node) => (node.kind === "allocate" ? [[node.result, node] as const] : [])));
}
