/**
 * Every fixture once more with none of its functions inlined that can be called: right all the same, with each optimisation
 * and without any.
 */
import { describe, expect, test } from "vitest";
import { optionalPasses, refusals } from "../src/pipeline.ts";
import { benchOf } from "./harness/bench.ts";
import { dualFaults, reuseFaults, valueFaults } from "./harness/check-case.ts";
import { inForwardMode, tangentFaults } from "./harness/check-tangents.ts";
import { inlinesNothing, openModels, readFunctions, unformattedModule } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);
/** Fixtures that call something when they may inline nothing. */
const calling = fixtures.flatMap((fixture) => {
  // Where an index comes from a recursive function there are no compressed rows.
  const functions = readFunctions(project, fixture.model, inlinesNothing).map((model) => ({
    ...model,
    requests: model.requests.map((request) => {
      return refusals(model, request).length === 0 ? request : { ...request, sparse: false };
    }),
  }));
  return functions.some(({ graph }) => graph.functions !== undefined) ? [{ ...fixture, functions }] : [];
});

test("most models have something to call", () => {
  expect(calling.length).toBeGreaterThan(25);
});

for (const { functions, ...fixture } of calling) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    test.each([
      ["", []],
      [" without optimisations", optionalPasses],
    ] as const)("is right with calls%s", async (_, disabled) => {
      const generated = execute(unformattedModule(functions, { disabled }));
      const faults = (await bench()).check(generated, (subject, probes) => [
        ...valueFaults(subject),
        ...dualFaults(subject, probes),
        ...reuseFaults(subject),
      ]);
      expect(faults).toEqual([]);
    });
    test("is right with calls in forward mode", async () => {
      const generated = execute(unformattedModule(inForwardMode(functions), { disabled: [] }));
      expect((await bench()).check(generated, tangentFaults)).toEqual([]);
    });
  });
}
