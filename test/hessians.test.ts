/** The Hessian of every function of fixtures/models that returns a number: for all directions at once, and column by column. */
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { benchOf } from "./harness/bench.ts";
import { matrixHessianFaults, withHessians } from "./harness/check-matrices.ts";
import { openModels, readFunctions, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { waysFor } from "./harness/ways-for.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const all = await loadFixtures();
const project = openModels(all);
const fixtures = all.filter(({ model }) => withHessians(readFunctions(project, model)).length > 0);

const ways = [
  ["", []],
  [" column by column", ["hessianOf"]],
  [" without optimisations", optionalPasses],
] as const;

for (const [position, fixture] of fixtures.entries()) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    test.each(waysFor(ways, 1, position))("agrees with hyper-dual numbers, and is symmetric%s", async (_, disabled) => {
      const { functions, check } = await bench();
      expect(check(execute(unformattedModule(withHessians(functions), { disabled })), matrixHessianFaults)).toEqual([]);
    });
  });
}
