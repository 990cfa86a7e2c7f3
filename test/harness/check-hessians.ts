/**
 * Hessian-vector products on the fixtures whose tag asks for a gradient. Faults are lists of sentences, as in check-case.ts.
 */
import { evaluateHyperDual, type Directions } from "../../src/ir/evaluate-hyper-dual.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { refusals } from "../../src/pipeline.ts";
import { completeInputs, graphArguments, resultPath } from "./arguments.ts";
import { tangentOf } from "./check-tangents.ts";
import { defaultTolerance } from "./model-case.ts";
import type { Probe } from "./oracle.ts";
import { random } from "./random.ts";
import { callGenerated, type Result, type Subject } from "./subject.ts";
import { differencesOf, isWithin, largestOf, numbersOf, readPath } from "./tree.ts";

type Direction = Probe["direction"];

/** The functions that have gradients, with the tags for these turned into those of Hessian-vector products. */
export function withHessianProducts(functions: readonly ModelFunction[]): readonly ModelFunction[] {
  return functions
    .map((model) => {
      const asked = model.requests.filter(({ mode }) => mode === "grad" || mode === "hvp").map(hvpOf);
      return { ...model, requests: asked.filter((request) => refusals(model, request).length === 0) };
    })
    .filter(({ requests }) => requests.length > 0);
}

export function hvpOf(request: TagRequest): TagRequest {
  if (request.mode === "hvp") return request;
  return { ...request, mode: "hvp", functionName: `${request.functionName}Hvp`, accumulate: false };
}

/** How many entries of a product are looked at one by one. */
const samples = 6;

/** Along each direction, some entries of the product and its part in another direction are those of hyper-dual numbers. */
export function hessianFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { request, modelCase, originals } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false || !["grad", "hvp"].includes(request.mode)) return [];
  if (refusals(subject.model, hvpOf(request)).length > 0) return [];
  const tolerance = Math.max(1e-11, modelCase.tolerance ?? defaultTolerance);
  const value = originals[modelCase.function]!(...modelCase.inputs());
  const generator = random(probes.length);
  return chosen(probes).flatMap(({ direction }) => {
    const result = runProduct(subject, direction);
    const entries = leavesAt(subject, result.hvp);
    const all = entries.flat();
    const others = otherDirections(direction, generator);
    const wanted = others.map((other) => mixedDerivative(subject, direction, other));
    const largest = Math.max(largestOf(all), largestOf(wanted.map(({ mixed }) => mixed)));
    const faults = others.flatMap((other, k) => {
      const terms = other.flatMap((along, leaf) => along.flatMap((d, i) => (d === 0 ? [] : [d * entries[leaf]![i]!])));
      const sum = terms.reduce((total, term) => total + term, 0);
      const { mixed } = wanted[k]!;
      // At a singular point there is no second derivative.
      if (!Number.isFinite(mixed)) return [];
      const bound = tolerance * largest * Math.max(1, Math.sqrt(terms.length)) + rounding(subject, direction, other);
      return isWithin(sum, mixed, bound) ? [] : [`product ${k}: ${sum}, not ${mixed} (largest entry ${largest})`];
    });
    const gradient = leavesAt(subject, result.grad);
    const slope = direction.flatMap((along, leaf) => along.map((d, i) => (d === 0 ? 0 : d * gradient[leaf]![i]!)));
    const first = wanted[0]?.first ?? 0;
    const isGradient = isWithin(
      slope.reduce((total, term) => total + term, 0),
      first,
      Math.max(1e-12, modelCase.tolerance ?? 0) *
        Math.max(largestOf(slope), largestOf(gradient.flat())) *
        Math.sqrt(slope.length),
    );
    return [
      ...differencesOf(result.value, value, 1e-12 * largestOf(numbersOf(value))).map((text) => `value: ${text}`),
      ...(isGradient ? [] : [`the gradient along the vector is not ${first}`]),
      ...faults,
    ];
  });
}

/** Some unit vectors, and what is no unit vector. */
function chosen(probes: readonly Probe[]): readonly Probe[] {
  const units = probes.filter(({ isUnit }) => isUnit);
  return [...units.slice(0, 2), ...units.slice(-1), ...probes.filter(({ isUnit }) => !isUnit).slice(0, 2)];
}

function runProduct(subject: Subject, direction: Direction): Result {
  const { model, request, modelCase } = subject;
  const vector = tangentOf(model, request, modelCase.inputs(), direction);
  return callGenerated(subject, hvpOf(request).functionName, modelCase.inputs(), vector);
}

function leavesAt({ model, request }: Subject, tree: unknown): readonly (readonly number[])[] {
  return request.wrt.map((parameter) => numbersOf(readPath(tree, resultPath(model, parameter))));
}

/** Unit vectors, and one direction with all entries. */
export function otherDirections(like: Direction, generator: ReturnType<typeof random>): readonly Direction[] {
  const zeros = () => like.map((along) => along.map(() => 0));
  const places = like.flatMap((along, leaf) => along.map((_, entry) => ({ leaf, entry })));
  const picked =
    places.length <= samples
      ? places
      : Array.from({ length: samples }, () => places[Math.floor(generator.next() * places.length)]!);
  const units = picked.map(({ leaf, entry }) => {
    const direction = zeros();
    direction[leaf]![entry] = 1;
    return direction;
  });
  return [...units, zeros().map((along) => along.map(() => generator.uniform(-1, 1)))];
}

export function mixedDerivative({ model, request, modelCase }: Subject, first: Direction, second: Direction) {
  const args = graphArguments(model, completeInputs(model.signature, modelCase.inputs()));
  const directions = args.map((): Directions => ({ first: undefined, second: undefined }));
  request.wrt.forEach((parameter, k) => {
    const at = (direction: Direction) => (typeof args[parameter] === "number" ? direction[k]![0] : direction[k]);
    directions[parameter] = { first: at(first), second: at(second) };
  });
  return evaluateHyperDual(model.graph, args, directions);
}

/** How far the mixed derivative moves when the directions change places: it is the same but for rounding. */
export function rounding(subject: Subject, first: Direction, second: Direction): number {
  const [one, other] = [mixedDerivative(subject, first, second), mixedDerivative(subject, second, first)];
  return 64 * Math.abs(one.mixed - other.mixed);
}
