/**
 * Attaches a `@vjpOf` of an array whose entries depend each on the same entry of what is given: the rule multiplies each entry of
 * its seed by a slope. The slope is attached to the entry in the loop of the rule that computes it.
 *
 *     g[k] = seed[k] * (1 - y[k] * y[k])        ->        y[k] = attach(y[k], x[k], 1 - y[k] * y[k])
 */
import { present } from "../diagnostics/invariant.ts";
import type { ForNode, GraphNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, indexOf, isLoop, mapNode, nextOf, operandsOf, regionsOf } from "../ir/walk.ts";
import { allocate, elementOf, isArray, lengthOf, load, storeAt } from "./arrays.ts";
import { placeOf, type SlopePair } from "./attach-in-loop.ts";
import type { ReverseAttachment } from "./attach-reverse.ts";
import { type Binding, isWhole, known, scalar, type Value, type View } from "./binding.ts";
import { countedLoop } from "./counted-loop.ts";
import { isSameNumber, operate } from "./emit.ts";
import { type Dependence, dependences } from "./linear-in.ts";
import { callRule, constantOf, isLinear, nodesOf, type RuledCall } from "./rule-call.ts";
import type { Rule } from "./rules.ts";

/** What the rule gives for a seed, by parameters and their active parts. */
export type PairsOf = (gradient: Binding) => readonly { readonly parameter: Binding; readonly slope: Binding }[];

/** Undefined where the rule is not seen to be of this kind. `y` is an array that the call has made. */
export function attachElementwise(
  call: RuledCall,
  rule: Rule,
  y: View,
  operation: ReverseAttachment,
  values: readonly Binding[],
  pairsOf: PairsOf,
): View | undefined {
  const { context, node } = call;
  const { builder, state } = context;
  let seed: View | undefined;
  let pairs: ReturnType<PairsOf> = [];
  const nodes = nodesOf(context, () => {
    seed = allocate(context, elementOf(y), lengthOf(context, y), undefined);
    pairs = pairsOf(callRule(call, rule, [...values, seed]));
  });
  const first = present(seed?.root.allocated);
  const isSeed = (binding: Binding): boolean =>
    binding.kind === "view" && binding.root === seed?.root && isWhole(binding);
  const arrays = pairs.filter((pair): pair is SlopePair => isArray(pair.parameter) && pair.slope.kind === "view");
  const places = arrays.map((pair) => ({
    pair,
    place: isSeed(pair.slope) ? undefined : placeOf(context, pair, nodes),
  }));
  const isKnown = places.every(({ pair, place }) => isSeed(pair.slope) || place !== undefined);
  const areLong = arrays.every(({ parameter }) =>
    isSameNumber(context, lengthOf(context, parameter), lengthOf(context, y)),
  );
  const loops = new Set(places.flatMap(({ place }) => (place === undefined ? [] : [place.loop])));
  const loads = seedLoads(nodes, first, loops);
  if (arrays.length < pairs.length || !isKnown || !areLong || loads === undefined) return undefined;
  const of = dependences(nodes, loads, (value) => constantOf(context, value));
  const slopes = new Set(places.flatMap(({ place }) => (place === undefined ? [] : [place.stored])));
  if (![...loops].every((loop) => isApart(loop, slopes, of))) return undefined;
  if (!places.every(({ place }) => place === undefined || isLinear(of(place.value)))) return undefined;

  let version = state.read(y.root.memory);
  const attached = withoutSeed(nodes, first).map((each, k): GraphNode => {
    const loop = nodes.filter((old) => !isAllocation(old, first))[k];
    const own = places.filter(({ place }) => place !== undefined && place.loop === loop);
    if (each.kind !== "for" || own.length === 0 || version.kind !== "scalar") return each;
    const before = version.id;
    const [argument, result] = [builder.twin(before), builder.twin(before)];
    const index = indexOf(each);
    let stored = argument;
    const body = builder.region(each.body.arguments, () => {
      each.body.nodes.forEach((inner) => builder.push(inner));
      let entry: Value = scalar(builder.load(argument, index));
      for (const { pair, place } of own) {
        const slope = scalar(present(place).value);
        entry = operate(context, operation, entry, load(context, pair.parameter, scalar(index), node), slope);
      }
      stored = entry.kind === "scalar" ? builder.store(argument, index, entry.id, true) : argument;
      return [...each.body.yields, stored];
    });
    version = scalar(result);
    const inits = [...each.inits, before];
    return {
      ...each,
      inits,
      results: [...each.results, result],
      body: { ...body, arguments: [...body.arguments, argument] },
    };
  });
  attached.forEach((each) => builder.push(each));
  state.write(y.root.memory, version);
  for (const { parameter, slope } of arrays) {
    if (!isSeed(slope)) continue;
    countedLoop(context, node, known(0), lengthOf(context, y), "k", (k) => {
      const [entry, towards] = [load(context, y, k, node), load(context, parameter, k, node)];
      storeAt(context, y, k, operate(context, operation, entry, towards, known(1)), node);
    });
  }
  return y;
}

/** What is loaded of the seed, each in one of the loops at its index; undefined where it is used in another way. */
function seedLoads(
  nodes: readonly GraphNode[],
  seed: ValueId,
  loops: ReadonlySet<ForNode>,
): ReadonlySet<ValueId> | undefined {
  const loads = new Set<ValueId>();
  let isPlain = true;
  const visit = (region: Region, loop: ForNode | undefined): void => {
    for (const node of region.nodes) {
      const isLoad = node.kind === "load" && node.array === seed && loop !== undefined && node.index === indexOf(loop);
      if (isLoad) loads.add(node.result);
      else if (operandsOf(node).includes(seed)) isPlain = false;
      for (const inner of regionsOf(node)) {
        if (inner.yields.includes(seed)) isPlain = false;
        visit(inner, loop ?? (node.kind === "for" && loops.has(node) ? node : undefined));
      }
    }
  };
  visit({ arguments: [], nodes, yields: [] }, undefined);
  return isPlain ? loads : undefined;
}

/** Whether no round of the loop hands on anything of the seed but the entries of the slopes. */
function isApart(loop: ForNode, slopes: ReadonlySet<ValueId>, of: (value: ValueId) => Dependence): boolean {
  const isFree = (value: ValueId): boolean => of(value) === "zero" || of(value) === "constant";
  return carriedOf(loop).every((argument, k) => isFree(argument) || slopes.has(present(nextOf(loop)[k])));
}

function isAllocation(node: GraphNode, seed: ValueId): boolean {
  return node.kind === "allocate" && node.result === seed;
}

/** The nodes for a seed of ones. */
function withoutSeed(nodes: readonly GraphNode[], seed: ValueId): readonly GraphNode[] {
  const visit = (node: GraphNode): GraphNode => {
    if (node.kind === "load" && node.array === seed) {
      return { kind: "constant", value: 1, result: node.result, span: node.span, origin: node.origin };
    }
    if (!isLoop(node) && node.kind !== "if") return node;
    return mapNode(
      node,
      (value) => value,
      (region) => ({ ...region, nodes: region.nodes.map(visit) }),
    );
  };
  return nodes.filter((node) => !isAllocation(node, seed)).map(visit);
}
