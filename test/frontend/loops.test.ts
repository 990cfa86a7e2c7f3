import { describe, expect, test } from "vitest";
import { agree, nodesOf, x4, y4 } from "./lowering.ts";

describe("loops", () => {
  test("counted, upwards and downwards", () => {
    const graph = agree(
      `export function f(x: Float64Array, n: number) {
        let s = 0;
        for (let i = 0; i < n; i++) s += x[i] * i;
        for (let i = n - 1; i >= 0; i--) s = s * 0.5 + x[i];
        for (let i = 1; i <= n; i += 2) s += i;
        for (let i = n; 0 < i; i -= 2) s -= i * x[i - 1];
        for (let i = 0; n > i; i = i + 1) s += 1;
        for (let i = 0; i + 1 < n; i++) s += x[i] - x[i + 1];
        for (let i = n; i - 2 >= 0; i--) s *= x[i - 2];
        for (let i = 0; n >= 2 + i; i++) s += i;
        return s;
      }`,
      [x4, 4],
      [x4, 0],
      [x4, 1],
    );
    expect(nodesOf(graph, "for").length).toBe(8);
  });
  test("several counters, and a counter that outlives the loop", () => {
    const graph = agree(
      `export function f(x: Float64Array, n: number) {
        let s = 0;
        for (let i = 0, j = n - 1; i < n; i++, j--) s += x[i] * x[j] * (j + 1);
        var k;
        for (k = 0; k < n; k++) if (x[k] > 1) break;
        let m;
        for (m = 10; m > n; m -= 3) s += m;
        return s + 10 * k + 100 * m;
      }`,
      [x4, 4],
      [x4, 1],
      [x4, 0],
    );
    expect(nodesOf(graph, "for").length).toBe(3);
  });
  describe("tests that count", () => {
    const upwards = ["i++ < n", "i++ <= n", "++i < n", "++i <= n", "n > i++", "n >= (++i)", "(i += 2) <= n + 1"];
    const downwards = ["i-- > n", "i-- >= n", "--i > n", "--i >= n", "n < i--", "n <= --i", "(i = i - 3) > n - 1"];
    const loops = (test: string): readonly string[] => [
      `while (${test}) { BODY }`,
      `for (; ${test}; r++) { BODY }`,
      `do { BODY } while (${test});`,
    ];
    const bodies = [
      "s = 2 * s + i;",
      "if (i === stop) break; if (i % 2 === 0) continue; s = 2 * s + i;",
      "if (i === stop) return s - i; s = 2 * s + i;",
    ];
    const inputs = [-3, -1, 0, 1, 4].flatMap((start) =>
      [-2, 0, 1, 3].flatMap((n) => [99, start, 0, 2].map((stop) => [start, n, stop] as const)),
    );
    test.each([...upwards, ...downwards])("%s", (header) => {
      for (const loop of loops(header)) {
        for (const body of bodies) {
          const graph = agree(
            `export function f(start: number, n: number, stop: number) {
              let s = 1;
              let r = 0;
              let i = start;
              ${loop.replace("BODY", body)}
              return 100 * s + 10 * i + r;
            }`,
            ...inputs,
          );
          expect([loop, body, nodesOf(graph, "for").length]).toEqual([loop, body, 1]);
        }
      }
    });
    test("down to 0", () => {
      for (const header of ["i--", "(i--)", "--i"]) {
        for (const loop of loops(header)) {
          const graph = agree(
            `export function f(start: number) {
              let s = 1;
              let r = 0;
              let i = start;
              ${loop.replace("BODY", "s = 2 * s + i;")}
              return 100 * s + 10 * i + r;
            }`,
            ...[1, 2, 5].map((start) => [start]),
          );
          expect([loop, nodesOf(graph, "for").length]).toEqual([loop, 1]);
        }
      }
    });
    test("below 0", () => {
      const graph = agree(
        `export function f(start: number, n: number) {
          let s = 1;
          let i = start;
          while (i--) { s = 2 * s + i; if (i < n) break; }
          let j = start;
          while (--j) { if (j < n) return s + 10 * j; s += j; }
          return s + 10 * i + 100 * j;
        }`,
        [3, -4],
        [-2, -5],
        [0, 0],
        [4, 2],
      );
      expect(nodesOf(graph, "for").length).toBe(0);
    });
    test("what is not clearly counted is a loop with a condition", () => {
      const graph = agree(
        `export function f(x: Float64Array, n: number, a: number) {
          let s = 0;
          for (let i = 2.5; i-- > 0; ) s += i;
          let start = 0;
          for (let r = 0; r < 3; r++) { let i = start; while (i-- > 0) s += i; start += 0.75; }
          let j = 7;
          while (j-- > 0) if (s > 3) j--;
          let k = 5;
          const drop = () => { k--; };
          while (k-- > 0) drop();
          let l = 4;
          while (l-- > 0) { const read = () => l * 2; s += read(); }
          let m = 0;
          let limit = 5;
          while (m++ < limit) { s += m; limit--; }
          let o = 0;
          while (o++ < a * 0.5) s += o;
          let p = 0;
          while (p++ < n - p) s += p;
          let q = 0;
          while (q++ < x[1]) s += q;
          let t = 6;
          while (t-- > 2 && s < 1e6) s += t;
          let v = 0;
          let given: number | undefined;
          do { given = 7; s += v; } while (v++ < given * 0.5);
          let u = 0;
          do s += u; while (++u < Math.floor(x[0] / x[0]));
          return s + j + 3 * k + 5 * l + 7 * m + 11 * o + 13 * p + 17 * q + 19 * t + 23 * u + 29 * v;
        }`,
        [x4, 4, 5],
        [x4, 0, -1],
        [[0, 2.5, 1, 1], 9, 3],
      );
      expect(nodesOf(graph, "for").length).toBe(1);
    });
    test("within others, and of what another left", () => {
      const graph = agree(
        `export function f(x: Float64Array, n: number) {
          let s = 1;
          for (let i = x.length; i--; ) for (let j = i; j-- > 0; ) s += x[i] * x[j] * s * 0.1;
          let k = n;
          while (k-- > 2) s += k;
          while (k-- > 0) s = s * 0.5 + k;
          rows: for (let r = n; r-- > 0; ) {
            let c = -1;
            while (++c < n) {
              if (x[c] > 2 + r) continue rows;
              if (s > 1e4) break rows;
              s += c * x[r];
            }
            s += c;
          }
          return s + k;
        }`,
        [x4, 4],
        [y4, 3],
        [x4, 0],
        [x4, -2],
      );
      expect(nodesOf(graph, "while").length).toBe(0);
    });
  });
  test("a way out at the head is the condition", () => {
    const graph = agree(
      `export function f(x: Float64Array, n: number, a: number) {
        let s = a;
        let k = 0;
        while (true) { if (k >= n) break; s = s * 0.5 + x[k]; k++; if (s > 50) continue; s += 1; }
        outer: for (;;) { if (!(s > a)) { break outer; } s *= 0.5; s -= 0.25; }
        for (let i = 0; ; i++) { if (!(i < n)) break; s += i * 0.5; }
        for (let i = 0; ; i++) { if (n <= i) break; if (x[i] > 2) continue; s += i; }
        for (;;) { if (k++ >= 9) break; s += k; }
        return s + 100 * k;
      }`,
      [x4, 4, 0.5],
      [x4, 0, 3],
      [y4, 3, NaN],
    );
    expect(nodesOf(graph, "for").length).toBe(2);
    expect(nodesOf(graph, "while").map(({ stops }) => stops)).toEqual([false, false, true]);
  });
  test("headers that do not count are loops with a condition", () => {
    const graph = agree(
      `export function f(n: number, a: number) {
        let s = 0;
        for (let i = 1; i < n; i *= 2) s += i;
        for (let i = 0; i < n; i++) { s += i; if (s > 20) i += 1; }
        for (let i = 0, m = n; i < m; i++) { s += 1; m -= 1; }
        for (let t = 0; t < 1; t += 0.25) s += t * a;
        let j = 0;
        for (; j < 3; ) { j++; s += j; }
        for (;;) { j++; if (j > 6) break; }
        for (let i = 0; i !== n; i++) s += a;
        for (let i = 0; i < n - i; i++) s += i;
        return s + j;
      }`,
      [5, 2],
      [9, -1],
      [0, 1],
    );
    expect(nodesOf(graph, "for").length).toBe(0);
  });
  test("while and do", () => {
    agree(
      `export function f(a: number, tolerance: number) {
        let x = a, k = 0;
        while (Math.abs(x * x - a) > tolerance && k < 50) { x = 0.5 * (x + a / x); k++; }
        do { k += 1; x += 0.5; } while (x < 5);
        do x -= 1; while (false);
        while (false) x = 100;
        return x + 1000 * k;
      }`,
      [2, 1e-9],
      [30, 1e-3],
    );
  });
  test("a condition with side effects, and one that calls", () => {
    agree(
      `const far = (x: number, y: number) => Math.abs(x - y) > 0.1;
      function norm(x: Float64Array) { let s = 0; for (const v of x) s += v * v; return s; }
      export function f(x: Float64Array, n: number) {
        let s = 0, k = n;
        while (k-- > 0) s += x[k];
        let a = 1;
        while (far(a, 0)) a *= 0.5;
        while (norm(x) > 1) for (let i = 0; i < x.length; i++) x[i] *= 0.5;
        return s + a * 100 + k;
      }`,
      [x4, 3],
      [x4, 0],
    );
  });
  test("break and continue, with labels", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        let s = 0;
        outer: for (let i = 0; i < 4; i++) {
          if (x[i] < 0) continue;
          for (let j = 0; j < 4; j++) {
            if (j === 2) continue outer;
            if (x[i] > a) break outer;
            if (x[j] === 2) break;
            s += x[i] * (j + 1);
          }
          s += 100;
        }
        block: { if (a > 2) break block; s += 1000; if (a > 1) break block; s += 10000; }
        let k = 0;
        while (true) { k++; if (k % 2 === 0) continue; s += k; if (k > 5) break; }
        do { k--; if (k === 3) continue; s += k; } while (k > 0);
        return s;
      }`,
      [x4, 0],
      [x4, 1.5],
      [x4, 3],
      [x4, 10],
    );
  });
  test("continue runs the update", () => {
    agree(
      `export function f(x: Float64Array) {
        let s = 0;
        for (let i = 0, w = 1; i < x.length; i++, w *= 2) { if (x[i] < 0) continue; if (w > 4) break; s += w * x[i]; }
        for (let i = 0.5; i < 4; i += 1) { if (i > 1 && i < 2) continue; s += i; }
        return s;
      }`,
      [x4],
    );
  });
  test("return out of nested loops", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        for (let i = 0; i < 4; i++) {
          for (let j = 0; j < i; j++) if (x[i] * x[j] < a) return x[i] + 10 * j;
          if (x[i] === a) return -1;
        }
        return 99;
      }`,
      [x4, -3],
      [x4, 2],
      [x4, -100],
      [x4, 0.5],
    );
    agree(
      `export function f(a: number) { let k = 0; while (true) { k++; if (k * k > a) return k; if (k > 100) { return -k; } } }`,
      [50],
      [1e9],
    );
  });
  test("breaks and returns mixed leave the right way", () => {
    agree(
      `export function f(x: Float64Array, a: number, b: number) {
        let s = 0;
        for (let i = 0; i < 4; i++) {
          if (x[i] === a) break;
          if (x[i] === b) return -s;
          s += x[i];
        }
        return s + 1;
      }`,
      [x4, 2, 9],
      [x4, 9, 2],
      [x4, 9, 9],
      [x4, 3.5, -1.25],
    );
  });
  test("a result that is set in the first round", () => {
    agree(
      `export function f(x: Float64Array, n: number): [number, number] {
        for (let i = 0; i < n; i++) { if (1 < 2) return [x[i], i]; }
        if (x[0] > 1) return [0, x[0]];
        return [n, 1];
      }`,
      [x4, 0],
      [x4, 2],
    );
  });
  test("exits of all kinds in one loop", () => {
    agree(
      `export function f(x: Float64Array, n: number) {
        let s = 0;
        for (let i = 0; i < n; i++) {
          switch (i % 4) {
            case 0: s += x[0]; continue;
            case 1: s *= 2; break;
            case 2: if (s > 5) return s; s += 1;
            default: s -= 0.5;
          }
          block: { if (x[i] < 0) break block; for (;;) { s += 1; if (s > 3) break block; if (s > 2) break; } s += 10; }
          s += 100;
        }
        let i = 0;
        while (i < n && (s += x[i++]) < 400) s += 0.25;
        return -s;
      }`,
      ...[0, 1, 2, 3, 4].map((n) => [x4, n]),
    );
  });
  test("throw in a loop", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        let s = 0;
        for (let i = 0; i < x.length; i++) { if (x[i] === a) throw new Error("hit " + i); s += x[i]; }
        return s;
      }`,
      [x4, 2],
      [x4, 7],
    );
  });
  test("for of", () => {
    agree(
      `export function f(x: Float64Array, y: number[]) {
        let s = 0;
        for (const v of x) { if (v < 0) continue; s += v; if (s > 4) break; }
        for (const [i, v] of x.entries()) s += i * v;
        for (let v of y) { v *= 2; s += v; }
        for (const v of [1, 2, 3]) s += v * x[v];
        for (const v of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) s += v;
        for (const [a, b] of [[1, 2], [3, 4]]) s += a * b;
        for (const v of [x, y]) s += v[0];
        return s;
      }`,
      [x4, [1, 2]],
      [y4, []],
    );
  });
  test("carries only what changes", () => {
    const graph = agree(
      `export function f(x: Float64Array, y: Float64Array, a: number) {
        let s = 0, t = a, u = 1;
        for (let i = 0; i < 4; i++) {
          for (let j = 0; j < 4; j++) { s += x[j] * t + u; y[i] = s; }
        }
        return s + t + u;
      }`,
      [x4, y4, 2],
    );
    expect(nodesOf(graph, "for").map(({ inits }) => inits.length)).toEqual([2, 2]);
  });
  test("the bound of a counted loop does not change in it", () => {
    const graph = agree(
      `export function f(start: Int32Array, x: Float64Array) {
        let s = 0;
        for (let r = 0; r < start.length - 1; r++) for (let k = start[r]; k < start[r + 1]; k++) s += x[k] * (r + 1);
        return s;
      }`,
      [Int32Array.of(0, 2, 2, 4), x4],
    );
    expect(nodesOf(graph, "for").length).toBe(2);
    const changing = agree(
      `export function f(n: Int32Array) {
        let s = 0;
        for (let i = 0; i < n[0]; i++) { s += i; if (i === 2) n[0] = 4; }
        return s;
      }`,
      [Int32Array.of(10)],
    );
    expect(nodesOf(changing, "for").length).toBe(0);
  });
  test("variables that are set in a loop alone", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        let best: number | undefined;
        let at = -1;
        for (let i = 0; i < x.length; i++) if (best === undefined || x[i] > best) { if (x[i] < a) { best = x[i]; at = i; } }
        var last;
        for (var i = 0; i < x.length; i++) { var t = x[i] * 2; last = t; }
        return best === undefined ? -100 : best + 10 * at + (last ?? 0) + i;
      }`,
      [x4, 3],
      [x4, 100],
      [x4, -100],
    );
  });
  test("a variable that every round sets is not set if there is none", () => {
    agree(
      `export function f(x: Float64Array, n: number) {
        let last: number | undefined, sign: boolean | undefined, none: number | null = null;
        for (let i = 0; i < n; i++) { last = x[i]; sign = x[i] > 0; if (i === 1) none = i; }
        return (last === undefined ? -100 : last) + (sign === undefined ? 1000 : sign ? 10 : 20) + (none ?? 7) + none!;
      }`,
      ...[0, 1, 2, 3].map((n) => [x4, n]),
    );
  });
  test("a loop nest 6 deep", () => {
    const graph = agree(
      `export function f(x: Float64Array) {
        let s = 0, t = 1;
        ${["i", "j", "k", "l", "m", "n"].map((i) => `for (let ${i} = 0; ${i} < 2; ${i}++)`).join(" ")}
          { s += x[(i + j + k + l + m + n) % 4] * t; x[n] += 0.01 * m; }
        return s;
      }`,
      [x4],
    );
    expect(nodesOf(graph, "for").map(({ inits }) => inits.length)).toEqual([2, 2, 2, 2, 2, 2]);
  });
});
