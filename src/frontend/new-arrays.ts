/** Methods that make an array out of others: `filter`, `concat`, `reverse`, `with`, `flatMap`. */
import type { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import { copyArray } from "./array-copy.ts";
import {
  allocate,
  type ArrayBinding,
  elementOf,
  isArray,
  lengthOf,
  loadInside,
  rootLength,
  storeAt,
  storeInside,
  valueOf,
} from "./arrays.ts";
import { type Binding, isValue, known, type Value, type View } from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import { joined } from "./call-arguments.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { add, conditionOf, numberOf, operate, quoted, subtract } from "./emit.ts";
import { append, appendAll, emptyArray, setCount } from "./growth.ts";

type Node = ts.CallExpression;

/** The entries for which the test holds. There is room for all. */
export function filtered(context: Context, array: ArrayBinding, test: (index: Value) => Binding, node: Node): View {
  const length = lengthOf(context, array);
  const kept = emptyArray(context, elementOf(array), length, node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    const holds = conditionOf(context, test(k), node);
    const keep = (): void => {
      const count = rootLength(context, kept.root);
      storeAt(context, kept, count, loadInside(context, array, k, node), node);
      setCount(context, kept.root, add(context, count, known(1)));
    };
    branchEffects(context, holds, keep, () => {});
  });
  return kept;
}

/** `x.concat(y, 1)`: arrays are taken apart, numbers are entries. */
export function concatenated(context: Context, array: ArrayBinding, values: readonly Binding[], node: Node): Binding {
  const parts = values.flatMap((value): readonly Binding[] => {
    const part = asOne(context, value, node);
    if (part.kind !== "aggregate" || part.cell.shape !== "tuple") return [part];
    return [...part.cell.members.values()].map((member) => context.state.read(member));
  });
  return joined(context, [array, ...parts], node);
}

/** `x.reverse()`, in place. */
export function reverseInPlace(context: Context, array: ArrayBinding, node: Node): Binding {
  const length = lengthOf(context, array);
  const half = operate(context, "floor", operate(context, "div", length, known(2)));
  const last = subtract(context, length, known(1));
  countedLoop(context, node, known(0), half, "k", (k) => {
    const other = subtract(context, last, k);
    const [x, y] = [loadInside(context, array, k, node), loadInside(context, array, other, node)];
    storeInside(context, array, k, y, node);
    storeInside(context, array, other, x, node);
  });
  return array;
}

export function reversedCopy(context: Context, array: ArrayBinding, node: Node): View {
  const length = lengthOf(context, array);
  const last = subtract(context, length, known(1));
  const copy = allocate(context, elementOf(array), length, undefined, node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    storeAt(context, copy, k, loadInside(context, array, subtract(context, last, k), node), node);
  });
  return copy;
}

/** `x.with(i, v)`: out of range it throws. */
export function replaced(
  context: Context,
  array: ArrayBinding,
  [given = known(0), entry = known(NaN)]: readonly Binding[],
  node: Node,
): Binding {
  const index = numberOf(context, given, node);
  const value = numberOf(context, entry, node);
  const length = lengthOf(context, array);
  const isNegative = operate(context, "lt", index, known(0));
  const place = valueOf(
    context,
    branch(
      context,
      isNegative,
      () => add(context, length, index),
      () => index,
    ),
  );
  const isOutside = operate(
    context,
    "or",
    operate(context, "lt", place, known(0)),
    operate(context, "ge", place, length),
  );
  throwIf(context, isOutside, [`${quoted(node)} asks for entry `, index, " of ", length]);
  const copy = copyArray(context, array, elementOf(array), length, node, undefined);
  storeAt(context, copy, place, value, node);
  return copy;
}

/** What the function gives for each entry, one after the other: numbers, tuples of numbers, arrays. */
export function flattened(context: Context, array: ArrayBinding, give: (index: Value) => Binding, node: Node): Binding {
  const all = emptyArray(context, "number", known(0), node);
  const addEach = (binding: Binding): void => {
    if (isValue(binding)) append(context, all, binding, node);
    else if (isArray(binding)) appendAll(context, all, binding, node);
    else if (binding.kind === "aggregate" && binding.cell.shape === "tuple") {
      for (const member of binding.cell.members.values()) {
        append(context, all, numberOf(context, context.state.read(member), node), node);
      }
    } else if (binding.kind === "choice") {
      branchEffects(
        context,
        { kind: "scalar", id: binding.condition },
        () => addEach(binding.then),
        () => addEach(binding.else),
      );
    } else if (binding.kind !== "poison") context.reporter.report("ADJ2032", node, { what: quoted(node) });
  };
  countedLoop(context, node, known(0), lengthOf(context, array), "k", (k) => addEach(give(k)));
  return all;
}
