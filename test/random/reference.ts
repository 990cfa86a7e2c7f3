/**
 * What is known of a program before anything is differentiated: its value as it is executed, and its gradient by dual
 * numbers on its graph, which must agree with differences of the executed program.
 */
import type { Graph } from "../../src/ir/graph.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { differencesOf, type Differences, type WeightedOutput } from "./differences.ts";
import { gradientByDuals, graphNumbers } from "./duals.ts";
import { copyOf, load, numbersIn } from "./execute.ts";
import { inputsOf, sequence, type Input } from "./inputs.ts";
import { arrayEntries, floatLeaves, leafOf, pathOf } from "./leaves.ts";
import { close, largest, list } from "./numbers.ts";
import { functionName, type PrintedProgram } from "./print-program.ts";
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

export function referenceOf(
  program: PrintedProgram,
  { graph }: ModelFunction,
  request: TagRequest,
): Reference | ReferenceFault {
  const inputs = inputsOf(program);
  const finals = inputs.map(copyOf);
  const executed = load(program.source)[functionName];
  const value = executed?.(...finals);
  const differences = differencesOf(program, executed);
  const why = isWild(differences, inputs, [...numbersIn(value), ...numbersIn(finals)]);
  if (why !== undefined) return { kind: "wild", why };

  const early = graphFault(program, graph, inputs, value, finals);
  if (early !== undefined) return { kind: "wrong", what: "value of the graph (front end)", detail: early };
  const names = program.parameters.map(({ name }) => name);
  const seed = seedOf(request, graph, names, value, finals);
  const gradient = gradientByDuals(graph, request, program, inputs, seed.outputs);
  if (largest(gradient) > 1e6) return { kind: "wild", why: "steep" };
  const { isKink, fault } = differenceFault(program, differences, graph, request, inputs, seed.outputs, gradient);
  if (fault !== undefined)
    return { kind: "wrong", what: "duals against differences (front end or rules)", detail: fault };
  const singles = /Float32Array|Math\.fround/.test(program.source);
  return { kind: "known", inputs, value, finals, seed, gradient, differences: isKink ? "kink" : "agree", singles };
}

/** A fault that is there before anything is differentiated. */
function graphFault(
  program: PrintedProgram,
  graph: Graph,
  inputs: readonly Input[],
  primalValue: unknown,
  primalArguments: readonly Input[],
): string | undefined {
  const names = program.parameters.map(({ name }) => name);
  const { value, finals } = graphNumbers(graph, program, inputs);
  const pairs = [
    { name: "value", found: value, wanted: numbersIn(primalValue) },
    ...graph.parameters.map(({ path }, k) => ({
      name: path.join("."),
      found: finals[k] ?? [],
      wanted: numbersIn(leafOf(primalArguments, names, path)),
    })),
  ];
  const wrong = pairs.find(({ found, wanted }) => !close(found, wanted, 1e-14));
  return wrong && `${wrong.name}: graph ${list(wrong.found)}\nexecuted ${list(wrong.wanted)}`;
}

function differenceFault(
  program: PrintedProgram,
  differences: Differences,
  graph: Graph,
  request: TagRequest,
  inputs: readonly Input[],
  outputs: readonly WeightedOutput[],
  gradient: readonly number[],
): { readonly isKink: boolean; readonly fault: string | undefined } {
  const direction = () => {
    const next = sequence(program.inputSeed + 31);
    return () => next() - 0.5;
  };
  // The same direction, leaf by leaf, restricted to what the gradient is in.
  const directions = new Map<string, readonly number[]>();
  const next = direction();
  const names = program.parameters.map(({ name }) => name);
  const wanted = new Set(request.wrt.map((leaf) => pathOf(graph, leaf).join(".")));
  for (const leaf of floatLeaves(program)) {
    const count = arrayEntries(leafOf(inputs, names, leaf));
    directions.set(leaf.join("."), Array.from({ length: count }, next));
  }
  const isWanted = [...directions].flatMap(([path, entries]) => entries.map(() => (wanted.has(path) ? 1 : 0)));
  const masked = () => {
    const draw = direction();
    let position = 0;
    return () => draw() * (isWanted[position++] ?? 0);
  };
  const { derivative, spread } = differences(inputs, outputs, masked);
  const steps = request.wrt.flatMap((leaf) => {
    const path = pathOf(graph, leaf);
    return directions.get(path.join(".")) ?? Array.from({ length: arrayEntries(leafOf(inputs, names, path)) }, () => 0);
  });
  const product = gradient.reduce((sum, entry, k) => sum + entry * (steps[k] ?? 0), 0);
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

function isWild(differences: Differences, inputs: readonly Input[], values: readonly number[]): string | undefined {
  if (!values.every(Number.isFinite)) return "not finite";
  if (largest(values) > 1e5) return "large values";
  const direction = () => {
    const next = sequence(3);
    return () => next() - 0.5;
  };
  const outputs: WeightedOutput[] = [{ output: "value", weights: [1, 0.5, 0.25, 0.125] }];
  const { derivative } = differences(inputs, outputs, direction);
  return Math.abs(derivative) > 1e7 ? "steep" : undefined;
}
