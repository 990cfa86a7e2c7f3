/** What a derivative is contracted with: the seed of a vjp, and the same as weights for each output. */
import type { Graph } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import type { WeightedOutput } from "./differences.ts";
import { copyOf, moved, numbersIn } from "./execute.ts";
import { sequence, type Input } from "./inputs.ts";
import { leafOf, pathOf } from "./leaves.ts";

export interface Seed {
  /** What the generated function is given. */
  readonly value: unknown;
  readonly outputs: readonly WeightedOutput[];
}

/** Weights for every entry of every output, as the seed of a vjp holds them; 1 for a gradient. */
export function seedOf(
  request: TagRequest,
  graph: Graph,
  names: readonly string[],
  primalValue: unknown,
  primalArguments: readonly Input[],
): Seed {
  if (request.mode === "grad") return { value: 1, outputs: [{ output: "value", weights: [1] }] };
  const next = sequence(5);
  const like = (value: unknown): unknown => moved(copyOf(value as Input), () => 0.2 + next());
  const parts = request.outputs.map((output) => {
    const path = output === "value" ? [] : pathOf(graph, output);
    const seed = like(output === "value" ? primalValue : leafOf(primalArguments, names, path));
    const position = output === "value" ? output : names.indexOf(String(path[0]));
    return {
      path: output === "value" ? ["value"] : path.map(String),
      seed,
      output: position,
      weights: numbersIn(seed),
    };
  });
  const [first] = parts;
  const alone = parts.length === 1 && first?.output === "value";
  const value = alone ? first.seed : nested(parts);
  return { value, outputs: parts };
}

/** Seeds under the names of their outputs, members within objects. */
function nested(parts: readonly { readonly path: readonly string[]; readonly seed: unknown }[]): unknown {
  const [only] = parts;
  if (only !== undefined && only.path.length === 0) return only.seed;
  const names = [...new Set(parts.map(({ path }) => path[0] ?? ""))];
  return Object.fromEntries(
    names.map((name) => {
      const inner = parts.filter(({ path }) => path[0] === name);
      return [name, nested(inner.map((part) => ({ ...part, path: part.path.slice(1) })))];
    }),
  );
}
