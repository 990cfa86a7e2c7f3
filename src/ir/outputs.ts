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
    case "mixed":
      return [
        ...[output.of, ...(output.shown === undefined ? [] : [output.shown])].flatMap(valuesOfOutput),
        ...output.instead.flatMap(valuesOfInstead),
      ];
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
      const instead = output.instead?.map((each) => mapInstead(each, map));
      return { ...output, value: map(output.value), ...(instead !== undefined && { instead }) };
    }
    case "mixed": {
      const { of, shown } = output;
      const instead = output.instead.map((each) => mapInstead(each, map));
      return { ...output, of: mapOutput(of, map), ...(shown && { shown: mapOutput(shown, map) }), instead };
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

function mapInstead({ when, as }: Instead, map: (value: ValueId) => ValueId): Instead {
  return { when: map(when), as: typeof as === "string" ? as : map(as) };
}

/** What consists of others with those replaced; others stay as they are. */
export function mapParts(output: Output, map: (part: Output) => Output): Output {
  if (output.kind === "mixed") return { ...output, of: map(output.of) };
  if (output.kind === "tuple") return { ...output, entries: output.entries.map(map) };
  if (output.kind !== "object") return output;
  return { ...output, entries: output.entries.map(({ key, output: part }) => ({ key, output: map(part) })) };
}
