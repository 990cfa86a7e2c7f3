/** What the emitted code calls things that the source does not name, and things that move. */
import { describe, expect, test } from "vitest";
import { transform } from "../src/compiler.ts";
import { plural, singular } from "../src/ir/plural.ts";
import { operationTable } from "../src/operations/table.ts";
import { wordOf } from "../src/operations/words.ts";

describe("plurals", () => {
  test.each([
    ["largest", "largests"],
    ["energy", "energies"],
    ["y", "ys"],
    ["loss", "losses"],
    ["rowIndex", "rowIndices"],
    ["axis", "axes"],
    ["half", "halves"],
    ["patch", "patches"],
    ["max", "maxes"],
    ["tanh", "tanhs"],
    ["xEntry", "xEntries"],
    ["stage0", "stage0s"],
  ])("%s, %s", (one, many) => {
    expect(plural(one)).toBe(many);
    if (many.length > 2) expect(singular(many)).toBe(one);
  });
  test("what is a plural already, and an index, say that they are kept", () => {
    expect(plural("weights")).toBe("keptWeights");
    expect(plural("i")).toBe("iIndices");
  });
  test.each(["loss", "bias", "radius", "axis", "alias", "xs", "du"])("%s is no plural", (name) => {
    expect(singular(name)).toBeUndefined();
  });
});

test("every word stands for an operation", () => {
  const named = Object.keys(operationTable).filter((name) => wordOf(name) !== undefined);
  expect(named).toEqual(expect.arrayContaining(["cos", "exp", "mul"]));
  for (const name of named) expect(wordOf(name)?.many).toMatch(/^[a-z]+$/);
});

async function emitted(text: string): Promise<string> {
  const { files, diagnostics } = await transform({ path: "model.ts", text });
  expect(diagnostics).toEqual([]);
  // Comments are wrapped where the line ends.
  return (files[0]?.text ?? "").replace(/\n *\* (?=\S)/g, " ");
}

describe("arrays keep the names of the source", () => {
  test("made in a loop, and in a helper that is called twice", async () => {
    const text = await emitted(`
      function squares(x: Float64Array): Float64Array {
        const square = new Float64Array(x.length);
        for (let i = 0; i < x.length; i++) square[i] = x[i] * x[i] * Math.sin(x[i]);
        return square;
      }
      /** @grad x */
      export function f(x: Float64Array, n: number): number {
        let sum = 0;
        for (let t = 0; t < n; t++) {
          const row = x.slice();
          for (let i = 1; i < row.length; i++) row[i] *= row[i - 1];
          const a = squares(row);
          const b = squares(a);
          for (let i = 0; i < b.length; i++) sum += a[i] * b[i];
        }
        return sum;
      }`);
    expect(text).toMatch(/row, square, square2: as in f\./);
    expect(text).toMatch(/dsquare, dsquare2, drow: the adjoints of square, square2 and row\./);
    expect(text).not.toMatch(/\b(?:array|buffer)\d*\b/);
  });
  test("exchanged in a loop", async () => {
    const text = await emitted(`
      /** @grad x */
      export function f(x: Float64Array, n: number): number {
        let now = x.slice();
        let later = new Float64Array(x.length);
        for (let t = 0; t < n; t++) {
          for (let i = 0; i < x.length; i++) later[i] = Math.sin(now[i]);
          [now, later] = [later, now];
        }
        return now[0];
      }`);
    expect(text).toMatch(/\[now, later\] = \[later, now\];/);
    expect(text).toMatch(/\[dnow, dlater\] = \[dlater, dnow\];|\[dlater, dnow\] = \[dnow, dlater\];/);
  });
});

describe("what is kept is called after what it is", () => {
  test("results, decisions, entries, counts", async () => {
    const text = await emitted(`
      /** @grad x, w */
      export function f(x: Float64Array, w: Float64Array, n: number): number {
        let y = w[0];
        for (let t = 0; t < n; t++) {
          y = w[1] * Math.exp(y * x[t]) + Math.cos(y);
          if (y * x[t] > 1) y *= 0.5;
          while (y > 2) y = Math.sqrt(y);
          w[1] = w[1] * y;
        }
        return y;
      }`);
    expect(text).toMatch(/exponentials\[t\] = e;/);
    expect(text).toMatch(/tests\[t\] = test \? 1 : 0;/);
    expect(text).toMatch(/tripCounts\[t\] = trips;/);
    expect(text).toMatch(/w1s\[t\] = w1;/);
    expect(text).toMatch(/tests: the test in line 7\./);
    expect(text).toMatch(/w1s: w\[1\] in line 5\./);
  });
});

describe("results of branches in the derivative", () => {
  test("are adjoints by name", async () => {
    const text = await emitted(`
      /** @grad x, w */
      export function f(x: Float64Array, w: Float64Array): number {
        let sum = 0;
        for (let i = 0; i < x.length; i++) {
          const z = x[i] * w[i];
          const h = Math.max(0, z);
          sum += Math.sin(h);
        }
        return sum;
      }`);
    expect(text).toMatch(/const dz = z > 0 \? Math\.cos\(h\) : 0;/);
  });
});

test("names of the source come before those that are made up", async () => {
  const text = await emitted(`
    /** @grad x */
    export function f(x: number, y: number): number {
      const u = Math.sin(x * y) * (x * y);
      let sum = 0;
      for (let t = 0; t < 3; t++) {
        const term = t * u;
        sum += term * term;
      }
      return sum * u;
    }`);
  expect(text).toMatch(/for \(let t = 0; t < 3; t\+\+\)/);
  expect(text).toMatch(/const term = t \* u/);
});

test("no heading stands where nothing is reversed", async () => {
  const text = await emitted(`
    /** @grad x */
    export function f(x: number): number {
      return Math.max(x, 1);
    }`);
  expect(text).not.toMatch(/Forward|Reverse/);
});

describe("what the module declares gives way to the names of the source", () => {
  test("helpers, and the parameters that are added", async () => {
    const text = await emitted(`
      /** @vjp */
      export function noise(seed: number, out: number): number { return seed * out; }
      /** @vjp x -> x */
      export function scale(x: Float64Array, overlap: number, grow: number): void {
        for (let i = 0; i < x.length; i++) {
          let s = x[i];
          while (s < 3) s += s * s * grow;
          x[i] = s * s * overlap;
        }
      }
    `);
    expect(text).toMatch(/noiseVjp\(\s*seed: number,\s*out: number,\s*outputSeed: number,\s*result: NoiseVjp/);
    expect(text).toMatch(/function overlap2\(/);
    expect(text).toMatch(/function grow2\(/);
  });
});
