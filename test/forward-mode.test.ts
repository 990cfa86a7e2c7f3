/**
 * Forward mode on every fixture: the Jacobian-vector product agrees with dual numbers, and with reverse mode by the
 * dot-product identity, with all optimisations and with none.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { benchOf } from "./harness/bench.ts";
import { dotProductFaults, inForwardMode, tangentFaults } from "./harness/check-tangents.ts";
import { openModels, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);

for (const fixture of fixtures) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    const exportsOf = async (disabled: readonly string[]) => {
      const { functions } = await bench();
      return execute(unformattedModule(inForwardMode(functions), { disabled }));
    };

    test("agrees with dual numbers", async () => {
      expect((await bench()).check(await exportsOf([]), tangentFaults)).toEqual([]);
    });
    test("agrees with dual numbers without optimisations", async () => {
      expect((await bench()).check(await exportsOf(optionalPasses), tangentFaults)).toEqual([]);
    });
    test("agrees with reverse mode", async () => {
      const golden = execute(readFileSync(fixture.golden, "utf8"));
      expect((await bench()).check({ ...golden, ...(await exportsOf([])) }, dotProductFaults)).toEqual([]);
    });
  });
}
