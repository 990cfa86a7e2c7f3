/** Every fixture once more with each optimisation left out, and with all of them left out: right all the same. */
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { once, prepare } from "./harness/bench.ts";
import { dualFaults, valueFaults } from "./harness/check-case.ts";
import { openModels, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);
const variants: readonly (readonly [string, { disabled: readonly string[]; strictFp?: boolean; scratch?: "f32" }])[] = [
  ...optionalPasses.map((pass) => [`without ${pass}`, { disabled: [pass] }] as const),
  ["without all optimisations", { disabled: optionalPasses }],
  ["with strict floating point", { disabled: [], strictFp: true }],
];

for (const fixture of fixtures) {
  describe(fixture.name, () => {
    const bench = once(() => prepare(project, fixture));
    test.each(variants)("is right %s", async (_, options) => {
      const { functions, check } = await bench();
      const generated = execute(unformattedModule(functions, options));
      expect(check(generated, (subject, probes) => [...valueFaults(subject), ...dualFaults(subject, probes)])).toEqual(
        [],
      );
    });
  });
}
