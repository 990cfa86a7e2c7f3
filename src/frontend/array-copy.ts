import type { ts } from "ts-morph";
import type { ElementType } from "../ir/graph.ts";
import { allocate, type ArrayBinding, load, storeAt } from "./arrays.ts";
import { known, type Value, type View } from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";

/** A new array with the first `length` entries of another. */
export function copyArray(
  context: Context,
  source: ArrayBinding,
  element: ElementType,
  length: Value,
  node: ts.Node,
  name: string | undefined,
): View {
  const copy = allocate(context, element, length, name, node);
  countedLoop(context, node, known(0), length, "k", (k) =>
    storeAt(context, copy, k, load(context, source, k, node), node),
  );
  return copy;
}
