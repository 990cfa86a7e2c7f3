/** Mutants run by hand (scripts/mutants.ts); that they still fit the code is seen here. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./all-mutants.ts";
import { mutated } from "./mutant.ts";

const called = mutants.flatMap(({ name, caughtBy }) => (caughtBy === undefined ? [] : [{ name, ...caughtBy }]));

describe("mutants", () => {
  it("have names of their own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants)("$name fits $file", (mutant) => {
    const text = readFileSync(new URL(`../../${mutant.file}`, import.meta.url), "utf8");
    expect(mutated(mutant, text)).not.toBe(text);
  });

  it.each(called)("what is to catch it is there: $name", ({ test, named }) => {
    if (test === "models")
      expect(readdirSync(new URL("../../fixtures/models", import.meta.url))).toContain(named.trim());
    else {
      const text = readFileSync(new URL(`../${test}.test.ts`, import.meta.url), "utf8");
      const texts = [...text.matchAll(/"([^"\n]+)"/g)].map(([, each = ""]) => each);
      expect(texts.some((each) => each.startsWith(named) || `${named} `.startsWith(`${each} `))).toBe(true);
    }
  });
});
