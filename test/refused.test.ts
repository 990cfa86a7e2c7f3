/**
 * Each folder of fixtures/refused is a model with faults, each of fixtures/warned one with traps; expected.json holds what
 * it must be told: the code, the sentence, the hint, what is underlined, and the second places, all of them exact.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalog } from "../src/diagnostics/catalog.ts";
import type { CatalogEntry } from "../src/diagnostics/entry.ts";
import { openProject } from "../src/frontend/project.ts";
import { casesOf, diagnosticsOf, expectationOf, expectedOf, modelOf, type Told } from "./harness/refused.ts";

const entries: Readonly<Record<string, CatalogEntry>> = catalog;
const codeOf = (name: string): string => name.slice(0, name.indexOf("-"));

const told: readonly Told[] = ["refused", "warned"];
describe.each(told.filter((each) => casesOf(each).length > 0))("%s models", (told) => {
  const cases = casesOf(told);
  const project = openProject({ files: cases.map((name) => modelOf(told, name)) });

  test.each(cases)("%s", async (name) => {
    const { diagnostics, isWritten } = await diagnosticsOf(project, modelOf(told, name));
    const found = diagnostics.map((diagnostic) => expectationOf(project, diagnostic));
    const expected: unknown = JSON.parse(readFileSync(expectedOf(told, name), "utf8"));
    expect(found, "if this is what a stranger should read: npm run bless:refused").toEqual(expected);
    expect(found.map(({ code }) => code)).toContain(codeOf(name));
    for (const { code, message, hint } of found) {
      expect(`${message} ${hint}`).not.toMatch(/%\w+%/);
      // What TypeScript itself reports has no hint of ours.
      if (!code.startsWith("ADJ01")) expect(hint, message).not.toBeNull();
    }
    const hasError = diagnostics.some(({ severity }) => severity === "error");
    expect(isWritten).toBe(!hasError);
    if (told === "warned") expect(hasError).toBe(false);
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

  test("a code of the language is one of the two answers, a warning about it a trap", () => {
    for (const code of codes.filter((each) => each.startsWith("ADJ2"))) {
      expect(["underivable", "unsupported"], code).toContain(entries[code]?.kind);
    }
    for (const code of codes.filter((each) => each.startsWith("ADJ3"))) {
      expect(entries[code]).toMatchObject({ kind: "trap", severity: "warning" });
    }
  });

  test("each code about a model has a folder", () => {
    const aboutModels = codes.filter((code) => entries[code]?.kind !== "usage");
    const covered = new Set([...casesOf("refused"), ...casesOf("warned")].map(codeOf));
    expect(aboutModels.filter((code) => !covered.has(code))).toEqual([]);
    expect([...covered].filter((code) => entries[code] === undefined)).toEqual([]);
  });

  test("each code about files and options has a test of its sentence", () => {
    const aboutFiles = codes.filter((code) => entries[code]?.kind === "usage");
    const folder = fileURLToPath(new URL(".", import.meta.url));
    const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts") && name !== "refused.test.ts");
    const texts = tests.map((name) => readFileSync(`${folder}${name}`, "utf8")).join("\n");
    expect(aboutFiles.filter((code) => !texts.includes(`${code}: `))).toEqual([]);
  });
});
