/**
 * Every fixture once more with every second optimisation left out (with `ALL_WAYS=1`: each), with all of them left out, and with
 * the options that change numbers: right all the same.
 */
import { describe, expect, test } from "vitest";
import type { CompileOptions } from "../src/compile-file.ts";
import { optionalPasses, passNames } from "../src/pipeline.ts";
import { benchOf, once } from "./harness/bench.ts";
import { dualFaults, exactValueFaults, valueFaults } from "./harness/check-case.ts";
import type { Subject } from "./harness/subject.ts";
import { passesThatChange } from "./harness/pass-steps.ts";
import { openModels, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";
import type { Probe } from "./harness/oracle.ts";

type Variant = Partial<CompileOptions> & { readonly disabled: readonly string[] };

const fixtures = await loadFixtures();
const project = openModels(fixtures);
const variants: readonly (readonly [string, Variant])[] = [
  ...optionalPasses.map((pass) => [`without ${pass}`, { disabled: [pass] }] as const),
  ["without all optimisations", { disabled: optionalPasses }],
];

/** Of the passes that are left out alone every second in turn; all of them, on each fixture, with `ALL_WAYS=1`. */
const isTried = (variant: number, position: number): boolean => {
  return process.env["ALL_WAYS"] === "1" || variant === variants.length - 1 || (variant + position) % 2 === 0;
};

for (const [position, fixture] of fixtures.entries()) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    const changing = once(async () => passesThatChange((await bench()).functions));
    const faultsOf = async (
      variant: Variant,
      check: (subject: Subject, probes: readonly Probe[]) => readonly string[],
    ) => {
      const { functions, check: checkAll } = await bench();
      return checkAll(execute(unformattedModule(functions, variant)), check);
    };

    test.each(variants.filter((_, variant) => isTried(variant, position)))("is right %s", async (_, variant) => {
      // What changes nothing can be left out: the module is the same, and has tests of its own.
      const [pass, ...others] = variant.disabled;
      const isStage = passNames.includes(pass ?? "") && others.length === 0;
      if (isStage && (await changing())?.has(pass ?? "") === false) return;
      const faults = await faultsOf(variant, (subject, probes) => [
        ...valueFaults(subject),
        ...dualFaults(subject, probes),
      ]);
      expect(faults).toEqual([]);
    });
    test("has the value of the primal to the bit with strict floating point", async () => {
      const faults = await faultsOf({ disabled: [], strictFp: true }, (subject, probes) => [
        ...exactValueFaults(subject),
        ...dualFaults(subject, probes),
      ]);
      expect(faults).toEqual([]);
    });
    test("has the value of the primal, and nearly its gradient, with scratch in float32", async () => {
      // What is kept is rounded once, by 6e-8 of itself; the gradient may be some hundred times as sensitive to it.
      const tolerance = 1e-5;
      const faults = await faultsOf({ disabled: [], scratch: "f32" }, (subject, probes) => [
        ...valueFaults(subject),
        ...dualFaults({ ...subject, modelCase: { ...subject.modelCase, tolerance } }, probes),
      ]);
      expect(faults).toEqual([]);
    });
  });
}
