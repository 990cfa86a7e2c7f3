/**
 * The forward and the reverse function of a function that is called: its derivative, taken apart between the two sweeps.
 * What the reverse sweep reads of the forward one goes through the stack of the calls.
 */
import { invariant, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { integerValues } from "../../src/ir/integers.ts";
import { mapNode, resultsOf, walkUses } from "../../src/ir/walk.ts";
import { lastVersion } from "../normalize/last-version.ts";
import { resolver, substituteRegion } from "../optimize/substitute.ts";
import { calledSweep } from "./called-sweep.ts";
import type { CallActivity, DerivedCall, DerivedCalls } from "./derived-calls.ts";
import { withForwardCalls } from "./forward-calls.ts";

export function reverseFunction(
  primal: Graph,
  active: CallActivity,
  pair: DerivedCall,
  derived: DerivedCalls,
): { readonly forward: Graph; readonly reverse: Graph } {
  const { graph, build, calls, open, valueOf, seeds, shadowed, parameterOf } = calledSweep(
    primal,
    active,
    pair,
    derived,
  );
  let boundary = 0;
  let gradients: readonly ValueId[] = [];
  const body = build.region(graph.body.arguments, () => {
    const given = new Map(shadowed.map(({ value, shadow }) => [value, shadow] as const));
    const { state, sweep } = open(given);
    sweep.runJoint(graph.body, () => {
      boundary = build.count;
      for (const { result, seed } of seeds) state.accumulate(result, seed);
      for (const { index, shadow } of shadowed) {
        const last = present(graph.final.get(index), "the last version of a parameter");
        state.shadows.set(last, shadow);
      }
    });
    gradients = pair.gradients.map((k) => state.adjointOf(valueOf(k)) ?? build.constant(0));
    return [];
  });

  const reread = new Set(pair.reread.map(valueOf));
  const lengths = keptLengths({ arguments: [], nodes: body.nodes.slice(boundary), yields: gradients }, reread, build);
  const before = [...lengths.nodes, ...withForwardCalls(body.nodes.slice(0, boundary), calls)];
  gradients = lengths.region.yields;
  let sweep: Region = { ...lengths.region, yields: [] };
  const lastShadows = shadowed.map(({ shadow }) => {
    const { region, last } = lastVersion(sweep, shadow, build);
    sweep = region;
    return last;
  });
  // Rounds that are run again keep what their own reverse reads.
  const after = withForwardCalls(sweep.nodes, calls);
  const outputs = [...gradients, ...lastShadows];
  const crossing = crossingValues(graph, before, after, outputs, reread, build);
  const numbers = asNumbers(crossing.kept, build);
  const forward: Graph = {
    ...graph,
    name: pair.forward,
    partner: pair.reverse,
    body: {
      arguments: graph.body.arguments,
      nodes: [...before, ...numbers.before, { kind: "push", values: numbers.kept }],
      yields: [],
    },
    values: build.values,
  };
  const parameters = [
    ...seeds.map(({ seed }) => parameterOf(seed, false)),
    ...shadowed.map(({ shadow }) => parameterOf(shadow, true)),
    ...pair.reread.map((k) => present(graph.parameters[k])),
  ];
  const first = seeds.length;
  const reverse: Graph = {
    name: pair.reverse,
    partner: pair.forward,
    parameters,
    body: {
      arguments: parameters.map(({ value }) => value),
      nodes: [
        { kind: "pop", results: numbers.kept, whole: integerValues(forward) },
        ...numbers.after,
        ...crossing.again,
        ...after,
      ],
      yields: [],
    },
    returned: { kind: "tuple", entries: gradients.map((value) => ({ kind: "scalar", value })) },
    final: new Map([
      ...lastShadows.map((value, k) => [first + k, value] as const),
      ...pair.reread.map((k, at) => [first + lastShadows.length + at, valueOf(k)] as const),
    ]),
    values: build.values,
    span: graph.span,
    lengths: new Map(),
  };
  return { forward, reverse };
}

/**
 * The reverse code, with the lengths of arrays that it does not get as values, and the nodes that measure these before
 * the forward code: the array may have changed since, but its length has not.
 */
function keptLengths(
  sweep: Region,
  reread: ReadonlySet<ValueId>,
  build: GraphBuilder,
): { readonly region: Region; readonly nodes: readonly GraphNode[] } {
  const lengths = new Map<ValueId, GraphNode & { readonly result: ValueId }>();
  const replaced = new Map<ValueId, ValueId>();
  const without = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.flatMap((node): readonly GraphNode[] => {
      if (node.kind !== "length" || node.at !== undefined || reread.has(node.array)) {
        return [mapNode(node, (value) => value, without)];
      }
      const name = `${build.nameOf(node.array) ?? "array"}Length`;
      const length = lengths.get(node.array) ?? { ...node, result: build.fresh("number", name) };
      lengths.set(node.array, length);
      replaced.set(node.result, length.result);
      return [];
    }),
  });
  const region = substituteRegion(without(sweep), resolver(replaced));
  return { region, nodes: [...lengths.values()] };
}

/** What the code after the boundary reads of the code before it. Constants and tables are made again. */
function crossingValues(
  graph: Graph,
  before: readonly GraphNode[],
  after: readonly GraphNode[],
  outputs: readonly ValueId[],
  reread: ReadonlySet<ValueId>,
  build: GraphBuilder,
): { readonly kept: readonly ValueId[]; readonly again: readonly GraphNode[] } {
  const nodeOf = new Map<ValueId, GraphNode>();
  for (const node of before) for (const result of resultsOf(node)) nodeOf.set(result, node);
  const parameters = new Set(graph.body.arguments);
  const buffers = bufferOf({
    ...graph,
    body: { arguments: graph.body.arguments, nodes: before, yields: [] },
    values: build.values,
  });
  const kept = new Set<ValueId>();
  const again = new Map<ValueId, GraphNode>();
  const use = (value: ValueId): void => {
    const node = nodeOf.get(value);
    if (node?.kind === "constant" || node?.kind === "table") again.set(value, node);
    else if (node !== undefined || parameters.has(value)) {
      if (reread.has(value)) return;
      invariant(
        !parameters.has(buffers.get(value) ?? value) || typeof build.typeOf(value) !== "object",
        "an array that changes is not read again",
      );
      kept.add(value);
    }
  };
  const region: Region = { arguments: [], nodes: after, yields: outputs };
  walkUses(region, use);
  return { kept: [...kept], again: [...again.values()] };
}

/** The stack holds numbers: a boolean is one while it is there. */
function asNumbers(values: readonly ValueId[], build: GraphBuilder) {
  const before: GraphNode[] = [];
  const after: GraphNode[] = [];
  const kept = values.map((value) => {
    if (build.typeOf(value) !== "boolean") return value;
    const number = build.fresh("number", build.nameOf(value));
    const zero = build.fresh("number");
    before.push({ kind: "operation", operation: "toNumber", operands: [value], result: number });
    after.push({ kind: "constant", value: 0, result: zero });
    after.push({ kind: "operation", operation: "ne", operands: [number, zero], result: value });
    return number;
  });
  return { kept, before, after };
}
