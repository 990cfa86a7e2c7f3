/**
 * Writes the goldens of fixtures/models and of the examples: `npm run bless`, or `npm run bless -- rnn lstm` for some.
 * Read what changed as you would read source.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { codeFrames, compileModel, openModels } from "../test/harness/compile.ts";
import { exampleModels, loadFixtures, repository } from "../test/harness/fixtures.ts";

const names = process.argv.slice(2);
const fixtures = await loadFixtures(names.length > 0 ? names : undefined);
const models = [...fixtures, ...(names.length > 0 ? [] : exampleModels)];
const project = openModels(models);
let changed = 0;
for (const { model, golden } of models) {
  const { text, diagnostics } = await compileModel(project, model);
  if (text === undefined) {
    console.error(codeFrames(diagnostics));
    process.exitCode = 1;
  } else if (text !== textOf(golden)) {
    writeFileSync(golden, text);
    console.log(`${relative(repository, golden)}`);
    changed++;
  }
}
console.log(`${models.length} models, ${changed} goldens written`);

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
