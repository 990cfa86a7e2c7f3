/**
 * Compiles a mutated model. It may be refused; what compiles has to be right: the generated code is run, its value compared
 * with that of the mutant as it is executed, its gradient with dual numbers on the graph and with differences of the mutant.
 */
import { printModule } from "../../src/backend/module.ts";
import type { SourceProject } from "../../src/frontend/project.ts";
import { readModel } from "../../src/frontend/read-model.ts";
import { evaluateDual, type Tangent } from "../../src/ir/evaluate-dual.ts";
import type { ModelFunction, Shape } from "../../src/ir/signature.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { completeInputs, graphArguments, inputPath, resultPath } from "../harness/arguments.ts";
import { derive, seededValue, valueFaults } from "../harness/check-case.ts";
import { jacobianFaults } from "../harness/check-matrices.ts";
import type { Subject } from "../harness/subject.ts";
import { derivativesOf } from "../harness/compile.ts";
import { execute, type Exports } from "../harness/execute.ts";
import type { ModelCase } from "../harness/model-case.ts";
import { random } from "../harness/random.ts";
import { tangentFaults } from "../harness/check-tangents.ts";
import { type Probe, probes, seededTangent } from "../harness/oracle.ts";
import { largestOf, numbersOf, pathsOfNumbers, readPath, writePath } from "../harness/tree.ts";
import { inDoubles, runText, TimeOut, within } from "./run-text.ts";

export interface MutantOutcome {
  /** A code where it was refused; else `right`, or why it says nothing. */
  readonly kind: string;
  /** What is wrong, in a few words and at length. */
  readonly fault?: { readonly what: string; readonly detail: string };
}

/** How long one call of a mutant may take, in milliseconds. */
const patience = 2000;

export function checkMutant(
  project: SourceProject,
  path: string,
  text: string,
  original: string,
  cases: readonly ModelCase[],
): MutantOutcome {
  const failed = (what: string, detail: string): MutantOutcome => ({ kind: "FAULT", fault: { what, detail } });
  project.project.getSourceFileOrThrow(path).replaceWithText(text);
  let stage = "front end";
  try {
    const { functions, diagnostics } = readModel(project, path);
    const refused = diagnostics.filter(({ severity }) => severity === "error");
    const odd = diagnostics.find(({ message, span }) => /%\w+%/.test(message) || span === undefined);
    if (odd !== undefined) return failed("a diagnostic that is not whole", JSON.stringify(odd));
    if (refused[0] !== undefined) return { kind: refused[0].code };
    if (functions.length === 0) return { kind: "no tag" };
    stage = "pipeline";
    const options = { lang: "ts", scratch: "f64", header: "", modelImport: "./model.ts" } as const;
    const module = printModule(derivativesOf(functions), options);
    stage = "generated code";
    const generated = execute(module);
    // The seeds of the cases are for the outputs that the tags ask for.
    if (seedsOf(text) !== seedsOf(original)) return { kind: "other outputs" };
    if (/Math\.random|Date\.now|performance\.now/.test(text)) return { kind: "another in each run" };
    stage = "check";
    const kinds = functions.flatMap((model) =>
      model.requests.flatMap((request) =>
        cases.map((modelCase) => {
          if (modelCase.function !== model.signature.name) return { kind: "no case" };
          return checkCase(path, text, { model, request, modelCase, siblings: [], originals: {}, generated });
        }),
      ),
    );
    const fault = kinds.find((each) => each.fault !== undefined)?.fault;
    if (fault !== undefined) return failed(fault.what, `${fault.detail}\n\n${module}`);
    return kinds.find(({ kind }) => kind === "right") ?? kinds[0] ?? { kind: "no case" };
  } catch (error) {
    // Near by, where differences are taken, it may run for ever.
    if (error instanceof TimeOut) return { kind: "does not end" };
    return failed(`crash in the ${stage}: ${messageOf(error)}`, error instanceof Error ? String(error.stack) : "");
  }
}

function checkCase(path: string, text: string, given: Subject): MutantOutcome {
  const { model, modelCase } = given;
  const wrong = (what: string, detail: string): MutantOutcome => ({ kind: "", fault: { what, detail } });
  const inputs = () => modelCase.inputs();
  if (!fit(model, completeInputs(model.signature, inputs()))) return { kind: "other parameters" };
  let originals: Exports;
  try {
    originals = runText(path, text);
    within(patience, () => originals[modelCase.function]!(...inputs()));
  } catch (error) {
    return { kind: error instanceof TimeOut ? "does not end" : "throws" };
  }
  const subject: Subject = { ...given, originals };
  try {
    within(10 * patience, () => derive(subject, inputs()));
  } catch (error) {
    if (error instanceof TimeOut) return wrong("the derivative does not end", "");
    const isTold = (error instanceof RangeError || error instanceof Error) && error.constructor !== TypeError;
    const isOurs = isTold && !/Invalid|Cannot|call stack/.test(messageOf(error));
    if (isOurs) return { kind: "checked when it runs" };
    return wrong(`the derivative throws: ${messageOf(error)}`, String(error instanceof Error ? error.stack : error));
  }
  const value = within(10 * patience, () => valueFaults(subject));
  if (value[0] !== undefined) return wrong("value", value.join("\n"));
  if (subject.request.mode === "jvp") return checkAgainstDuals(subject, "tangent", tangentFaults);
  if (subject.request.mode === "jacobian") return checkAgainstDuals(subject, "Jacobian", jacobianFaults);
  return checkGradient(path, text, subject);
}

/** Against dual numbers alone: differences say the same of reverse mode. */
function checkAgainstDuals(
  subject: Subject,
  what: string,
  faults: (subject: Subject, probes: readonly Probe[]) => readonly string[],
): MutantOutcome {
  const { model, request, modelCase } = subject;
  const value = subject.originals[modelCase.function]!(...modelCase.inputs());
  if (!numbersOf(value ?? 0).every(Number.isFinite)) return { kind: "not finite" };
  const [fault] = faults(subject, probes(model, request, modelCase));
  return fault === undefined ? { kind: "right" } : { kind: "", fault: { what, detail: fault } };
}

/** Along random directions in all that is differentiated by. */
function checkGradient(path: string, text: string, subject: Subject): MutantOutcome {
  const { model, request, modelCase } = subject;
  const wrong = (what: string, detail: string): MutantOutcome => ({ kind: "", fault: { what, detail } });
  const inputs = () => completeInputs(model.signature, modelCase.inputs());
  const { grad } = derive(subject, modelCase.inputs());
  const doubles: Subject = { ...subject, originals: runText(path, text, inDoubles) };
  const generator = random(1);
  let kind = "right";
  for (let round = 0; round < 2; round++) {
    const own = graphArguments(model, inputs());
    const sizes = request.wrt.map((leaf) => numbersOf(own[leaf]).length);
    const direction = sizes.map((size) => generator.numbers(size));
    const products = request.wrt.flatMap((leaf, k) => {
      const entries = numbersOf(readPath(grad, resultPath(model, leaf)));
      return entries.map((entry, i) => entry * (direction[k]![i] ?? 0));
    });
    const found = products.reduce((sum, product) => sum + product, 0);
    const scale = largestOf(products) * Math.sqrt(Math.max(1, products.length));
    const dualAt = (by: number): number => {
      const args = [...graphArguments(model, inputs())];
      const tangents: Tangent[] = args.map(() => undefined);
      request.wrt.forEach((leaf, k) => {
        const [arg, along] = [args[leaf], direction[k]!];
        tangents[leaf] = typeof arg === "number" ? along[0] : along;
        if (typeof arg === "number") args[leaf] = arg + by * along[0]!;
      });
      return seededTangent(model, request, evaluateDual(model.graph, args, tangents), modelCase.seed?.());
    };
    const dual = dualAt(0);
    const said = `gradient ${found}\nduals ${dual}`;
    if (Number.isFinite(dual) && !(Math.abs(found - dual) <= 1e-6 * Math.max(scale, Math.abs(dual), 1e-9))) {
      return wrong("gradient", said);
    }
    // Differences know nothing of what is held still.
    if (holdsStill(model)) continue;
    const { derivative, spread } = difference(doubles, inputs, direction);
    const bound = 1e-3 * Math.max(scale, Math.abs(derivative), 1e-9) + 10 * spread;
    if (!Number.isFinite(derivative) || !Number.isFinite(found) || spread > 0.05 * Math.abs(derivative) + 1e-6)
      kind = "right, at a kink";
    else if (!(Math.abs(found - derivative) <= bound)) {
      // A branch may be taken at this point alone: a loop that goes on until a residual is 0.
      if (!(Math.abs(dualAt(2 ** -16) - derivative) <= bound)) {
        return wrong("differences", `${said}\ndifferences ${derivative} ± ${spread}`);
      }
      kind = "right, at a kink";
    }
  }
  return { kind };
}

/** The two sides and two steps are compared, so that a kink or a jump shows. */
function difference(
  subject: Subject,
  inputs: () => unknown[],
  direction: readonly (readonly number[])[],
): { readonly derivative: number; readonly spread: number } {
  const { model, request } = subject;
  const at = (step: number): number => {
    const moved = inputs().map(asDoubles);
    request.wrt.forEach((leaf, k) => {
      const path = inputPath(model, leaf);
      // What is left out does not move.
      if ((readPath(moved, path) ?? undefined) === undefined) return;
      pathsOfNumbers(moved, path).forEach((place, i) => {
        writePath(moved, place, Number(readPath(moved, place)) + step * direction[k]![i]!);
      });
    });
    return within(patience, () => seededValue(subject, moved));
  };
  const step = 2 ** -16;
  const [middle, left, right, farLeft, farRight] = [at(0), at(-step), at(step), at(-2 * step), at(2 * step)];
  const near = (right - left) / (2 * step);
  const far = (farRight - farLeft) / (4 * step);
  const estimates = [near, far, (right - middle) / step, (middle - left) / step];
  // Differences of large numbers are rounded.
  const rounding = (1e-15 * Math.abs(middle)) / step;
  return { derivative: (4 * near - far) / 3, spread: Math.max(...estimates) - Math.min(...estimates) + rounding };
}

function asDoubles(input: unknown): unknown {
  if (input instanceof Float32Array) return Float64Array.from(input);
  if (typeof input !== "object" || input === null || ArrayBuffer.isView(input)) return input;
  if (Array.isArray(input)) return input.map(asDoubles);
  const members = Object.entries(input).map(([key, value]) => [key, asDoubles(value)]);
  return Object.assign(Object.create(Object.getPrototypeOf(input) as object) as object, Object.fromEntries(members));
}

/** Whether the inputs of the model are ones of the mutant. */
function fit({ signature }: ModelFunction, inputs: readonly unknown[]): boolean {
  return signature.parameters.every(({ shape }, k) => fits(shape, inputs[k]));
}

function fits(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case "number":
    case "boolean":
      return typeof value === shape.kind;
    case "array":
      return shape.element === "number" ? Array.isArray(value) : ArrayBuffer.isView(value);
    case "tuple":
      return (
        Array.isArray(value) &&
        value.length === shape.elements.length &&
        shape.elements.every((element, k) => fits(element, value[k]))
      );
    case "rows":
      return Array.isArray(value) && value.every((entry) => fits(shape.of, entry));
    case "text":
      return typeof value === "string" && (shape.values?.includes(value) ?? true);
    case "optional":
      if (value === undefined) return shape.absent !== "null";
      return value === null ? shape.absent !== "undefined" : fits(shape.of, value);
    case "object":
      // The methods of an instance are those of the model as it was.
      return (
        typeof value === "object" &&
        value !== null &&
        Object.getPrototypeOf(value) === Object.prototype &&
        shape.members.every(({ name, shape: member }) => fits(member, (value as Record<string, unknown>)[name]))
      );
    default:
      return false;
  }
}

function seedsOf(text: string): string {
  return text.match(/@vjp[^\n]*|export function \w*/g)?.join() ?? "";
}

function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}

function holdsStill({ graph }: ModelFunction): boolean {
  let found = false;
  walkNodes(graph.body, (node) => {
    if (node.kind === "operation" && node.operation === "stopGradient") found = true;
  });
  return found;
}
