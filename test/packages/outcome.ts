/**
 * Takes the functions of the table from the installed packages: writes a model for each, which gives it root types and a tag,
 * in a folder beside which the packages stand, compiles them in one program, executes what was generated, and compares value
 * and gradient with central differences of the package's own function.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { compileFile, defaultOptions } from "../../src/compile-file.ts";
import { openProject } from "../../src/frontend/project.ts";
import { execute, type Exports } from "../harness/execute.ts";
import { repository } from "../harness/fixtures.ts";
import { random } from "../harness/random.ts";
import { differencesOf, largestOf, leavesOf, numbersOf } from "../harness/tree.ts";
import { extrapolatedDifference } from "./extrapolate.ts";
import type { Row } from "./row.ts";

export interface Outcome {
  readonly row: Row;
  /** Without one, the derivative agrees. */
  readonly refusal?: { readonly code: string; readonly message: string; readonly place: string };
  /** What is wrong: must be empty. */
  readonly faults: readonly string[];
}

/** Relative to the largest entry of the gradient. */
const tolerance = 1e-7;

/** Each package in a project of its own: the load of a package looks through all that the files of a project import. */
export async function outcomesOf(rows: readonly Row[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of new Set(rows.map((row) => row.package))) {
    outcomes.push(...(await outcomesTogether(rows.filter((row) => row.package === name))));
  }
  return outcomes.sort((a, b) => rows.indexOf(a.row) - rows.indexOf(b.row));
}

async function outcomesTogether(rows: readonly Row[]): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "models-of-packages-"));
  try {
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    const models = rows.map((row, k) => writeModel(row, join(folder, String(k))));
    const project = openProject({ files: models });
    const outcomes: Outcome[] = [];
    for (const [k, row] of rows.entries()) outcomes.push(await outcomeOf(project, row, models[k]!));
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function modelText({ imports, signature, body, wrt }: Row): string {
  const tag = /\): number$/.test(signature) ? "grad" : "vjp";
  const statements = /^\s*return\b|;$/m.test(body) ? body : `return ${body};`;
  const options = wrt === undefined ? "" : ` ${wrt}`;
  return `${imports}\n/** @${tag}${options} */\nexport function f${signature} {\n${statements}\n}\n`;
}

function writeModel(row: Row, folder: string): string {
  mkdirSync(folder);
  const path = join(folder, "model.ts");
  writeFileSync(path, modelText(row));
  return path;
}

async function outcomeOf(project: ReturnType<typeof openProject>, row: Row, model: string): Promise<Outcome> {
  let compiled;
  try {
    compiled = await compileFile(project, model, "./model.ts", defaultOptions);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { row, faults: [], refusal: { code: "a crash", message, place: "the compiler" } };
  }
  const fault = compiled.diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined || compiled.text === undefined) {
    const { code = "none", message = "", span } = fault ?? {};
    const file = span?.file.split("/node_modules/")[1] ?? "the model";
    return { row, faults: [], refusal: { code, message, place: `${file}:${span?.line}:${span?.column}` } };
  }
  const original = executeModel(row, model);
  return { row, faults: row.inputs.flatMap((inputs, k) => compare(row, original, execute(compiled.text!), inputs, k)) };
}

/** The model as JavaScript, run by Node itself, with the packages as they are. */
function executeModel(row: Row, model: string): Exports {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
  const path = model.replace(/\.ts$/, ".cjs");
  writeFileSync(path, ts.transpileModule(modelText(row), { compilerOptions }).outputText);
  return createRequire(path)(path) as Exports;
}

function compare(
  row: Row,
  original: Exports,
  generated: Exports,
  inputs: readonly unknown[],
  seed: number,
): readonly string[] {
  const copies = (): unknown[] => structuredClone(inputs) as unknown[];
  const value = original.f!(...copies());
  const isNumber = typeof value === "number";
  const weights = random(seed + 1).numbers(leavesOf(value).length);
  const objective = (at: unknown[]): number =>
    isNumber ? Number(original.f!(...at)) : dot(numbersOf(original.f!(...at)), weights);
  const result = isNumber ? generated.fGrad!(...copies()) : generated.fVjp!(...copies(), withNumbers(value, weights));
  const { value: found, grad } = result as {
    readonly value: unknown;
    readonly grad: Readonly<Record<string, unknown>>;
  };
  const scale = largestOf(numbersOf(value));
  const faults = differencesOf(found, value, 1e-12 * scale).map((text) => `value: ${text}`);
  const names = [...row.signature.matchAll(/(?<=[(,] ?)(\w+): /g)].map(([, name]) => name!);
  const wrt = Object.keys(grad);
  const largest = largestOf(numbersOf(grad));
  if (largest === 0) faults.push("the gradient is 0");
  for (const name of wrt) {
    const position = names.indexOf(name);
    for (const { path, value: entry } of leavesOf(grad[name])) {
      const expected = extrapolatedDifference(objective, copies, [position, ...path], row.step);
      if (Math.abs(Number(entry) - expected) <= tolerance * largest) continue;
      faults.push(`${[name, ...path].join(".")} is ${entry}, differences say ${expected}`);
    }
  }
  return faults.map((text) => `${JSON.stringify(inputs)}: ${text}`);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, k) => sum + each * b[k]!, 0);
}

/** The tree with other numbers in the place of its own. */
function withNumbers(tree: unknown, numbers: readonly number[]): unknown {
  let next = 0;
  const copy = (part: unknown): unknown => {
    if (typeof part === "number") return numbers[next++];
    if (ArrayBuffer.isView(part)) return (part as Float64Array).map(() => numbers[next++]!);
    if (Array.isArray(part)) return part.map(copy);
    return Object.fromEntries(Object.entries(part as object).map(([key, each]) => [key, copy(each)]));
  };
  return copy(tree);
}
