/** How calls are printed, and how the values go on and off the stack that a reverse needs. */
import type { GraphBuilder } from "../ir/builder.ts";
import type { CallNode } from "../ir/graph.ts";
import { changedBy, scalarsOf } from "../ir/walk.ts";
import type { CalledNames } from "./called-names.ts";
import { sameArray, template, type Parts, type Step } from "./steps.ts";

/** The call itself, and the variables of what it gives: several numbers come in `stack.returned`. */
export function callSteps(node: CallNode, names: CalledNames, builder: GraphBuilder): readonly Step[] {
  const { origin } = node;
  const called = names.of(node.callee);
  const list = node.operands.flatMap((operand, k): Parts => (k === 0 ? [operand] : [", ", operand]));
  const stack = called.needsStack ? [list.length === 0 ? names.stack : `, ${names.stack}`] : [];
  const call: Parts = [`${called.name}(`, ...list, ...stack, ")"];
  const changed = changedBy(node);
  const writes = changed.map(({ array }) => array);
  const scalars = scalarsOf(node);
  const after = changed.map(({ array, next }) => sameArray(array, next));
  const [only, ...others] = scalars;
  if (only !== undefined && others.length === 0) {
    const value: Parts = call;
    return [template(value, { result: only, writes, acts: true, origin }), ...after];
  }
  const reads = scalars.map((value, k) => {
    const place = `${names.stack}.returned[${k}]`;
    return template([builder.typeOf(value) === "boolean" ? `${place} !== 0` : place], { result: value, origin });
  });
  return [template([...call, ";"], { writes, origin }), ...reads, ...after];
}
