/** The gradient of a program by dual numbers on its graph, an entry at a time. */
import { evaluateDual, type DualEvaluation, type Tangent } from "../../src/ir/evaluate-dual.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import type { WeightedOutput } from "./differences.ts";
import { copyOf, moved, numbersIn } from "./execute.ts";
import { sequence, type Input } from "./inputs.ts";
import { arrayEntries, leafOf } from "./leaves.ts";
import type { PrintedProgram } from "./print-program.ts";

export function gradientByDuals(
  graph: Graph,
  request: TagRequest,
  program: PrintedProgram,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  rounding?: () => number,
): readonly number[] {
  const names = program.parameters.map(({ name }) => name);
  const leaves = graph.parameters.map(({ path }) => leafOf(inputs, names, path));
  return request.wrt.flatMap((leaf) => {
    const count = arrayEntries(leaves[leaf]);
    return Array.from({ length: count }, (_, entry) => {
      const tangents = leaves.map((value, k): Tangent => {
        if (k !== leaf) return undefined;
        return typeof value === "number" ? 1 : Array.from({ length: count }, (__, at) => (at === entry ? 1 : 0));
      });
      return weightedTangent(evaluateDual(graph, leaves, tangents, rounding && { rounding }), request, outputs);
    });
  });
}

function weightedTangent(
  { leaves, final }: DualEvaluation,
  request: TagRequest,
  outputs: readonly WeightedOutput[],
): number {
  let sum = 0;
  for (const [k, { weights }] of outputs.entries()) {
    const output = request.outputs[k] ?? "value";
    const tangents =
      output === "value"
        ? leaves.filter(({ value }) => typeof value !== "boolean").flatMap(({ tangent }) => numbersIn(tangent))
        : [...(final.get(output)?.tangent ?? [])];
    tangents.forEach((tangent, entry) => (sum += tangent * (weights[entry] ?? 0)));
  }
  return sum;
}

/** How far the gradient moves when the arguments, and the result of each operation, move by about a rounding error. */
export function conditionOf(
  graph: Graph,
  request: TagRequest,
  program: PrintedProgram,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  dual: readonly number[],
  unit: number,
): number {
  const { nudged, rounding } = noise(program, inputs, unit);
  const other = gradientByDuals(graph, request, program, nudged, outputs, rounding);
  return Math.max(0, ...dual.map((entry, k) => Math.abs(entry - (other[k] ?? 0))));
}

/** The same for the value, and for what is left in the parameters. */
export function conditionOfNumbers(
  graph: Graph,
  program: PrintedProgram,
  inputs: readonly Input[],
  unit: number,
): number {
  const { nudged, rounding } = noise(program, inputs, unit);
  const numbers = ({ value, finals }: GraphNumbers): readonly number[] => [...value, ...finals.flat()];
  const exact = numbers(graphNumbers(graph, program, inputs));
  const other = numbers(graphNumbers(graph, program, nudged, rounding));
  return Math.max(0, ...exact.map((entry, k) => Math.abs(entry - (other[k] ?? 0))));
}

function noise(
  program: PrintedProgram,
  inputs: readonly Input[],
  unit: number,
): { readonly nudged: readonly Input[]; readonly rounding: () => number } {
  const next = sequence(17);
  const rounding = () => unit * (next() - 0.5);
  const nudged = inputs.map((input, k) => {
    const kind = program.parameters[k]?.input.kind;
    const isFloat = kind === "number" || kind === "array" || kind === "tuple";
    return isFloat && !(input instanceof Float32Array) ? moved(copyOf(input), rounding) : input;
  });
  return { nudged, rounding };
}

export interface GraphNumbers {
  readonly value: readonly number[];
  readonly finals: readonly (readonly number[])[];
}

/** The value of the graph, and what it leaves in the parameters, in the order of the executed program's. */
export function graphNumbers(
  graph: Graph,
  program: PrintedProgram,
  inputs: readonly Input[],
  rounding?: () => number,
): GraphNumbers {
  const names = program.parameters.map(({ name }) => name);
  const leaves = graph.parameters.map(({ path }) => leafOf(inputs, names, path));
  const { leaves: returned, final } = evaluateDual(graph, leaves, [], rounding && { rounding });
  return {
    value: returned.flatMap(({ value }) => numbersIn(value)),
    finals: graph.parameters.map((_, k) => numbersIn(final.get(k)?.value ?? leaves[k])),
  };
}
