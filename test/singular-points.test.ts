/**
 * Second derivatives where a slope is infinite, or would be multiplied by 0: a derivative in which nothing comes in is 0 there,
 * but it still changes with what comes in. Known values, since differences and dual numbers have none there.
 */
import { beforeAll, expect, test } from "vitest";
import { transform } from "../src/compiler.ts";

const source = `
/**
 * @grad
 * @hvp
 */
export function power(x: number, y: number): number {
  return x ** y;
}

/**
 * @grad
 * @hvp
 */
export function beside(x: number, y: number): number {
  return Math.sqrt(x) + Math.cbrt(x) + y * y;
}
`;

interface Result {
  grad: Record<string, number>;
  hvp: Record<string, number>;
}
type Derivatives = Readonly<
  Record<"powerGrad" | "powerHvp" | "besideGrad" | "besideHvp", (...args: readonly unknown[]) => Result>
>;
let derivatives: Derivatives;

beforeAll(async () => {
  const { files, diagnostics } = await transform({ path: "model.ts", text: source }, { lang: "js" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const url = `data:text/javascript,${encodeURIComponent(files[0]?.text ?? "")}`;
  derivatives = (await import(/* @vite-ignore */ url)) as Derivatives;
});

const directions = [
  { x: 0, y: 1 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 0 },
];

test("the gradient beside a Hessian-vector product does not depend on the vector", () => {
  for (const vector of directions) {
    expect(derivatives.powerHvp(0, 1, vector).grad).toEqual(derivatives.powerGrad(0, 1).grad);
    expect(derivatives.besideHvp(0, 1, vector).grad).toEqual(derivatives.besideGrad(0, 1).grad);
  }
  expect(derivatives.besideGrad(0, 1).grad).toEqual({ x: Infinity, y: 2 });
});

test("a product is there in directions that leave the base of a power alone", () => {
  expect(derivatives.powerHvp(0, 1, { x: 0, y: 1 }).hvp.x).toBe(1);
  expect(derivatives.besideHvp(0, 1, { x: 0, y: 1 }).hvp).toEqual({ x: 0, y: 2 });
});
