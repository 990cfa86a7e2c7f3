import { describe, expect, test } from "vitest";
import { agree, nodesOf, refusals, x4, y4 } from "./lowering.ts";

describe("arrays", () => {
  test("reads and writes in place", () => {
    agree(
      `export function f(x: Float64Array, i32: Int32Array, u8: Uint8Array, f32: Float32Array, plain: number[]) {
        x[0] = x[1] + x[2]; x[1] += 2; x[2]++; x[3] **= 2; --x[0];
        i32[0] = 2.75; i32[1] += 0.5; u8[0] = 300; f32[0] = 0.1; f32[1] += 1 / 3; plain[0] *= 2;
        const old = x[1]--;
        [x[0], x[3]] = [x[3], x[0]];
        return x[0] + i32[0] + u8[0] + f32[0] + plain[0] + old;
      }`,
      [x4, Int32Array.of(1, 2), Uint8Array.of(1), Float32Array.of(1, 2), [1.5]],
    );
  });
  test("locals: sizes, copies, literals", () => {
    agree(
      `export function f(x: Float64Array, n: number) {
        const a = new Float64Array(n);
        const b = new Float32Array(x);
        const c = new Float64Array([1, x[0], 3]);
        const d = Float64Array.of(x[1], 2);
        const e = Float64Array.from(x);
        const g = Float64Array.from([x[0], 2], (v) => v * 3);
        const h = Array.from({ length: n }, (_, i) => i * x[0]);
        const k = new Array(n).fill(0);
        const l = new Array<number>(n).fill(x[2]);
        const m = [...x];
        for (let i = 0; i < n; i++) a[i] = b[i] * 2;
        x[0] = 50;
        let s = 0;
        for (let i = 0; i < n; i++) s += a[i] + h[i] + k[i] + l[i] + m[i] + e[i];
        return s + c[1] + c.length * d[0] + d.length + g[0] + g[1] + b.length;
      }`,
      [x4, 3],
      [x4, 0],
    );
  });
  test("a literal is an array where it is indexed by a value of the graph", () => {
    agree(
      `export function f(a: number, k: number) {
        const v = [a, 2 * a, 3];
        const w = [1, 2];
        let s = v.length + w[0];
        for (let i = 0; i < v.length; i++) { v[i] += i; s += v[i]; }
        return s + v[k];
      }`,
      [2, 0],
      [3, 2],
    );
  });
  test("fill, set, slice, subarray, copyWithin, at", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        const y = new Float64Array(8);
        y.fill(a); y.fill(2, 1, 3); y.fill(5, -2);
        y.set(x, 3); y.set([1, a], 6);
        y.set(y.subarray(0, 4), 1);
        const z = y.slice(1, 5), w = y.slice(-3), all = y.slice();
        const v = y.subarray(2, 6), u = v.subarray(1, 3), rest = y.subarray(-2);
        v[0] = 70; u[0] += 100; rest[1] = 7;
        y.copyWithin(0, 4, 6);
        let s = 0;
        for (let i = 0; i < y.length; i++) s = s * 1.5 + y[i];
        for (const each of [z, w, all, v, u, rest]) { s += each.length; for (const value of each) s = s * 1.25 + value; }
        return s + y.at(-1)! + y.at(1)! + x.at(-2)!;
      }`,
      [x4, 3],
    );
  });
  test("map, reduce, forEach, every, some", () => {
    agree(
      `export function f(x: Float64Array, y: number[], a: number) {
        const double = (v: number) => 2 * v;
        const p = x.map((v, i) => v * i + a), q = x.map(double), r = y.map(Math.sin);
        let sum = 0;
        x.forEach((v, i) => { sum += v * i; p[i] += 1; });
        const total = x.reduce((s, v) => s + v, 0) + y.reduce((s, v) => s * v);
        const all = x.every((v) => v > a), any = x.some((v) => v > a);
        return sum + total + p[1] + q[2] + r[0] + (all ? 1000 : 0) + (any ? 10000 : 0) + x.map(double).reduce((s, v) => s + v, 0);
      }`,
      [x4, [1, 2, 3], 3],
      [x4, [1, 2, 3], -3],
      [x4, [5], 30],
    );
  });
  test("what is beyond the ends is undefined", () => {
    const graph = agree(
      `export function f(x: Float64Array, k: number) {
        let s = 0;
        for (let i = 0; i < x.length; i++) s += (x[i] ?? 100) - 0.5 * (x[i - 1] ?? 7) * ((x[i + 1] ?? 9) + 1);
        if (x[k] === undefined) s += 1000;
        if (x[k] !== undefined) s += 10000;
        if (x[k]! == null) s += 100000;
        return s;
      }`,
      [x4, 3],
      [x4, 4],
      [x4, -1],
    );
    expect(nodesOf(graph, "load").length).toBe(3);
  });
  test("tuples are known entry by entry", () => {
    const graph = agree(
      `export function f(a: number, b: number) {
        let [p, q] = [a, b];
        [p, q] = [q, p + q];
        const pair = [p, q] as const;
        const [first, ...others] = [a, b, p];
        const all = [...pair, ...others, 3];
        const sums = [a, b].map((v) => v * v);
        return p + 10 * q + pair[0] * pair[1] + first + others[1] + all[4] + all.length + sums[0] - sums[1] + [a, b].reduce((s, v) => s + v);
      }`,
      [1, 2],
    );
    expect(nodesOf(graph, "allocate")).toEqual([]);
  });
  test("aliases", () => {
    agree(
      `export function f(x: Float64Array) {
        const a = x, b = a;
        a[0] = 5; b[1] = x[0];
        const row = x.subarray(2);
        const twin = row;
        twin[0] = 9; x[3] += row[0];
        function add(into: Float64Array, from: Float64Array) { for (let i = 0; i < from.length; i++) into[i] += from[i]; return into; }
        const same = add(x, x);
        same[0] += 1;
        return x[0] + x[1] + x[2] + x[3];
      }`,
      [x4],
    );
  });
  test("an array that is one of two", () => {
    agree(
      `export function f(x: Float64Array, y: Float64Array, c: boolean, k: number) {
        const a = c ? x : y;
        let b = x;
        if (k > 1) b = y.subarray(1);
        if (k > 2) b = new Float64Array(3);
        a[0] += 10; b[1] = a[0] + b[0];
        const view = c ? x.subarray(0, 2) : x.subarray(2);
        view[1] *= 3;
        let s = 0;
        for (let i = 0; i < b.length; i++) s = s * 2 + b[i];
        for (let i = 0; i < view.length; i++) s = s * 2 + view[i];
        return s;
      }`,
      ...[true, false].flatMap((c) => [1, 2, 3].map((k) => [x4, y4, c, k])),
    );
  });
  test("an array made in a branch outlives it", () => {
    agree(
      `function pick(x: Float64Array, n: number) {
        if (n === 0) return x;
        const out = new Float64Array(2 * x.length);
        for (let i = 0; i < x.length; i++) out[i] = n * x[i];
        return out;
      }
      export function f(x: Float64Array, n: number) {
        const y = pick(x, n);
        y[1] += 100;
        let z;
        if (n > 1) { z = new Float64Array(3); z[0] = n; } else { z = new Float64Array(4); z[3] = 5; }
        return y[0] + y[1] + y.length + z[0] + z.length;
      }`,
      [x4, 0],
      [x4, 1],
      [x4, 2],
    );
  });
  test("results: local arrays, parameters, parts, objects and tuples", () => {
    agree(`export function f(x: Float64Array) { const y = new Float64Array(2); y[0] = x[0]; return y; }`, [x4]);
    agree(`export function f(x: Float64Array) { x[0] = 3; return x; }`, [x4]);
    agree(`export function f(x: Float64Array) { return x.subarray(1, 3); }`, [x4]);
    agree(`export function f(a: number): number[] { return [a, 2 * a]; }`, [2]);
    agree(`export function f(a: number): [number, number] { return [a, 2 * a]; }`, [2]);
    agree(
      `export function f(x: Float64Array, c: boolean) { return c ? x : new Float64Array(3); }`,
      [x4, true],
      [x4, false],
    );
    agree(
      `export function f(x: Float64Array, a: number) {
        if (a > 2) return { loss: 1, grad: x.slice(), pair: [a, 1] as [number, number] };
        const grad = x.map((v) => v * a);
        return { loss: a, grad, pair: [2, a] as [number, number] };
      }`,
      [x4, 1],
      [x4, 3],
    );
  });
});

describe("arrays in loops", () => {
  const swaps = {
    "[h, next] = [next, h]": "[h, next] = [next, h];",
    "through a temporary": "const t = h; h = next; next = t;",
  };
  for (const [name, swap] of Object.entries(swaps)) {
    test(`ping-pong ${name}`, () => {
      const graph = agree(
        `export function f(x: Float64Array, steps: number) {
          let h = new Float64Array(4), next = new Float64Array(4);
          h.set(x);
          for (let t = 0; t < steps; t++) {
            for (let i = 0; i < 4; i++) next[i] = 0.5 * h[i] + h[(i + 1) % 4];
            ${swap}
          }
          return h[0] + 10 * h[3] + 100 * next[0];
        }`,
        ...[0, 1, 2, 3].map((steps) => [x4, steps]),
      );
      expect(nodesOf(graph, "allocate").length).toBe(2);
    });
  }
  test("three buffers in turn", () => {
    agree(
      `export function f(x: Float64Array, steps: number) {
        let prev = x.slice(), cur = x.slice(), next = new Float64Array(4);
        for (let t = 0; t < steps; t++) {
          for (let i = 0; i < 4; i++) next[i] = 2 * cur[i] - prev[i] + 0.1 * cur[(i + 1) % 4];
          [prev, cur, next] = [cur, next, prev];
        }
        return cur[0] + 10 * prev[1] + 100 * next[2];
      }`,
      ...[0, 1, 2, 3, 4].map((steps) => [x4, steps]),
    );
  });
  test("a new array in each round", () => {
    const graph = agree(
      `function step(h: Float64Array) { const out = new Float64Array(h.length); for (let i = 1; i < h.length; i++) out[i] = h[i - 1] * 1.5; out[0] += h[3]; return out; }
      export function f(x: Float64Array, steps: number) {
        let h = x;
        for (let t = 0; t < steps; t++) h = step(h);
        let s = 0;
        for (let i = 0; i < 4; i++) s += h[i] * (i + 1) + x[i];
        return s;
      }`,
      ...[0, 1, 2, 3].map((steps) => [x4, steps]),
    );
    const loops = nodesOf(graph, "for").flatMap(({ body }) => body.nodes);
    expect(loops.filter(({ kind }) => kind === "allocate")).toEqual([]);
  });
  test("two new arrays in each round, and an older one kept", () => {
    agree(
      `export function f(x: Float64Array, steps: number) {
        let h = new Float64Array(4), c = x.slice(), old = new Float64Array(4);
        for (let t = 0; t < steps; t++) {
          const h2 = new Float64Array(4), c2 = new Float64Array(4);
          for (let i = 0; i < 4; i++) { c2[i] = 0.5 * c[i] + h[i]; h2[i] = Math.tanh(c2[i]) + 0.1 * old[i]; }
          old = h; h = h2; c = c2;
        }
        return h[0] + 10 * c[1] + 100 * old[2];
      }`,
      ...[0, 1, 2, 3].map((steps) => [x4, steps]),
    );
  });
  test("left by break before the swap", () => {
    agree(
      `export function f(x: Float64Array, tolerance: number) {
        let a = x.slice(), b = new Float64Array(4);
        for (let t = 0; t < 20; t++) {
          let change = 0;
          for (let i = 0; i < 4; i++) { b[i] = 0.5 * a[i] + 0.1 * a[(i + 1) % 4]; change += Math.abs(b[i] - a[i]); }
          if (change < tolerance) break;
          [a, b] = [b, a];
        }
        return a[0] + 10 * a[1] + 100 * b[2];
      }`,
      [x4, 1e-3],
      [x4, 0.5],
      [x4, 100],
      [x4, 0],
    );
  });
  test("the result of a loop in a loop", () => {
    agree(
      `export function f(x: Float64Array, n: number) {
        let a = x.slice(), b = new Float64Array(4);
        for (let r = 0; r < n; r++) {
          for (let t = 0; t < r; t++) { for (let i = 0; i < 4; i++) b[i] = a[i] * 0.5 + i; [a, b] = [b, a]; }
          a[0] += 1;
        }
        return a[0] + 10 * a[1] + 100 * b[2];
      }`,
      ...[0, 1, 2, 3, 4].map((n) => [x4, n]),
    );
  });
  test("the best so far", () => {
    agree(
      `export function f(x: Float64Array) {
        let best = new Float64Array(2), score = -1;
        for (let i = 0; i < 3; i++) {
          const trial = new Float64Array(2);
          trial[0] = x[i]; trial[1] = x[i + 1];
          const value = trial[0] * trial[1];
          if (value > score) { best = trial; score = value; }
        }
        return best[0] + 10 * best[1] + score;
      }`,
      [x4],
      [y4],
    );
  });
  test("a part that moves on", () => {
    agree(
      `export function f(x: Float64Array) {
        let row = x.subarray(0, 2), s = 0;
        for (let i = 0; i < 3; i++) { s = s * 2 + row[0] * row[1]; row[0] += 1; row = x.subarray(i, i + 2); }
        return s + row[0];
      }`,
      [x4],
    );
  });
  test("a result array that is made in the round that returns it", () => {
    agree(
      `export function f(x: Float64Array, a: number) {
        for (let i = 0; i < 4; i++) {
          if (x[i] > a) { const out = new Float64Array(4); for (let j = 0; j <= i; j++) out[j] = x[j] * i; return out; }
        }
        return x.slice();
      }`,
      [x4, 0],
      [x4, 1],
      [x4, 3],
      [x4, 10],
    );
  });
  test("a parameter that takes part in the swap is refused", () => {
    expect(
      refusals(
        `export function f(x: Float64Array, y: Float64Array, n: number) {
  let a = x, b = y;
  for (let t = 0; t < n; t++) { b[0] = a[0] + 1; [a, b] = [b, a]; }
  return a[0];
}`,
      ),
    ).toEqual(["ADJ2034 3:3"]);
  });
  test("a swapped array under its old name is refused, or copied", () => {
    agree(
      `export function f(x: Float64Array, n: number) {
        const first = x.slice();
        let h = first;
        for (let t = 0; t < n; t++) { const next = new Float64Array(4); for (let i = 0; i < 4; i++) next[i] = h[i] * 2; h = next; }
        return h[0] + 10 * first[0];
      }`,
      ...[0, 1, 2].map((n) => [x4, n]),
    );
    expect(
      refusals(
        `export function f(x: Float64Array, n: number) {
  let h = x.slice(), next = new Float64Array(4);
  const first = h;
  for (let t = 0; t < n; t++) { next[0] = h[0] * 2; [h, next] = [next, h]; }
  return first[0];
}`,
      ),
    ).toContain("ADJ2034 4:3");
  });
});
