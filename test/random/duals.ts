/** The gradient of a program by dual numbers on its graph, an entry at a time. */
import { evaluateDual, type Tangent } from "../../src/ir/evaluate-dual.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { seededTangent } from "../harness/oracle.ts";
import { numbersOf, type Path } from "../harness/tree.ts";
import { numbersIn } from "./execute.ts";
import { movedAs, sequence, type Input } from "./inputs.ts";
import { leavesOf } from "./leaves.ts";
import type { PrintedProgram } from "./print-program.ts";

/** `seed`: what the generated function is given. */
export function gradientByDuals(
  model: ModelFunction,
  request: TagRequest,
  inputs: readonly Input[],
  seed: unknown,
  rounding?: () => number,
): readonly number[] {
  const leaves = leavesOf(model, inputs);
  return request.wrt.flatMap((leaf) => {
    const value = leaves[leaf];
    const count = typeof value === "object" ? numbersOf(value).length : 1;
    return Array.from({ length: count }, (_, entry) => {
      const tangents = leaves.map((__, k): Tangent => {
        if (k !== leaf) return undefined;
        return typeof value === "object" ? Array.from({ length: count }, (___, at) => (at === entry ? 1 : 0)) : 1;
      });
      const evaluated = evaluateDual(model.graph, leaves, tangents, rounding && { rounding });
      return seededTangent(model, request, evaluated, seed);
    });
  });
}

/** How far the gradient moves when the arguments, and the result of each operation, move by about a rounding error. */
export function conditionOf(
  model: ModelFunction,
  request: TagRequest,
  program: PrintedProgram,
  inputs: readonly Input[],
  seed: unknown,
  dual: readonly number[],
  unit: number,
): number {
  const { nudged, rounding } = noise(program, inputs, unit);
  const other = gradientByDuals(model, request, nudged, seed, rounding);
  return Math.max(0, ...dual.map((entry, k) => Math.abs(entry - (other[k] ?? 0))));
}

/** The same for the value, and for what is left in the parameters. */
export function conditionOfNumbers(
  model: ModelFunction,
  program: PrintedProgram,
  inputs: readonly Input[],
  unit: number,
): number {
  const { nudged, rounding } = noise(program, inputs, unit);
  const numbers = ({ value, finals }: GraphNumbers) => [
    ...value.flatMap((leaf) => leaf.numbers),
    ...finals.flatMap((leaf) => leaf.numbers),
  ];
  const exact = numbers(graphNumbers(model, inputs));
  const other = numbers(graphNumbers(model, nudged, rounding));
  return Math.max(0, ...exact.map((entry, k) => Math.abs(entry - (other[k] ?? 0))));
}

export function noise(
  program: PrintedProgram,
  inputs: readonly Input[],
  unit: number,
  seed = 17,
): { readonly nudged: readonly Input[]; readonly rounding: () => number } {
  const next = sequence(seed);
  const rounding = () => unit * (next() - 0.5);
  const nudged = inputs.map((input, k) => {
    const spec = program.parameters[k]?.input;
    return spec === undefined ? input : movedAs(spec, input, rounding);
  });
  return { nudged, rounding };
}

export interface GraphNumbers {
  /** Leaf by leaf, each with its path in the value. */
  readonly value: readonly { readonly path: Path; readonly numbers: readonly number[] }[];
  /** What it leaves in the arrays that it is given, by the parameter of the graph. */
  readonly finals: readonly { readonly leaf: number; readonly numbers: readonly number[] }[];
}

/** The value of the graph, and what it leaves in the parameters. */
export function graphNumbers(model: ModelFunction, inputs: readonly Input[], rounding?: () => number): GraphNumbers {
  const { graph } = model;
  const { leaves: returned, final } = evaluateDual(graph, leavesOf(model, inputs), [], rounding && { rounding });
  return {
    value: returned.map(({ path, value }) => ({ path, numbers: numbersIn(value) })),
    finals: [...final].map(([leaf, { value }]) => ({ leaf, numbers: numbersIn(value) })),
  };
}
