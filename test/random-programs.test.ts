/**
 * 2,800 random programs over the accepted language, each compiled with a random choice of options and optimisations, run,
 * and compared with dual numbers, with differences and with the program itself (test/random/oracle.ts).
 *
 * A fault is shown as the smallest program that has it. Its seed and index then go to test/random/seeds.ts.
 */
import { describe, expect, it } from "vitest";
import { batchRunner, batchSize, checker, shrink, treesOf } from "./random/batch.ts";
import { present } from "../src/diagnostics/invariant.ts";
import { inlineLimit } from "../src/frontend/inlining.ts";
import { optionalPasses } from "../src/pipeline.ts";
import { inlinesNothing } from "./harness/compile.ts";
import { idioms } from "./random/idioms/all-idioms.ts";
import { checkProgram, type Outcome } from "./random/oracle.ts";
import { printProgram } from "./random/print-program.ts";
import { structures } from "./random/structures/all-structures.ts";
import { type Profile, profiles } from "./random/profiles.ts";
import type { ProgramTree } from "./random/program.ts";
import { programReader } from "./random/read-programs.ts";
import { regressions } from "./random/regressions.ts";
import { seedsWithFaults } from "./random/seeds.ts";

/** What has many idioms needs more to draw each. */
const batchesOf = ({ weights, isStructured }: Profile): number => {
  return isStructured === true || (weights.idiom ?? 0) > 0 ? 4 : 3;
};
const shrinkTries = 300;

const run = batchRunner();
const check = checker();
const outcomes: Outcome[] = [];
const features = new Map<string, number>();

/** What is wrong with a program, with the smallest that has the same fault; empty if nothing is. */
function faultOf(tree: ProgramTree, outcome: Outcome): string {
  if (outcome.kind !== "failed") return "";
  const smaller = shrink(tree, outcome, check, shrinkTries);
  const small = check(smaller);
  const { detail } = small.kind === "failed" ? small : outcome;
  return `${outcome.what}\n${printProgram(smaller).source}\n${JSON.stringify(outcome.choice)}\n${detail}`;
}

describe("random programs", () => {
  it.each(profiles.map(({ name }, profile) => [name, profile] as const))(
    "%s",
    (_, profile) => {
      for (let round = 1; round <= batchesOf(present(profiles[profile])); round++) {
        const { seed, programs } = run(round * profiles.length + profile);
        for (const [index, { tree, printed, outcome }] of programs.entries()) {
          outcomes.push(outcome);
          for (const feature of printed.features) features.set(feature, (features.get(feature) ?? 0) + 1);
          expect(faultOf(tree, outcome), `seed ${seed}, index ${index}`).toBe("");
        }
      }
    },
    120_000,
  );

  it.each(seedsWithFaults)("$profile, seed $seed, index $index: $fault", ({ profile, seed, index }) => {
    const drawn = profiles.find(({ name }) => name === profile);
    if (drawn === undefined) throw new Error("no such profile");
    const tree = treesOf(seed, index + 1, drawn)[index];
    if (tree === undefined) throw new Error("no such program");
    expect(faultOf(tree, check(tree))).toBe("");
  });
});

describe.each([
  ["", inlineLimit],
  [", with calls", inlinesNothing],
] as const)("programs that showed a fault once%s", (_, limit) => {
  const read = programReader(() => limit);

  it.each(regressions)("$fault", ({ program, disabled }) => {
    const [model] = read([program]);
    if (model === undefined) throw new Error("the program was lost");
    for (const lang of ["ts", "js"] as const) {
      for (const left of [disabled, [], optionalPasses]) {
        const choice = { disabled: left, strictFp: lang === "js", scratch: "f64", lang } as const;
        expect(checkProgram(program, model, choice)).toMatchObject({ kind: "passed" });
      }
    }
  });
});

describe("the programs drawn", () => {
  const share = (isSuch: (outcome: Outcome) => boolean) => outcomes.filter(isSuch).length / outcomes.length;

  it("are as many as they should be", () => {
    expect(outcomes).toHaveLength(profiles.reduce((count, profile) => count + batchesOf(profile), 0) * batchSize);
  });

  it("are without errors of syntax or types", () => {
    const faulty = outcomes.filter((outcome) => outcome.kind === "refused" && /ADJ010[12]/.test(outcome.codes.join()));
    expect(faulty).toEqual([]);
  });

  it("are accepted, but for less than one in a hundred", () => {
    expect(share(({ kind }) => kind === "refused")).toBeLessThan(0.01);
  });

  it("say something: few are wild, few stand on a kink", () => {
    expect(share(({ kind }) => kind === "wild")).toBeLessThan(0.03);
    expect(share((outcome) => outcome.kind === "passed" && outcome.differences === "kink")).toBeLessThan(0.05);
  });

  it("cover the language", () => {
    const expected = [
      ...["for up", "for down", "for by two", "for triangular", "for with few or no trips", "for…of", "nested loops"],
      ...["while", "do…while", "while (true)", "for with two conditions", "break", "continue", "labelled break"],
      ...["labelled continue", "return in a loop", "early return", "switch", "fall-through", "if", "ternary", "throw"],
      ...["alias", "view", "row view", "ping-pong buffers", "conditional array", "allocate f64", "allocate f32"],
      ...["allocate number", "allocate i32", "allocate f64 in a loop", "copy of an array", "fill", "set", "copyWithin"],
      ...["helper that writes an argument", "helper that returns array", "helper in an expression", "shadowing"],
      ...["object parameter", "tuple parameter", "boolean parameter", "integer parameter", "parameter Int32Array"],
      ...["parameter Float32Array", "parameter number[]", "parameter readonly number[]", "module table"],
      ...["destructuring", "local object", "local tuple", "swap of scalars", "index from data", "{accumulate}"],
      ...["@vjp of nested", "@vjp of written structure"],
      ...idioms.map(({ feature }) => feature),
      ...structures.map(({ feature }) => feature),
    ];
    expect(expected.filter((feature) => (features.get(feature) ?? 0) < 5)).toEqual([]);
  });
});
