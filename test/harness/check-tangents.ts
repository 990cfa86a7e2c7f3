/**
 * Forward mode on the fixtures: the Jacobian-vector product for the parameters and outputs of a tag, which need not ask for
 * it itself. Faults are lists of sentences, as in check-case.ts.
 */
import { evaluateDual, type Tangent } from "../../src/ir/evaluate-dual.ts";
import type { Output } from "../../src/ir/graph.ts";
import { each } from "../../src/ir/nested.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { completeInputs, graphArguments, inputPath, resultPath } from "./arguments.ts";
import { defaultTolerance } from "./model-case.ts";
import { isSeedOfValue, type Probe } from "./oracle.ts";
import { random } from "./random.ts";
import { callGenerated, type Result, type Subject } from "./subject.ts";
import {
  differencesOf,
  largestOf,
  leavesOf,
  numbersOf,
  pathsOfNumbers,
  readPath,
  writePath,
  type Path,
} from "./tree.ts";

type Direction = Probe["direction"];

/** The functions with their tags turned into those of forward mode. */
export function inForwardMode(functions: readonly ModelFunction[]): readonly ModelFunction[] {
  return functions.map((model) => ({ ...model, requests: model.requests.map(jvpOf) }));
}

export function jvpOf(request: TagRequest): TagRequest {
  if (request.mode === "jvp") return request;
  return { ...request, mode: "jvp", functionName: `${request.functionName}Jvp`, accumulate: false };
}

/** The tangents of the outputs are those of dual numbers, and what the call leaves is what the primal leaves. */
export function tangentFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { modelCase, originals } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false) return [];
  const tolerance = modelCase.tolerance ?? defaultTolerance;
  const value = originals[modelCase.function]!(...modelCase.inputs());
  return probes.flatMap(({ direction }) => {
    const result = runTangent(subject, direction);
    const wanted = dualTangents(subject, direction);
    const numbers = wanted.flatMap(({ tangents }) => tangents);
    const bound = Math.max(tolerance * largestOf(numbers), roundingOf(subject, direction), Number.MIN_VALUE);
    return [
      ...differencesOf(result.value, value, 1e-12 * largestOf(numbersOf(value))).map((text) => `value: ${text}`),
      ...wanted.flatMap(({ path, tangents }) =>
        differencesOf(numbersOf(readPath(result.tangent, path)), tangents, bound).map(
          (text) => `tangent ${path.join(".")}: ${text}`,
        ),
      ),
    ];
  });
}

/**
 * How far the tangents may move when each operation is off by a rounding error, in any order of operations: some times what
 * a few samples show. Far below the tolerances where nothing cancels.
 */
export function roundingOf(subject: Subject, direction: Direction): number {
  const exact = dualTangents(subject, direction).flatMap(({ tangents }) => tangents);
  const generator = random(exact.length);
  const rounding = (): number => generator.uniform(-1, 1) * 2 ** -53;
  const moves = Array.from({ length: 3 }, () =>
    dualTangents(subject, direction, rounding)
      .flatMap(({ tangents }) => tangents)
      .map((tangent, k) => tangent - exact[k]!),
  );
  return 64 * largestOf(moves.flat());
}

/** `seed · (J v)` is `(seed · J) v`: the products of both modes agree (Griewank & Walther, section 3.7). */
export function dotProductFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { model, request, modelCase } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false || !["grad", "vjp"].includes(request.mode)) return [];
  const seed = request.mode === "grad" ? 1 : modelCase.seed?.();
  const seeds = request.mode === "grad" ? [] : [seed];
  const { grad } = callGenerated(subject, request.functionName, modelCase.inputs(), ...seeds);
  return probes.flatMap(({ direction }) => {
    const { tangent } = runTangent(subject, direction);
    const outwards = request.outputs.flatMap((output) => {
      const path = outputPath(model, request, output);
      return products(readPath(seed, path), readPath(tangent, path));
    });
    const inwards = request.wrt.flatMap((parameter, k) =>
      products(direction[k], numbersOf(readPath(grad, resultPath(model, parameter)))),
    );
    const [left, right] = [outwards, inwards].map((terms) => terms.reduce((sum, term) => sum + term, 0));
    // Each sum has the rounding of its terms, and float32 models that of what they store.
    const scale = largestOf([...outwards, ...inwards]) * Math.sqrt(outwards.length + inwards.length);
    const tolerance = Math.max(1e-13, modelCase.tolerance ?? 0);
    const weights = largestOf(
      request.outputs.flatMap((output) => numbersOf(readPath(seed, outputPath(model, request, output)))),
    );
    const bound = Math.max(tolerance * scale, weights * roundingOf(subject, direction));
    const isRight = Math.abs(left! - right!) <= bound || Object.is(left, right);
    return isRight ? [] : [`seed · tangent is ${left}, gradient · direction ${right}`];
  });
}

function runTangent(subject: Subject, direction: Direction): Result {
  const { model, request, modelCase } = subject;
  const tangent = tangentOf(model, request, modelCase.inputs(), direction);
  return callGenerated(subject, jvpOf(request).functionName, modelCase.inputs(), tangent);
}

/** A tangent in a direction that no parameter is left out of. */
export function someTangent(model: ModelFunction, request: TagRequest, inputs: unknown[]): unknown {
  const args = graphArguments(model, completeInputs(model.signature, inputs));
  const generator = random(args.length);
  const direction = request.wrt.map((parameter) => numbersOf(args[parameter]).map(() => generator.uniform(-1, 1)));
  return tangentOf(model, request, inputs, direction);
}

/** The direction as an object of tangents: what stands in the inputs, with the entries of the direction. */
export function tangentOf(model: ModelFunction, request: TagRequest, given: unknown[], direction: Direction): unknown {
  const inputs = completeInputs(model.signature, given);
  const places = request.wrt.map((parameter) => ({
    from: inputPath(model, parameter),
    to: resultPath(model, parameter),
  }));
  places.forEach(({ from }, k) => {
    if ((readPath(inputs, outerPart(from)) ?? undefined) === undefined) return;
    pathsOfNumbers(inputs, from).forEach((path, entry) => writePath(inputs, path, direction[k]![entry]));
  });
  const tangent: Record<string, unknown> = {};
  for (const { from, to } of places) {
    const path = outerPart(to);
    path.slice(0, -1).reduce<Record<string | number, unknown>>((at, key) => {
      at[key] ??= {};
      return at[key] as Record<string | number, unknown>;
    }, tangent);
    writePath(tangent, path, readPath(inputs, outerPart(from)));
  }
  return tangent;
}

/** A path up to the first array whose entries it goes through. */
function outerPart(path: Path): Path {
  const at = path.indexOf(each);
  return at < 0 ? path : path.slice(0, at);
}

function outputPath(model: ModelFunction, request: TagRequest, output: number | "value"): Path {
  if (output === "value") return isSeedOfValue(request) ? [] : ["value"];
  return resultPath(model, output);
}

export function dualTangents(
  { model, request, modelCase }: Subject,
  direction: Direction,
  rounding?: () => number,
): readonly { readonly path: Path; readonly tangents: readonly number[] }[] {
  const args = graphArguments(model, completeInputs(model.signature, modelCase.inputs()));
  const tangents: Tangent[] = args.map(() => undefined);
  request.wrt.forEach((parameter, k) => {
    tangents[parameter] = typeof args[parameter] === "number" ? direction[k]![0] : direction[k];
  });
  const { leaves, final } = evaluateDual(model.graph, args, tangents, rounding && { rounding });
  return request.outputs.flatMap((output) => {
    const base = outputPath(model, request, output);
    if (output !== "value") return [{ path: base, tangents: numbersOf(final.get(output)!.tangent) }];
    const booleans = booleansOf(model.graph.returned);
    return leaves.flatMap(({ path, value, tangent }) => {
      if (typeof value === "boolean" || booleans.has(path.join("."))) return [];
      return [{ path: [...base, ...path], tangents: numbersOf(tangent) }];
    });
  });
}

/** The paths of leaves that are arrays of booleans. */
function booleansOf(output: Output, path: Path = []): ReadonlySet<string> {
  switch (output.kind) {
    case "rows":
      return new Set(
        output.leaves.flatMap((leaf) => (leaf.isBoolean === true ? [[...path, ...leaf.path].join(".")] : [])),
      );
    case "object":
      return new Set(output.entries.flatMap(({ key, output: part }) => [...booleansOf(part, [...path, key])]));
    case "tuple":
      return new Set(output.entries.flatMap((part, k) => [...booleansOf(part, [...path, k])]));
    default:
      return new Set();
  }
}

/** Each weight times what stands at its place. */
function products(weights: unknown, values: unknown): readonly number[] {
  return leavesOf(weights).flatMap(({ path, value }) =>
    value === 0 ? [] : [Number(value) * Number(readPath(values, path))],
  );
}
