import { test } from "vitest";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { openProject } from "/work/main/src/frontend/project.ts";
import { readModel } from "/work/main/src/frontend/read-model.ts";
test("x", () => {
  const folder = "/work/main/fixtures/refused/";
  const names = readdirSync(folder).filter(n => /^ADJ20/.test(n));
  const project = openProject({ files: names.map(n => folder + n + "/model.ts") });
  for (const n of names) {
    const { diagnostics } = readModel(project, folder + n + "/model.ts");
    console.log(n, diagnostics.some(d => d.code === n.slice(0,7)) ? "" : "  <<<<<<<<<<<<", JSON.stringify(diagnostics.map(d => [d.code, d.span?.line, d.span?.column, d.message, d.hint])));
    if (process.env.WRITE) writeFileSync(folder + n + "/expected.json", JSON.stringify(diagnostics.map(d => ({ code: d.code, line: d.span?.line, column: d.span?.column })), null, 2) + "\n");
  }
});
