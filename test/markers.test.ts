/**
 * Derivatives that are asked for in code, `grad(f, "w")`, within functions that are differentiated themselves: what is generated
 * agrees with differences, of any order, of functions that are written out by hand; and the types of what the markers give.
 */
import { describe, expect, test } from "vitest";
import { transform } from "../src/compiler.ts";
import { grad, hessian, hvp, jacobian, jvp, NotCompiledError, vjp } from "../src/index.ts";
import { execute, type Exports } from "./harness/execute.ts";
import { random } from "./harness/random.ts";

async function compiled(text: string): Promise<Exports> {
  const { files, diagnostics } = await transform({ path: "model.ts", text });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return execute(files[0]?.text ?? "");
}

/** The derivative in one entry, by differences of the fourth order. */
function slopeOf(f: (x: Float64Array) => number, at: Float64Array, k: number, step = 1e-3): number {
  const along = (h: number): number => {
    const moved = (by: number) => f(at.map((entry, i) => (i === k ? entry + by : entry)));
    return (moved(h) - moved(-h)) / (2 * h);
  };
  return (4 * along(step / 2) - along(step)) / 3;
}

function agrees(found: Float64Array, f: (x: Float64Array) => number, at: Float64Array, digits = 8): void {
  found.forEach((entry, k) => expect(entry).toBeCloseTo(slopeOf(f, at, k), digits));
}

type Gradient = { readonly value: number; readonly grad: Readonly<Record<string, Float64Array>> };

describe("a derivative in code", () => {
  test("in the loop of an unrolled descent: the hypergradient", async () => {
    const { validationGrad } = await compiled(`
      import { grad } from "adjoint-gen";
      function training(w: Float64Array, X: Float64Array, y: Float64Array, ridge: Float64Array): number {
        let loss = 0;
        for (let s = 0; s < y.length; s++) {
          let r = -y[s];
          for (let j = 0; j < w.length; j++) r += X[s * w.length + j] * w[j];
          loss += r * r * r * r;
        }
        for (let j = 0; j < w.length; j++) loss += ridge[j] * w[j] * w[j];
        return loss;
      }
      const trainingGrad = grad(training, "w");
      /** @grad ridge */
      export function validation(ridge: Float64Array, X: Float64Array, y: Float64Array, steps: number): number {
        const w = new Float64Array(ridge.length);
        for (let t = 0; t < steps; t++) {
          const { w: g } = trainingGrad(w, X, y, ridge).grad;
          for (let j = 0; j < w.length; j++) w[j] -= 0.05 * g[j];
        }
        let sum = 0;
        for (let j = 0; j < w.length; j++) sum += (w[j] - 1) ** 2;
        return sum;
      }`);
    const { f64 } = random(11);
    const [X, y, ridge] = [f64(6), f64(3), f64(2, 0.1, 1)];
    const byHand = (given: Float64Array): number => {
      const w = new Float64Array(2);
      for (let t = 0; t < 4; t++) {
        const g = w.map((entry, j) => 2 * given[j]! * entry);
        for (let s = 0; s < 3; s++) {
          const r = X[2 * s]! * w[0]! + X[2 * s + 1]! * w[1]! - y[s]!;
          for (let j = 0; j < 2; j++) g[j]! += 4 * r ** 3 * X[2 * s + j]!;
        }
        for (let j = 0; j < 2; j++) w[j]! -= 0.05 * g[j]!;
      }
      return (w[0]! - 1) ** 2 + (w[1]! - 1) ** 2;
    };
    const { value, grad: found } = validationGrad!(ridge, X, y, 4) as Gradient;
    expect(value).toBeCloseTo(byHand(ridge), 13);
    agrees(found.ridge!, byHand, ridge);
    const none = validationGrad!(ridge, X, y, 0) as Gradient;
    expect([none.value, ...none.grad.ridge!]).toEqual([2, 0, 0]);
  });

  test("of a derivative, in the loss of a network that solves an equation", async () => {
    const { residualGrad } = await compiled(`
      import * as adjoint from "adjoint-gen";
      function u(w: Float64Array, t: number, x: number): number {
        let sum = 0;
        for (let j = 0; j < 3; j++) sum += w[3 * j] * Math.tanh(w[3 * j + 1] * x + w[3 * j + 2] * t);
        return sum;
      }
      const byInputs = adjoint.grad(u, "t", "x");
      function ux(w: Float64Array, t: number, x: number): number {
        return byInputs(w, t, x).grad.x;
      }
      /** @grad w */
      export function residual(w: Float64Array, ts: Float64Array, xs: Float64Array): number {
        const byX = adjoint.grad(ux, "x");
        let loss = 0;
        for (let k = 0; k < ts.length; k++) {
          const { value, grad: slopes } = byInputs(w, ts[k], xs[k]);
          const r = slopes.t + value * slopes.x - 0.1 * byX(w, ts[k], xs[k]).grad.x;
          loss += r * r;
        }
        return loss / ts.length;
      }`);
    const { f64 } = random(12);
    const [w, ts, xs] = [f64(9), f64(4), f64(4)];
    const byHand = (given: Float64Array): number => {
      let loss = 0;
      for (const [k, t] of ts.entries()) {
        let [u, ut, ux, uxx] = [0, 0, 0, 0];
        for (let j = 0; j < 3; j++) {
          const [a, b, c] = [given[3 * j]!, given[3 * j + 1]!, given[3 * j + 2]!];
          const y = Math.tanh(b * xs[k]! + c * t);
          const slope = 1 - y * y;
          u += a * y;
          ut += a * c * slope;
          ux += a * b * slope;
          uxx -= 2 * a * b * b * y * slope;
        }
        loss += (ut + u * ux - 0.1 * uxx) ** 2;
      }
      return loss / ts.length;
    };
    const { value, grad: found } = residualGrad!(w, ts, xs) as Gradient;
    expect(value).toBeCloseTo(byHand(w), 13);
    agrees(found.w!, byHand, w);
  });

  test("in each mode, with respect to members, of a constant, and in a helper", async () => {
    const { mixedGrad } = await compiled(`
      import { grad, hessian, hvp, jacobian, jvp, stopGradient, vjp } from "adjoint-gen";
      interface Params { a: Float64Array; b: number }
      const f = (p: Params, x: number): number => {
        let sum = p.b * x;
        for (let k = 0; k < p.a.length; k++) sum += p.a[k] ** 3 * x * p.b;
        return sum * stopGradient(x);
      };
      function powers(x: number, n: number): Float64Array {
        const y = new Float64Array(n);
        for (let k = 0; k < n; k++) y[k] = x ** (k + 1);
        return y;
      }
      function inMembers(p: Params, x: number): number {
        const { params } = { params: grad(f, "p.a", "p.b")(p, x).grad.p };
        return params.a[1] * params.b;
      }
      /** @grad x */
      export function mixed(x: number, p: Params): number {
        const { hvp: product } = hvp(f, "p.a")(p, x, { p: { a: Float64Array.of(1, 2) } });
        const seeded = vjp(powers, "x")(x, 3, Float64Array.of(1, 1, 1)).grad.x;
        const { tangent } = jvp(powers, "x")(x, 3, { x: 2 });
        const { jacobian: matrix } = jacobian(powers, "x")(x, 3);
        const { hessian: whole } = hessian(f, "p.a", "p.b")(p, x);
        return inMembers(p, x) + product.p.a[1] + seeded + tangent[2] + matrix.x[1] + whole[2];
      }`);
    const p = { a: Float64Array.of(0.4, -0.9), b: 1.3 };
    // f = (b x + Σ a³ x b) c, where c = x is a constant.
    const byHand = ([x = 0]: Float64Array, c = x): number => {
      const [a0, a1] = [p.a[0]!, p.a[1]!];
      const inMembers = 3 * a1 ** 2 * x * p.b * c * (x + (a0 ** 3 + a1 ** 3) * x) * c;
      const product = 2 * 6 * a1 * x * p.b * c;
      const seeded = 1 + 2 * x + 3 * x * x;
      return inMembers + product + seeded + 2 * 3 * x * x + 2 * x + 3 * a0 ** 2 * x * c;
    };
    const { value, grad: found } = mixedGrad!(0.7, p) as { value: number; grad: { x: number } };
    expect(value).toBeCloseTo(byHand(Float64Array.of(0.7)), 12);
    expect(found.x).toBeCloseTo(
      slopeOf((x) => byHand(x, 0.7), Float64Array.of(0.7), 0),
      9,
    );
  });
});

describe("a marker that is not replaced", () => {
  test.each(Object.entries({ grad, vjp, jvp, hvp, jacobian, hessian }))("%s", (name, marker) => {
    const given = (marker as (f: unknown, ...wrt: string[]) => () => unknown)((x: number) => x * x, "x");
    expect(given).toThrow(NotCompiledError);
    expect(given).toThrow(`@${name}`);
  });
});

/** Never run: it is the compiler of TypeScript that this is for. */
export function types(x: Float64Array, p: { W: Float32Array; n: number; name: string }): void {
  const dot = (a: Float64Array, b: Float64Array, rate: number): number => a[0]! * b[0]! * rate;
  const dotGrad = grad(dot, "a", "rate");
  const found = dotGrad(x, x, 1);
  const entries: Float64Array = found.grad.a;
  const rate: number = found.value * found.grad.rate;
  const isAsked: "b" extends keyof typeof found.grad ? true : false = false;
  const takesOthers: [Float64Array, number, Float64Array] extends Parameters<typeof dotGrad> ? true : false = false;
  const takesVectors: ((a: Float64Array) => Float64Array) extends Parameters<typeof grad>[0] ? true : false = false;
  const members = grad((q: typeof p) => q.n, "q.W", "q.n")(p).grad;
  const W: Float32Array = members.q.W;
  const isText: typeof members.q.n extends string ? true : false = false;
  const product = hvp(dot, "a")(x, x, 1, { a: x }, hvp(dot, "a")(x, x, 1, { a: x }));
  const again: Float64Array = product.hvp.a;
  const seeded: Float64Array = vjp((a: Float64Array) => a.map((each) => each * 2), "a")(x, x).grad.a;
  const byRate = jvp(dot, "rate");
  const tangent: number = byRate(x, x, 1, { rate: 2 }).tangent;
  const isOther: { a: Float64Array } extends Parameters<typeof byRate>[3] ? true : false = false;
  const whole: Float64Array = hessian(dot)(x, x, 1).hessian;
  const matrix: Float64Array = jacobian(dot, "a")(x, x, 1).jacobian.a;
  void [entries, rate, isAsked, takesOthers, takesVectors, W, isText, again, seeded, tangent, isOther, whole, matrix];
}
