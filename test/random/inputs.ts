/** Arguments for a printed program, from a seed. */
import type { PrintedProgram } from "./print-program.ts";
import type { InputSpec } from "./print-parameters.ts";

export type Input = number | boolean | number[] | Float64Array | Float32Array | Int32Array | Structure | Input[];
export interface Structure {
  [member: string]: Input;
}

/** Numbers in 0 … 1 that only the seed decides (a linear congruence, its low bits dropped). */
export function sequence(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

export function inputsOf({ parameters, inputSeed }: PrintedProgram): Input[] {
  const next = sequence(inputSeed);
  next();
  return parameters.map(({ input }) => inputOf(input, next));
}

function inputOf(spec: InputSpec, next: () => number): Input {
  // Between -1.5 and 1.5, and no short decimal, so that comparisons with literals are no ties.
  const float = () => 3 * next() - 1.5 + 0.000123;
  switch (spec.kind) {
    case "number":
      return float();
    case "integer":
      return spec.value;
    case "flag":
      return next() < 0.5;
    case "array": {
      const { element, length, below } = spec;
      const values = Array.from({ length }, () => (below === undefined ? float() : Math.floor(next() * below)));
      return arrayOf(element, values);
    }
    case "object":
      return Object.fromEntries(spec.members.map(([member, inner]) => [member, inputOf(inner, next)]));
    case "tuple":
      return spec.members.map((inner) => inputOf(inner, next));
  }
}

export function arrayOf(
  element: string,
  values: readonly number[],
): number[] | Float64Array | Float32Array | Int32Array {
  switch (element) {
    case "f64":
      return Float64Array.from(values);
    case "f32":
      return Float32Array.from(values);
    case "i32":
      return Int32Array.from(values);
    default:
      return [...values];
  }
}
