/** What a generated function refuses when it is called, since the derivative would be of something else. */
import { describe, expect, test } from "vitest";
import { transform } from "../src/compiler.ts";

type Callable = (...args: readonly unknown[]) => { readonly value: unknown; readonly grad: Record<string, unknown> };

/** The one derivative of a model, as JavaScript. */
async function derivativeOf(text: string): Promise<Callable> {
  const { files, diagnostics } = await transform({ path: "model.ts", text }, { lang: "js" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const url = `data:text/javascript,${encodeURIComponent(files[0]?.text ?? "")}`;
  const module = (await import(/* @vite-ignore */ url)) as Record<string, Callable>;
  const name = Object.keys(module).find((each) => each.endsWith("Grad") && !each.startsWith("create"));
  return module[name ?? ""]!;
}

describe("a number that counts", () => {
  test("is whole where a loop starts or ends at it", async () => {
    const walk = await derivativeOf(
      "/** @grad x */\nexport function walk(x: number, from: number, to: number): number {\n" +
        "  let s = x;\n  for (let t = from; t < to; t++) s = Math.sin(s + t);\n  return s;\n}\n",
    );
    expect(() => walk(1, 0.5, 4)).toThrow(new RangeError("from is 0.5, not a whole number"));
    expect(() => walk(1, 0, 2.5)).toThrow(new RangeError("to is 2.5, not a whole number"));
    expect(walk(1, -1, 1).value).toBeCloseTo(Math.sin(Math.sin(1 - 1) + 0), 15);
  });

  test("may be any where a while compares with it", async () => {
    const clock = await derivativeOf(
      "/** @grad x */\nexport function clock(x: number, end: number): number {\n  let s = x;\n  let t = 0;\n" +
        "  while (t < end) {\n    s *= 1.5;\n    t += 1;\n  }\n  return s;\n}\n",
    );
    expect(clock(1, 1.5).grad.x).toBe(2.25);
  });
});

test("a loop up to a product asks nothing of its factors", async () => {
  const tone = await derivativeOf(
    "/** @grad w */\nexport function tone(w: number, seconds: number, rate: number): number {\n  let s = 1;\n" +
      "  for (let i = 0; i < seconds * rate; i++) s = Math.sin(s * w + i / rate);\n  return s;\n}\n",
  );
  for (const [seconds, rate] of [
    [0.35, 10],
    [0.5, 10],
    [0, 10],
    [1.01, 3],
  ]) {
    const at = (w: number): number => tone(w, seconds, rate).value as number;
    expect(tone(0.7, seconds, rate).grad.w).toBeCloseTo((at(0.7 + 1e-6) - at(0.7 - 1e-6)) / 2e-6, 7);
  }
});

test("a loop that starts at a float steps as the primal does", async () => {
  const sum = await derivativeOf(
    "/** @grad x */\nexport function sum(x: number): number {\n  let s = 1;\n" +
      "  for (let t = Math.abs(x); t < 3; t++) for (let u = t; u < 4; u += 2) s *= 1 + 0.1 * u;\n  return s;\n}\n",
  );
  for (const x of [0.1, 0.3, 0.7, -1.3, 2.9]) {
    const at = (y: number): number => sum(y).value as number;
    expect(sum(x).grad.x).toBeCloseTo((at(x + 1e-6) - at(x - 1e-6)) / 2e-6, 6);
  }
});

describe("a plain array", () => {
  test("does not grow by a store at an index that only the run knows", async () => {
    const upTo = await derivativeOf(
      "/** @grad x */\nexport function upTo(x: number, n: number): number {\n  const y = [x, 2, 3];\n" +
        "  for (let i = 0; i <= n; i++) y[i] = x * i;\n  return y[0] + y[1] + y[2];\n}\n",
    );
    expect(upTo(2, 1).grad.x).toBe(1);
    expect(() => upTo(2, 3)).toThrow(new RangeError("y has length 3, and entry 3 is stored: it cannot grow here"));
  });

  test("is not asked where its length is known to do", async () => {
    const text =
      "/** @grad x */\nexport function filled(x: number[]): number {\n  const y = new Array<number>(2 * x.length).fill(0);\n" +
      "  for (let i = 0; i < x.length; i++) { y[2 * i] = x[i] ** 2; y[2 * i + 1] = x[i]; }\n  let s = 0;\n" +
      "  for (let i = 0; i < y.length; i++) s += Math.sin(y[i]);\n  return s;\n}\n";
    const { files } = await transform({ path: "model.ts", text });
    expect(files[0]?.text).not.toMatch(/cannot grow/);
  });

  test("that is a parameter may not grow either, wherever the index comes from", async () => {
    const put = await derivativeOf(
      "/** @grad x */\nexport function put(x: number[], places: Int32Array): number {\n" +
        "  for (let i = 0; i < places.length; i++) x[places[i]] *= 2;\n  return x[0];\n}\n",
    );
    expect(put([1, 2], Int32Array.of(0, 1, 0)).grad.x).toEqual([4, 0]);
    expect(() => put([1, 2], Int32Array.of(2))).toThrow(RangeError);
  });

  test("that is a parameter may not grow in a branch either, and need not be longer where none is taken", async () => {
    const put = await derivativeOf(
      "/** @grad x */\nexport function put(x: number[], k: number, isPut: boolean): number {\n" +
        "  if (isPut) x[k] = x[0] ** 2;\n  return x[0] + x[1];\n}\n",
    );
    expect(put([3, 2], 1, true).grad.x).toEqual([7, 0]);
    expect(put([3, 2], 2, false).grad.x).toEqual([1, 1]);
    expect(() => put([3, 2], 2, true)).toThrow(
      new RangeError("x has length 2, and entry 2 is stored: it cannot grow here"),
    );
  });
});

test("a parameter is not the array that its gradient goes to", async () => {
  const energy = await derivativeOf(
    "/** @grad x */\nexport function energy(x: Float64Array): number {\n  let s = 0;\n" +
      "  for (let i = 1; i < x.length; i++) s += (x[i] - x[i - 1]) ** 2;\n  return s;\n}\n",
  );
  const out = energy(Float64Array.of(1, 3, 2));
  expect(() => energy(out.grad.x, out)).toThrow(new Error("x is out.grad.x: give another out, or a copy"));
});

test("a seed stands under the names of its output", async () => {
  const text =
    "interface State { p: Float64Array }\n/** @vjp a.p, b.p */\n" +
    "export function exchange(a: State, b: State): void {\n" +
    "  for (let i = 0; i < a.p.length; i++) {\n    a.p[i] *= b.p[i];\n    b.p[i] += a.p[i];\n  }\n}\n";
  const { files } = await transform({ path: "model.ts", text });
  expect(files[0]?.text).toMatch(/seed: \{ a: \{ p: Float64Array \}; b: \{ p: Float64Array \} \}/);
});

test("a seed has no part for what holds no floats", async () => {
  const text =
    "/** @vjp */\nexport function parts(x: Float64Array): { y: Float64Array; k: Int32Array } {\n" +
    "  return { y: x.slice(), k: new Int32Array(2) };\n}\n";
  const { files } = await transform({ path: "model.ts", text });
  expect(files[0]?.text).toMatch(/seed: \{ y: Float64Array \}/);
});

test("objects whose members are written stand alone", async () => {
  const swing = await derivativeOf(
    "/** @grad */\nexport function swing(v: { x: number; y: number }, w: { x: number; y: number }, s: { x: number }): number {\n" +
      "  v.x += w.x * s.x;\n  return v.x * w.x * v.y;\n}\n",
  );
  const [v, w] = [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ];
  expect(() => swing(v, v, { x: 1 })).toThrow("v and w are one object, and swing writes v");
  expect(() => swing(v, w, v)).toThrow("v and s are one object, and swing writes v");
  expect(v).toEqual({ x: 1, y: 2 });
  expect(swing(v, w, w).value).toBe((1 + 9) * 3 * 2);
});

describe("arrays of arrays and objects", () => {
  const checked = async (text: string): Promise<Callable> => {
    const { files } = await transform({ path: "model.ts", text }, { lang: "js" });
    const url = `data:text/javascript,${encodeURIComponent(files[0]?.text ?? "")}`;
    const module = (await import(/* @vite-ignore */ url)) as Record<string, Callable>;
    return module[Object.keys(module).find((name) => /^[a-z]+(?:Grad|Vjp)$/.test(name)) ?? ""]!;
  };

  test("parameters that are called as indices are do not hide in the checks", async () => {
    const scaled = await checked(
      "/** @grad */\nexport function scaled(i: number[][], j: number[][], k: number): number {\n" +
        "  for (const row of i) row[0] *= k;\n  return i[0][0] * i[1][0] + j[0][0];\n}\n",
    );
    const row = [2];
    expect(scaled([[2], [3]], [[5]], 2).grad).toEqual({ i: [[12], [8]], j: [[1]], k: 24 });
    expect(() => scaled([row, row], [[5]], 2)).toThrow(new Error("i holds an array twice, and scaled writes it"));
    expect(() => scaled([[1], row], [row], 2)).toThrow(new Error("i shares an array with j, and scaled writes it"));
  });

  const outer =
    "/** @vjp */\nexport function outer(x: number[], y: number[]): number[][] {\n" +
    "  return x.map((a) => y.map((b) => a * b));\n}\n";
  test("a seed has the lengths of the result", async () => {
    const product = await checked(outer);
    expect(product([1, 2], [3], [[1], [1]]).value).toEqual([[3], [6]]);
    expect(() => product([1, 2], [3], [[1]])).toThrow(new RangeError("seed has length 1, but the value has 2"));
    expect(() => product([1, 2], [3], [[1], [1, 2]])).toThrow(
      new RangeError("seed[1] has length 2, but the value has 1"),
    );
  });

  test("a result that comes in again is read before it is written", async () => {
    const step = await checked(
      "/** @vjp */\nexport function step(ps: { x: number }[], h: number): { x: number }[] {\n" +
        "  return ps.map(({ x }) => ({ x: x + h * x * x }));\n}\n",
    );
    const out = step([{ x: 1 }, { x: 2 }], 0.5, [{ x: 1 }, { x: 1 }]);
    expect(out.value).toEqual([{ x: 1.5 }, { x: 4 }]);
    const again = step(out.value, 0.5, out.value, out);
    expect(again.grad).toEqual({ ps: [{ x: 3.75 }, { x: 20 }], h: 1.5 ** 3 + 4 ** 3 });
    expect(again.value).toEqual([{ x: 2.625 }, { x: 12 }]);
  });

  test("what lies beyond a row is not that of the next", async () => {
    const read = (body: string) =>
      checked(
        `/** @grad A */\nexport function read(A: number[][], j: number): number {\n` +
          `  const M = A.map((row) => row.slice());\n  return ${body};\n}\n`,
      );
    const A = [
      [1, 2],
      [3, 4],
    ];
    const plain = await read("M[0][j]");
    expect(plain(A, 1).value).toBe(2);
    expect(() => plain(A, 2)).toThrow(new RangeError("entry 2 of a row of length 2 is read"));
    const absent = await read("M[0][j] ?? M[1][0] * 5");
    expect(absent(A, 2)).toMatchObject({
      value: 15,
      grad: {
        A: [
          [0, 0],
          [5, 0],
        ],
      },
    });
    expect(absent(A, 1)).toMatchObject({
      value: 2,
      grad: {
        A: [
          [0, 1],
          [0, 0],
        ],
      },
    });
  });
});
