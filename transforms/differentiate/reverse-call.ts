/** The reverse of a call: a call of the reverse function, or of one that does all at once. */
import { present } from "../../src/diagnostics/invariant.ts";
import { differentialName } from "../../src/ir/differential-name.ts";
import type { CallNode, ValueId } from "../../src/ir/graph.ts";
import { changedBy, scalarsOf } from "../../src/ir/walk.ts";
import type { SweepParts } from "./sweep-parts.ts";

/** `y = f(x)`: the reverse function takes dy, adds to the adjoints of arrays in place, and gives the other adjoints. */
export function reverseCall(
  node: CallNode,
  { build, state, shadows, activity, calls }: Pick<SweepParts, "build" | "state" | "shadows" | "activity" | "calls">,
): void {
  const nextOf = new Map(changedBy(node).map(({ array, next }) => [array, next] as const));
  const versionOf = (k: number): ValueId => {
    const operand = present(node.operands[k]);
    return nextOf.get(operand) ?? operand;
  };
  const derived = calls.of(node, activity, (k) => {
    shadows.ensure(versionOf(k));
    const type = build.typeOf(present(state.shadows.get(versionOf(k))));
    return typeof type === "object" ? type.element : "f64";
  });
  const seeds = derived.seeds.map((k) => state.adjointOf(present(node.results[k])) ?? build.constant(0));
  const arrays = derived.shadowed.map(({ parameter }) => {
    const version = versionOf(parameter);
    return { operand: present(node.operands[parameter]), version, shadow: present(state.shadows.get(version)) };
  });
  const reread = derived.reread.map((k) => present(node.operands[k]));
  const gradients = derived.gradients.map((k) => {
    const operand = present(node.operands[k]);
    return { operand, d: build.fresh("number", differentialName(build.nameOf(operand))) };
  });
  const after = arrays.map(({ shadow }) => build.twin(shadow));
  build.call(
    derived.reverse,
    [...seeds, ...arrays.map(({ shadow }) => shadow), ...reread],
    arrays.map((_, k) => seeds.length + k),
    [...gradients.map(({ d }) => d), ...after],
  );
  for (const { operand, d } of gradients) state.accumulate(operand, d);
  arrays.forEach(({ operand, version }, k) => {
    if (version !== operand) state.shadows.delete(version);
    if (activity.isActive(operand)) state.shadows.set(operand, present(after[k]));
  });
}

/**
 * A call whose reverse follows in the same place: the joint function takes dy with x, gives y, adds to the adjoints of arrays
 * in place, and gives the other adjoints.
 */
export function jointCall(
  node: CallNode,
  { build, state, shadows, activity, calls }: Pick<SweepParts, "build" | "state" | "shadows" | "activity" | "calls">,
  adjointOf: (result: ValueId) => ValueId | undefined,
): void {
  const operandAt = (k: number): ValueId => present(node.operands[k]);
  const derived = calls.joint(node, activity, (k) => {
    shadows.ensure(operandAt(k));
    const type = build.typeOf(present(state.shadows.get(operandAt(k))));
    return typeof type === "object" ? type.element : "f64";
  });
  const seeds = derived.seeds.map((k) => adjointOf(present(node.results[k])) ?? build.constant(0));
  const arrays = derived.shadowed.map(({ parameter }) => ({
    operand: operandAt(parameter),
    shadow: present(state.shadows.get(operandAt(parameter))),
  }));
  const gradients = derived.gradients.map((k) => {
    const operand = operandAt(k);
    return { operand, d: build.fresh("number", differentialName(build.nameOf(operand))) };
  });
  const after = arrays.map(({ shadow }) => build.twin(shadow));
  const first = node.operands.length + seeds.length;
  const scalars = scalarsOf(node);
  build.call(
    derived.joint,
    [...node.operands, ...seeds, ...arrays.map(({ shadow }) => shadow)],
    [...node.written, ...arrays.map((_, k) => first + k)],
    [...scalars, ...gradients.map(({ d }) => d), ...node.results.slice(scalars.length), ...after],
  );
  for (const { operand, d } of gradients) if (activity.isActive(operand)) state.accumulate(operand, d);
  arrays.forEach(({ operand }, k) => state.shadows.set(operand, present(after[k])));
}
