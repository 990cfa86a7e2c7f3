/**
 * What may be wrong with a derivative in one case, each check as a list of sentences: none where all is well.
 */
import { completeInputs, inputPath, resultPath } from "./arguments.ts";
import { centralDifference } from "./central-differences.ts";
import { hessianFaults } from "./check-hessians.ts";
import { jacobianFaults, matrixHessianFaults } from "./check-matrices.ts";
import { someTangent, tangentFaults } from "./check-tangents.ts";
import { defaultTolerance } from "./model-case.ts";
import { faultsOf, isSeedOfValue, type Probe } from "./oracle.ts";
import { callGenerated, type Result, type Subject } from "./subject.ts";
import { differencesOf, isWithin, largestOf, leavesOf, numbersOf, pathsOfNumbers, readPath } from "./tree.ts";

const rounding = 1e-12;

/** The value is the primal's to the bit, and so are the arrays that it writes: what strict floating point promises. */
export function exactValueFaults(subject: Subject): readonly string[] {
  return valuesWithin(subject, 0);
}

/** The value is the primal's to rounding, the arrays that it writes are too, and nothing else is written. */
export function valueFaults(subject: Subject): readonly string[] {
  return valuesWithin(subject, rounding);
}

function valuesWithin(subject: Subject, tolerance: number): readonly string[] {
  const { model, request, modelCase, originals } = subject;
  const original = originals[modelCase.function]!;
  const originalInputs = modelCase.inputs();
  const inputs = modelCase.inputs();
  if (modelCase.throws !== undefined) {
    return [
      ...throwFaults(`${modelCase.function} itself`, modelCase.throws, () => original(...originalInputs)),
      ...throwFaults(request.functionName, modelCase.throws, () => derive(subject, inputs)),
    ];
  }
  const value = original(...originalInputs);
  const result = derive(subject, inputs);
  const faults = [...treeFaults("value", result.value, value, tolerance)];
  model.graph.parameters.forEach(({ written, type }, k) => {
    const path = inputPath(model, k);
    if (typeof type !== "object" || inputs[path[0] as number] === undefined) return;
    const name = resultPath(model, k).join(".");
    const [now, before] = [readPath(inputs, path), readPath(modelCase.inputs(), path)];
    if (written) faults.push(...treeFaults(name, now, readPath(originalInputs, path), tolerance));
    else faults.push(...differencesOf(now, before, 0).map((text) => `${name} is written: ${text}`));
  });
  return faults;
}

export function dualFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { model, request, modelCase } = subject;
  if (modelCase.throws !== undefined || modelCase.duals === false) return [];
  if (request.mode === "jvp") return tangentFaults(subject, probes);
  if (request.mode === "jacobian") return jacobianFaults(subject, probes);
  const { grad } = derive(subject, modelCase.inputs());
  return [
    ...faultsOf(probes, model, request, grad, modelCase.tolerance ?? defaultTolerance),
    ...(request.mode === "hvp" ? hessianFaults(subject, probes) : []),
    ...(request.mode === "hessian" ? matrixHessianFaults(subject, probes) : []),
  ];
}

/** Central differences of the original, in the entries that the oracle looks at. */
export function differenceFaults(subject: Subject, probes: readonly Probe[]): readonly string[] {
  const { model, request, modelCase } = subject;
  const { differences = {} } = modelCase;
  // What is no gradient is held against dual numbers, and against reverse mode.
  const hasGradient = request.mode !== "jvp" && request.mode !== "jacobian";
  if (differences === false || modelCase.throws !== undefined || !hasGradient) return [];
  const { step = 2 ** -10, tolerance = 1e-7 } = differences;
  const inputs = () => completeInputs(model.signature, modelCase.inputs());
  const { grad } = derive(subject, inputs());
  const largest = Math.max(
    Math.abs(seededValue(subject, inputs())),
    largestOf(request.wrt.flatMap((parameter) => numbersOf(readPath(grad, resultPath(model, parameter))))),
  );
  return probes.flatMap(({ direction, isUnit }) => {
    if (!isUnit) return [];
    const leaf = direction.findIndex((along) => along.includes(1));
    const entry = direction[leaf]!.indexOf(1);
    const parameter = request.wrt[leaf]!;
    const base = inputPath(model, parameter);
    const { absent, leftOut } = model.graph.parameters[parameter]!;
    // What is left out has the derivative 0.
    const isLeftOut =
      (absent !== undefined || leftOut !== undefined) && (readPath(inputs(), base) ?? undefined) === undefined;
    const path = isLeftOut ? base : pathsOfNumbers(inputs(), base)[entry]!;
    const difference = isLeftOut ? 0 : centralDifference((at) => seededValue(subject, at), inputs, path, step);
    const found = numbersOf(readPath(grad, resultPath(model, parameter)))[entry]!;
    const name = `${resultPath(model, parameter).join(".")}[${entry}]`;
    return isWithin(found, difference, tolerance * largest)
      ? []
      : [`${name} is ${found}, differences say ${difference}`];
  });
}

export function expectedFaults(subject: Subject): readonly string[] {
  const { request, modelCase } = subject;
  const { expected, throws, tolerance = defaultTolerance } = modelCase;
  if (expected === undefined || throws !== undefined) return [];
  const { value, grad = {} } = derive(subject, modelCase.inputs());
  const faults = "value" in expected ? [...treeFaults("value", value, expected.value, rounding)] : [];
  const largest = largestOf(numbersOf(grad));
  for (const [name, known] of Object.entries(expected.grad ?? {})) {
    const found = readPath(grad, [name]);
    // With several tags, each gradient has some of the names.
    if (found === undefined) continue;
    const bound = tolerance * Math.max(largest, largestOf(numbersOf(known)));
    faults.push(...differencesOf(found, known, bound).map((text) => `${request.functionName} ${name}: ${text}`));
  }
  return faults;
}

/** A second call with the same `out` gives the same bits in the same object, or twice the gradient if it accumulates. */
export function reuseFaults(subject: Subject): readonly string[] {
  const { request, modelCase } = subject;
  if (modelCase.throws !== undefined) return [];
  const out = derive(subject, modelCase.inputs());
  const first = structuredClone(numbersWithin(out));
  const arrays = arraysOf(out);
  const inputs = modelCase.inputs();
  const second = derive(subject, inputs, out);
  const faults = second === out ? [] : ["out is not what comes back"];
  // An array of the inputs that is returned as it is comes back itself.
  const isReplaced = (array: unknown, k: number) => array !== arrays[k] && !inputs.includes(array);
  if (arraysOf(second).some(isReplaced)) faults.push("an array of out was replaced");
  if (!request.accumulate) {
    const again = differencesOf(numbersWithin(second), first, 0);
    return [...faults, ...again.map((text) => `second call: ${text}`)];
  }
  const [value, grad] = first;
  faults.push(...differencesOf(second.value, value, 0).map((text) => `second value: ${text}`));
  const before = numbersOf(grad);
  const bound = rounding * largestOf(before);
  const wrong = numbersOf(second.grad).filter((value, k) => !isWithin(value, 2 * before[k]!, bound));
  return [...faults, ...wrong.map((value) => `${value} is not twice what it was`)];
}

/**
 * In the `out` of another case: the same as in a new one where the gradients have the same lengths, though scratch may be
 * too small or too large for it; a RangeError where they have not.
 */
export function foreignOutFaults(subject: Subject): readonly string[] {
  const { request, modelCase, siblings } = subject;
  if (modelCase.throws !== undefined || request.accumulate) return [];
  const own = derive(subject, modelCase.inputs());
  return siblings.flatMap((sibling) => {
    if (sibling.throws !== undefined) return [];
    const out = derive({ ...subject, modelCase: sibling }, sibling.inputs());
    if (shapeOf([out.value, out.tangent]) !== shapeOf([own.value, own.tangent])) return [];
    const run = () => derive(subject, modelCase.inputs(), out);
    if (shapeOf([out.grad, out.jacobian, out.hessian]) !== shapeOf([own.grad, own.jacobian, own.hessian])) {
      return throwFaults(`${request.functionName} in the out of "${sibling.note}"`, /length \d+.* \d+/, run);
    }
    const faults = differencesOf(numbersWithin(run()), numbersWithin(own), 0);
    return faults.map((text) => `in the out of "${sibling.note}": ${text}`);
  });
}

/** The result without its scratch. */
function numbersWithin({ value, grad, tangent, hvp, jacobian, hessian }: Result): readonly unknown[] {
  return [value, grad, tangent, hvp, jacobian, hessian];
}

function shapeOf(tree: unknown): string {
  return leavesOf(tree)
    .map(({ path }) => path.join("."))
    .join(" ");
}

export function derive(subject: Subject, inputs: readonly unknown[], out?: unknown): Result {
  const rest = [...seedOf(subject), ...(out === undefined ? [] : [out])];
  return callGenerated(subject, subject.request.functionName, inputs, ...rest);
}

/** The argument after the primal's, if there is one: the seed, or a direction. */
export function seedOf({
  model,
  request,
  modelCase,
}: Pick<Subject, "model" | "request" | "modelCase">): readonly unknown[] {
  if (request.mode === "vjp") return [modelCase.seed?.()];
  const takesDirection = request.mode === "jvp" || request.mode === "hvp";
  return takesDirection ? [someTangent(model, request, modelCase.inputs())] : [];
}

/** What the gradient is that of: the returned number, or the outputs times the seed. */
export function seededValue({ model, request, modelCase, originals }: Subject, inputs: unknown[]): number {
  const value = originals[modelCase.function]!(...inputs);
  if (["grad", "hvp", "hessian"].includes(request.mode)) return value as number;
  const seed = modelCase.seed?.();
  return request.outputs.reduce<number>((sum, output) => {
    const isValue = output === "value";
    const found = isValue ? value : readPath(inputs, inputPath(model, output));
    const weights = isValue
      ? isSeedOfValue(request)
        ? seed
        : readPath(seed, ["value"])
      : readPath(seed, resultPath(model, output));
    const numbers = numbersOf(found);
    return numbersOf(weights).reduce((total, weight, k) => total + weight * numbers[k]!, sum);
  }, 0);
}

function treeFaults(name: string, actual: unknown, expected: unknown, tolerance: number): readonly string[] {
  const bound = tolerance * Math.max(largestOf(numbersOf(expected)), Number.MIN_VALUE);
  return differencesOf(actual, expected, bound).map((text) => `${name}: ${text}`);
}

function throwFaults(name: string, message: RegExp, run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return message.test(text) ? [] : [`${name} throws "${text}"`];
  }
  return [`${name} does not throw`];
}

/** The arrays within the value and the gradient of a result. */
function arraysOf(tree: unknown): readonly unknown[] {
  if (typeof tree !== "object" || tree === null) return [];
  if (ArrayBuffer.isView(tree)) return [tree];
  return Object.values(tree).flatMap(arraysOf);
}
