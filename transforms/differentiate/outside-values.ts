import type { ElementType, ValueId } from "../../src/ir/graph.ts";
import type { EntryArray } from "../analyze/rerun-loops.ts";
import type { SweepParts } from "./sweep-parts.ts";
import { copyEntries } from "./snapshots.ts";

/** What stands for the values from outside that the body reads: those that the forward sweep has gone on from are found again. */
export function outsideValues(
  values: readonly ValueId[],
  entries: ReadonlyMap<ValueId, EntryArray>,
  { build, plan, primal, state, recording }: SweepParts,
): { readonly found: ReadonlyMap<ValueId, ValueId>; readonly arrays: ReadonlyMap<ValueId, ValueId> } {
  const found = new Map<ValueId, ValueId>();
  const arrays = new Map<ValueId, ValueId>();
  for (const value of values) {
    const isArray = typeof build.typeOf(value) === "object";
    const entry = entries.get(value);
    const stands = !isArray
      ? primal.valueOf(value)
      : entry === undefined || plan.decisionOf(entry.value) !== "stash"
        ? state.arrayOf(value)
        : copyOf(value, entry);
    if (stands !== value) found.set(value, stands);
    if (isArray && stands !== value) arrays.set(value, stands);
  }
  return { found, arrays };

  function copyOf(array: ValueId, entry: EntryArray): ValueId {
    const type = build.typeOf(array);
    const element: ElementType = typeof type === "object" ? type.element : "f64";
    const length = primal.valueOf(entry.length);
    const copy = build.allocate(element, length, { kind: "local" }, false, build.nameOf(array));
    return copyEntries(entry, copy, { build, primal, recording, state });
  }
}
