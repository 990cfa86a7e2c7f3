/** Methods that look for an entry: `find`, `indexOf`, `some` and their like. They stop at the first that they find. */
import type { ts } from "ts-morph";
import { type ArrayBinding, loadInside, valueOf } from "./arrays.ts";
import { type Binding, known, scalar, undefinedValue, type Value } from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { operate, subtract } from "./emit.ts";
import { exitTo } from "./exits.ts";
import { lowerLoop } from "./loop.ts";
import { countOf, entryOf, type Sequence } from "./sequences.ts";

export interface Search<Of extends Sequence = Sequence> {
  readonly array: Of;
  readonly fromEnd: boolean;
  /** What is looked for. */
  readonly test: (index: Value) => Value;
}

interface Found {
  readonly isFound: Value;
  /** Of no meaning if there is none. */
  readonly index: Value;
}

export function search(context: Context, { array, fromEnd, test }: Search, node: ts.CallExpression): Found {
  const [breakCode, continueCode] = [context.nextCode++, context.nextCode++];
  const length = countOf(context, array);
  const last = subtract(context, length, known(1));
  const { stopped, trips } = lowerLoop(context, {
    node,
    kind: fromEnd
      ? { kind: "for", start: last, bound: known(0), step: -1, inclusive: true }
      : { kind: "for", start: known(0), bound: length, step: 1, inclusive: false },
    indexName: "k",
    counter: undefined,
    breakCode,
    continueCode,
    body: (k) => {
      branchEffects(
        context,
        test(k),
        () => void (context.exit = exitTo(breakCode)),
        () => {},
      );
    },
  });
  if (stopped === undefined) return { isFound: known(false), index: known(-1) };
  const index = fromEnd
    ? operate(context, "sub", length, scalar(trips))
    : operate(context, "sub", scalar(trips), known(1));
  return { isFound: scalar(stopped), index };
}

/** The entry, or undefined. */
export function foundEntry(context: Context, wanted: Search<ArrayBinding>, node: ts.CallExpression): Binding {
  const { isFound, index } = search(context, wanted, node);
  if (isFound.kind === "known") return undefinedValue;
  const entry = branch(
    context,
    isFound,
    () => loadInside(context, wanted.array, index, node),
    () => known(NaN),
  );
  return { kind: "choice", condition: isFound.id, then: valueOf(context, entry), else: undefinedValue };
}

/** The row or object, or undefined. */
export function foundRow(context: Context, wanted: Search, node: ts.CallExpression): Binding {
  const { isFound, index } = search(context, wanted, node);
  if (isFound.kind === "known") return undefinedValue;
  const row = entryOf(context, wanted.array, index, node);
  return { kind: "choice", condition: isFound.id, then: row, else: undefinedValue };
}

/** Its index, or -1. */
export function foundIndex(context: Context, wanted: Search, node: ts.CallExpression): Binding {
  const { isFound, index } = search(context, wanted, node);
  return branch(
    context,
    isFound,
    () => index,
    () => known(-1),
  );
}

/** `===`; `includes` finds NaN too. */
export function isSame(context: Context, x: Value, y: Value, findsNaN: boolean): Value {
  const isEqual = operate(context, "eq", x, y);
  const mayBeNaN = findsNaN && !(y.kind === "known" && !Number.isNaN(y.value));
  if (!mayBeNaN) return isEqual;
  const areNaN = operate(context, "and", operate(context, "ne", x, x), operate(context, "ne", y, y));
  return operate(context, "or", isEqual, areNaN);
}
