/** What the README says of the language is what the fence does. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { languageGroups, withoutRow } from "../scripts/language-rows.ts";
import { catalog } from "../src/diagnostics/catalog.ts";
import { fenceTable, type FencedKind } from "../src/frontend/fence.ts";
import { languageTable, readmeMarks, verdictOf } from "./harness/language-table.ts";

const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
/** Without the blanks that align columns. */
const plain = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---").trim();

describe("the README", () => {
  test("has the table of the language that the fence gives: npm run readme", () => {
    const from = readme.indexOf(readmeMarks.start) + readmeMarks.start.length;
    expect(from).toBeGreaterThan(readmeMarks.start.length);
    expect(plain(readme.slice(from, readme.indexOf(readmeMarks.end)))).toBe(plain(languageTable()));
  });

  test("has a row for every kind of syntax that a function can hold, and one alone", () => {
    const kinds = Object.keys(fenceTable) as readonly FencedKind[];
    const rowed = languageGroups.flatMap(({ rows }) => rows.flatMap((row) => row.kinds));
    const wanted = kinds.filter(
      (kind) => fenceTable[kind] !== "type" && (!withoutRow.test(kind) || kind === "ImportKeyword"),
    );
    expect([...rowed].sort()).toEqual([...wanted].sort());
  });

  test.each(languageGroups.flatMap(({ rows }) => rows))("$what has one answer", ({ kinds, but }) => {
    expect(verdictOf(kinds)).toBeDefined();
    for (const code of but?.match(/ADJ\d{4}/g) ?? []) expect(catalog).toHaveProperty(code);
  });

  test("names no code that is not there", () => {
    for (const code of readme.match(/ADJ\d{4}/g) ?? []) expect(catalog).toHaveProperty(code);
  });
});
