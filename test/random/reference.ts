/**
 * What is known of a program before anything is differentiated: its value as it is executed, and its gradient by dual
 * numbers on its graph, which must agree with differences of the executed program.
 */
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { differencesOf, type Differences, type Step, type WeightedOutput } from "./differences.ts";
import { gradientByDuals, graphNumbers } from "./duals.ts";
import { inputPath } from "../harness/arguments.ts";
import { readPath } from "../harness/tree.ts";
import { copyOf, executable, numbersIn } from "./execute.ts";
import { inputsOf, isFloatAt, sequence, type Input } from "./inputs.ts";
import { nameOf, placesOf } from "./leaves.ts";
import { close, largest, list } from "./numbers.ts";
import type { PrintedProgram } from "./print-program.ts";
import { seedOf, type Seed } from "./weights.ts";

export interface Reference {
  readonly kind: "known";
  readonly inputs: readonly Input[];
  readonly value: unknown;
  /** The arguments after the call. */
  readonly finals: readonly Input[];
  readonly seed: Seed;
  readonly gradient: readonly number[];
  readonly differences: "agree" | "kink";
  /** It rounds to single precision somewhere. */
  readonly singles: boolean;
}

export type ReferenceFault =
  /** Values or slopes so large that rounding decides: it says nothing. */
  | { readonly kind: "wild"; readonly why: string }
  | { readonly kind: "wrong"; readonly what: string; readonly detail: string };

export interface NumbersOff {
  readonly what: string;
  readonly found: readonly number[];
  readonly wanted: readonly number[];
}

export function referenceOf(
  program: PrintedProgram,
  model: ModelFunction,
  request: TagRequest,
): Reference | ReferenceFault {
  const inputs = inputsOf(program);
  const finals = inputs.map(copyOf);
  const executed = executable(program);
  const value = executed(...finals);
  const differences = differencesOf(program, executed);
  const places = placesOf(model, request, inputs).map((place) => {
    return place !== undefined && isFloatAt(program, place) ? place : undefined;
  });
  const why = isWild(differences, inputs, places, [...numbersIn(value), ...numbersIn(finals)]);
  if (why !== undefined) return { kind: "wild", why };

  const early = graphFault(model, inputs, value, finals);
  if (early !== undefined) return { kind: "wrong", what: "value of the graph (front end)", detail: early };
  const seed = seedOf(request, model, value, finals);
  const gradient = gradientByDuals(model, request, inputs, seed.value);
  if (largest(gradient) > 1e6) return { kind: "wild", why: "steep" };
  const { isKink, fault } = differenceFault(program, differences, inputs, places, seed.outputs, gradient);
  if (fault !== undefined)
    return { kind: "wrong", what: "duals against differences (front end or rules)", detail: fault };
  const singles = /Float32Array|Math\.fround/.test(program.source);
  return { kind: "known", inputs, value, finals, seed, gradient, differences: isKink ? "kink" : "agree", singles };
}

/** The value that was found, or what a call has left in its arguments, where it is not that of the program. */
export function firstOff(
  program: PrintedProgram,
  reference: Reference,
  value: unknown,
  args: readonly Input[],
  tolerance: number,
): NumbersOff | undefined {
  const pairs = [
    { what: "value", found: numbersIn(value), wanted: numbersIn(reference.value) },
    ...program.parameters.map(({ name }, k) => ({
      what: `contents of ${name}`,
      found: numbersIn(args[k]),
      wanted: numbersIn(reference.finals[k]),
    })),
  ];
  return pairs.find(({ found, wanted }) => !close(found, wanted, tolerance));
}

/** A fault that is there before anything is differentiated. */
function graphFault(
  model: ModelFunction,
  inputs: readonly Input[],
  primalValue: unknown,
  primalArguments: readonly Input[],
): string | undefined {
  const { value, finals } = graphNumbers(model, inputs);
  const [count, wantedCount] = [value.flatMap(({ numbers }) => numbers).length, numbersIn(primalValue).length];
  if (count !== wantedCount) return `value: ${count} numbers in the graph, ${wantedCount} executed`;
  const pairs = [
    ...value.map(({ path, numbers }) => {
      return { name: ["value", ...path].join("."), found: numbers, wanted: numbersIn(readPath(primalValue, path)) };
    }),
    ...finals.map(({ leaf, numbers }) => ({
      name: nameOf(model, leaf),
      found: numbers,
      wanted: numbersIn(readPath(primalArguments, inputPath(model, leaf))),
    })),
  ];
  const wrong = pairs.find(({ found, wanted }) => !close(found, wanted, 1e-14));
  return wrong && `${wrong.name}: graph ${list(wrong.found)}\nexecuted ${list(wrong.wanted)}`;
}

type Places = ReturnType<typeof placesOf>;

/** A step at each place: how far, `next` says. */
function stepsAt(places: Places, next: () => number): readonly (Step | undefined)[] {
  return places.map((place) => (place === undefined ? undefined : { place, along: next() - 0.5 }));
}

function differenceFault(
  program: PrintedProgram,
  differences: Differences,
  inputs: readonly Input[],
  places: Places,
  outputs: readonly WeightedOutput[],
  gradient: readonly number[],
): { readonly isKink: boolean; readonly fault: string | undefined } {
  const steps = stepsAt(places, sequence(program.inputSeed + 31));
  const { derivative, spread } = differences(
    inputs,
    outputs,
    steps.filter((step) => step !== undefined),
  );
  const product = gradient.reduce((sum, entry, k) => {
    const along = steps[k]?.along ?? 0;
    return along === 0 ? sum : sum + entry * along;
  }, 0);
  const singles = /Float32Array|Math\.fround/.test(program.source);
  const scale = 1 + Math.abs(derivative) + largest(gradient);
  // Differences cannot tell better than how far they themselves spread.
  const tolerance = Math.max((singles ? 1e-3 : 1e-6) * scale, Math.min(spread, 1e-3));
  if (Math.abs(product - derivative) <= tolerance) return { isKink: false, fault: undefined };
  if (spread > 1e-3 * (1 + Math.abs(derivative)) || Number.isNaN(spread)) return { isKink: true, fault: undefined };
  return {
    isKink: false,
    fault: `gradient · direction ${product}\ndifferences          ${derivative}, spread ${spread}`,
  };
}

function isWild(
  differences: Differences,
  inputs: readonly Input[],
  places: Places,
  values: readonly number[],
): string | undefined {
  if (!values.every(Number.isFinite)) return "not finite";
  if (largest(values) > 1e5) return "large values";
  const outputs: WeightedOutput[] = [{ output: "value", weights: [1, 0.5, 0.25, 0.125] }];
  const direction = stepsAt(places, sequence(3)).filter((step) => step !== undefined);
  const { derivative } = differences(inputs, outputs, direction);
  return Math.abs(derivative) > 1e7 ? "steep" : undefined;
}
