/**
 * Attaches slopes where they are computed. Of an array whose entries one loop of the rule stores one after the other, each is
 * attached in its round: the array has no use then, and each slope can be kept, or computed again, as any number.
 *
 *     for (let k = 0; k < n; k++) g[k] = Math.exp(x[k] - l);      ->      y = attach(y, x[k], Math.exp(x[k] - l)) in each round
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { ForNode, GraphNode, ValueId } from "../ir/graph.ts";
import { carriedOf, indexOf, nextOf, operandsOf, regionsOf, walkNodes } from "../ir/walk.ts";
import type { OperationName } from "../operations/table.ts";
import { type ArrayBinding, lengthOf, load } from "./arrays.ts";
import { isWhole, scalar, type Value, type View } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf, isSameNumber, operate, resolve } from "./emit.ts";

export interface SlopePair {
  readonly parameter: ArrayBinding;
  readonly slope: View;
}

/** The sum with what could be attached so, the nodes of the rule with that in them, and the pairs that are left. */
export function attachInLoops(
  context: Context,
  operation: OperationName,
  y: Value,
  pairs: readonly SlopePair[],
  nodes: readonly GraphNode[],
  node: ts.Node,
): { readonly y: Value; readonly nodes: readonly GraphNode[]; readonly left: readonly SlopePair[] } {
  const found = pairs.map((pair) => ({ pair, place: placeOf(context, pair, nodes) }));
  let sum = y;
  const extended = nodes.map((each) => {
    const own = found.filter(({ place }) => place?.loop === each);
    if (each.kind !== "for" || own.length === 0) return each;
    const { builder } = context;
    const init = idOf(context, sum);
    const [argument, result] = [builder.fresh("number"), builder.fresh("number")];
    let last: Value = scalar(argument);
    const body = builder.region(each.body.arguments, () => {
      each.body.nodes.forEach((inner) => builder.push(inner));
      for (const { pair, place } of own) {
        const index = scalar(indexOf(each));
        const slope = scalar(present(place).value);
        last = operate(context, operation, last, load(context, pair.parameter, index, node), slope);
      }
      return [...each.body.yields, idOf(context, last)];
    });
    sum = scalar(result);
    return {
      ...each,
      inits: [...each.inits, init],
      results: [...each.results, result],
      body: { ...body, arguments: [...each.body.arguments, argument] },
    };
  });
  return { y: sum, nodes: extended, left: found.flatMap(({ pair, place }) => (place === undefined ? [pair] : [])) };
}

/** The loop that stores all entries of the slope, and what it stores in each round. */
export function placeOf(
  context: Context,
  { parameter, slope }: SlopePair,
  nodes: readonly GraphNode[],
): { readonly loop: ForNode; readonly value: ValueId; readonly stored: ValueId } | undefined {
  const { allocated, memory } = slope.root;
  const version = memory.current.kind === "scalar" ? resolve(context, memory.current.id) : undefined;
  const loop = nodes.find((each): each is ForNode => {
    return each.kind === "for" && version !== undefined && each.results.includes(version);
  });
  if (loop === undefined || version === undefined || allocated === undefined || !isWhole(slope)) return undefined;
  const k = loop.results.indexOf(version);
  const carried = present(carriedOf(loop)[k]);
  const store = loop.body.nodes.find((each) => each.kind === "store" && each.array === carried);
  if (store?.kind !== "store" || store.index !== indexOf(loop) || nextOf(loop)[k] !== store.result) return undefined;
  const isAlone = usesOf(nodes, carried) === 1 && usesOf(nodes, store.result) === 1 && usesOf(nodes, version) === 0;
  if (!isAlone || loop.inits[k] !== allocated || usesOf(nodes, allocated) !== 1) return undefined;
  const length = lengthOf(context, parameter);
  const isWholeRange =
    !loop.stops &&
    loop.step === 1 &&
    !loop.inclusive &&
    context.definitions.get(loop.start)?.kind === "constant" &&
    isSameNumber(context, scalar(loop.start), { kind: "known", value: 0 }) &&
    isSameNumber(context, scalar(loop.bound), length) &&
    isSameNumber(context, lengthOf(context, slope), length);
  return isWholeRange ? { loop, value: store.value, stored: store.result } : undefined;
}

/** How often nodes read a value, or yield it. */
function usesOf(nodes: readonly GraphNode[], value: ValueId): number {
  let uses = 0;
  walkNodes({ arguments: [], nodes, yields: [] }, (node) => {
    const yielded = regionsOf(node).flatMap(({ yields }) => yields);
    uses += [...operandsOf(node), ...yielded].filter((operand) => operand === value).length;
  });
  return uses;
}
