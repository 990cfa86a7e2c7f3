import type { ValueId } from "./graph.ts";

/** The one place where a plain number becomes a value id. */
export function makeValueId(index: number): ValueId {
  return index as ValueId;
}
