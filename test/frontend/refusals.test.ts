import { describe, expect, test } from "vitest";
import { agree, lower, refusals, x4 } from "./lowering.ts";

describe("refusals", () => {
  test.each([
    [
      `declare function log(x: number): void;\nexport function f(x: number) {\n  log(x * 2);\n  return x;\n}`,
      ["ADJ2001 3:7"],
    ],
    [`declare function h(x: number): number;\nexport function f(x: number) {\n  return h(x);\n}`, ["ADJ2001 3:12"]],
    [`export function f(x: number): number {\n  return f(x / 2);\n}`, ["ADJ2003 1:17"]],
    [
      `declare const settings: { scale: number };\nexport function f(x: number) {\n  return x * settings.scale;\n}`,
      ["ADJ2004 3:14"],
    ],
    [`let calls = 0;\nexport function f(x: number) {\n  calls++;\n  return x;\n}`, ["ADJ2005 3:3"]],
    [
      `let rate = 1;\nexport const set = (r: number) => { rate = r; };\nexport function f(x: number) {\n  return x * rate;\n}`,
      ["ADJ2006 4:14"],
    ],
    [
      `const TABLE = [1, 2];\nTABLE[0] = 3;\nexport function f(x: number, k: number) {\n  return x * TABLE[k];\n}`,
      ["ADJ2006 4:14"],
    ],
    [
      `const cache = Float64Array.of(1, 2);\nexport function f(x: number) {\n  let c = cache;\n  c[0] = x;\n  return x;\n}`,
      ["ADJ2005 4:3"],
    ],
    [`export function f(x: number) {\n  return x * ("a" as unknown as number);\n}`, ["ADJ2007 2:14"]],
    [`export function f(p: [number, number], k: number) {\n  return p[k];\n}`, ["ADJ2008 2:10"]],
    [`export function f(x: number[]) {\n  return x.sort()[0];\n}`, ["ADJ2030 2:12"]],
    [
      `export function f(x: number[]) {\n  for (let i = 0; i < 3; i++) x.push(x[0]);\n  return x.length;\n}`,
      ["ADJ2031 2:31"],
    ],
    [
      `export function f(x: number, n: number) {\n  let a: number[] = [];\n  let b: number[] = [];\n  while (x > 1) a.push((x /= 2));\n  for (let k = 0; k < n; k++) [a, b] = [b, a];\n  return a[0] + b[0];\n}`,
      ["ADJ2034 5:3", "ADJ2010 5:3"],
    ],
    [
      `export function f(x: Float64Array, k: number) {\n  const rows = [x, x];\n  return rows[k][0];\n}`,
      ["ADJ2032 2:16"],
    ],
    [
      `export function f(x: Float64Array) {\n  const y = Float64Array.of(0, ...x);\n  return y[1];\n}`,
      ["ADJ2012 2:32"],
    ],
    [
      `export function f(x: Float64Array) {\n  const y = new DataView(x.buffer);\n  return x[0] + y.byteLength;\n}`,
      ["ADJ2014 2:13"],
    ],
    [`export function f(x: number) {\n  try {\n    return x;\n  } catch {\n    return 0;\n  }\n}`, ["ADJ2902 2:3"]],
    [
      `export function f(x: number, n: number) {\n  const g = (k: number): any => (k > 0 ? x : { x });\n  return g(n) as number;\n}`,
      ["ADJ2013 3:10"],
    ],
    [
      `export function f(x: number, n: number) {\n  let s: any = 0;\n  for (let i = 0; i < n; i++) s = { s };\n  return x;\n}`,
      ["ADJ2010 3:3"],
    ],
  ])("%s", (source, expected) => {
    expect([...refusals(source)].sort()).toEqual([...expected].sort());
  });
  test("all of them are reported", () => {
    const { diagnostics } = lower(
      `declare function a(x: number): number; let b = 0;\nexport function f(x: Float64Array) {\n  b = 1;\n  x.join();\n  return a(x[0]) + x.join().length;\n}`,
    );
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(["ADJ2001", "ADJ2005", "ADJ2030", "ADJ2030"]);
  });
  test("inactive values may flow into the unknown", () => {
    agree(
      `declare function progress(k: number, n: number): void; 
      export function f(x: Float64Array) { let s = 0; for (let i = 0; i < x.length; i++) { s += x[i]; if (x[i] > 100) progress(i, Math.floor(s)); } return s; }`,
      [x4],
    );
  });
});
