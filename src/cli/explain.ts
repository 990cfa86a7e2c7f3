import { catalog } from "../diagnostics/catalog.ts";
import { type CatalogEntry, kindTexts } from "../diagnostics/entry.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the page of a diagnostic. `adj1008` and `1008` are understood. */
export function explain(code: string, { out }: Terminal): void {
  const pages: Readonly<Record<string, CatalogEntry>> = catalog;
  const wanted = code.toUpperCase().replace(/^(?=\d)/, "ADJ");
  const entry = pages[wanted];
  if (entry === undefined) {
    const close = nearest(wanted, Object.keys(pages));
    throw new UsageError(`there is no diagnostic ${code}${close === undefined ? "" : `; did you mean ${close}?`}`);
  }
  out(`${wanted}: ${entry.title} (${entry.severity}: ${kindTexts[entry.kind]})\n\n${wrapped(entry.page)}\n`);
}

/** Paragraphs broken anew at a width that is good to read; examples, which are indented, and lists stay as they are. */
function wrapped(page: string): string {
  return page
    .split("\n\n")
    .map((block) => (/^(\s|[-*|#])/m.test(block) ? block : fill(block.replaceAll("\n", " "))))
    .join("\n\n");
}

function fill(paragraph: string): string {
  const width = Math.min(process.stdout.columns || 100, 100);
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
