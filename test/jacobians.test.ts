/**
 * The Jacobian of every function of fixtures/models, in each way that there is: in forward and in reverse mode for all
 * directions at once, in whichever of them sizes choose at run time, column by column, and in compressed rows.
 */
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { benchOf } from "./harness/bench.ts";
import { jacobianFaults, withJacobians } from "./harness/check-matrices.ts";
import { openModels, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { waysFor } from "./harness/ways-for.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);

const ways = [
  ["in forward mode", ["jacobianReverse"]],
  ["in reverse mode", ["jacobianForward"]],
  ["column by column", ["jacobianForward", "jacobianReverse"]],
  ["without optimisations", ["jacobianReverse", ...optionalPasses]],
  ["in compressed rows", []],
  ["in the mode that sizes choose", []],
] as const;

/** Each of these has shown a fault in one way alone. */
const inAllWays = ["clamped-singularities", "jacobians-by-sizes", "returns-rows", "selected-objects"];

for (const [position, fixture] of fixtures.entries()) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    const own = inAllWays.includes(fixture.name) ? ways : waysFor(ways, 1, position);
    test.each(own)("agrees with dual numbers %s", async (way, disabled) => {
      const { functions, check } = await bench();
      const jacobians = withJacobians(functions, way === "in compressed rows");
      expect(check(execute(unformattedModule(jacobians, { disabled })), jacobianFaults)).toEqual([]);
    });
  });
}
