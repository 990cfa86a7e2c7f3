import { assertNever } from "../diagnostics/invariant.ts";
import type { Output, ValueId } from "./graph.ts";

/** The values that a returned structure names, lengths included, in order. */
export function valuesOfOutput(output: Output): readonly ValueId[] {
  switch (output.kind) {
    case "none":
      return [];
    case "scalar":
    case "parameter":
      return [output.value];
    case "array":
      return [output.value, output.length];
    case "object":
      return output.entries.flatMap((entry) => valuesOfOutput(entry.output));
    case "tuple":
      return output.entries.flatMap(valuesOfOutput);
    default:
      return assertNever(output);
  }
}
