/**
 * Whatever comes in, the compiler neither throws nor hangs: sources that are nested deeply or long, odd names, numbers and white
 * space, and mutated models. At full depth: `npx tsx scripts/deep.ts`; as many mutants as one likes: scripts/mutated-sources.ts.
 */
import { readdirSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import ts from "typescript";
import { afterEach, describe, expect, test } from "vitest";
import { compileFile, defaultOptions, type CompiledFile } from "../src/compile-file.ts";
import { transform } from "../src/compiler.ts";
import { filesOfConfig, openProject } from "../src/frontend/project.ts";
import { execute } from "./harness/execute.ts";
import { Workspace } from "./harness/run-cli.ts";
import { numbersOf } from "./harness/tree.ts";
import { deepSources } from "./robustness/deep-sources.ts";
import { modelNames, mutantChecker } from "./robustness/mutants.ts";
import { oddSources } from "./robustness/odd-sources.ts";

/** Compiles sources of one project, and says of each what is wrong with what came of it. */
function compiler(texts: Readonly<Record<string, string>>): (name: string) => Promise<CompiledFile> {
  const folders = Object.keys(texts);
  const pathOf = (name: string) => `/folder${folders.indexOf(name)}/model.ts`;
  const project = openProject({
    sources: Object.fromEntries(Object.entries(texts).map(([name, text]) => [pathOf(name), text])),
  });
  return (name) => compileFile(project, pathOf(name), "./model.js", defaultOptions);
}

/** It has been refused with a place, or what was generated is a program. */
function faultsOf({ text, diagnostics }: CompiledFile): readonly string[] {
  if (text === undefined) {
    const bare = diagnostics.filter(({ span, message }) => span === undefined || /%\w+%/.test(message));
    return bare.map(({ code, message }) => `${code} ${message}`);
  }
  const { diagnostics: faults = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  return faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("deep and long sources", () => {
  const compile = compiler(Object.fromEntries(deepSources.map(({ name, text }) => [name, text(30)])));

  test.each(deepSources.map(({ name }) => name))("%s", async (name) => {
    expect(faultsOf(await compile(name))).toEqual([]);
  });

  test("too deep for the stack: said, and the sources beside it are compiled", async () => {
    const deep = deepSources.find(({ name }) => name === "parentheses")?.text(20_000) ?? "";
    const shallow = deepSources.find(({ name }) => name === "parentheses")?.text(3) ?? "";
    const { files, diagnostics } = await transform([
      { path: "deep.ts", text: deep },
      { path: "shallow.ts", text: shallow },
    ]);
    expect(files.map(({ path }) => path)).toEqual(["shallow.grad.ts"]);
    expect(diagnostics).toMatchObject([{ code: "ADJ0013", message: "deep.ts is nested too deeply to be read" }]);
  });

  test("a file of 20,000 lines", async () => {
    const plain = Array.from({ length: 3300 }, (_, k) => [
      `export function plain${k}(x: number): number {`,
      `  let y = x;`,
      `  for (let i = 0; i < 3; i++) y = y * x + ${k};`,
      `  if (y > 3) y = Math.sin(y);`,
      `  return y;`,
      `}`,
    ]);
    const tagged = [
      "/** @grad x */",
      "export function f(x: number): number {",
      "  return plain7(x) * plain3299(x);",
      "}",
    ];
    const text = [...plain.flat(), ...tagged, ""].join("\n");
    expect(text.split("\n").length).toBeGreaterThan(19_800);
    const { files, diagnostics } = await transform({ path: "model.ts", text });
    expect(diagnostics).toEqual([]);
    expect(files).toHaveLength(1);
  });
});

describe("odd text", () => {
  const compile = compiler(Object.fromEntries(oddSources.map(({ name, text }) => [name, text])));

  test.each(oddSources)("$name", async ({ name, text }) => {
    const compiled = await compile(name);
    expect(faultsOf(compiled)).toEqual([]);
    const isNumeric =
      /^(an? (parameter|variable|function|helper|array|array parameter) (called|with)|the number) /.test(name);
    // As modules are run here, these names are taken.
    if (compiled.text === undefined || !isNumeric || /(Object|exports|function called __proto__)$/.test(name)) return;
    const generated = new Map(callables(compiled.text));
    const capital = (key: string) => key.slice(0, 1).toUpperCase() + key.slice(1);
    const derivative = [...generated].find(([key]) => generated.has(`create${capital(key)}`));
    const primal = callables(text).at(-1);
    expect(derivative).toBeDefined();
    const isArray = text.includes("readonly number[]");
    const at = (by: number): unknown[] =>
      isArray ? [Float64Array.of(0.5 + by, 1.5 + by), [2 + by, 3 + by]] : [1.3 + by];
    const { value, grad } = derivative![1](...at(0)) as { value: number; grad: object };
    expect(value).toBe(primal![1](...at(0)));
    const step = 1e-5;
    const difference = ((primal![1](...at(step)) as number) - (primal![1](...at(-step)) as number)) / (2 * step);
    const sum = numbersOf(grad).reduce((total, entry) => total + entry, 0);
    if (Number.isFinite(difference)) expect(Math.abs(sum - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
  });
});

function callables(text: string) {
  return Object.entries(execute(text)).filter(([, value]) => typeof value === "function");
}

describe("odd files", () => {
  const opened: Workspace[] = [];
  const workspace = async (files: Readonly<Record<string, string>>): Promise<Workspace> => {
    const made = await Workspace.with(files);
    opened.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of opened.splice(0)) await made.remove();
  });
  const square = "/** @grad x */\nexport function f(x: number): number {\n  return x * x;\n}\n";

  test("2,000 parentheses get a larger stack", async () => {
    const deep = deepSources.find(({ name }) => name === "parentheses")?.text(2000) ?? "";
    const at = await workspace({ "deep.ts": deep, "shallow.ts": square });
    const { code, err } = await at.run("*.ts");
    expect({ code, err }).toEqual({
      code: 0,
      err: "deep.grad.ts written, 1 function\nshallow.grad.ts written, 1 function\n",
    });
    expect(await at.read("deep.grad.ts")).toContain("out.grad.x = 2 * x;");
  });

  test("a million parentheses are too many", async () => {
    const at = await workspace({
      "deep.ts": `${square}const a = ${"(".repeat(1_000_000)}1${")".repeat(1_000_000)};\n`,
    });
    const { code, err } = await at.run("deep.ts");
    expect(code).toBe(1);
    expect(err).toContain("ADJ0013: deep.ts is nested too deeply to be read");
  });

  test("paths with blanks, brackets, quotes and more", async () => {
    const names = [
      "a b.ts",
      "a[b].ts",
      "a(b).ts",
      "a#b.ts",
      "a%20b.ts",
      "a'b.ts",
      'a"b.ts',
      "a😀b.ts",
      "a{b,c}.ts",
      "a!b.ts",
      "a$b.ts",
      "é/ü.ts",
      "a?b.ts",
      "-a.ts",
      "@a.ts",
    ];
    const at = await workspace(Object.fromEntries(names.map((name) => [name, square])));
    const { code, err } = await at.run("--", ...names);
    expect({ code, err }).toMatchObject({ code: 0 });
    for (const name of names) expect(await at.read(name.replace(/ts$/, "grad.ts"))).toContain("export function fGrad");
  });

  test("what is no text, no file, or is not there", async () => {
    const at = await workspace({ "good.ts": square });
    await mkdir(at.path("folder.ts"));
    await symlink(at.path("loop.ts"), at.path("loop.ts"));
    await symlink(at.path("gone.ts"), at.path("dangling.ts"));
    await writeFile(at.path("utf16.ts"), Buffer.from(`\ufeff${square}`, "utf16le"));
    await writeFile(
      at.path("binary.ts"),
      Buffer.from(Array.from({ length: 4096 }, (_, k) => (k * 197 + (k >> 3)) & 255)),
    );
    await writeFile(at.path("binary.png.ts"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    const names = [
      "folder.ts",
      "loop.ts",
      "dangling.ts",
      "utf16.ts",
      "binary.ts",
      "binary.png.ts",
      "nowhere.ts",
      "a\\b.ts",
      "",
      " ",
      "\\",
    ];
    const { code, err } = await at.run(...names, "good.ts");
    expect(code).toBe(1);
    expect(err.match(/error ADJ0\d{3}: /g)?.length).toBeGreaterThanOrEqual(names.length);
    expect(err).not.toMatch(/^\s+at |internal fault/m);
    expect(err).toContain("good.grad.ts written");
    expect((await at.run("*.ts")).code).toBeLessThan(2);
  });

  test("an output folder where none can be made", async () => {
    const at = await workspace({ "model.ts": square });
    for (const folder of ["/proc/none/here", "/dev/null/here", "model.ts/here"]) {
      const { code, err } = await at.run("model.ts", "--out-dir", folder);
      expect({ folder, code }).toEqual({ folder, code: 1 });
      expect(err).toContain("ADJ0009");
    }
    expect(readdirSync(at.folder)).toEqual(["model.ts"]);
    expect((await at.run("model.ts", "--out-dir", "a/b/c/d")).code).toBe(0);
    expect(await at.read("a/b/c/d/model.grad.ts")).toContain("fGrad");
  });

  test("imports in a circle, of values and of types", async () => {
    const at = await workspace({
      "a.ts": `import { g, type B } from "./b.js";\nexport interface A { x: number; b: B }\nexport const two = 2;\n/** @grad p */\nexport function f(p: A): number {\n  return g(p.x) * p.b.y;\n}\n`,
      "b.ts": `import { two, type A } from "./a.js";\nexport interface B { y: number }\nexport type C = A;\nexport function g(x: number): number {\n  return x * x * two;\n}\n`,
      "c.ts": `export * from "./d.js";\n${square}`,
      "d.ts": `export * from "./c.js";\nimport "./d.js";\nimport * as own from "./d.js";\nexport const e = own;\n`,
      "e.ts": `export { h } from "./f.js";\nimport { h } from "./e.js";\n/** @grad x */\nexport function k(x: number): number {\n  return h(x);\n}\n`,
      "f.ts": `export { h } from "./e.js";\n`,
    });
    const { code, err } = await at.run("*.ts");
    expect(code).toBe(1);
    expect(err).toContain("a.grad.ts written");
    expect(err).toContain("c.grad.ts written");
    expect(err).not.toMatch(/internal fault/);
  });

  test("projects that are broken", async () => {
    const configs = [
      "{",
      "null",
      "[]",
      '"text"',
      "",
      '{"extends":"./tsconfig.json"}',
      '{"compilerOptions":{"target":"es1999","lib":["none"],"module":7,"paths":{"*":["*"]},"baseUrl":"/nowhere"}}',
      '{"files":7,"include":{},"references":[{"path":"."}]}',
      '{"compilerOptions":{"types":["none"],"typeRoots":["/nowhere"],"jsx":"none","noLib":true}}',
    ];
    for (const [k, config] of configs.entries()) {
      const at = await workspace({ "tsconfig.json": config, "model.ts": square });
      const files = [at.path("model.ts")];
      const tsconfig = at.path("tsconfig.json");
      expect(() => filesOfConfig(tsconfig)).not.toThrow();
      for (const input of [{ files }, { files, tsconfig }]) {
        const project = openProject(input);
        const { text, diagnostics } = await compileFile(project, files[0]!, "./model.js", defaultOptions);
        expect({ config, isSaid: text !== undefined || diagnostics.length > 0 }).toEqual({ config, isSaid: true });
      }
      if (k > 0) continue;
      expect(await at.run("model.ts")).toMatchObject({ code: 0 });
      expect(await at.run("-p", ".")).toMatchObject({ code: 1 });
    }
  });
});

describe("mutated models", () => {
  const check = mutantChecker();
  // Each fourth, since opening a project takes longer than a mutant does.
  const names = modelNames().filter((_, k) => k % 4 === 0);

  test.each(names)("%s", async (model) => {
    for (const seed of [1, 2, 5]) {
      const { fault } = await check({ model, seed: seed + 1000 * model.length });
      expect(fault === undefined ? "" : `${fault.what}\n${fault.detail}`, `seed ${seed}`).toBe("");
    }
  });
});
