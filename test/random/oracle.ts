/**
 * Compares what is generated for one program with three things that share nothing with the transforms: the program as
 * it is executed (value, and what it leaves in the arrays it writes), dual numbers on its graph (every entry of the
 * gradient), and, through those, differences of the program as it is executed.
 */
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { textFaults } from "../harness/generated-text.ts";
import { choiceFor, compileProgram, type CompileChoice } from "./compile-program.ts";
import { conditionOf, conditionOfNumbers } from "./duals.ts";
import { copyOf, numbersIn, type Callable } from "./execute.ts";
import { gradientIn, nameOf } from "./leaves.ts";
import { otherModesFault } from "./other-modes.ts";
import { close, largest, list } from "./numbers.ts";
import type { PrintedProgram } from "./print-program.ts";
import type { ReadProgram } from "./read-programs.ts";
import { firstOff, referenceOf, type Reference } from "./reference.ts";

export type Outcome =
  /** `text`: what was generated, where it has types to be checked. */
  | { readonly kind: "passed"; readonly differences: "agree" | "kink"; readonly text: string | undefined }
  | { readonly kind: "refused"; readonly codes: readonly string[]; readonly message: string }
  /** Values or slopes so large that rounding decides: it says nothing. */
  | { readonly kind: "wild"; readonly why: string }
  | Failure;

export interface Failure {
  readonly kind: "failed";
  /** What went wrong, in a word or two: failures of one program in another with the same are one fault. */
  readonly what: string;
  readonly detail: string;
  readonly choice: CompileChoice;
}

export function checkProgram(program: PrintedProgram, read: ReadProgram, choice = choiceFor(program)): Outcome {
  const failed = (what: string, detail: string): Failure => ({ kind: "failed", what, detail, choice });
  if (read.kind === "crashed") return failed(`crash in the front end: ${firstLine(read.error)}`, stackOf(read.error));
  if (read.kind === "refused") {
    const { diagnostics } = read;
    return {
      kind: "refused",
      codes: diagnostics.map(({ code }) => code),
      message: diagnostics.map(({ code, message, span }) => `${code} ${span?.line}: ${message}`).join("\n"),
    };
  }
  const { model } = read;
  const [request] = model.requests;
  if (request === undefined) return failed("no request", "");
  let stage = "reference";
  try {
    const reference = referenceOf(program, model, request);
    if (reference.kind === "wild") return reference;
    if (reference.kind === "wrong") return failed(reference.what, reference.detail);
    stage = "compiler";
    const { text, derivative } = compileProgram(model, choice);
    stage = "generated code";
    const fault = faultOf(program, model, request, reference, text, derivative, choice);
    stage = "other modes";
    const other = fault === undefined ? otherModesFault(program, model, request, reference, choice) : undefined;
    if (other !== undefined) return failed(other.what, other.detail);
    if (fault === undefined) {
      return { kind: "passed", differences: reference.differences, text: choice.lang === "ts" ? text : undefined };
    }
    return fault.kind === "wild" ? fault : failed(fault.what, `${fault.detail}\n\n${text}`);
  } catch (error) {
    return failed(`crash in the ${stage}: ${firstLine(error)}`, stackOf(error));
  }
}

type Fault =
  | { readonly kind: "wrong"; readonly what: string; readonly detail: string }
  | { readonly kind: "wild"; readonly why: string }
  | undefined;

const wrong = (what: string, detail: string): Fault => ({ kind: "wrong", what, detail });

interface Result {
  readonly value: unknown;
  readonly grad: unknown;
}

function faultOf(
  program: PrintedProgram,
  model: ModelFunction,
  request: TagRequest,
  reference: Reference,
  text: string,
  derivative: Callable,
  choice: CompileChoice,
): Fault {
  // A stash of unknown size grows.
  const textual = textFaults(text).filter((fault) => !fault.includes("2 * array.length"));
  if (textual.length > 0) return wrong(`text: ${textual[0]?.replace(/^line \d+: /, "")}`, textual.join("\n"));
  const { inputs, singles, seed } = reference;
  const call = (out?: Result) => {
    const args = inputs.map(copyOf);
    const seeds = request.mode === "vjp" ? [seed.value] : [];
    return { args, result: derivative(...args, ...seeds, ...(out === undefined ? [] : [out])) as Result };
  };
  const { args, result } = call();

  const valueTolerance = singles ? 1e-6 : 1e-12;
  const off = firstOff(program, reference, result.value, args, valueTolerance);
  if (off !== undefined) {
    const error = largest(off.found.map((entry, k) => entry - (off.wanted[k] ?? 0)));
    // Chaos makes much of one rounding: `x ** 3` may come out as `x * x * x`.
    const isWild = !choice.strictFp && error < 1e3 * conditionOfNumbers(model, program, inputs, 1e-15);
    if (isWild) return { kind: "wild", why: "ill-conditioned value" };
    return wrong(off.what, `generated ${list(off.found)}\nexecuted  ${list(off.wanted)}`);
  }

  const gradientOf = ({ grad }: Result) => gradientIn(grad, model, request);
  const gradient = gradientOf(result);
  // Entries of a Float32Array are rounded each time that something is added to them.
  const tolerance = singles || choice.scratch === "f32" ? 1e-5 : 1e-9;
  // What a Float32Array holds ends at about 1e-45.
  const flushed = (entries: readonly number[]) =>
    singles ? entries.map((entry) => (Math.abs(entry) < 1e-37 ? 0 : entry)) : entries;
  if (!close(flushed(gradient), flushed(reference.gradient), tolerance)) {
    const unit = singles || choice.scratch === "f32" ? 1e-8 : 1e-15;
    const error = largest(gradient.map((entry, k) => entry - (reference.gradient[k] ?? 0)));
    const conditioning = conditionOf(model, request, program, inputs, seed.value, reference.gradient, unit);
    if (error < 1e3 * conditioning) return { kind: "wild", why: "ill-conditioned gradient" };
    const names = request.wrt.map((leaf) => nameOf(model, leaf)).join(", ");
    return wrong("gradient", `in ${names}\ngenerated ${list(gradient)}\nduals     ${list(reference.gradient)}`);
  }

  // A second call with the same `out` writes the same bits, or adds them once more. It writes over the first value.
  const value = numbersIn(result.value);
  const second = call(result).result;
  if (second !== result) return wrong("second call", "another object came back than was given");
  const again = gradientOf(second);
  const isSame = program.accumulate
    ? close(
        again,
        gradient.map((entry) => 2 * entry),
        tolerance,
      )
    : again.every((entry, k) => Object.is(entry, gradient[k]));
  if (!isSame) return wrong("second call", `gradient\nfirst  ${list(gradient)}\nsecond ${list(again)}`);
  const valueAgain = numbersIn(second.value);
  if (valueAgain.every((entry, k) => Object.is(entry, value[k]))) return undefined;
  return wrong("second call", `value\nfirst  ${list(value)}\nsecond ${list(valueAgain)}`);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}

function stackOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error);
}
