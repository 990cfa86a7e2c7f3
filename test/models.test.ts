/**
 * Every fixture of fixtures/models: its golden is what the compiler writes today, and the golden, executed, is right by
 * every oracle. `npm run bless` writes the goldens.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { benchOf, once } from "./harness/bench.ts";
import {
  differenceFaults,
  dualFaults,
  expectedFaults,
  foreignOutFaults,
  reuseFaults,
  valueFaults,
} from "./harness/check-case.ts";
import { codeFrames, compileModel, openModels } from "./harness/compile.ts";
import { execute } from "./harness/execute.ts";
import { exampleModels, loadFixtures, problemModels } from "./harness/fixtures.ts";
import { textFaults } from "./harness/generated-text.ts";
import { stepFaults } from "./harness/pass-steps.ts";

const fixtures = await loadFixtures();
const project = openModels(fixtures);

for (const fixture of fixtures) {
  describe(fixture.name, () => {
    const bench = () => benchOf(project, fixture);
    const text = once(() => readFileSync(fixture.golden, "utf8"));
    const generated = once(() => execute(text()));

    test("has a case for every tagged function", async () => {
      const { functions } = await bench();
      const tagged = functions.map(({ signature }) => signature.name);
      expect([...new Set(fixture.cases.map((each) => each.function))].sort()).toEqual(tagged.sort());
    });
    test("is compiled to its golden", async () => {
      const compiled = await compileModel(project, fixture.model);
      expect(codeFrames(compiled.diagnostics.filter(({ severity }) => severity === "error"))).toBe("");
      expect(compiled.text).toBe(text());
    });
    test("imports nothing, keeps no state, allocates in create alone", () => {
      expect(textFaults(text())).toEqual([]);
    });
    test("has the primal's value and writes what it writes", async () => {
      expect((await bench()).check(generated(), valueFaults)).toEqual([]);
    });
    test("agrees with dual numbers", async () => {
      expect((await bench()).check(generated(), dualFaults)).toEqual([]);
    });
    test("agrees with central differences", async () => {
      expect((await bench()).check(generated(), differenceFaults)).toEqual([]);
    });
    test("agrees with what is known", async () => {
      expect((await bench()).check(generated(), expectedFaults)).toEqual([]);
    });
    test("is sound and the same after every pass", async () => {
      expect((await bench()).check(generated(), stepFaults)).toEqual([]);
    });
    test("gives the same again in the same out", async () => {
      expect((await bench()).check(generated(), reuseFaults)).toEqual([]);
    });
    test("gives the same in the out of another call, or says that it does not fit", async () => {
      expect((await bench()).check(generated(), foreignOutFaults)).toEqual([]);
    });
  });
}

const others = [...problemModels, ...exampleModels];
const otherProject = once(() => openModels(others));

test.each(others)("the generated file beside $model is current", async ({ model, golden }) => {
  const { text } = await compileModel(otherProject(), model);
  expect(text).toBe(readFileSync(golden, "utf8"));
});
