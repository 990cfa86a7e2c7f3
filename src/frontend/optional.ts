/** A number or boolean that may be undefined: whether it is set, and the value if it is. */
import type { ValueId } from "../ir/graph.ts";
import { type Absent, type Binding, isAbsent, isValue, type Value } from "./binding.ts";

export interface Optional {
  readonly isSet: ValueId;
  readonly value: Value;
  /** `undefined`, or `null`. */
  readonly absent: Absent;
}

export function optionalOf(binding: Binding): Optional | undefined {
  if (binding.kind !== "choice" || !isValue(binding.then) || !isAbsent(binding.else)) return undefined;
  return { isSet: binding.condition, value: binding.then, absent: binding.else };
}
