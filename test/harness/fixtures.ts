import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ModelCase } from "./model-case.ts";

/** One folder of fixtures/models: `model.ts`, `case.ts`, and `model.grad.ts`, the golden. */
export interface Fixture extends ModelFiles {
  readonly name: string;
  readonly cases: readonly ModelCase[];
}

/** A model and the file that is generated from it. */
export interface ModelFiles {
  readonly model: string;
  readonly golden: string;
}

export const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const modelsFolder = join(repository, "fixtures/models");

/** Models outside the fixtures whose generated files are in the repository too. */
export const exampleModels: readonly ModelFiles[] = ["training", "gradbench/models"].flatMap((folder) => {
  const files = readdirSync(join(repository, "examples", folder)).filter((name) => name.endsWith(".grad.ts"));
  return files.sort().map((name) => {
    const golden = join(repository, "examples", folder, name);
    return { model: golden.replace(/grad\.ts$/, "ts"), golden };
  });
});

const problemFile = (name: string): ModelFiles => ({
  model: join(repository, "fixtures/problems", `${name}.ts`),
  golden: join(repository, "fixtures/problems", `${name}.grad.ts`),
});

/** Known problems of optimisation, many in a file, of which closed forms are the oracle. */
export const closedFormModels: readonly ModelFiles[] = ["few-variables", "fits", "any-number", "discretized"].map(
  (name) => problemFile(`more-garbow-hillstrom/${name}`),
);

/** The residuals of ADBench's HAND. */
export const handResiduals = problemFile("adbench/hand");

/** Each has one test of its own, and not those of all fixtures. */
export const problemModels: readonly ModelFiles[] = [...closedFormModels, handResiduals];

/** All fixtures, or those named, in the order of their names. */
export async function loadFixtures(names?: readonly string[]): Promise<readonly Fixture[]> {
  const found = readdirSync(modelsFolder)
    .filter((name) => existsSync(join(modelsFolder, name, "model.ts")))
    .sort();
  const unknown = names?.filter((name) => !found.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such fixture: ${unknown.join(", ")}`);
  return Promise.all(found.filter((name) => names?.includes(name) ?? true).map(loadFixture));
}

async function loadFixture(name: string): Promise<Fixture> {
  const folder = join(modelsFolder, name);
  const { cases } = (await importFile(join(folder, "case.ts"))) as { cases: readonly ModelCase[] };
  return { name, model: join(folder, "model.ts"), golden: join(folder, "model.grad.ts"), cases };
}

/** The functions that a model exports, as they are: what the derivatives are compared with. */
export async function loadModel(fixture: Fixture): Promise<Readonly<Record<string, (...args: unknown[]) => unknown>>> {
  return (await importFile(fixture.model)) as Record<string, (...args: unknown[]) => unknown>;
}

function importFile(path: string): Promise<unknown> {
  return import(/* @vite-ignore */ pathToFileURL(path).href);
}
