/** The same sources give the same bytes: whatever was compiled before, in whatever order, from wherever. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compileFile, defaultOptions } from "../src/compile-file.ts";
import { transform, type SourceText } from "../src/compiler.ts";
import { openProject } from "../src/frontend/project.ts";
import { modelsFolder } from "./harness/fixtures.ts";

const names = ["two-layer-relu", "rnn", "attention", "helper-in-other-file", "ping-pong-copy-back", "nested-while"];
const paths = names.map((name) => join(modelsFolder, name, "model.ts"));
const sources: readonly SourceText[] = paths
  .filter((_, k) => names[k] !== "helper-in-other-file")
  .map((path, k) => ({ path: `model${k}.ts`, text: readFileSync(path, "utf8") }));

const copies = mkdtempSync(join(tmpdir(), "adjoint-gen-determinism-"));
afterAll(() => rmSync(copies, { recursive: true, force: true }));

async function textsOf(files: readonly string[], order = files): Promise<readonly (string | undefined)[]> {
  const project = openProject({ files: order });
  const texts = new Map<string, string | undefined>();
  for (const file of order) {
    texts.set(file, (await compileFile(project, file, "./model.ts", defaultOptions)).text);
  }
  return files.map((file) => texts.get(file));
}

describe("the output", () => {
  it("is the same in a second run", async () => {
    const first = await textsOf(paths);
    expect(first).not.toContain(undefined);
    expect(await textsOf(paths)).toEqual(first);
  });

  it("does not depend on the order of the files, nor on those beside it", async () => {
    const first = await textsOf(paths);
    expect(await textsOf(paths, [...paths].reverse())).toEqual(first);
    const alone = await Promise.all(paths.map((path) => textsOf([path])));
    expect(alone.flat()).toEqual(first);
  });

  it("does not depend on the folder", async () => {
    for (const name of names) cpSync(join(modelsFolder, name), join(copies, "a b", name), { recursive: true });
    const config = join(modelsFolder, "../tsconfig.json");
    if (existsSync(config)) cpSync(config, join(copies, "tsconfig.json"));
    const elsewhere = names.map((name) => join(copies, "a b", name, "model.ts"));
    expect(await textsOf(elsewhere)).toEqual(await textsOf(paths));
  });

  it("does not depend on line ends", async () => {
    const windows = sources.map(({ path, text }) => ({ path, text: text.replace(/\n/g, "\r\n") }));
    expect((await transform(windows)).files).toEqual((await transform(sources)).files);
  });

  it("is the same in memory, in any order", async () => {
    const { files } = await transform(sources);
    expect(files).toHaveLength(sources.length);
    const reversed = await transform([...sources].reverse());
    expect([...reversed.files].reverse()).toEqual(files);
  });
});
