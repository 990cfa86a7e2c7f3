/** Functions of well-known packages, differentiated from the source that is installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./harness/fixtures.ts";
import { composed } from "./packages/composed.ts";
import { documentOf } from "./packages/document.ts";
import { formatMarkdown } from "./packages/format-markdown.ts";
import { outcomesOf } from "./packages/outcome.ts";
import { table } from "./packages/table.ts";

const outcomes = await outcomesOf(table);

describe("functions of packages", () => {
  test("there are sixty of twenty packages at least", () => {
    expect(table.length).toBeGreaterThanOrEqual(60);
    expect(new Set(table.map((row) => row.package)).size).toBeGreaterThanOrEqual(20);
  });

  test.each(outcomes.filter(({ refusal }) => refusal === undefined))(
    "$row.package $row.function agrees with differences",
    ({ faults }) => expect(faults).toEqual([]),
  );

  test.each(composed)("$function goes through $package", async (row) => {
    const [outcome] = await outcomesOf([row]);
    expect(outcome).toEqual({ row, faults: [] });
  });

  test("what agrees and what is refused stands in docs/packages.md: npx tsx scripts/packages.ts", async () => {
    expect(await formatMarkdown(documentOf(outcomes))).toBe(readFileSync(join(repository, "docs/packages.md"), "utf8"));
  });
});
