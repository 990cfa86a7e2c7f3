/** Loops that the source does not spell out: over the entries of an array, within `fill`, `map`, a copy. */
import type { ts } from "ts-morph";
import type { Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { lowerLoop } from "./loop.ts";

/** `for (let name = start; name < bound; name++) body(name)`. */
export function countedLoop(
  context: Context,
  node: ts.Node,
  start: Value,
  bound: Value,
  name: string,
  body: (index: Value) => void,
): void {
  lowerLoop(context, {
    node,
    kind: { kind: "for", start, bound, step: 1, inclusive: false },
    indexName: name,
    counter: undefined,
    body,
    breakCode: context.nextCode++,
    continueCode: context.nextCode++,
  });
}
