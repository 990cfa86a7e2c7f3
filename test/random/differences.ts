/**
 * The derivative of a program along one direction, by differences of the program as it is executed. Two steps and the
 * two sides are compared, so that a kink or a jump between the points shows.
 */
import { readPath, writePath, type Path } from "../harness/tree.ts";
import { copyOf, executable, inDoubles, moved, numbersIn, type Callable } from "./execute.ts";
import type { PrintedProgram } from "./print-program.ts";
import type { Input } from "./inputs.ts";

/** What is differentiated: the returned value, or what the arguments hold at the end, each with weights for its entries. */
export interface WeightedOutput {
  readonly output: "value" | Path;
  readonly weights: readonly number[];
}

/** How far one number of the arguments goes. */
export interface Step {
  readonly place: Path;
  readonly along: number;
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
  direction: readonly Step[],
) => Difference;

export function differencesOf(program: PrintedProgram, executed: Callable): Differences {
  const doubles = inDoubles(program.source);
  const primal = doubles === program.source ? executed : executable({ ...program, source: doubles });
  return (inputs, outputs, direction) => {
    const difference = directionalDifference(primal, inputs, outputs, direction);
    if (primal === executed) return difference;
    // In doubles, a comparison of what was rounded may come out otherwise.
    const rounded = weightedOf(executed, inputs.map(copyOf), outputs);
    const plain = weighted(primal, inputs, outputs, 0, direction);
    const isOther = Math.abs(rounded - plain) > 1e-4 * (1 + Math.abs(plain));
    return isOther ? { ...difference, spread: Infinity } : difference;
  };
}

/** The weighted outputs, with the arguments moved by this step along the direction. */
function weighted(
  primal: Callable,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  step: number,
  direction: readonly Step[],
): number {
  const shifted = inputs.map((input) => moved(input, () => 0));
  for (const { place, along } of direction) writePath(shifted, place, Number(readPath(shifted, place)) + step * along);
  return weightedOf(primal, shifted, outputs);
}

function weightedOf(primal: Callable, values: readonly Input[], outputs: readonly WeightedOutput[]): number {
  const returned = primal(...values);
  let sum = 0;
  for (const { output, weights } of outputs) {
    const entries = numbersIn(output === "value" ? returned : readPath(values, output));
    entries.forEach((value, k) => (sum += value * (weights[k] ?? 0)));
  }
  return sum;
}

function directionalDifference(
  primal: Callable,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  direction: readonly Step[],
): Difference {
  const at = (step: number) => weighted(primal, inputs, outputs, step, direction);
  const step = 2 ** -16;
  const middle = at(0);
  const [left, right, farLeft, farRight] = [at(-step), at(step), at(-2 * step), at(2 * step)];
  const near = (right - left) / (2 * step);
  const far = (farRight - farLeft) / (4 * step);
  const sides = [(right - middle) / step, (middle - left) / step];
  const estimates = [near, far, ...sides];
  return { derivative: (4 * near - far) / 3, spread: Math.max(...estimates) - Math.min(...estimates) };
}
