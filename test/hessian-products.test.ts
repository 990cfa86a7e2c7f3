/**
 * The Hessian-vector product of every fixture that has a gradient agrees with hyper-dual numbers, with all optimisations and
 * with none.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { benchOf } from "./harness/bench.ts";
import { hessianFaults, withHessianProducts } from "./harness/check-hessians.ts";
import { openModels, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);

for (const fixture of fixtures.filter(({ model }) => readFileSync(model, "utf8").includes("@grad"))) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    test.each([
      ["", []],
      [" without optimisations", optionalPasses],
    ] as const)("agrees with hyper-dual numbers%s", async (_, disabled) => {
      const { functions, check } = await bench();
      const generated = execute(unformattedModule(withHessianProducts(functions), { disabled }));
      expect(check(generated, hessianFaults)).toEqual([]);
    });
  });
}
