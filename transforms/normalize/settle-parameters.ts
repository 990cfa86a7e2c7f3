/**
 * Leaves out the parameters of called functions that nobody reads, but to pass them on, those that are the same constant
 * in all calls, and those that are always the same number as another one.
 *
 *   f(x, 0, n): f(x, start, n) { … x[start + i] … f(x, start, n - 1) }   ->   f(x, n): … x[0 + i] … f(x, n - 1)
 *
 * Method: a parameter is taken to be constant until a call gives it something else, and unread until a node reads it.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { CallNode, Graph, GraphNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode, operandsOf, walkNodes, walkRegions } from "../../src/ir/walk.ts";
import { equalParameters } from "../analyze/equal-parameters.ts";
import { rootsOf } from "../analyze/uses.ts";
import { mapRoots, resolver, substituteRegion } from "../optimize/substitute.ts";

type Constant =
  { readonly kind: "open" } | { readonly kind: "is"; readonly value: number | boolean } | { readonly kind: "varies" };

export function settleParameters(graph: Graph): Graph {
  const { functions: before } = graph;
  if (before === undefined || before.size === 0) return graph;
  const equal = equalParameters(graph, before);
  const functions = new Map([...before].map(([key, each]) => [key, withEqual(each, present(equal.get(key)))] as const));
  const constants = constantParameters(graph, functions);
  const read = parametersRead(graph, functions);
  const gone = new Map<string, ReadonlySet<number>>();
  for (const [key, callee] of functions) {
    const positions = callee.parameters.flatMap((_, k) => {
      return constants.get(key)?.[k]?.kind === "is" || !read.has(present(callee.parameters[k]).value, key) ? [k] : [];
    });
    gone.set(key, new Set(positions));
  }
  if ([...gone.values()].every(({ size }) => size === 0)) return graph;
  const settled = new Map(
    [...functions].map(([key, callee]) => {
      return [key, withoutParameters(callee, present(gone.get(key)), present(constants.get(key)), gone)] as const;
    }),
  );
  const plain = new Map([...settled].map(([key, callee]) => [key, withoutZeros(callee, settled)] as const));
  return { ...graph, body: withoutOperands(graph.body, gone), functions: plain };
}

/** The place of a part that begins at the begin of its array: `x[0 + i]` is `x[i]`. */
function withoutZeros(graph: Graph, functions: ReadonlyMap<string, Graph>): Graph {
  const zeros = new Set<ValueId>();
  const others = new Set<ValueId>();
  const sums: OperationNode[] = [];
  walkRegions(graph.body, (region) => {
    region.yields.forEach((value) => others.add(value));
    for (const node of region.nodes) {
      if (node.kind === "constant" && node.value === 0) zeros.add(node.result);
      if (node.kind === "operation" && node.operation === "add") sums.push(node);
      else if (node.kind === "store") others.add(node.value);
      else if (node.kind === "call") {
        const callee = functions.get(node.callee);
        node.operands.forEach((operand, k) => callee?.parameters[k]?.isWhole !== true && others.add(operand));
      } else if (node.kind !== "load") operandsOf(node).forEach((value) => others.add(value));
    }
  });
  rootsOf(graph).forEach((value) => others.add(value));
  // A sum that is more than a place makes numbers of its parts.
  for (const sum of [...sums].reverse()) if (others.has(sum.result)) sum.operands.forEach((value) => others.add(value));
  const replaced = new Map<ValueId, ValueId>();
  for (const sum of sums) {
    const [left, right] = sum.operands;
    if (others.has(sum.result) || left === undefined || right === undefined) continue;
    if (zeros.has(left)) replaced.set(sum.result, right);
    else if (zeros.has(right)) replaced.set(sum.result, left);
  }
  if (replaced.size === 0) return graph;
  const resolve = resolver(replaced);
  return { ...graph, body: substituteRegion(graph.body, resolve) };
}

/** The function with each parameter in place of those that are equal to it, which nobody reads then. */
function withEqual(graph: Graph, equal: ReadonlyMap<number, number>): Graph {
  const valueAt = (k: number): ValueId => present(graph.parameters[k]).value;
  const replaced = new Map([...equal].map(([k, first]) => [valueAt(k), valueAt(first)] as const));
  if (replaced.size === 0) return graph;
  const resolve = resolver(replaced);
  const { lengths } = graph;
  const whole = new Set(graph.parameters.flatMap(({ value, isWhole }) => (isWhole === true ? [resolve(value)] : [])));
  const parameters = graph.parameters.map((each) =>
    whole.has(each.value) ? { ...each, isWhole: true as const } : each,
  );
  return {
    ...mapRoots({ ...graph, parameters, body: substituteRegion(graph.body, resolve) }, resolve),
    ...(lengths && { lengths: new Map([...lengths].map(([array, length]) => [array, resolve(length)] as const)) }),
  };
}

function withoutParameters(
  graph: Graph,
  gone: ReadonlySet<number>,
  constants: readonly Constant[],
  all: ReadonlyMap<string, ReadonlySet<number>>,
): Graph {
  const made = graph.parameters.flatMap(({ value }, k): readonly GraphNode[] => {
    const constant = constants[k];
    return gone.has(k) && constant?.kind === "is" ? [{ kind: "constant", value: constant.value, result: value }] : [];
  });
  const kept = graph.parameters.flatMap((_, k) => (gone.has(k) ? [] : [k]));
  const place = new Map(kept.map((k, at) => [k, at] as const));
  const moved = <Value>(entries: Iterable<readonly [number, Value]>): ReadonlyMap<number, Value> =>
    new Map([...entries].flatMap(([k, value]) => (place.has(k) ? [[present(place.get(k)), value] as const] : [])));
  const isThere = (value: ValueId): boolean =>
    !graph.parameters.some((parameter, k) => parameter.value === value && gone.has(k));
  const body = withoutOperands(graph.body, all);
  const parameters = kept.map((k) => present(graph.parameters[k]));
  return {
    ...graph,
    parameters,
    body: { ...body, arguments: parameters.map(({ value }) => value), nodes: [...made, ...body.nodes] },
    final: moved(graph.final),
    ...(graph.lengths && { lengths: moved([...graph.lengths].filter(([, length]) => isThere(length))) }),
    ...(graph.unsteady && { unsteady: new Set([...moved([...graph.unsteady].map((k) => [k, true] as const)).keys()]) }),
  };
}

function withoutOperands(region: Region, gone: ReadonlyMap<string, ReadonlySet<number>>): Region {
  const visit = (inner: Region): Region => ({
    ...inner,
    nodes: inner.nodes.map((node) => {
      if (node.kind !== "call") return mapNode(node, (value) => value, visit);
      const positions = gone.get(node.callee);
      if (positions === undefined || positions.size === 0) return node;
      const before = (position: number): number => [...positions].filter((k) => k < position).length;
      return {
        ...node,
        operands: node.operands.filter((_, k) => !positions.has(k)),
        written: node.written.map((position) => position - before(position)),
      };
    }),
  });
  return visit(region);
}

function constantParameters(
  graph: Graph,
  functions: ReadonlyMap<string, Graph>,
): ReadonlyMap<string, readonly Constant[]> {
  const found = new Map<string, Constant[]>(
    [...functions].map(([key, callee]) => {
      return [
        key,
        callee.parameters.map(({ type }): Constant => ({ kind: typeof type === "object" ? "varies" : "open" })),
      ];
    }),
  );
  const sites: { readonly call: CallNode; readonly given: (value: ValueId) => Constant }[] = [];
  for (const [key, each] of [["", graph] as const, ...functions]) {
    const literals = new Map<ValueId, number | boolean>();
    walkNodes(each.body, (node) => {
      if (node.kind === "constant") literals.set(node.result, node.value);
    });
    const given = (value: ValueId): Constant => {
      const literal = literals.get(value);
      if (literal !== undefined) return { kind: "is", value: literal };
      const position = each.parameters.findIndex((parameter) => parameter.value === value);
      return found.get(key)?.[position] ?? { kind: "varies" };
    };
    walkNodes(each.body, (node) => {
      if (node.kind === "call") sites.push({ call: node, given });
    });
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const { call, given } of sites) {
      const parameters = found.get(call.callee);
      call.operands.forEach((operand, k) => {
        const before = parameters?.[k];
        if (parameters === undefined || before === undefined) return;
        const after = joined(before, given(operand));
        if (after === before) return;
        parameters[k] = after;
        changed = true;
      });
    }
  }
  return found;
}

function joined(one: Constant, other: Constant): Constant {
  if (one.kind === "varies" || other.kind === "open") return one;
  if (one.kind === "open") return other;
  return other.kind === "is" && Object.is(one.value, other.value) ? one : { kind: "varies" };
}

/** Which parameters are read by more than calls that pass them on to where nobody reads them. */
function parametersRead(graph: Graph, functions: ReadonlyMap<string, Graph>) {
  const read = new Map<string, Set<ValueId>>([["", new Set<ValueId>()]]);
  for (const key of functions.keys()) read.set(key, new Set());
  const has = (value: ValueId, key: string): boolean => read.get(key)?.has(value) === true;
  for (let size = -1, total = 0; size < total;) {
    size = total;
    for (const [key, each] of [["", graph] as const, ...functions]) {
      const values = present(read.get(key));
      const add = (value: ValueId): void => void values.add(value);
      rootsOf({ ...each, final: new Map() }).forEach(add);
      for (const { value, written } of each.parameters) if (written) add(value);
      walkRegions(each.body, (region) => region.yields.forEach(add));
      walkNodes(each.body, (node) => {
        const callee = node.kind === "call" ? functions.get(node.callee) : undefined;
        operandsOf(node).forEach((operand, k) => {
          const parameter = callee?.parameters[k]?.value;
          if (callee === undefined || (parameter !== undefined && has(parameter, (node as CallNode).callee)))
            add(operand);
        });
      });
    }
    total = [...read.values()].reduce((sum, values) => sum + values.size, 0);
  }
  return { has };
}
