import { assertNever } from "../diagnostics/invariant.ts";
import type { Instead, Output, ValueId } from "./graph.ts";

/** The values that a returned structure names, lengths included, in order. */
export function valuesOfOutput(output: Output): readonly ValueId[] {
  switch (output.kind) {
    case "none":
      return [];
    case "scalar":
      return [output.value, ...(output.instead ?? []).flatMap(valuesOfInstead)];
    case "parameter":
      return [output.value];
    case "array":
      return [output.value, output.length];
    case "object":
      return output.entries.flatMap((entry) => valuesOfOutput(entry.output));
    case "tuple":
      return output.entries.flatMap(valuesOfOutput);
    case "rows":
      return output.leaves.flatMap(({ value, lengths }) => [value, ...lengths]);
    default:
      return assertNever(output);
  }
}

function valuesOfInstead({ when, as }: Instead): readonly ValueId[] {
  return typeof as === "string" ? [when] : [when, as];
}

/** The same with each value replaced, lengths included. */
export function mapOutput(output: Output, map: (value: ValueId) => ValueId): Output {
  switch (output.kind) {
    case "none":
      return output;
    case "scalar": {
      const instead = output.instead?.map(({ when, as }) => ({
        when: map(when),
        as: typeof as === "string" ? as : map(as),
      }));
      return { ...output, value: map(output.value), ...(instead !== undefined && { instead }) };
    }
    case "parameter":
      return { ...output, value: map(output.value) };
    case "array":
      return { ...output, value: map(output.value), length: map(output.length) };
    case "rows":
      return {
        ...output,
        leaves: output.leaves.map((leaf) => ({ ...leaf, value: map(leaf.value), lengths: leaf.lengths.map(map) })),
      };
    default:
      return mapParts(output, (part) => mapOutput(part, map));
  }
}

/** An object or tuple with its entries replaced; others stay as they are. */
export function mapParts(output: Output, map: (part: Output) => Output): Output {
  if (output.kind === "tuple") return { ...output, entries: output.entries.map(map) };
  if (output.kind !== "object") return output;
  return { ...output, entries: output.entries.map(({ key, output: part }) => ({ key, output: map(part) })) };
}
