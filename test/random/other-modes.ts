/**
 * A program in the other modes: with loops that are run again from snapshots, its gradient is the same; its Jacobian-vector product, contracted with the seed, is its gradient along the direction;
 * its Hessian-vector product along another direction is the mixed derivative of hyper-dual numbers; its matrices (matrices.ts) agree
 * with these.
 */
import { evaluateHyperDual, type Directions } from "../../src/ir/evaluate-hyper-dual.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { hvpOf } from "../harness/check-hessians.ts";
import { jvpOf, tangentOf } from "../harness/check-tangents.ts";
import { isSeedOfValue } from "../harness/oracle.ts";
import { leavesOf as numbersWithPaths, numbersOf, readPath } from "../harness/tree.ts";
import { withCheckpoints } from "./checkpoints.ts";
import { compileProgram, type CompileChoice } from "./compile-program.ts";
import { conditionOf, noise } from "./duals.ts";
import { copyOf, numbersIn } from "./execute.ts";
import { sequence, type Input } from "./inputs.ts";
import { gradientIn, leavesOf } from "./leaves.ts";
import { hessianMatrixFault, jacobianFault, type ModeFault, type Subject } from "./matrices.ts";
import { close, largest, list, total } from "./numbers.ts";
import type { PrintedProgram } from "./print-program.ts";
import { firstOff, type Reference } from "./reference.ts";

type Direction = readonly (readonly number[])[];

/** One program in so many is tried in the other modes. */
const share = 1 / 8;
/** Of these, so many have checkpoints. */
const shareOfCheckpoints = 1 / 3;
/** Of the matrices of these, so many come in compressed rows. */
const shareOfCompressed = 1 / 2;

export function otherModesFault(
  program: PrintedProgram,
  model: ModelFunction,
  request: TagRequest,
  reference: Reference,
  choice: CompileChoice,
): ModeFault | undefined {
  const next = sequence(program.inputSeed + 15485863);
  if (next() >= share) return undefined;
  const leaves = leavesOf(model, reference.inputs);
  const direction = (): Direction => request.wrt.map((leaf) => numbersOf(leaves[leaf]).map(() => next() - 0.5));
  const [first, second] = [direction(), direction()];
  const subject = { program, model, request, reference, choice };
  const own = sequence(program.inputSeed + 32452843);
  const again = own() < shareOfCheckpoints ? checkpointFault(subject, own) : undefined;
  if (again !== undefined) return again;
  const tangent = tangentFault(subject, first);
  const fault = tangent ?? jacobianFault(subject, own() < shareOfCompressed);
  if (fault !== undefined || request.mode !== "grad") return fault;
  const { result } = run(subject, hvpOf(request), first);
  const product = gradientIn(result["hvp"], model, request);
  return hessianFault(subject, first, second) ?? hessianMatrixFault(subject, first, product, own() < shareOfCompressed);
}

/** With `@checkpoint` at some of the loops and functions, the gradient is the same. */
function checkpointFault(subject: Subject, next: () => number): ModeFault | undefined {
  const { program, model, request, reference, choice } = subject;
  const marked = withCheckpoints({ ...model, requests: [request] }, request, next);
  if (marked === undefined) return undefined;
  const { text, derivative } = compileProgram(marked, choice);
  const args = reference.inputs.map(copyOf);
  const seeds = request.mode === "grad" ? [] : [reference.seed.value];
  const result = derivative(...args, ...seeds) as Readonly<Record<string, unknown>>;
  const early = valueFault(subject, result["value"], args);
  if (early !== undefined) return { what: `${early.what}, with checkpoints`, detail: `${early.detail}\n\n${text}` };
  const tolerance = reference.singles || choice.scratch === "f32" ? 1e-5 : 1e-9;
  const gradient = gradientIn(result["grad"], model, request);
  if (close(gradient, reference.gradient, tolerance)) return undefined;
  const unit = choice.scratch === "f32" ? 1e-7 : reference.singles ? 1e-8 : 1e-15;
  const noisy = conditionOf(model, request, program, reference.inputs, reference.seed.value, reference.gradient, unit);
  const error = largest(gradient.map((entry, k) => entry - (reference.gradient[k] ?? 0)));
  if (error < 1e3 * noisy) return undefined;
  return { what: "gradient with checkpoints", detail: `${list(gradient)}\nnot ${list(reference.gradient)}\n\n${text}` };
}

function run({ model, reference, choice }: Subject, request: TagRequest, direction: Direction) {
  const { text, derivative } = compileProgram({ ...model, requests: [request] }, choice);
  const args = reference.inputs.map(copyOf);
  const vector = tangentOf(model, request, reference.inputs.map(copyOf), direction);
  return { text, args, result: derivative(...args, vector) as Readonly<Record<string, unknown>> };
}

function tangentFault(subject: Subject, direction: Direction): ModeFault | undefined {
  const { program, model, request, reference, choice } = subject;
  const { text, args, result } = run(subject, jvpOf(request), direction);
  const early = valueFault(subject, result["value"], args);
  if (early !== undefined) return { ...early, detail: `${early.detail}\n\n${text}` };
  const along = direction.flat();
  const wanted = reference.gradient.map((slope, k) => (along[k] === 0 ? 0 : slope * along[k]!));
  const found = contracted(reference.seed.value, result["tangent"], request);
  const [left, right] = [total(found), total(wanted)];
  const tolerance = reference.singles || choice.scratch === "f32" ? 1e-5 : 1e-9;
  const scale = Math.max(largest(found), largest(wanted), 1e-300);
  if (!Number.isFinite(right) || Math.abs(left - right) <= tolerance * scale) return undefined;
  const { seed, inputs, gradient } = reference;
  const unit = reference.singles || choice.scratch === "f32" ? 1e-8 : 1e-15;
  const noisy = conditionOf(model, request, program, inputs, seed.value, gradient, unit);
  if (Math.abs(left - right) < 1e3 * noisy * along.length) return undefined;
  return { what: "tangent", detail: `seed · tangent ${left}\ngradient · direction ${right}\n\n${text}` };
}

function hessianFault(subject: Subject, first: Direction, second: Direction): ModeFault | undefined {
  const { program, model, request, reference, choice } = subject;
  const mixedAt = (inputs: readonly Input[]): number => {
    const leaves = leavesOf(model, inputs);
    const directions = leaves.map((): Directions => ({ first: undefined, second: undefined }));
    request.wrt.forEach((leaf, k) => {
      const at = (direction: Direction) => (typeof leaves[leaf] === "object" ? direction[k] : direction[k]![0]);
      directions[leaf] = { first: at(first), second: at(second) };
    });
    return evaluateHyperDual(model.graph, leaves, directions).mixed;
  };
  const mixed = mixedAt(reference.inputs);
  if (!Number.isFinite(mixed) || Math.abs(mixed) > 1e9) return undefined;
  const { text, args, result } = run(subject, hvpOf(request), first);
  const early = valueFault(subject, result["value"], args);
  if (early !== undefined) return { what: `${early.what} of hvp`, detail: `${early.detail}\n\n${text}` };
  const tolerance = reference.singles || choice.scratch === "f32" ? 1e-4 : 1e-8;
  const unit = choice.scratch === "f32" ? 1e-7 : reference.singles ? 1e-8 : 1e-15;
  const gradient = gradientIn(result["grad"], model, request);
  if (!close(gradient, reference.gradient, tolerance)) {
    const noisy = conditionOf(model, request, program, reference.inputs, undefined, reference.gradient, unit);
    const error = largest(gradient.map((entry, k) => entry - (reference.gradient[k] ?? 0)));
    if (error >= 1e3 * noisy) {
      return { what: "gradient of hvp", detail: `${list(gradient)}\nnot ${list(reference.gradient)}\n\n${text}` };
    }
  }
  const product = gradientIn(result["hvp"], model, request);
  const terms = second.flat().map((along, k) => (along === 0 ? 0 : along * (product[k] ?? NaN)));
  const error = Math.abs(total(terms) - mixed);
  // Where all is 0 but for rounding, the gradient says what is small.
  const small = 1e-13 * (1 + largest(gradient));
  if (error <= tolerance * Math.max(largest(terms), Math.abs(mixed)) + small) return undefined;
  const moves = Array.from({ length: 3 }, (_, k) =>
    Math.abs(mixedAt(noise(program, reference.inputs, unit, 17 + k).nudged) - mixed),
  );
  if (error < 1e3 * largest(moves)) return undefined;
  return { what: "Hessian times vector", detail: `${total(terms)}\nhyper-dual ${mixed}\n\n${text}` };
}

/** The value, and what the call leaves in its arguments, are those of the program. */
function valueFault(
  { program, reference, choice }: Subject,
  value: unknown,
  args: readonly Input[],
): ModeFault | undefined {
  // The gradient of the same program was held against what is known of its rounding.
  const off = firstOff(program, reference, value, args, choice.strictFp ? 1e-12 : 1e-6);
  return off && { what: `${off.what} in another mode`, detail: `${list(off.found)}\nnot ${list(off.wanted)}` };
}

/** The products of the seed with the tangents, part by part; the gradient has no seed. */
function contracted(seed: unknown, tangent: unknown, request: TagRequest): readonly number[] {
  if (request.mode === "grad") return numbersIn(tangent);
  const weights = isSeedOfValue(request) ? seed : (seed as Readonly<Record<string, unknown>>);
  return numbersWithPaths(weights).flatMap(({ path, value }) => {
    const found = readPath(tangent, path);
    return typeof found === "number" && typeof value === "number" ? [found * value] : [];
  });
}
