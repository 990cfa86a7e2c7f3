/** Each folder of fixtures/refused is a model with faults, and the diagnostics that it must give, to the column. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalog } from "../src/diagnostics/catalog.ts";
import type { CatalogEntry } from "../src/diagnostics/entry.ts";
import { openProject } from "../src/frontend/project.ts";
import { readModel } from "../src/frontend/read-model.ts";

interface Expected {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message?: string;
  readonly hint?: string;
}

const folder = fileURLToPath(new URL("../fixtures/refused/", import.meta.url));
const cases = readdirSync(folder).sort();
const modelOf = (name: string) => `${folder}${name}/model.ts`;
const entries: Readonly<Record<string, CatalogEntry>> = catalog;

describe("refused models", () => {
  const project = openProject({ files: cases.map(modelOf) });

  test.each(cases)("%s", (name) => {
    const expected: readonly Expected[] = JSON.parse(readFileSync(`${folder}${name}/expected.json`, "utf8"));
    const { diagnostics } = readModel(project, modelOf(name));
    const found = diagnostics.map(({ code, span, message, hint }, k) => ({
      code,
      line: span?.line,
      column: span?.column,
      // The text is compared where the fixture has it.
      ...(expected[k]?.message === undefined ? {} : { message }),
      ...(expected[k]?.hint === undefined ? {} : { hint }),
    }));
    expect(found).toEqual(expected);
    expect(found.map(({ code }) => code)).toContain(name.slice(0, name.indexOf("-")));
    for (const { message, hint } of diagnostics) expect(`${message} ${hint}`).not.toMatch(/%\w+%/);
  });
});

describe("the catalogue", () => {
  const codes = Object.keys(entries);

  test.each(codes)("%s has a page with a mend", (code) => {
    const { page, sentence, title } = entries[code]!;
    expect(code).toMatch(/^ADJ\d{4}$/);
    expect(page.length).toBeGreaterThan(80);
    expect(page).toMatch(/^Mend:/m);
    expect(sentence).not.toMatch(/[.!]$/);
    expect(title).not.toMatch(/[.!]$/);
  });

  test("each code about a model has a folder here", () => {
    const aboutModels = codes.filter((code) => entries[code]?.kind !== "usage");
    const covered = new Set(cases.map((name) => name.slice(0, name.indexOf("-"))));
    expect(aboutModels.filter((code) => !covered.has(code))).toEqual([]);
  });
});
