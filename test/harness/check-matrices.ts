/**
 * Jacobians and Hessians on the fixtures, for the parameters and outputs of a tag, which need not ask for them itself. Faults
 * are lists of sentences, as in check-case.ts.
 */
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { each } from "../../src/ir/nested.ts";
import { refusals } from "../../src/pipeline.ts";
import { resultPath } from "./arguments.ts";
import { isCompressed, wholeMatrix } from "./compressed.ts";
import { mixedDerivative, otherDirections, rounding } from "./check-hessians.ts";
import { dualTangents, roundingOf } from "./check-tangents.ts";
import { defaultTolerance } from "./model-case.ts";
import { isSeedOfValue, type Probe } from "./oracle.ts";
import { random } from "./random.ts";
import { callGenerated, type Subject } from "./subject.ts";
import { differencesOf, isWithin, largestOf, leavesOf, numbersOf, pathsOfNumbers, readPath } from "./tree.ts";

type Direction = Probe["direction"];

/** The functions with their tags turned into those of Jacobians; `sparse`: in compressed rows, where there can be some. */
export function withJacobians(functions: readonly ModelFunction[], sparse = false): readonly ModelFunction[] {
  return functions
    .map((model) => {
      const asked = model.requests.map((request) => inRows(model, jacobianOf(request), sparse));
      return { ...model, requests: asked.filter((request) => refusals(model, request).length === 0) };
    })
    .filter(({ requests }) => requests.length > 0);
}

/** The request in compressed rows, if that is wanted, and there are some. */
export function inRows(model: ModelFunction, request: TagRequest, sparse: boolean): TagRequest {
  const compressed = { ...request, sparse: true };
  return sparse && refusals(model, compressed).length === 0 ? compressed : { ...request, sparse: false };
}

export function jacobianOf(request: TagRequest): TagRequest {
  if (request.mode === "jacobian") return request;
  return { ...request, mode: "jacobian", functionName: `${request.functionName}Jacobian`, accumulate: false };
}

/** The functions that have gradients, with the tags for these turned into those of Hessians. */
export function withHessians(functions: readonly ModelFunction[], sparse = false): readonly ModelFunction[] {
  const scalar = ["grad", "hvp", "hessian"];
  return functions
    .map((model) => {
      const own = model.requests.filter(({ mode }) => scalar.includes(mode)).map(hessianOf);
      const asked = own.map((request) => inRows(model, request, sparse));
      return { ...model, requests: asked.filter((request) => refusals(model, request).length === 0) };
    })
    .filter(({ requests }) => requests.length > 0);
}

export function hessianOf(request: TagRequest): TagRequest {
  if (request.mode === "hessian") return request;
  return { ...request, mode: "hessian", functionName: `${request.functionName}Hessian`, accumulate: false };
}

/** The Jacobian times each direction is the tangent of dual numbers, and what the call leaves is what the primal leaves. */
export function jacobianFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { request, modelCase, originals } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false) return [];
  if (refusals(subject.model, jacobianOf(request)).length > 0) return [];
  const tolerance = Math.max(modelCase.tolerance ?? defaultTolerance, defaultTolerance);
  const value = originals[modelCase.function]!(...modelCase.inputs());
  const result = callGenerated(subject, jacobianOf(request).functionName, modelCase.inputs());
  const matrices = matricesOf(subject, result.jacobian, probes[0]?.direction ?? []);
  const largest = largestOf(matrices.flat());
  // What is not there has a derivative of 0, in each entry that there would be.
  const isThere =
    request.outputs[0] !== "value" || typeof value === "number" || (typeof value === "object" && value !== null);
  return [
    ...differencesOf(result.value, value, 1e-12 * largestOf(numbersOf(value))).map((text) => `value: ${text}`),
    ...probes.flatMap(({ direction }) => {
      const wanted = flatTangents(subject, direction, value);
      const found = wanted.map((_, row) => product(matrices, direction, row));
      const terms = direction.flat().filter((d) => d !== 0).length;
      const scale = Math.max(largestOf(wanted), largest * Math.sqrt(terms));
      const bound = Math.max(tolerance * scale, roundingOf(subject, direction), Number.MIN_VALUE);
      const faults = differencesOf(found, wanted, bound);
      return [
        ...(isThere ? sizeFaults(matrices, direction, wanted.length) : zeroFaults(matrices)),
        ...faults.map((text) => `row of the Jacobian times ${list(direction)}: ${text}`),
      ];
    }),
  ];
}

function zeroFaults(matrices: readonly (readonly number[])[]): readonly string[] {
  const others = matrices.flat().filter((entry) => entry !== 0);
  return others.map((entry) => `a Jacobian of nothing has an entry of ${entry}`);
}

function sizeFaults(matrices: readonly (readonly number[])[], direction: Direction, rows: number): readonly string[] {
  return matrices.flatMap((matrix, k) => {
    const wanted = rows * direction[k]!.length;
    return matrix.length === wanted ? [] : [`a Jacobian has ${matrix.length} entries, not ${wanted}`];
  });
}

/** Of so many entries a Hessian is looked at. */
const mostEntries = 160;

function sizeOf(probes: readonly Probe[]): number {
  return probes[0]?.direction.flat().length ?? 0;
}

/** Each row times the direction is the mixed derivative of hyper-dual numbers, and the matrix is symmetric. */
export function matrixHessianFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { request, modelCase, originals } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false) return [];
  if (!["grad", "hvp", "hessian"].includes(request.mode)) return [];
  if (refusals(subject.model, hessianOf(request)).length > 0) return [];
  // A whole Hessian of many entries takes long.
  if (sizeOf(probes) > mostEntries) return [];
  const tolerance = Math.max(1e-11, modelCase.tolerance ?? defaultTolerance);
  const value = originals[modelCase.function]!(...modelCase.inputs());
  const result = callGenerated(subject, hessianOf(request).functionName, modelCase.inputs());
  const gradient = request.wrt.map((parameter) =>
    numbersOf(readPath(result.grad, resultPath(subject.model, parameter))),
  );
  const hessian = entriesOf(result.hessian, sizeOf(probes));
  const size = Math.sqrt(hessian.length);
  const generator = random(hessian.length);
  const faults = differencesOf(result.value, value, 1e-12 * largestOf(numbersOf(value))).map(
    (text) => `value: ${text}`,
  );
  if (size !== sizeOf(probes)) return [...faults, `the Hessian has ${hessian.length} entries`];
  const largest = largestOf(hessian);
  const at = (row: number, column: number): number => hessian[row * size + column]!;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      const [one, other] = [at(row, column), at(column, row)];
      const isBoth = Number.isFinite(one) && Number.isFinite(other);
      if (!isBoth || isWithin(one, other, tolerance * largest)) continue;
      // At a kink it may have a mixed derivative for each order.
      const isKink = modelCase.differences === false;
      if (!isKink && !isWithin(one, other, tolerance * largest + asymmetry(subject, probes, row, column))) {
        faults.push(`not symmetric at ${row}, ${column}: ${one} and ${other}`);
      }
    }
  }
  for (const { direction, derivative } of probes) {
    const along = direction.flat();
    const slopes = gradient.flat().map((d, k) => (along[k] === 0 ? 0 : d * along[k]!));
    const slope = slopes.reduce((sum, term) => sum + term, 0);
    const bound =
      Math.max(1e-12, modelCase.tolerance ?? 0) *
      Math.max(largestOf(slopes), largestOf(gradient.flat())) *
      Math.sqrt(slopes.length);
    if (Number.isFinite(derivative) && !isWithin(slope, derivative, bound))
      faults.push(`gradient: ${slope}, not ${derivative}`);
  }
  for (const { direction } of someOf(probes)) {
    for (const other of otherDirections(direction, generator)) {
      const { mixed } = mixedDerivative(subject, direction, other);
      if (!Number.isFinite(mixed)) continue;
      const [a, b] = [direction.flat(), other.flat()];
      let sum = 0;
      let terms = 0;
      a.forEach((left, row) => {
        b.forEach((right, column) => {
          if (left === 0 || right === 0) return;
          sum += left * right * at(row, column);
          terms++;
        });
      });
      const bound =
        tolerance * Math.max(largest, Math.abs(mixed)) * Math.sqrt(terms) + rounding(subject, direction, other);
      if (!isWithin(sum, mixed, bound))
        faults.push(`along ${list(direction)} and ${list(other)}: ${sum}, not ${mixed}`);
    }
  }
  return faults;
}

/** How far hyper-dual numbers are from being symmetric: a kink may have a mixed derivative for each order. */
function asymmetry(subject: Subject, [probe]: readonly Probe[], row: number, column: number): number {
  const unit = (place: number): Direction => {
    let at = 0;
    return probe!.direction.map((along) => along.map(() => (at++ === place ? 1 : 0)));
  };
  return rounding(subject, unit(row), unit(column));
}

function someOf(probes: readonly Probe[]): readonly Probe[] {
  const units = probes.filter(({ isUnit }) => isUnit);
  return [...units.slice(0, 3), ...units.slice(-2), ...probes.filter(({ isUnit }) => !isUnit).slice(0, 2)];
}

function list(direction: Direction): string {
  const numbers = direction.flat();
  return numbers.length > 12 ? "a direction" : `(${numbers.map((d) => d.toPrecision(3)).join(", ")})`;
}

/** The matrix of each wrt entry, with as many columns as a direction is long. One within an array is that of all entries. */
function matricesOf(
  { model, request }: Subject,
  jacobian: unknown,
  direction: Direction,
): readonly (readonly number[])[] {
  return request.wrt.map((parameter, k) => {
    const path = resultPath(model, parameter).filter((key) => key !== each);
    return entriesOf(readPath(jacobian, path), direction[k]?.length ?? 0);
  });
}

function entriesOf(matrix: unknown, columns: number): readonly number[] {
  return isCompressed(matrix) ? [...wholeMatrix(matrix, columns)] : numbersOf(matrix);
}

function product(matrices: readonly (readonly number[])[], direction: Direction, row: number): number {
  return direction.reduce((sum, along, k) => {
    const matrix = matrices[k]!;
    return along.reduce((total, d, column) => total + (d === 0 ? 0 : d * matrix[row * along.length + column]!), sum);
  }, 0);
}

/** The tangents of the outputs in order, each flattened in the order of its structure. */
function flatTangents(subject: Subject, direction: Direction, value: unknown): readonly number[] {
  const { model, request } = subject;
  const isLone = isSeedOfValue(request);
  const tangents = dualTangents(subject, direction);
  return request.outputs.flatMap((output) => {
    if (output !== "value") {
      const own = resultPath(model, output).join();
      return tangents.filter(({ path }) => path.join() === own).flatMap(({ tangents: numbers }) => numbers);
    }
    const byPlace = new Map<string, number>();
    for (const { path, tangents: numbers } of tangents) {
      if (!isLone && path[0] !== "value") continue;
      const within = isLone ? path : path.slice(1);
      pathsOfNumbers(value, within).forEach((place, k) => byPlace.set(place.join(), numbers[k]!));
    }
    return leavesOf(value).flatMap(({ path }) => {
      const found = byPlace.get(path.join());
      return found === undefined ? [] : [found];
    });
  });
}
