/**
 * Writes the goldens of fixtures/models, of fixtures/problems and of the examples: `npm run bless`, or `npm run bless -- rnn lstm` for some.
 * Read what changed as you would read source.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { CompiledFile } from "../src/compile-file.ts";
import { codeFrames, compileModel, openModels } from "../test/harness/compile.ts";
import { exampleModels, loadFixtures, problemModels, repository } from "../test/harness/fixtures.ts";

const names = process.argv.slice(2);
const fixtures = await loadFixtures(names.length > 0 ? names : undefined);
const models = [...fixtures, ...(names.length > 0 ? [] : [...problemModels, ...exampleModels])];
const project = openModels(models);
let changed = 0;
for (const { model, golden } of models) {
  const { text, diagnostics } = await compileOrComplain(model);
  if (text === undefined) {
    console.error(`${relative(repository, model)}: ${codeFrames(diagnostics)}`);
    process.exitCode = 1;
  } else if (text !== textOf(golden)) {
    writeFileSync(golden, text);
    console.log(`${relative(repository, golden)}`);
    changed++;
  }
}
console.log(`${models.length} models, ${changed} goldens written`);

/** A crash of the compiler in one model is no reason not to write the others. */
async function compileOrComplain(model: string): Promise<Pick<CompiledFile, "text" | "diagnostics">> {
  try {
    return await compileModel(project, model);
  } catch (error) {
    console.error(error);
    return { text: undefined, diagnostics: [] };
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
