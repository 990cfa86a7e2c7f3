/**
 * What adjoint code comes to where an adjoint is 0: a product with it is 0, a sum with it is the other summand, a store
 * of such a sum leaves its array as it was, and a loop of all these does nothing.
 *
 *     d = 0:   e = d * w;  dx[i] = dx[i] + e      leaves dx
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, GraphNode, IfNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, nextOf, operandsOf, regionsOf, resultsOf, walkUses } from "../../src/ir/walk.ts";
import { nodeOf, type Definition } from "./uses.ts";

/** What a value is then: 0, or the same as another. Not known for those that are not in the map. */
export type Outcome = "zero" | { readonly same: ValueId };
export type Outcomes = Map<ValueId, Outcome>;
type Definitions = ReadonlyMap<ValueId, Definition>;

/** Whether the node comes to nothing; its results are then added to the outcomes. */
export function comesToNothing(node: GraphNode, outcomes: Outcomes, definitions: Definitions): boolean {
  if (!usesAny(node, outcomes)) return false;
  switch (node.kind) {
    case "operation": {
      const outcome = ofOperation(node.operation, node.operands, outcomes);
      if (outcome !== undefined) outcomes.set(node.result, outcome);
      return outcome !== undefined;
    }
    case "store":
      if (!putsBack(node, outcomes, definitions)) return false;
      outcomes.set(node.result, { same: node.array });
      return true;
    case "if":
      return ofBranch(node, outcomes, definitions);
    case "for":
      return !node.stops && ofLoop(node, outcomes, definitions);
    default:
      return false;
  }
}

/** Follows what is the same as another; `"zero"` where that is 0. */
export function outcomeOf(value: ValueId, outcomes: Outcomes): Outcome {
  let current = value;
  for (;;) {
    const outcome = outcomes.get(current);
    if (outcome === undefined) return { same: current };
    if (outcome === "zero") return outcome;
    current = outcome.same;
  }
}

function ofOperation(operation: string, operands: readonly ValueId[], outcomes: Outcomes): Outcome | undefined {
  const isZero = operands.map((operand) => outcomeOf(operand, outcomes) === "zero");
  const [left, right] = operands;
  switch (operation) {
    case "mul":
      return isZero.includes(true) ? "zero" : undefined;
    case "div":
    case "neg":
      return isZero[0] === true ? "zero" : undefined;
    case "add":
      if (isZero.every((each) => each)) return "zero";
      if (isZero[1] === true) return { same: present(left) };
      return isZero[0] === true ? { same: present(right) } : undefined;
    case "sub":
      if (isZero.every((each) => each)) return "zero";
      return isZero[1] === true ? { same: present(left) } : undefined;
    default:
      return undefined;
  }
}

/** Whether the store writes what the entry holds. */
function putsBack(store: StoreNode, outcomes: Outcomes, definitions: Definitions): boolean {
  const value = outcomeOf(store.value, outcomes);
  const load = value === "zero" ? undefined : nodeOf(definitions, value.same);
  return (
    load?.kind === "load" &&
    load.index === store.index &&
    isSame(load.array, outcomeOf(store.array, outcomes), outcomes)
  );
}

function isSame(value: ValueId, other: Outcome, outcomes: Outcomes): boolean {
  const outcome = outcomeOf(value, outcomes);
  return outcome === "zero" || other === "zero" ? outcome === other : outcome.same === other.same;
}

/** The outcomes with those of the region's nodes; undefined if it does what cannot be left out. */
function within(region: Region, outcomes: Outcomes, definitions: Definitions): Outcomes | undefined {
  const inner = new Map(outcomes);
  for (const node of region.nodes) {
    if (node.kind === "throw" || node.kind === "allocate" || node.kind === "grow" || node.kind === "opaque")
      return undefined;
    if (node.kind === "call" || node.kind === "push" || node.kind === "pop") return undefined;
    if (node.kind === "while" || (node.kind === "for" && node.stops)) return undefined;
    comesToNothing(node, inner, definitions);
  }
  return inner;
}

function ofBranch(node: IfNode, outcomes: Outcomes, definitions: Definitions): boolean {
  const then = within(node.then, outcomes, definitions);
  const otherwise = within(node.else, outcomes, definitions);
  if (then === undefined || otherwise === undefined) return false;
  const found: [ValueId, Outcome][] = [];
  for (const [slot, result] of node.results.entries()) {
    const [one, other] = [
      ofYield(node.then.yields[slot], then, definitions),
      ofYield(node.else.yields[slot], otherwise, definitions),
    ];
    const agree = one === "zero" || other === "zero" ? one === other : one.same === other.same;
    if (!agree) return false;
    found.push([result, one]);
  }
  for (const [result, outcome] of found) outcomes.set(result, outcome);
  return found.length > 0;
}

function ofYield(value: ValueId | undefined, outcomes: Outcomes, definitions: Definitions): Outcome {
  const outcome = outcomeOf(present(value), outcomes);
  const node = outcome === "zero" ? undefined : nodeOf(definitions, outcome.same);
  return node?.kind === "constant" && node.value === 0 ? "zero" : outcome;
}

function ofLoop(node: ForNode, outcomes: Outcomes, definitions: Definitions): boolean {
  const start = new Map(outcomes);
  const isZero = node.inits.map((init) => outcomeOf(init, outcomes) === "zero");
  carriedOf(node).forEach((argument, slot) => {
    if (isZero[slot] === true) start.set(argument, "zero");
  });
  const body = within(node.body, start, definitions);
  if (body === undefined) return false;
  const stays = carriedOf(node).every((argument, slot) => {
    const last = outcomeOf(present(nextOf(node)[slot]), body);
    return isZero[slot] === true ? last === "zero" : last !== "zero" && last.same === argument;
  });
  if (!stays) return false;
  node.results.forEach((result, slot) => outcomes.set(result, { same: present(node.inits[slot]) }));
  return resultsOf(node).length > 0;
}

function usesAny(node: GraphNode, outcomes: Outcomes): boolean {
  if (operandsOf(node).some((value) => outcomes.has(value))) return true;
  return regionsOf(node).some((region) => {
    let found = false;
    walkUses(region, (value) => {
      if (outcomes.has(value)) found = true;
    });
    return found;
  });
}
