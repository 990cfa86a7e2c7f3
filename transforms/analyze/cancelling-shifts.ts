/**
 * Scalars that cannot change any output: what they do cancels. Above all the maximum in `m + log Σ exp(x − m)` and in a
 * softmax. Their adjoints are 0, whatever rounding makes of them, so nothing that only leads to them is differentiated.
 *
 *   e[k] = exp(x[k] - m); s = Σ e[k]; p[k] = e[k] / s    dm: e by −e, s by −s, p by 0
 *   m + log(s)                                            dm: 1 − 1 = 0
 *
 * Method: for each candidate (what the operand of an `exp` shifts by) the tangent of all that follows is followed, as a
 * constant or as a multiple of the value itself. It has to vanish in all dependents. An instance of the candidate in a
 * later iteration counts as independent of it: by induction from the last, each has the total derivative 0.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf, regionsOf, resultsOf, walkNodes } from "../../src/ir/walk.ts";
import { holdsFloats } from "./activity.ts";
import { indexAlgebra } from "./affine.ts";
import { ArrayTangents } from "./array-tangents.ts";
import { pullbacksOf } from "./pullback.ts";
import { isNone, isSameTangent, joinTangents, none, tangentOf, unknown, type Tangent } from "./tangents.ts";
import { definitionsOf, nodeOf } from "./uses.ts";

/** How many iterations the effect of a candidate may go on. */
const furthest = 4;

interface Place {
  readonly region: Region;
  readonly position: number;
  readonly parent: Place | undefined;
}

export function cancellingShifts(graph: Graph, dependents: readonly ValueId[]): ReadonlySet<ValueId> {
  const candidates = candidatesOf(graph);
  if (candidates.size === 0) return candidates;
  const definitions = definitionsOf(graph);
  const pullbacks = pullbacksOf(graph);
  const arrays = new ArrayTangents(graph, indexAlgebra(graph));
  const places = placesOf(graph);
  const literals = new Map<ValueId, number>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "constant" && typeof node.value === "number") literals.set(node.result, node.value);
  });

  let tangents = new Map<ValueId, Tangent>();
  let candidate: ValueId | undefined;
  const of = (value: ValueId): Tangent =>
    literals.get(value) === 0 ? { kind: "zero value" } : (tangents.get(value) ?? none);
  const set = (value: ValueId, tangent: Tangent): void => {
    if (isNone(tangent) || value === candidate) tangents.delete(value);
    else tangents.set(value, tangent);
  };

  const visitNode = (node: GraphNode): void => {
    switch (node.kind) {
      case "operation": {
        const flows = pullbacks(node);
        const operands = node.operands.map((operand, k) => (flows[k] === undefined ? none : of(operand)));
        const values = node.operands.map((operand) => literals.get(operand));
        return set(node.result, tangentOf(node.operation, operands, values));
      }
      case "load":
        return set(node.result, isNone(of(node.index)) ? arrays.loaded(node, of(node.array)) : unknown);
      case "store":
        if (!holdsFloats(graph, node.result)) return set(node.result, of(node.array));
        return set(node.result, arrays.stored(node, of(node.array), of(node.value)));
      case "grow":
        return set(node.result, of(node.array));
      case "if":
        node.then.nodes.forEach(visitNode);
        node.else.nodes.forEach(visitNode);
        return node.results.forEach((result, k) => {
          set(result, joinTangents(of(present(node.then.yields[k])), of(present(node.else.yields[k]))));
        });
      case "for":
      case "while":
        return visitLoop(node);
      default:
        return;
    }
  };

  /** All iterations at once: what is carried has one tangent in all of them, except in arrays of which each owns a part. */
  const visitLoop = (loop: LoopNode): void => {
    const carried = carriedOf(loop);
    const next = nextOf(loop);
    const isOwned = carried.map((value) => loop.kind === "for" && arrays.areOwned(value, loop));
    if (loop.kind === "for") set(indexOf(loop), isNone(of(loop.start)) ? none : unknown);
    const inits = loop.inits.map(of);
    let entering = inits;
    for (let changed = true; changed;) {
      enter(loop, entering);
      const joined = entering.map((tangent, k) =>
        isOwned[k] === true ? tangent : joinTangents(tangent, arrays.outOf(loop, of(present(next[k])))),
      );
      changed = joined.some((tangent, k) => !isSameTangent(tangent, present(entering[k])));
      entering = joined;
    }
    loop.results.forEach((result, k) => {
      const after = of(present(next[k]));
      const isWhole = isOwned[k] === true && loop.kind === "for";
      set(result, isWhole ? arrays.after(loop, k, present(inits[k]), after) : present(entering[k]));
    });
  };
  const enter = (loop: LoopNode, entering: readonly Tangent[]): void => {
    // A carried value that starts at 0 has no literal of its own.
    carriedOf(loop).forEach((value, k) => tangents.set(value, present(entering[k])));
    loop.body.nodes.forEach(visitNode);
  };

  /** Whether the effect vanishes in what comes after this place. */
  const vanishesAfter = (place: Place): boolean => {
    for (const node of place.region.nodes.slice(place.position + 1)) visitNode(node);
    const { parent } = place;
    if (parent === undefined) return dependents.every((value) => isNone(of(value)));
    const owner = present(parent.region.nodes[parent.position]);
    if (owner.kind === "if") return vanishesAfterBranch(owner, place.region, parent);
    return isLoop(owner) && place.region === owner.body && vanishesAfterLoop(owner, parent);
  };
  const vanishesAfterBranch = (branch: IfNode, taken: Region, place: Place): boolean => {
    branch.results.forEach((result, k) => set(result, of(present(taken.yields[k]))));
    return vanishesAfter(place);
  };
  /** The loop may end here, or go on. */
  const vanishesAfterLoop = (loop: LoopNode, place: Place): boolean => {
    for (let step = 0; step <= furthest; step++) {
      const leaving = nextOf(loop).map((value) => arrays.outOf(loop, of(value)));
      const before = tangents;
      tangents = new Map(before);
      loop.results.forEach((result, k) => set(result, present(leaving[k])));
      const vanishes = vanishesAfter(place);
      tangents = before;
      if (!vanishes) return false;
      if (leaving.every(isNone)) return true;
      for (const node of bodyValues(loop)) tangents.delete(node);
      enter(loop, leaving);
      if (nextOf(loop).every((value, k) => isSameTangent(arrays.outOf(loop, of(value)), present(leaving[k]))))
        return true;
    }
    return false;
  };

  const cancelling = new Set<ValueId>();
  for (const each of candidates) {
    const node = nodeOf(definitions, each);
    const place = node === undefined ? undefined : places.get(node);
    if (place === undefined) continue;
    tangents = new Map([[each, { kind: "constant", by: 1 }]]);
    candidate = each;
    if (vanishesAfter(place)) cancelling.add(each);
  }
  return cancelling;
}

/** What the operand of an `exp` has subtracted, if the `exp` stands in a loop that the scalar is known before. */
function candidatesOf(graph: Graph): ReadonlySet<ValueId> {
  const definitions = definitionsOf(graph);
  const candidates = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation" || node.operation !== "exp") return;
    const shifted = nodeOf(definitions, present(node.operands[0]));
    if (shifted?.kind !== "operation" || shifted.operation !== "sub") return;
    const shift = present(shifted.operands[1]);
    const source = nodeOf(definitions, shift);
    if (source !== undefined && source.kind !== "constant") candidates.add(shift);
  });
  return candidates;
}

/** Where each node stands. */
function placesOf(graph: Graph): ReadonlyMap<GraphNode, Place> {
  const places = new Map<GraphNode, Place>();
  const visit = (region: Region, parent: Place | undefined): void => {
    region.nodes.forEach((node, position) => {
      const place = { region, position, parent };
      places.set(node, place);
      for (const inner of regionsOf(node)) visit(inner, place);
    });
  };
  visit(graph.body, undefined);
  return places;
}

function bodyValues(loop: LoopNode): readonly ValueId[] {
  const values = [...loop.body.arguments];
  walkNodes(loop.body, (node) => {
    values.push(...resultsOf(node), ...regionsOf(node).flatMap((region) => region.arguments));
  });
  return values;
}
