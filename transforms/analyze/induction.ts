import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, isLoop, nextOf } from "../../src/ir/walk.ts";
import type { ProgramOrder } from "./program-order.ts";

/** A whole number that a loop carries and changes by the same amount in each iteration: `init + iteration * by`. */
export interface Induction {
  readonly loop: LoopNode;
  readonly init: ValueId;
  readonly by: ValueId;
  readonly isDown: boolean;
}

/**
 * The induction that an argument of a loop's body is, if it is one: then it is known from the iteration number.
 *
 *   for (i…) { …; entry++ }     entry is init + (i - start)
 */
export function inductionOf(
  value: ValueId,
  order: ProgramOrder,
  isInteger: (value: ValueId) => boolean,
): Induction | undefined {
  const definition = order.definitions.get(value);
  const loop = definition?.region.owner;
  if (definition === undefined || definition.node !== undefined || loop === undefined || !isLoop(loop))
    return undefined;
  const slot = carriedOf(loop).indexOf(value);
  const [init, next] = [loop.inits[slot], nextOf(loop)[slot]];
  if (init === undefined || next === undefined || !isInteger(value)) return undefined;
  const step = order.definitions.get(next)?.node;
  if (step?.kind !== "operation" || (step.operation !== "add" && step.operation !== "sub")) return undefined;
  const [left, right] = step.operands;
  const isDown = step.operation === "sub";
  const by = left === value ? right : right === value && !isDown ? left : undefined;
  return by !== undefined && isSteady(by, loop, order) ? { loop, init, by, isDown } : undefined;
}

/** What is recomputed to find it. */
export function operandsOfInduction({ loop, init, by }: Induction): readonly ValueId[] {
  return loop.kind === "for" ? [init, by, loop.start, indexOf(loop)] : [init, by, indexOf(loop)];
}

/** Whether a value is the same in all iterations: from outside of the loop, or a constant. */
function isSteady(value: ValueId, loop: LoopNode, order: ProgramOrder): boolean {
  const definition = order.definitions.get(value);
  if (definition?.node?.kind === "constant") return true;
  for (let region = definition?.region; region !== undefined; region = region.parent) {
    if (region.owner === loop) return false;
  }
  return definition !== undefined;
}
