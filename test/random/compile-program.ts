/** Compiles one program that was read, with a choice of options of its own, and loads what comes out. */
import { printModule } from "../../src/backend/module.ts";
import { inlineLimit } from "../../src/frontend/inlining.ts";
import type { ModelFunction } from "../../src/ir/signature.ts";
import { optionalPasses, runPipeline } from "../../src/pipeline.ts";
import { inlinesNothing } from "../harness/compile.ts";
import { load, type Callable } from "./execute.ts";
import { sequence } from "./inputs.ts";
import type { PrintedProgram } from "./print-program.ts";

export interface CompileChoice {
  readonly disabled: readonly string[];
  readonly strictFp: boolean;
  readonly scratch: "f64" | "f32";
  readonly lang: "ts" | "js";
}

/** How a program is compiled: half of all with every optimisation, else without some that the seed names. */
export function choiceFor({ inputSeed }: PrintedProgram): CompileChoice {
  const next = sequence(inputSeed + 7919);
  const some = next() < 0.5;
  const share = next();
  return {
    disabled: some ? optionalPasses.filter(() => next() < share) : [],
    strictFp: next() < 0.25,
    scratch: next() < 0.12 ? "f32" : "f64",
    lang: next() < 0.25 ? "js" : "ts",
  };
}

/** How large a function may be that is inlined at more than one place: in one program of four, none is that can be called. */
export function inlineLimitFor({ inputSeed }: PrintedProgram): number {
  return sequence(inputSeed + 104729)() < 0.25 ? inlinesNothing : inlineLimit;
}

export interface CompiledProgram {
  readonly text: string;
  readonly derivative: Callable;
}

/** Throws where the compiler does, and where its text is no program. */
export function compileProgram(model: ModelFunction, choice: CompileChoice): CompiledProgram {
  const [request] = model.requests;
  if (request === undefined) throw new Error("no request");
  const options = { ...choice, disabled: new Set(choice.disabled) };
  const derivative = runPipeline(model, request, { ...options });
  const { signature } = model;
  const { lang, scratch } = choice;
  const text = printModule([{ signature, derivative }], { lang, scratch, header: "", modelImport: "./program.ts" });
  const exported = load(text)[request.functionName];
  if (exported === undefined) throw new Error(`no function ${request.functionName} in the output`);
  return { text, derivative: exported };
}
