/** Mutants run by hand (scripts/mutants.ts); that they still fit the code is seen here. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./all-mutants.ts";
import { mutated } from "./mutant.ts";

describe("mutants", () => {
  it("have names of their own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants)("$name fits $file", (mutant) => {
    const text = readFileSync(new URL(`../../${mutant.file}`, import.meta.url), "utf8");
    expect(mutated(mutant, text)).not.toBe(text);
  });
});
