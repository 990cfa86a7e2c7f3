import { describe, expect, test } from "vitest";
import { integerParameters } from "../src/frontend/integers.ts";
import { agree, graphOf, nodesOf, x4 } from "./frontend/lowering.ts";

describe("scalars", () => {
  test("arithmetic", () => {
    agree(
      `export function f(a: number, b: number) {
        return a + b * 2 - a / b + (a % b) + a ** 2 - -b + +a - (a - 1) * (b, a + 1);
      }`,
      [3, 4],
      [-2.5, 0.5],
      [1, 0],
    );
  });
  test("bits", () => {
    agree(
      `export function f(a: number, b: number) {
        return (a & b) + (a | b) * 3 - (a ^ b) + ~a + (a << 2) + (a >> 1) + (b >>> 1) + (a | 0) + Math.imul(a, b) + Math.clz32(a);
      }`,
      [5, 3],
      [-7.5, 12],
    );
  });
  test("assignment operators", () => {
    agree(
      `export function f(a: number, b: number) {
        let x = a;
        x += b; x -= 2; x *= a; x /= 3; x **= 2; x %= 7;
        let k = 12; k &= 14; k |= 1; k ^= 3; k <<= 2; k >>= 1; k >>>= 1;
        x++; ++x; x--; --x;
        const before = x++;
        const after = --x;
        let z = 0;
        z ||= a; z &&= b; let w: number | undefined = undefined; w ??= 3;
        return x + k * 1000 + before * 7 - after + z + w;
      }`,
      [3, 4],
      [-2.5, 0.5],
    );
  });
  test("comparisons and logic", () => {
    agree(
      `export function f(a: number, b: number, c: boolean) {
        const p = a < b, q = a <= b, r = a > b, s = a >= b, t = a === b, u = a !== b;
        let sum = 0;
        if (p && q) sum += 1;
        if (r || s) sum += 2;
        if (!t) sum += 4;
        if (u && !c) sum += 8;
        if (a) sum += 16;
        if (!(b && c)) sum += 32;
        sum += a == b ? 64 : 0;
        sum += (a || b) * 128 + (a && b) * 256;
        sum += (a ?? b) + Number(p) + (c ? 1 : 0) + (p === c ? 3 : 5) + (p !== c ? 7 : 11);
        return sum;
      }`,
      [1, 2, true],
      [2, 1, false],
      [0, 0, true],
      [NaN, 1, false],
    );
  });
  test("results that are booleans or absent", () => {
    agree(`export function f(a: number) { return a > 1; }`, [1], [2]);
    agree(`export function f(a: number): void { let b = a; b++; return undefined; }`, [1]);
    agree(`export function f(x: Float64Array): void { x[0] = 1; }`, [x4]);
  });
  test("Math", () => {
    const unary = ["abs", "sign", "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan"];
    unary.push("asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh");
    unary.push("floor", "ceil", "round", "trunc", "fround");
    for (const name of unary) agree(`export function f(a: number) { return Math.${name}(a); }`, [0.5], [1.5], [-0.25]);
    agree(
      `export function f(a: number, b: number) {
        return Math.atan2(a, b) + Math.pow(a, b) + Math.hypot(a, b, 2) + Math.hypot(a) + Math.max(a, b, 1) - Math.min(a, b, 1);
      }`,
      [0.5, 2],
      [-1, 3],
    );
    agree(`export function f(x: Float64Array) { return Math.max(...x) - Math.min(...x) + Math.max() + Math.min(3); }`, [
      x4,
    ]);
    agree(
      `export function f(a: number) {
        return a * Math.PI + Math.E - Math.LN2 * Math.SQRT1_2 + Number.EPSILON + Math.LOG10E;
      }`,
      [2],
    );
  });
  test("tests of numbers", () => {
    agree(
      `export function f(a: number) {
        let k = 0;
        if (isNaN(a)) k += 1;
        if (Number.isNaN(a)) k += 2;
        if (isFinite(a)) k += 4;
        if (Number.isFinite(a)) k += 8;
        if (Number.isInteger(a)) k += 16;
        if (a === Infinity) k += 32;
        if (a > Number.MAX_VALUE) k += 64;
        if (Boolean(a)) k += 128;
        return k;
      }`,
      [1],
      [1.5],
      [NaN],
      [Infinity],
      [-Infinity],
      [0],
    );
  });
  test("casts leave no trace", () => {
    agree(`export function f(a: number) { return ((a as number)! satisfies number) + (<number>a); }`, [2]);
  });
  test("opaque inactive numbers", () => {
    const graph = graphOf(`export function f(a: number) { return a * Math.random() + 0 * Date.now(); }`);
    expect(nodesOf(graph, "opaque").map(({ text }) => text)).toEqual(["Math.random()", "Date.now()"]);
  });
  test("a sum of 2000 terms and 200 parentheses do not overflow", () => {
    agree(`export function f(a: number) { return ${Array(2000).fill("a").join(" + ")}; }`, [1]);
    agree(`export function f(a: number) { return ${"(1 + ".repeat(200)}a${")".repeat(200)}; }`, [1]);
    agree(`export function f(a: number) { return ${"Math.abs(".repeat(200)}a${")".repeat(200)}; }`, [1]);
  });
});

describe("branches", () => {
  test("if, with and without else", () => {
    agree(
      `export function f(a: number, b: number) {
        let x = 0, y = b;
        if (a > 0) { x = a; } else { x = -a; y += 1; }
        if (b > 0) y *= 2;
        if (a > b) { if (b > 1) x += 10; else if (b > 0) x += 20; else y += 30; }
        return x + 100 * y;
      }`,
      [1, 2],
      [-1, 2],
      [3, -2],
      [3, 0.5],
      [3, 1.5],
    );
  });
  test("only what changes is merged", () => {
    const graph = graphOf(
      `export function f(a: number, b: number) {
        let x = a, y = b, unused = 1;
        if (a > 0) { x = a * 2; unused = 2; }
        return x + y;
      }`,
    );
    expect(nodesOf(graph, "if").map(({ results }) => results.length)).toEqual([1]);
  });
  test("ternaries and short circuits guard their sides", () => {
    agree(
      `export function f(x: Float64Array, i: number) {
        let calls = 0;
        const count = (v: number) => { calls++; return v; };
        const a = i < 4 ? x[i] : -1;
        const b = i < 4 && count(x[i]) > 0 ? 1 : 0;
        const c = i >= 4 || count(x[i]) > 0 ? 1 : 0;
        return a + 10 * b + 100 * c + 1000 * calls;
      }`,
      [x4, 0],
      [x4, 1],
      [x4, 9],
    );
  });
  test("constant conditions are folded", () => {
    const graph = agree(
      `const DEBUG = false; const MODE: string = "tanh";
      export function f(a: number) {
        if (DEBUG) return 0;
        const act = MODE === "tanh" ? Math.tanh(a) : MODE === "relu" ? Math.max(0, a) : a;
        if (1 > 2 && a > 0) return 5;
        return act;
      }`,
      [0.5],
    );
    expect(nodesOf(graph, "if")).toEqual([]);
  });
  test("early return", () => {
    const graph = agree(
      `export function f(a: number) {
        if (a < 0) return -1;
        if (a < 1) { const b = a * 2; return b; }
        let c = a;
        if (a < 2) { c += 1; if (c > 2.5) return c; } else return c * 3;
        return c * 5;
      }`,
      [-1],
      [0.5],
      [1.25],
      [1.75],
      [4],
    );
    expect(nodesOf(graph, "operation").filter(({ operation }) => operation === "eq")).toEqual([]);
  });
  test("nested blocks and shadowing", () => {
    agree(
      `export function f(a: number) {
        let x = a;
        { let x = 5; x += a; { const x = 7; a += x; } a += x; }
        if (a > 10) { const x = 3; if (a > 20) return x; }
        x += a;
        return x;
      }`,
      [1],
      [-3],
      [8],
    );
  });
  test("switch", () => {
    agree(
      `export function f(k: number, a: number) {
        let y = 0;
        switch (k) {
          case 0: y = a; break;
          case 1: case 2: { y = 2 * a; break; }
          case 3: return 3 * a;
          default: y = -a;
        }
        return y + 1;
      }`,
      [0, 5],
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
    );
  });
  test("switch that falls through, default in the middle, break within", () => {
    agree(
      `export function f(k: number, a: number) {
        let y = 0;
        switch (k) {
          case 0: y += 1;
          case 1: y += 10; if (a > 2) break;
          default: y += 100;
          case 5: y += 1000; break;
          case 6: y += 10000;
        }
        return y;
      }`,
      ...[0, 1, 2, 5, 6].flatMap((k) => [
        [k, 1],
        [k, 3],
      ]),
    );
  });
  test("switch over a text that is known, and over an enum", () => {
    agree(
      `enum Kind { Relu, Tanh = 4, Sigmoid }
      function act(kind: Kind, x: number) {
        switch (kind) { case Kind.Relu: return Math.max(0, x); case Kind.Tanh: return Math.tanh(x); default: return 1 / (1 + Math.exp(-x)); }
      }
      export function f(a: number) { return act(Kind.Tanh, a) + act(Kind.Sigmoid, a) * Kind.Sigmoid; }`,
      [0.5],
    );
  });
  test("throw", () => {
    const graph = agree(
      `export function f(x: Float64Array, n: number) {
        if (x.length < n) throw new RangeError(\`x has \${x.length} entries, not \${n}\` + "!");
        if (n < 0) { throw new Error("negative"); }
        return x[n - 1] * 2;
      }`,
      [x4, 2],
      [x4, 4],
      [x4, 5],
    );
    expect(nodesOf(graph, "throw").map(({ errorClass }) => errorClass)).toEqual(["RangeError", "Error"]);
  });
});

describe("places and names", () => {
  test("nodes carry their statement", () => {
    const graph = graphOf(
      `export function f(x: Float64Array) {\n  let s = 0;\n  for (let i = 0; i < x.length; i++) {\n    s += x[i] *\n      2;\n  }\n  return s;\n}`,
    );
    const [loop] = nodesOf(graph, "for");
    expect(loop?.span).toMatchObject({
      file: "/model.ts",
      line: 3,
      column: 3,
      text: "for (let i = 0; i < x.length; i++)",
    });
    const [load] = nodesOf(graph, "load");
    expect(load?.span).toMatchObject({ line: 4, column: 5, text: "s += x[i] *" });
    const names = [...graph.values.values()].map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["s", "i", "x"]));
  });
});

describe("integer parameters", () => {
  const integersOf = (source: string): readonly string[] => {
    const graph = graphOf(source);
    return [...integerParameters(graph)].map((k) => String(graph.parameters[k]?.path.join(".")));
  };
  test("by their use", () => {
    expect(
      integersOf(
        `export function f(x: Float64Array, n: number, k: number, m: number, limit: number, rate: number, tolerance: number, cut: number, columns: number) {
          const y = new Float64Array(m);
          let s = x[k] + y[0], t = 0, e = 1;
          for (let i = 0; i < n; i++) s += x[i * columns] * rate;
          while (t < limit && e > tolerance) { t++; e *= rate; }
          for (let i = 0; i < Math.floor(cut); i++) s += cut;
          return s + e;
        }`,
      ),
    ).toEqual(["n", "k", "m", "limit", "columns"]);
  });
  test("an end of time is a float", () => {
    expect(
      integersOf(
        `export function f(end: number, dt: number, x: number) { let t = 0; while (t < end) { x += dt * x; t += dt; } return x; }`,
      ),
    ).toEqual([]);
  });
});

describe("speed", () => {
  test("5000 statements in a line, and a helper called 100 times", () => {
    const lines = Array.from({ length: 5000 }, (_, k) => `const v${k + 1} = v${k} * 0.999 + x[${k % 4}];`);
    const start = performance.now();
    graphOf(`export function f(x: Float64Array): number { const v0 = x[0]; ${lines.join("\n")} return v5000; }`);
    const calls = Array.from({ length: 100 }, () => `s += g(x, s);`);
    graphOf(
      `function g(x: Float64Array, a: number) { let s = a; for (let i = 0; i < x.length; i++) { if (x[i] > s) continue; s += x[i] * a; } return s; }
      export function f(x: Float64Array) { let s = 0; ${calls.join("\n")} return s; }`,
    );
    expect(performance.now() - start).toBeLessThan(15_000);
  });
  test("500 branches that change a variable, and 200 early returns", () => {
    const branches = Array.from({ length: 500 }, (_, k) => `if (x[${k % 4}] > s) { s += ${k}; } else { t += s; }`);
    const returns = Array.from({ length: 200 }, (_, k) => `if (s === ${k} + 0.5) return t;`);
    agree(
      `export function f(x: Float64Array) { let s = 0, t = 0; ${branches.join("\n")} ${returns.join("\n")} return s + t; }`,
      [x4],
    );
  });
});
