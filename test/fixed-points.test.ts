/**
 * What `@fixedpoint` promises beyond the numbers of fixtures/models/fixed-points: the derivative is that of the solution whatever
 * the way there, to every order, and nothing of the way is kept.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { transform } from "../src/compiler.ts";

const source = `
/**
 * Heron's method, stopped far too early where the tolerance says so.
 *
 * @grad a
 * @hvp a
 * @hessian a
 */
export function root(a: number, guess: number, tolerance: number): number {
  let x = guess;
  // @fixedpoint
  while (Math.abs(x * x - a) > tolerance) x = 0.5 * (x + a / x);
  return x;
}

/** @grad b */
export function summed(b: number, rounds: number): number {
  let x = 0;
  let sum = 0;
  // @fixedpoint
  for (let k = 0; k < rounds; k++) {
    x = 0.5 * Math.cos(x) + b;
    sum += x;
  }
  return sum;
}

/** @grad A, b */
export function long(A: Float64Array, b: Float64Array, rounds: number): number {
  const n = b.length;
  const x = new Float64Array(n);
  // @fixedpoint
  for (let k = 0; k < rounds; k++) {
    for (let i = 0; i < n; i++) {
      let s = b[i];
      for (let j = 0; j < n; j++) s += A[i * n + j] * Math.sin(x[j]);
      x[i] = s;
    }
  }
  return x[0];
}
`;

interface Result {
  value: number;
  grad: Record<string, number & Float64Array>;
  hvp: { a: number };
  hessian: Float64Array;
  scratch?: Record<string, Float64Array>;
}
type Callable = (...args: readonly unknown[]) => Result;

let first: Record<string, Callable> = {};
let second: Record<string, Callable> = {};

async function derivativesOf(text: string): Promise<{ readonly text: string; readonly run: Record<string, Callable> }> {
  const ts = await transform({ path: "model.ts", text });
  const js = await transform({ path: "model.ts", text }, { lang: "js" });
  expect(js.diagnostics).toEqual([]);
  const url = `data:text/javascript,${encodeURIComponent(js.files[0]?.text ?? "")}`;
  return { text: ts.files[0]?.text ?? "", run: (await import(/* @vite-ignore */ url)) as Record<string, Callable> };
}

function derivative(name: string, of = first): Callable {
  const found = of[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

beforeAll(async () => {
  const own = await derivativesOf(source);
  first = own.run;
  const slope = "\n/** @grad a */\nexport const slope = (a: number): number => rootGrad(a, 1, 1e-15).grad.a;\n";
  second = (await derivativesOf(own.text + slope)).run;
});

describe("at the solution", () => {
  test("where the loop starts has no part in it: it may start there", () => {
    const found = derivative("rootGrad")(9, 3, 1e-12);
    expect(found.value).toBe(3);
    expect(found.grad.a).toBeCloseTo(1 / 6, 15);
  });

  test("second derivatives are right where the round itself has derivative 0", () => {
    const exact = -1 / (4 * 9 ** 1.5);
    expect(derivative("rootHvp")(9, 1, 1e-12, { a: 1 }).hvp.a).toBeCloseTo(exact, 14);
    expect(derivative("rootHessian")(9, 1, 1e-12).hessian[0]).toBeCloseTo(exact, 14);
  });

  test("the generated file is a model, with the same marks", () => {
    expect(derivative("slopeGrad", second)(9).grad.a).toBeCloseTo(-1 / (4 * 9 ** 1.5), 13);
  });

  test("what is no fixed point throws, and gives nothing wrong", () => {
    expect(() => derivative("summedGrad")(0.1, 50)).toThrow(
      "the derivative at the fixed point in line 21 does not settle",
    );
  });

  test("nothing is kept of the way: scratch does not grow with the rounds", () => {
    const A = Float64Array.of(0.1, 0.2, -0.1, 0.3);
    const b = Float64Array.of(0.4, 0.2);
    const sizes = [40, 4000].map((rounds) => {
      const { scratch } = derivative("longGrad")(A, b, rounds);
      return Object.values(scratch ?? {}).reduce((sum, array) => sum + array.length, 0);
    });
    expect(sizes[0]).toBe(sizes[1]);
  });
});
