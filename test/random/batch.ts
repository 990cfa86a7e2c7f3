/** Draws programs from a seed, checks them, and shrinks those that fail. What the tests and the fuzzer share. */
import fc from "fast-check";
import { programOf } from "./arbitrary.ts";
import { programReader } from "./read-programs.ts";
import { blame } from "./blame.ts";
import { choiceFor } from "./compile-program.ts";
import { referenceOf } from "./reference.ts";
import { checkProgram, type Failure, type Outcome } from "./oracle.ts";
import { printProgram, type PrintedProgram } from "./print-program.ts";
import { profiles, type Profile } from "./profiles.ts";
import type { ProgramTree } from "./program.ts";
import { typeChecker } from "./typecheck.ts";
import { reduce } from "./reduce.ts";

/** Programs that are compiled with one project. */
export const batchSize = 50;

export interface Batch {
  readonly seed: number;
  readonly profile: number;
  readonly programs: readonly {
    readonly tree: ProgramTree;
    readonly printed: PrintedProgram;
    readonly outcome: Outcome;
  }[];
}

export type BatchRunner = (seed: number, count?: number) => Batch;

/** Runs the batch of a seed; the profile goes with the seed, so that neighbouring seeds cover all profiles. */
export function batchRunner(): BatchRunner {
  const readPrograms = programReader();
  const withTypes = typesChecked();
  return (seed, count = batchSize) => {
    const trees = treesOf(seed, count);
    const printed = trees.map((tree) => printProgram(tree));
    const read = readPrograms(printed);
    const programs = trees.map((tree, k) => {
      const [program, model] = [printed[k], read[k]];
      if (program === undefined || model === undefined) throw new Error("a program was lost");
      return { tree, printed: program, outcome: checkProgram(program, model) };
    });
    return { seed, profile: seed % profiles.length, programs: withTypes(programs) };
  };
}

export function profileOf(seed: number): Profile | undefined {
  return profiles[seed % profiles.length];
}

export function treesOf(seed: number, count: number, profile = profileOf(seed)): readonly ProgramTree[] {
  return profile === undefined ? [] : fc.sample(programOf(profile), { seed, numRuns: count });
}

export type Checker = (tree: ProgramTree) => Outcome;

/** Checks one program after the other. */
export function checker(): Checker {
  const read = programReader();
  const withTypes = typesChecked();
  return (tree) => {
    const printed = printProgram(tree);
    const [model] = read([printed]);
    if (model === undefined) throw new Error("the program was lost");
    const outcome = checkProgram(printed, model);
    return withTypes([{ tree, printed, outcome }])[0]?.outcome ?? outcome;
  };
}

/** Programs that passed fail after all where the types of what was generated are wrong. */
function typesChecked(): (programs: Batch["programs"]) => Batch["programs"] {
  const check = typeChecker();
  return (programs) => {
    const modules = programs.flatMap(({ printed: { source }, outcome }) => {
      return outcome.kind === "passed" && outcome.text !== undefined ? [{ source, text: outcome.text }] : [];
    });
    const faults = check(modules);
    let next = 0;
    return programs.map((entry): Batch["programs"][number] => {
      if (entry.outcome.kind !== "passed" || entry.outcome.text === undefined) return entry;
      const fault = faults[next++];
      // Without the passes that clean up, something may be left over.
      const isUnused = fault !== undefined && /never read|elements are unused/.test(fault);
      const isLeftOver = isUnused && choiceFor(entry.printed).disabled.length > 0;
      if (fault === undefined || isLeftOver) return entry;
      const what = `types: ${fault.replace(/^line \d+: /, "").replace(/'[^']*'/g, "…")}`;
      const detail = `${fault}\n\n${entry.outcome.text}`;
      return { ...entry, outcome: { kind: "failed", what, detail, choice: choiceFor(entry.printed) } };
    });
  };
}

/** Which stage the fault of a program comes from, in words. */
export function blamed(tree: ProgramTree): string {
  const program = printProgram(tree);
  const [read] = programReader()([program]);
  const request = read?.kind === "read" ? read.model.requests[0] : undefined;
  if (read?.kind !== "read" || request === undefined) return "the front end";
  const reference = referenceOf(program, read.model, request);
  if (reference.kind !== "known") return "the front end";
  return blame(read.model, request, reference, choiceFor(program));
}

/** A program that fails in the same way, as small as can be found in about so many tries. */
export function shrink(tree: ProgramTree, failure: Failure, check: Checker, tries: number): ProgramTree {
  return reduce(tree, (smaller) => sameFault(check(smaller), failure), tries);
}

function sameFault(outcome: Outcome, failure: Failure): boolean {
  return outcome.kind === "failed" && generalized(outcome.what) === generalized(failure.what);
}

/** A message without the ids and numbers that differ from program to program. */
export function generalized(what: string): string {
  return what.replace(/\d+/g, "#").replace(/"[^"]*"/g, "…");
}
