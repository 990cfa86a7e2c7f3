import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import { mapNode, renameResults } from "../../src/ir/walk.ts";
import type { EarlyAdjoint } from "../analyze/early-adjoints.ts";
import type { ProgramOrder } from "../analyze/program-order.ts";
import { instantiate } from "./instantiate.ts";
import type { SweepState } from "./sweep-state.ts";

/** Builds the adjoint of a value before the value itself is there; `undefined` if it is zero. */
export function buildEarlyAdjoint(
  build: GraphBuilder,
  state: SweepState,
  adjoint: EarlyAdjoint,
  valueOf: (value: ValueId) => ValueId,
): ValueId | undefined {
  let sum: ValueId | undefined;
  const add = (contribution: ValueId): void => {
    sum = sum === undefined ? contribution : build.operation("add", [sum, contribution]);
  };
  for (const part of adjoint) {
    if (part.kind === "known") {
      const d = state.adjointOf(part.value);
      if (d !== undefined) add(d);
      continue;
    }
    const d = buildEarlyAdjoint(build, state, part.d, valueOf);
    if (d === undefined) continue;
    const origin = build.reversing(part.node.span);
    const operand = (index: number): ValueId => valueOf(present(part.node.operands[index]));
    add(instantiate(build, part.term, { operand, out: () => valueOf(part.node.result), d }));
    build.reversing(origin);
  }
  return sum;
}

/** Finds values of the primal that are defined before position `before`, or builds them again from such. */
export function earlyValues(build: GraphBuilder, order: ProgramOrder, before: number): (value: ValueId) => ValueId {
  const built = new Map<ValueId, ValueId>();
  const valueOf = (value: ValueId): ValueId => {
    const known = built.get(value);
    if (known !== undefined) return known;
    const { node } = present(order.definitions.get(value));
    if (node === undefined || present(order.positions.get(node)).last < before) return value;
    const isArray = (operand: ValueId): boolean => typeof build.typeOf(operand) === "object";
    const copy = mapNode(
      node,
      (operand) => (isArray(operand) ? operand : valueOf(operand)),
      (region) => region,
    );
    const fresh = build.twin(value);
    build.push({ ...renameResults(copy, () => fresh), ...build.place() });
    built.set(value, fresh);
    return fresh;
  };
  return valueOf;
}
