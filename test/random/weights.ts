/** What a derivative is contracted with: the seed of a vjp, and the same as weights for each output. */
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { inputPath, resultPath } from "../harness/arguments.ts";
import { isSeedOfValue } from "../harness/oracle.ts";
import { readPath } from "../harness/tree.ts";
import type { WeightedOutput } from "./differences.ts";
import { moved, numbersIn } from "./execute.ts";
import { sequence, type Input } from "./inputs.ts";

export interface Seed {
  /** What the generated function is given; undefined for a gradient. */
  readonly value: unknown;
  readonly outputs: readonly WeightedOutput[];
}

/** Weights for every entry of every output, as the seed of a vjp holds them; 1 for a gradient. */
export function seedOf(
  request: TagRequest,
  model: ModelFunction,
  primalValue: unknown,
  primalArguments: readonly Input[],
): Seed {
  if (request.mode === "grad") return { value: undefined, outputs: [{ output: "value", weights: [1] }] };
  const next = sequence(5);
  const like = (value: unknown): unknown => moved(value as Input, () => 0.2 + next());
  const seeds: Record<string, unknown> = {};
  for (const output of request.outputs) {
    if (output === "value") seeds["value"] = like(primalValue);
    else {
      const [name, ...within] = resultPath(model, output).map(String);
      const [position = -1] = inputPath(model, output).map(Number);
      // A parameter that is destructured is seeded by the names that it binds.
      const path = inputPath(model, output).slice(0, within.length === 0 ? undefined : 1);
      seeds[name ?? ""] ??= like(within.length === 0 ? readPath(primalArguments, path) : primalArguments[position]);
    }
  }
  const value = isSeedOfValue(request) ? seeds["value"] : seeds;
  const outputs = request.outputs.map((output): WeightedOutput => {
    if (output === "value") return { output, weights: numbersIn(seeds["value"]) };
    return { output: inputPath(model, output), weights: numbersIn(readPath(seeds, resultPath(model, output))) };
  });
  return { value, outputs };
}
