/**
 * A sum over a loop that the derivative forms anew, though the value has formed it already but for a factor, is read off
 * the value's. What then cancels is left to the algebra: the adjoint of the maximum in a softmax comes out as 0.
 *
 *   for (k…) s += e(k); …; for (k…) d -= c * e(k)   ->   …; d -= c * s
 *
 * The order of the sum changes, so it is not for strict floating point.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { ForNode, Graph, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, mapNode, nextOf } from "../../src/ir/walk.ts";
import { placesOf, definitionsOf, nodeOf } from "../analyze/uses.ts";
import { mayBeInfinite } from "../analyze/unbounded.ts";
import { makesRound } from "../differentiate/trip-count.ts";
import { deadCode } from "./dead-code.ts";
import { mapRoots, resolver } from "./substitute.ts";

/** How deep summands are compared. */
const reach = 10;

export function shareReductions(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  const places = placesOf(graph);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);

  /** The same text for summands that are the same function of the index. Undefined for what is not compared. */
  const keyOf = (value: ValueId, loop: ForNode, depth = 0): string | undefined => {
    if (value === indexOf(loop)) return "#";
    if (!places.isWithin(value, loop)) return String(value);
    const node = nodeOf(definitions, value);
    if (depth > reach) return undefined;
    if (node?.kind === "constant") return `=${String(node.value)}`;
    if (node?.kind === "load" && !places.isWithin(node.array, loop)) {
      const index = keyOf(node.index, loop, depth + 1);
      return index && `${node.array}[${index}]`;
    }
    if (node?.kind !== "operation") return undefined;
    const keys = node.operands.map((operand) => keyOf(operand, loop, depth + 1));
    return keys.includes(undefined) ? undefined : `${node.operation}(${keys.join()})`;
  };

  /** Which iterations a loop makes, in whatever order. */
  const rangeOf = (loop: ForNode): string | undefined => {
    if (loop.stops) return undefined;
    if (loop.step === 1 && !loop.inclusive) return `${nameOf(loop.start)} ${nameOf(loop.bound)}`;
    if (loop.step !== -1 || !loop.inclusive) return undefined;
    const last = nodeOf(definitions, loop.start);
    const [bound, one] = last?.kind === "operation" && last.operation === "sub" ? last.operands : [];
    if (bound === undefined || one === undefined || !isOne(one)) return undefined;
    const rounded = nodeOf(definitions, bound);
    const end = rounded?.kind === "operation" && rounded.operation === "ceil" ? present(rounded.operands[0]) : bound;
    return `${nameOf(loop.bound)} ${nameOf(end)}`;
  };
  const nameOf = (value: ValueId): string => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" ? `=${String(node.value)}` : String(value);
  };
  const isOne = (value: ValueId): boolean => {
    const node = nodeOf(definitions, value);
    return node?.kind === "constant" && node.value === 1;
  };

  /** `carried ± summand`, for each carried scalar that is such a sum and is read for nothing else. */
  const sumsOf = (loop: ForNode): readonly Sum[] =>
    carriedOf(loop).flatMap((carried, slot): readonly Sum[] => {
      const node = nodeOf(definitions, present(nextOf(loop)[slot]));
      if (node?.kind !== "operation" || !(node.operation === "add" || node.operation === "sub")) return [];
      const [left, right] = node.operands;
      if (left === carried && right !== undefined)
        return [{ slot, summand: right, isDifference: node.operation === "sub" }];
      if (right === carried && left !== undefined && node.operation === "add") {
        return [{ slot, summand: left, isDifference: false }];
      }
      return [];
    });

  /** `factor * rest`, where the factor is made outside of the loop; the factors are many and may be none. */
  const split = (value: ValueId, loop: ForNode): { factors: readonly ValueId[]; rest: ValueId } => {
    const node = nodeOf(definitions, value);
    if (node?.kind === "operation" && node.operation === "mul" && places.isWithin(value, loop)) {
      const [left, right] = node.operands;
      for (const [one, other] of [
        [left, right],
        [right, left],
      ]) {
        if (one === undefined || other === undefined || places.isWithin(one, loop)) continue;
        const inner = split(other, loop);
        return { factors: [one, ...inner.factors], rest: inner.rest };
      }
    }
    return { factors: [], rest: value };
  };

  const visitRegion = (region: Region, outer: ReadonlyMap<string, ValueId>): Region => {
    const known = new Map(outer);
    return build.region(region.arguments, () => {
      for (const node of region.nodes) {
        build.push(mapNode(node, resolve, (inner) => visitRegion(inner, known)));
        if (node.kind !== "for") continue;
        const range = rangeOf(node);
        if (range === undefined) continue;
        for (const sum of sumsOf(node)) {
          if (node.origin === undefined) remember(node, sum, range, known);
          else read(node, sum, range, known);
        }
      }
      return region.yields.map(resolve);
    });
  };

  const remember = (loop: ForNode, sum: Sum, range: string, known: Map<string, ValueId>): void => {
    const init = nodeOf(definitions, present(loop.inits[sum.slot]));
    const key = keyOf(sum.summand, loop);
    if (init?.kind !== "constant" || init.value !== 0 || sum.isDifference || key === undefined) return;
    known.set(`${range} ${key}`, present(loop.results[sum.slot]));
  };

  const read = (loop: ForNode, sum: Sum, range: string, known: ReadonlyMap<string, ValueId>): void => {
    const { factors, rest } = split(sum.summand, loop);
    const key = keyOf(rest, loop);
    const total = key === undefined ? undefined : known.get(`${range} ${key}`);
    if (total === undefined) return;
    const before = build.at(loop.span);
    const reversing = build.reversing(loop.origin);
    const multiply = (): ValueId =>
      factors.reduce((whole, factor) => build.operation("mul", [whole, resolve(factor)]), total);
    // What is divided by the sum itself may cancel, and there is none without a round.
    const product = factors.some((factor) => mayBeInfinite(factor, (value) => nodeOf(definitions, value), total))
      ? whereItRuns(loop, multiply)
      : multiply();
    const operation = sum.isDifference ? "sub" : "add";
    const name = build.nameOf(present(loop.results[sum.slot]));
    const init = resolve(present(loop.inits[sum.slot]));
    replaced.set(present(loop.results[sum.slot]), build.operation(operation, [init, product], "number", name));
    build.at(before);
    build.reversing(reversing);
  };

  /** No round makes no sum of 0 · ∞. */
  const whereItRuns = (loop: ForNode, product: () => ValueId): ValueId => {
    const guarded = build.if(
      makesRound(build, loop, resolve(loop.start), resolve(loop.bound)),
      () => [product()],
      () => [build.constant(0)],
    );
    return present(guarded[0]);
  };

  const body = visitRegion(graph.body, new Map());
  return deadCode(mapRoots({ ...graph, body, values: build.values }, resolve));
}

interface Sum {
  readonly slot: number;
  readonly summand: ValueId;
  readonly isDifference: boolean;
}
