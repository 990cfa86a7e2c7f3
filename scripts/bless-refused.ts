/**
 * Writes expected.json of fixtures/refused and fixtures/warned: `npm run bless:refused`, or with names (or codes) for some.
 * Read what changed as a stranger would: is the underlined text the cause, and does the hint, if followed, help?
 */
import { readFileSync, writeFileSync } from "node:fs";
import { openProject } from "../src/frontend/project.ts";
import { casesOf, diagnosticsOf, expectationOf, expectedOf, modelOf, type Told } from "../test/harness/refused.ts";

const wanted = process.argv.slice(2);
for (const told of ["refused", "warned"] as const satisfies readonly Told[]) {
  const cases = casesOf(told).filter((name) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
  if (cases.length === 0) continue;
  const project = openProject({ files: cases.map((name) => modelOf(told, name)) });
  for (const name of cases) {
    const { diagnostics } = await diagnosticsOf(project, modelOf(told, name));
    const found = diagnostics.map((diagnostic) => expectationOf(project, diagnostic));
    const text = `${JSON.stringify(found, null, 2)}\n`;
    const path = expectedOf(told, name);
    if (text === textOf(path)) continue;
    writeFileSync(path, text);
    console.log(`${told}/${name}`);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
