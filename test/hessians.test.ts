/**
 * The Hessian of every function of fixtures/models that returns a number: for all directions at once, column by
 * column, and in compressed rows.
 */
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
  [" in compressed rows", []],
] as const;

for (const [position, fixture] of fixtures.entries()) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    test.each(waysFor(ways, 1, position))(
      "agrees with hyper-dual numbers, and is symmetric%s",
      async (way, disabled) => {
        const { functions, check } = await bench();
        const hessians = withHessians(functions, way === " in compressed rows");
        expect(check(execute(unformattedModule(hessians, { disabled })), matrixHessianFaults)).toEqual([]);
      },
    );
  });
}
