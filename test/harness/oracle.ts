import { evaluateDual, type Dual, type DualEvaluation, type Tangent } from "../../src/ir/evaluate-dual.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { completeInputs, graphArguments, resultPath } from "./arguments.ts";
import type { ModelCase } from "./model-case.ts";
import { random } from "./random.ts";
import { largestOf, numbersOf, readPath } from "./tree.ts";

/** The derivative along one direction, by dual numbers. */
export interface Probe {
  /** For each wrt entry: one number for each entry of the leaf. */
  readonly direction: readonly (readonly number[])[];
  readonly derivative: number;
  readonly isUnit: boolean;
}

const fewEntries = 24;
const unitSamples = 8;
const randomDirections = 3;

/**
 * Dual numbers on the primal graph: along every entry where there are few, else along some, and along random directions
 * in all entries at once.
 */
export function probes(model: ModelFunction, request: TagRequest, modelCase: ModelCase): readonly Probe[] {
  const args = graphArguments(model, completeInputs(model.signature, modelCase.inputs()));
  const sizes = request.wrt.map((parameter) => numbersOf(args[parameter]).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const zeros = () => sizes.map((size) => new Array<number>(size).fill(0));
  const seed = modelCase.seed?.();

  const probe = (direction: readonly (readonly number[])[], isUnit: boolean): Probe => {
    const tangents: Tangent[] = args.map(() => undefined);
    request.wrt.forEach((parameter, k) => {
      tangents[parameter] = typeof args[parameter] === "number" ? direction[k]![0] : direction[k];
    });
    return {
      direction,
      derivative: seededTangent(model, request, evaluateDual(model.graph, args, tangents), seed),
      isUnit,
    };
  };
  const unit = (position: number): Probe => {
    const direction = zeros();
    let rest = position;
    const leaf = sizes.findIndex((size) => (rest < size ? true : ((rest -= size), false)));
    direction[leaf]![rest] = 1;
    return probe(direction, true);
  };

  const generator = random(total);
  const positions = Array.from({ length: total }, (_, position) => position);
  const units =
    total <= fewEntries
      ? positions
      : [0, total - 1, ...Array.from({ length: unitSamples }, () => Math.floor(generator.next() * total))];
  const dense = total <= 1 ? 0 : randomDirections;
  return [
    ...units.map(unit),
    ...Array.from({ length: dense }, () =>
      probe(
        zeros().map((entries) => entries.map(() => generator.uniform(-1, 1))),
        false,
      ),
    ),
  ];
}

/** What is wrong with the gradient of a result, in words. */
export function faultsOf(
  found: readonly Probe[],
  model: ModelFunction,
  request: TagRequest,
  grad: unknown,
  tolerance: number,
): readonly string[] {
  const entries = request.wrt.map((parameter) => numbersOf(readPath(grad, resultPath(model, parameter))));
  const largest = largestOf(entries.flat());
  return found.flatMap(({ direction, derivative, isUnit }) => {
    const products = direction.flatMap((along, k) => along.flatMap((d, i) => (d === 0 ? [] : [d * entries[k]![i]!])));
    const sum = products.reduce((a, b) => a + b, 0);
    // A random direction sums many entries, each with the error that is allowed to one.
    const scale = isUnit ? largest : largest * Math.sqrt(products.length);
    const isRight = Number.isFinite(derivative)
      ? Math.abs(sum - derivative) <= tolerance * Math.max(scale, Math.abs(derivative))
      : Object.is(sum, derivative);
    if (isRight) return [];
    const where = isUnit ? nameOfUnit(model, request, direction) : "along a random direction";
    return [`${request.functionName} ${where}: ${sum}, not ${derivative} (largest entry ${largest})`];
  });
}

/** The seed times the tangents of the outputs. */
export function seededTangent(
  model: ModelFunction,
  request: TagRequest,
  { leaves, final }: DualEvaluation,
  seed: unknown,
): number {
  const one = isSeedOfValue(request);
  let sum = 0;
  for (const output of request.outputs) {
    if (output === "value") {
      for (const { path, tangent } of leaves) {
        if (typeof tangent === "number" && Number.isNaN(tangent)) return NaN;
        const weights = seed === undefined ? [1] : weightsAt(one ? seed : readPath(seed, ["value"]), path);
        sum += dot(weights, tangent);
      }
    } else {
      sum += dot(numbersOf(readPath(seed, resultPath(model, output))), final.get(output)!.tangent);
    }
  }
  return sum;
}

/** Whether the seed is that of the value alone, and not an object keyed by outputs. */
export function isSeedOfValue({ outputs }: TagRequest): boolean {
  return outputs.length === 1 && outputs[0] === "value";
}

function weightsAt(seed: unknown, path: readonly (string | number)[]): readonly number[] {
  const at = readPath(seed, path);
  return at === undefined ? [] : numbersOf(at);
}

function dot(weights: readonly number[], tangent: Dual["tangent"] | Float64Array): number {
  const tangents = numbersOf(tangent);
  return weights.reduce((sum, weight, k) => sum + (weight === 0 ? 0 : weight * tangents[k]!), 0);
}

function nameOfUnit(model: ModelFunction, request: TagRequest, direction: readonly (readonly number[])[]): string {
  const leaf = direction.findIndex((along) => along.includes(1));
  return `d/d ${resultPath(model, request.wrt[leaf]!).join(".")}[${direction[leaf]!.indexOf(1)}]`;
}
