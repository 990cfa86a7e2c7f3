/** Arguments for a printed program, from a seed. */
import type { Path } from "../harness/tree.ts";
import { load, moved, withEach } from "./execute.ts";
import type { PrintedProgram } from "./print-program.ts";
import type { InputSpec } from "./print-parameters.ts";

export type Input = Scalar | number[] | Float64Array | Float32Array | Int32Array | Structure | Input[];
type Scalar = number | boolean | string | undefined | null;
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

export function inputsOf({ parameters, inputSeed, source }: PrintedProgram): Input[] {
  const next = sequence(inputSeed);
  next();
  let module: ReturnType<typeof load> | undefined;
  const classOf = (name: string) => (module ??= load(source))[name];
  return parameters.map(({ input }) => inputOf(input, next, classOf));
}

function inputOf(spec: InputSpec, next: () => number, classOf: (name: string) => unknown): Input {
  // Between -1.5 and 1.5, and no short decimal, so that comparisons with literals are no ties.
  const float = () => 3 * next() - 1.5 + 0.000123;
  switch (spec.kind) {
    case "number":
      return float();
    case "integer":
      return spec.value;
    case "flag":
      return next() < 0.5;
    case "constant":
      return spec.value;
    case "array": {
      const { element, length, below } = spec;
      const values = Array.from({ length }, () => (below === undefined ? float() : Math.floor(next() * below)));
      return arrayOf(element, values);
    }
    case "object": {
      const members = spec.members.map(([member, inner]) => [member, inputOf(inner, next, classOf)] as const);
      if (spec.class === undefined) return Object.fromEntries(members);
      const { prototype } = classOf(spec.class) as { readonly prototype: object };
      return Object.assign(Object.create(prototype) as object, Object.fromEntries(members));
    }
    case "tuple":
      return spec.members.map((inner) => inputOf(inner, next, classOf));
  }
}

/** Whether the arguments have a float at this place, and no integer. */
export function isFloatAt({ parameters }: PrintedProgram, [position, ...within]: Path): boolean {
  let spec = parameters[Number(position)]?.input;
  for (const key of within) {
    if (spec?.kind === "object") spec = spec.members.find(([member]) => member === key)?.[1];
    else if (spec?.kind === "tuple") spec = spec.members[Number(key)];
  }
  return spec?.kind === "number" || (spec?.kind === "array" && spec.element !== "i32");
}

/** Moves the floats of one argument, and no integer. */
export function movedAs(spec: InputSpec, input: Input, shift: () => number): Input {
  switch (spec.kind) {
    case "integer":
    case "flag":
    case "constant":
      return input;
    case "number":
      return moved(input, shift);
    case "array":
      return spec.element === "f64" || spec.element === "number" ? moved(input, shift) : input;
    case "object": {
      const specs = new Map(spec.members);
      return withEach(input, (value, member) => movedAs(specs.get(String(member)) ?? spec, value, shift));
    }
    case "tuple":
      return withEach(input, (value, k) => movedAs(spec.members[Number(k)] ?? spec, value, shift));
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
