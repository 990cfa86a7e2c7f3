/** The code that is written grows with the source, and not with the number of ways through it. */
import { describe, expect, test } from "vitest";
import { compileFile, defaultOptions } from "../src/compile-file.ts";
import { openProject } from "../src/frontend/project.ts";
import { execute } from "./harness/execute.ts";

/** Each function calls the next one twice: 2 ** depth ways through the last one. */
function chain(depth: number): string {
  const functions = Array.from({ length: depth }, (_, k) => {
    const next = k === depth - 1 ? (text: string) => `(${text})` : (text: string) => `level${k + 1}(${text})`;
    return [
      `function level${k}(x: number): number {`,
      "  const y = Math.sin(0.5 * x) + 0.1 * x * x;",
      "  const z = y > 0 ? Math.exp(-y) : 1 - y;",
      `  return ${next("y + 0.25 * z")} * 0.5 + ${next("y - 0.5 * z")} * 0.25;`,
      "}",
    ].join("\n");
  });
  return `${functions.join("\n")}\n/** @grad */\nexport function f(x: number): number {\n  return level0(x);\n}\n`;
}

async function derivativeOf(source: string): Promise<string> {
  const project = openProject({ sources: { "/model.ts": source } });
  const { text, diagnostics } = await compileFile(project, "/model.ts", "./model.ts", defaultOptions);
  expect(diagnostics).toEqual([]);
  return text!;
}

/** The same chain, with its derivative by hand. */
function valueAndSlope(depth: number, x: number, dx: number): readonly [number, number] {
  if (depth === 0) return [x, dx];
  const [y, dy] = [Math.sin(0.5 * x) + 0.1 * x * x, (0.5 * Math.cos(0.5 * x) + 0.2 * x) * dx];
  const [z, dz] = y > 0 ? [Math.exp(-y), -Math.exp(-y) * dy] : [1 - y, -dy];
  const [a, da] = valueAndSlope(depth - 1, y + 0.25 * z, dy + 0.25 * dz);
  const [b, db] = valueAndSlope(depth - 1, y - 0.5 * z, dy - 0.5 * dz);
  return [a * 0.5 + b * 0.25, da * 0.5 + db * 0.25];
}

describe("functions that call the next one twice", () => {
  test("make code that grows with their number", async () => {
    const [at8, at16] = await Promise.all([derivativeOf(chain(8)), derivativeOf(chain(16))]);
    expect(at16.length).toBeLessThan(2.2 * at8.length);
    expect(at16.length).toBeLessThan(60 * chain(16).length);
  });

  test("have their value and gradient", async () => {
    const generated = execute(await derivativeOf(chain(12)));
    for (const x of [-1.3, 0.2, 2.4]) {
      const [value, slope] = valueAndSlope(12, x, 1);
      const out = generated.fGrad!(x) as { readonly value: number; readonly grad: { readonly x: number } };
      expect(out.value).toBeCloseTo(value, 12);
      expect(Math.abs(out.grad.x - slope)).toBeLessThan(1e-12 * Math.abs(slope) + 1e-15);
    }
  });
});
