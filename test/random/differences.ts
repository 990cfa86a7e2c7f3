/**
 * The derivative of a program along one direction, by differences of the program as it is executed. Two steps and the
 * two sides are compared, so that a kink or a jump between the points shows.
 */
import { copyOf, inDoubles, load, moved, numbersIn, type Callable } from "./execute.ts";
import type { InputSpec } from "./print-parameters.ts";
import { functionName, type PrintedProgram } from "./print-program.ts";
import type { Input } from "./inputs.ts";

/** What is differentiated: the returned value, or what a parameter holds at the end, each with weights for its entries. */
export interface WeightedOutput {
  readonly output: "value" | number;
  readonly weights: readonly number[];
}

export interface Difference {
  readonly derivative: number;
  /** How far the estimates lie apart; large at a kink. */
  readonly spread: number;
}

/** Takes differences of one program. */
export type Differences = (
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  /** Gives the next entry of the direction, for every float of the arguments in order. */
  direction: () => () => number,
) => Difference;

export function differencesOf(program: PrintedProgram, executed: Callable | undefined): Differences {
  const doubles = inDoubles(program.source);
  const primal = doubles === program.source ? executed : load(doubles)[functionName];
  return (inputs, outputs, direction) => {
    const difference = directionalDifference(program, primal, inputs, outputs, direction);
    if (primal === executed) return difference;
    // In doubles, a comparison of what was rounded may come out otherwise.
    const rounded = weightedOf(executed, inputs.map(copyOf), outputs);
    const plain = weighted(program, primal, inputs, outputs, 0, direction);
    const isOther = Math.abs(rounded - plain) > 1e-4 * (1 + Math.abs(plain));
    return isOther ? { ...difference, spread: Infinity } : difference;
  };
}

/** The weighted outputs, with the arguments moved by this step along the direction. */
function weighted(
  program: PrintedProgram,
  primal: Callable | undefined,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  step: number,
  direction: () => () => number,
): number {
  const next = direction();
  const shifted = inputs.map((input, k) => {
    const spec = program.parameters[k]?.input;
    return spec === undefined ? input : movedAs(spec, input, () => step * next());
  });
  return weightedOf(primal, shifted, outputs);
}

function weightedOf(
  primal: Callable | undefined,
  values: readonly Input[],
  outputs: readonly WeightedOutput[],
): number {
  const returned = primal?.(...values);
  let sum = 0;
  for (const { output, weights } of outputs) {
    const entries = numbersIn(output === "value" ? returned : values[output]);
    entries.forEach((value, k) => (sum += value * (weights[k] ?? 0)));
  }
  return sum;
}

function directionalDifference(
  program: PrintedProgram,
  primal: Callable | undefined,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  direction: () => () => number,
): Difference {
  const at = (step: number) => weighted(program, primal, inputs, outputs, step, direction);
  const step = 2 ** -16;
  const middle = at(0);
  const [left, right, farLeft, farRight] = [at(-step), at(step), at(-2 * step), at(2 * step)];
  const near = (right - left) / (2 * step);
  const far = (farRight - farLeft) / (4 * step);
  const sides = [(right - middle) / step, (middle - left) / step];
  const estimates = [near, far, ...sides];
  return { derivative: (4 * near - far) / 3, spread: Math.max(...estimates) - Math.min(...estimates) };
}

/** Moves the floats of one argument, and no integer. */
export function movedAs(spec: InputSpec, input: Input, shift: () => number): Input {
  if (spec.kind === "integer" || spec.kind === "flag") return input;
  if (spec.kind === "object" && typeof input === "object" && !Array.isArray(input) && !ArrayBuffer.isView(input)) {
    return Object.fromEntries(
      spec.members.map(([member, inner]) => [member, movedAs(inner, input[member] ?? 0, shift)] as const),
    );
  }
  return moved(copyOf(input), shift);
}
