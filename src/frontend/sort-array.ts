/**
 * `sort` and `toSorted`: the order of the entries is found by merging, as a list of indices, and the entries are taken in that
 * order; so the order carries the adjoint. Merging keeps the order of what is equal, as JavaScript's sort does, and asks
 * nothing else of the comparison than what it says of two entries.
 */
import type { ts } from "ts-morph";
import {
  allocate,
  allocateUnfilled,
  type ArrayBinding,
  elementOf,
  lengthOf,
  loadInside,
  storeAt,
  storeInside,
  valueOf,
} from "./arrays.ts";
import { type Binding, known, poison, type Value, type View } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, numberOf, operate } from "./emit.ts";
import { lowerLoop } from "./loop.ts";
import type { Location } from "./state.ts";

type Compare = (x: Value, y: Value) => Binding;

/** A sorted copy; undefined where it is sorted as text. `compare` is undefined if the source gives no comparison. */
export function sortedCopy(
  context: Context,
  array: ArrayBinding,
  compare: Compare | undefined,
  node: ts.CallExpression,
): View | undefined {
  if (compare === undefined && elementOf(array) === "number") {
    const what = "sort without a comparison, which compares texts,";
    context.reporter.report("ADJ2030", node, { method: what }, "give it a comparison: (a, b) => a - b");
    return undefined;
  }
  const length = lengthOf(context, array);
  const entry = (index: Value): Value => loadInside(context, array, index, node);
  const order = orderOf(context, length, node, (i, j) => {
    const [x, y] = [entry(i), entry(j)];
    if (compare !== undefined) return operate(context, "gt", numberOf(context, compare(x, y), node), known(0));
    return operate(context, "or", operate(context, "gt", x, y), isFirstNaN(context, x, y));
  });
  const sorted = allocate(context, elementOf(array), length, "sorted", node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    storeAt(context, sorted, k, entry(loadInside(context, order, k, node)), node);
  });
  return sorted;
}

/** NaN comes last. */
function isFirstNaN(context: Context, x: Value, y: Value): Value {
  return operate(context, "and", operate(context, "ne", x, x), operate(context, "eq", y, y));
}

export function sortInPlace(
  context: Context,
  array: ArrayBinding,
  compare: Compare | undefined,
  node: ts.CallExpression,
): Binding {
  const sorted = sortedCopy(context, array, compare, node);
  if (sorted === undefined) return poison;
  countedLoop(context, node, known(0), lengthOf(context, array), "k", (k) => {
    storeInside(context, array, k, loadInside(context, sorted, k, node), node);
  });
  return array;
}

/** The indices below `length`, so ordered that none `isAfter` a later one: runs of 1, 2, 4, … are merged. */
export function orderOf(
  context: Context,
  length: Value,
  node: ts.CallExpression,
  isAfter: (i: Value, j: Value) => Value,
): View {
  const { state } = context;
  const order = allocate(context, "i32", length, "order");
  const merged = allocateUnfilled(context, "i32", length, "merged");
  const read = (location: Location): Value => valueOf(context, state.read(location));
  const at = (index: Value): Value => loadInside(context, order, index, node);
  countedLoop(context, node, known(0), length, "k", (k) => storeAt(context, order, k, k, node));
  const width = state.create("hidden", "width", known(1));
  whileLoop(
    context,
    node,
    () => operate(context, "lt", read(width), length),
    () => {
      const left = state.create("hidden", "left", known(0));
      whileLoop(
        context,
        node,
        () => operate(context, "lt", read(left), length),
        () => {
          const start = read(left);
          const middle = operate(context, "min", add(context, start, read(width)), length);
          const end = operate(context, "min", add(context, middle, read(width)), length);
          const i = state.create("hidden", "i", start);
          const j = state.create("hidden", "j", middle);
          countedLoop(context, node, start, end, "k", (k) => {
            const [first, second] = [read(i), read(j)];
            const takesFirst = valueOf(
              context,
              branch(
                context,
                operate(context, "lt", first, middle),
                () =>
                  branch(
                    context,
                    operate(context, "lt", second, end),
                    () => operate(context, "not", isAfter(at(first), at(second))),
                    () => known(true),
                  ),
                () => known(false),
              ),
            );
            const take = (location: Location, index: Value) => (): Binding => {
              state.write(location, add(context, index, known(1)));
              return at(index);
            };
            const taken = branch(context, takesFirst, take(i, first), take(j, second));
            storeAt(context, merged, k, valueOf(context, taken), node);
          });
          state.write(left, end);
        },
      );
      countedLoop(context, node, known(0), length, "k", (k) => {
        storeAt(context, order, k, loadInside(context, merged, k, node), node);
      });
      state.write(width, operate(context, "mul", read(width), known(2)));
    },
  );
  return order;
}

function whileLoop(context: Context, node: ts.Node, condition: () => Value, body: () => void): void {
  lowerLoop(context, {
    node,
    kind: { kind: "while", condition },
    indexName: undefined,
    counter: undefined,
    body,
    breakCode: context.nextCode++,
    continueCode: context.nextCode++,
  });
}
