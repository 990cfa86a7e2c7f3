/** Runs the table of packages and writes docs/packages.md: `npx tsx scripts/packages.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatMarkdown } from "../test/packages/format-markdown.ts";
import { repository } from "../test/harness/fixtures.ts";
import { documentOf } from "../test/packages/document.ts";
import { outcomesOf } from "../test/packages/outcome.ts";
import { table } from "../test/packages/table.ts";

const outcomes = await outcomesOf(table);
for (const { row, faults, refusal } of outcomes) {
  const result = faults.length > 0 ? `WRONG: ${faults.join("; ")}` : (refusal?.code ?? "agrees");
  console.log(`${row.package} ${row.function}: ${result}`);
}
if (outcomes.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
writeFileSync(join(repository, "docs/packages.md"), await formatMarkdown(documentOf(outcomes)));
