/**
 * The matrices of a program, whole or in compressed rows: the seed times the Jacobian is the gradient, and the Hessian times a
 * vector is the product with it.
 */
import { each } from "../../src/ir/nested.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { resultPath } from "../harness/arguments.ts";
import { hessianOf, inRows, jacobianOf } from "../harness/check-matrices.ts";
import { isCompressed, wholeMatrix } from "../harness/compressed.ts";
import { numbersOf, readPath } from "../harness/tree.ts";
import { compileProgram, type CompileChoice } from "./compile-program.ts";
import { copyOf, numbersIn } from "./execute.ts";
import { leavesOf } from "./leaves.ts";
import { conditionOf } from "./duals.ts";
import { largest, list, total } from "./numbers.ts";
import type { PrintedProgram } from "./print-program.ts";
import type { Reference } from "./reference.ts";

export interface ModeFault {
  readonly what: string;
  readonly detail: string;
}

export interface Subject {
  readonly program: PrintedProgram;
  readonly model: ModelFunction;
  readonly request: TagRequest;
  readonly reference: Reference;
  readonly choice: CompileChoice;
}

/** What is a matrix for each parameter, the outputs being its rows. */
export function jacobianFault(subject: Subject, inCompressedRows: boolean): ModeFault | undefined {
  const { program, model, request, reference, choice } = subject;
  const made = matrixOf(subject, jacobianOf(request), inCompressedRows);
  if (made === undefined) return undefined;
  const weights = request.mode === "grad" ? [1] : weightsIn(reference.seed.value, subject);
  const leaves = leavesOf(model, reference.inputs);
  const found = request.wrt.flatMap((leaf) => {
    const width = numbersOf(leaves[leaf]).length;
    const path = resultPath(model, leaf).filter((key) => key !== each);
    const entries = entriesOf(readPath(made.result["jacobian"], path), width);
    return Array.from({ length: width }, (_, column) =>
      total(weights.map((weight, row) => (weight === 0 ? 0 : weight * (entries[row * width + column] ?? NaN)))),
    );
  });
  const { gradient, inputs, seed } = reference;
  if (areClose(subject, found, gradient, 1e-9)) return undefined;
  const unit = reference.singles || choice.scratch === "f32" ? 1e-7 : 1e-15;
  const noisy = conditionOf(model, request, program, inputs, seed.value, gradient, unit);
  const error = largest(found.map((entry, k) => entry - (gradient[k] ?? 0)));
  return error < 1e3 * noisy ? undefined : faultOf(`Jacobian${made.rows}`, found, gradient, made.text);
}

/** The numbers of the seed, in the order of the rows: there may be others beside the outputs of an object. */
function weightsIn(seed: unknown, { model, request }: Subject): readonly number[] {
  const { outputs } = request;
  const [only] = outputs;
  if (outputs.length === 1 && only === "value") return numbersIn(seed);
  return outputs.flatMap((output) => {
    return numbersIn(readPath(seed, output === "value" ? ["value"] : resultPath(model, output)));
  });
}

/** `product`: the Hessian times the vector. */
export function hessianMatrixFault(
  subject: Subject,
  vector: readonly (readonly number[])[],
  product: readonly number[],
  inCompressedRows: boolean,
): ModeFault | undefined {
  const made = matrixOf(subject, hessianOf(subject.request), inCompressedRows);
  if (made === undefined) return undefined;
  const along = vector.flat();
  const numbers = entriesOf(made.result["hessian"], along.length);
  const rows = along.map((_, row) =>
    total(along.map((d, column) => (d === 0 ? 0 : d * (numbers[row * along.length + column] ?? NaN)))),
  );
  const isRight = areClose(subject, rows, product, Math.max(largest(numbers), 1e-9));
  return isRight ? undefined : faultOf(`Hessian${made.rows}`, rows, product, made.text);
}

function matrixOf(subject: Subject, dense: TagRequest, inCompressedRows: boolean) {
  const { model, reference, choice } = subject;
  const request = inRows(model, dense, inCompressedRows);
  // Which structure is known is said of what every pass leaves.
  const own = request.sparse === true ? { ...choice, disabled: [] } : choice;
  const { text, derivative } = compileProgram({ ...model, requests: [request] }, own);
  const call = (...out: readonly object[]): object => {
    return derivative(...reference.inputs.map(copyOf), ...out) as object;
  };
  // The second call knows the structure of the first.
  const result = (request.sparse === true ? call(call()) : call()) as Readonly<Record<string, unknown>>;
  return { text, result, rows: request.sparse === true ? " in compressed rows" : "" };
}

function entriesOf(matrix: unknown, width: number): readonly number[] {
  return isCompressed(matrix) ? [...wholeMatrix(matrix, width)] : numbersOf(matrix);
}

/** Where what is wanted is no number, nothing is known of the matrix. */
function areClose({ reference, choice }: Subject, found: readonly number[], wanted: readonly number[], least: number) {
  if (!wanted.every(Number.isFinite) || largest(wanted) > 1e9) return true;
  const tolerance = reference.singles || choice.scratch === "f32" ? 1e-4 : 1e-8;
  const scale = Math.max(largest(wanted), least);
  const isClose = (entry: number, k: number): boolean => Math.abs(entry - wanted[k]!) <= tolerance * scale;
  return found.length === wanted.length && found.every(isClose);
}

function faultOf(what: string, found: readonly number[], wanted: readonly number[], text: string): ModeFault {
  return { what, detail: `${list(found)}\nnot ${list(wanted)}\n\n${text}` };
}
