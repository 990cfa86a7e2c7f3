/** Seeds, tangents and vectors of tuples close up over the parts that hold no floats, as gradients do. */
import { expect, test } from "vitest";
import { transform } from "../src/compiler.ts";

type Callable = (...args: readonly unknown[]) => Readonly<Record<string, unknown>>;

async function exportsOf(text: string): Promise<Readonly<Record<string, Callable>>> {
  const { files, diagnostics } = await transform({ path: "model.ts", text }, { lang: "js" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const url = `data:text/javascript,${encodeURIComponent(files[0]?.text ?? "")}`;
  return (await import(/* @vite-ignore */ url)) as Readonly<Record<string, Callable>>;
}

test("the seed of a result with a boolean", async () => {
  const { comparedVjp, comparedJvp } = await exportsOf(
    "/**\n * @vjp x, y\n * @jvp x, y\n */\n" +
      "export function compared(x: number, y: number): [boolean, number, number] {\n" +
      "  return [x > y, x * y, Math.sin(x)];\n}\n",
  );
  expect(comparedVjp!(0.3, 2, [1, 0.5])).toMatchObject({
    value: [false, 0.6, Math.sin(0.3)],
    grad: { x: 2 + 0.5 * Math.cos(0.3), y: 0.3 },
  });
  expect(comparedJvp!(0.3, 2, { x: 1, y: 10 })).toMatchObject({ tangent: [2 + 3, Math.cos(0.3)] });
});

test("the vector of a parameter with a boolean", async () => {
  const { chosenHvp, chosenJvp } = await exportsOf(
    "/**\n * @hvp\n * @jvp\n */\n" +
      "export function chosen(p: [boolean, number, number]): number {\n" +
      "  return p[0] ? p[1] * p[2] : p[1] - p[2] ** 2;\n}\n",
  );
  expect(chosenHvp!([true, 0.4, 0.6], { p: [1, 10] })).toMatchObject({ grad: { p: [0.6, 0.4] }, hvp: { p: [10, 1] } });
  expect(chosenHvp!([false, 0.4, 0.5], { p: [1, 10] })).toMatchObject({ grad: { p: [1, -1] }, hvp: { p: [0, -20] } });
  expect(chosenJvp!([false, 0.4, 0.5], { p: [1, 10] })).toMatchObject({ tangent: 1 - 10 });
});

test("the tangent of a parameter with an index", async () => {
  const { lookedJvp } = await exportsOf(
    "const table = [0.5, 2, 3];\n/** @jvp p, x */\n" +
      "export function looked(p: [number, number], x: number): number {\n  return table[p[0]]! * p[1] * x;\n}\n",
  );
  expect(lookedJvp!([1, 0.5], 3, { p: [1], x: 0 })).toMatchObject({ value: 3, tangent: 6 });
});
