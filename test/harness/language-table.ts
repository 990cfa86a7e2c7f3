/** The README's table of the accepted language: the rows of scripts/language-rows.ts, answered by the fence. */
import { fenceTable, type FencedKind, type Verdict } from "../../src/frontend/fence.ts";
import { catalog } from "../../src/diagnostics/catalog.ts";
import { languageGroups, type LanguageRow } from "../../scripts/language-rows.ts";

export const readmeMarks = { start: "<!-- language: written by npm run readme -->", end: "<!-- /language -->" };

export function languageTable(): string {
  const lines = ["| syntax | accepted | conditions, or what to write |", "| --- | --- | --- |"];
  for (const { title, rows } of languageGroups) {
    lines.push(`| **${title}** | | |`, ...rows.map(rowText));
  }
  lines.push(
    "| **Types** | | |",
    "| all of them: they are erased | yes | the parameters of a tagged function need theirs (ADJ1021) |",
  );
  return lines.join("\n");
}

/** The README with another table between its marks. */
export function withTable(readme: string, table: string): string {
  const from = readme.indexOf(readmeMarks.start) + readmeMarks.start.length;
  const to = readme.indexOf(readmeMarks.end);
  return `${readme.slice(0, from)}\n\n${table}\n\n${readme.slice(to)}`;
}

function rowText({ what, kinds, but = "" }: LanguageRow): string {
  const verdict = verdictOf(kinds);
  if (verdict === "accepted" || verdict === "type") return `| ${what} | yes | ${but} |`;
  const hint = verdict.hint ?? ("hint" in catalog[verdict.code] ? catalog[verdict.code].hint : "");
  return `| ${what} | no: ${verdict.code} | ${hint} |`;
}

/** What the fence says of a row: the same for all its kinds, or the row has to be parted. */
export function verdictOf(kinds: readonly FencedKind[]): Verdict {
  const verdicts = kinds.map((kind) => fenceTable[kind]);
  const [first = "accepted"] = verdicts;
  const codeOf = (verdict: Verdict): string => (typeof verdict === "string" ? verdict : verdict.code);
  if (verdicts.some((each) => codeOf(each) !== codeOf(first))) {
    throw new Error(`the fence has more than one answer for the row of ${kinds.join(", ")}`);
  }
  return first;
}
