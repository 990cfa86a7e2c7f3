/** Writes the table of the accepted language into README.md, from the fence: `npm run readme`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { languageTable, readmeMarks, withTable } from "../test/harness/language-table.ts";

const path = fileURLToPath(new URL("../README.md", import.meta.url));
const before = readFileSync(path, "utf8");
if (!before.includes(readmeMarks.start)) throw new Error(`README.md has no ${readmeMarks.start}`);
writeFileSync(path, withTable(before, languageTable()));
