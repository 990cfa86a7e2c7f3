/** Compile times: linear in the number of functions, and bearable for one very long and one deeply nested function. */
import { describe, expect, it } from "vitest";
import { compileFile, defaultOptions } from "../src/compile-file.ts";
import { openProject } from "../src/frontend/project.ts";

/** A small network with the loops, the branches and the local array that models have. */
function layer(name: string): string {
  return `
/** @grad W, b */
export function ${name}(W: Float64Array, b: Float64Array, x: Float64Array, y: number): number {
  const n = x.length;
  const m = b.length;
  const h = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let z = b[i];
    for (let j = 0; j < n; j++) z += W[i * n + j] * x[j];
    h[i] = z > 0 ? Math.tanh(z) : 0.1 * z;
  }
  let loss = 0;
  for (let i = 0; i < m; i++) {
    const e = h[i] - y;
    loss += 0.5 * e * e;
  }
  return loss;
}
`;
}

const fileOf = (count: number) => Array.from({ length: count }, (_, k) => layer(`layer${k}`)).join("");

function straightLine(statements: number): string {
  const lines = Array.from({ length: statements }, (_, k) => {
    const [a, b] = [k === 0 ? "x" : `t${k - 1}`, k < 2 ? "y" : `t${k - 2}`];
    return `  const t${k} = ${["sin", "cos", "tanh", "atan"].map((name) => `Math.${name}(${a} * ${b})`)[k % 4]};`;
  });
  return [
    "/** @grad */",
    "export function long(x: number, y: number): number {",
    ...lines,
    `  return t${statements - 1};`,
    "}",
  ].join("\n");
}

/** Loops six deep, over an array that the innermost writes. */
function nest(): string {
  const counters = ["i", "j", "k", "l", "p", "q"];
  const open = counters.map(
    (name, depth) => `${"  ".repeat(depth + 1)}for (let ${name} = 0; ${name} < n; ${name}++) {`,
  );
  const close = counters.map((_, depth) => `${"  ".repeat(6 - depth)}}`);
  return [
    "/** @grad x */",
    "export function deep(x: Float64Array, n: number): number {",
    "  const s = new Float64Array(n);",
    ...open,
    "              s[(i + j) % n] = Math.sin(s[(k + l) % n] + x[p] * x[q]);",
    ...close,
    "  let total = 0;",
    "  for (let i = 0; i < n; i++) total += s[i];",
    "  return total;",
    "}",
  ].join("\n");
}

/** Of processor time, so that what else the machine does matters little. */
async function millisecondsFor(text: string): Promise<number> {
  const project = openProject({ sources: { "/model.ts": text } });
  // What the TypeScript compiler does once for a program is start-up.
  project.project.getProgram().compilerObject.getSemanticDiagnostics();
  const start = process.cpuUsage();
  const { text: output, diagnostics } = await compileFile(project, "/model.ts", "./model.ts", defaultOptions);
  const { user, system } = process.cpuUsage(start);
  expect(diagnostics).toEqual([]);
  expect(output).toBeDefined();
  return (user + system) / 1000;
}

/**
 * How much longer the second takes, each time held against the runs of the first before and after it: how fast the
 * machine is changes with what else it does.
 */
async function ratioOf(once: string, twice: string): Promise<number> {
  const ratios: number[] = [];
  let before = await millisecondsFor(once);
  for (let round = 0; round < 5; round++) {
    const longer = await millisecondsFor(twice);
    const after = await millisecondsFor(once);
    ratios.push((2 * longer) / (before + after));
    before = after;
  }
  ratios.sort((a, b) => a - b);
  return ratios[3] ?? NaN;
}

describe("compile time", () => {
  it("is linear in the number of functions", async () => {
    await millisecondsFor(fileOf(30));
    expect(await ratioOf(fileOf(50), fileOf(100))).toBeLessThan(2.2);
  }, 180_000);

  it("is linear in the length of a straight line", async () => {
    await millisecondsFor(straightLine(500));
    expect(await ratioOf(straightLine(1000), straightLine(2000))).toBeLessThan(2.6);
  }, 180_000);

  it("is seconds for 5,000 statements", async () => {
    expect(await millisecondsFor(straightLine(5000))).toBeLessThan(20_000);
  }, 180_000);

  it("is seconds for loops six deep", async () => {
    expect(await millisecondsFor(nest())).toBeLessThan(5_000);
  }, 60_000);
});
