/** Tags and signatures: what is read from the comment and the parameter list of a function. */
import { describe, expect, test } from "vitest";
import { commentsOf } from "../src/frontend/comments.ts";
import { openProject } from "../src/frontend/project.ts";
import { readSignature } from "../src/frontend/signature.ts";
import { readTags } from "../src/frontend/tags.ts";

function open(text: string) {
  const file = openProject({ sources: { "model.ts": text } }).file("model.ts");
  if (file === undefined) throw new Error("the source is there");
  return file;
}

/** Each tag as text: `f: grad {…} W,b -> y`. */
function tagsOf(text: string): readonly string[] {
  return readTags(open(text)).functions.flatMap(({ source, tags }) =>
    tags.map(({ mode, accumulate, sparse, as, wrt, outputs }) => {
      const flags = [...(accumulate ? ["accumulate"] : []), ...(sparse ? ["sparse"] : [])];
      const options = [...flags, ...(as === undefined ? [] : [`as ${as.text}`])];
      const words = (list: readonly { text: string }[]) => list.map((word) => word.text).join(",");
      const arrow = outputs === undefined ? "" : ` -> ${words(outputs)}`;
      return `${source.name}: ${mode} {${options.join(" ")}} ${words(wrt)}${arrow}`;
    }),
  );
}

function faultsOf(text: string): readonly string[] {
  return readTags(open(text)).diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`);
}

function signatureOf(text: string) {
  const tagged = readTags(open(text)).functions[0];
  if (tagged?.source.name === undefined) throw new Error("the source has a tagged function");
  const { signature, diagnostics } = readSignature(tagged.source.name, tagged.source.node);
  return { signature, codes: diagnostics.map(({ code }) => code) };
}

describe("tags", () => {
  const f = "export function f(W: Float64Array, b: number): number { return W[0] * b; }";

  test.each([
    ["/** @grad */", "f: grad {} "],
    ["/** @grad W */", "f: grad {} W"],
    ["/** @grad W, b */", "f: grad {} W,b"],
    ["/** @grad W b */", "f: grad {} W,b"],
    ["/**@grad W,b*/", "f: grad {} W,b"],
    ["/** @grad {accumulate} W */", "f: grad {accumulate} W"],
    ["/** @grad {accumulate, as: g} W */", "f: grad {accumulate as g} W"],
    ["/** @grad {as:g}W */", "f: grad {as g} W"],
    ["/** @jacobian {sparse} W -> y */", "f: jacobian {sparse} W -> y"],
    ["/** @hessian {as: h, sparse} W */", "f: hessian {sparse as h} W"],
    ["/** @grad params.W1 pair.0 */", "f: grad {} params.W1,pair.0"],
    ["/** @vjp W -> y, value */", "f: vjp {} W -> y,value"],
    ["/** @vjp->y */", "f: vjp {}  -> y"],
    ["/** @vjp W->y */", "f: vjp {} W -> y"],
    ["/**\n * The loss.\n *\n * @grad W,\n *   b\n */", "f: grad {} W,b"],
    ["/**\r\n * @grad W\r\n */", "f: grad {} W"],
    ["/**\n * @grad W\n *\n * More about it.\n */", "f: grad {} W"],
    ["/**\n * @param b the bias\n * @grad W\n * @returns the loss\n */", "f: grad {} W"],
    ["/** The license. */\n\n/** @grad W */", "f: grad {} W"],
  ])("%j", (comment, expected) => {
    expect(tagsOf(`${comment}\n${f}`)).toEqual([expected]);
    expect(faultsOf(`${comment}\n${f}`)).toEqual([]);
  });

  test("several tags on one function, several functions", () => {
    const text = `/**\n * @grad W\n * @vjp b\n */\n${f}\n/** @grad x */\nconst g = (x: number) => x;\n`;
    expect(tagsOf(text)).toEqual(["f: grad {} W", "f: vjp {} b", "g: grad {} x"]);
  });

  test.each([
    ["a const that holds an arrow function", "export const f = (x: number): number => x;"],
    ["a const that holds a function expression", "const f = function (x: number) { return x; };"],
    ["a const with a cast", "const f = ((x: number) => x) satisfies (x: number) => number;"],
    ["a default export", "export default function f(x: number) { return x; }"],
    ["overloads", "export function f(x: number): number;\nexport function f(x: number) { return x; }"],
  ])("%s", (_, source) => {
    expect(tagsOf(`/** @grad x */\n${source}`)).toEqual(["f: grad {} x"]);
  });

  test("text that looks like a tag", () => {
    const text = [
      "const text = '/** @grad */';",
      "const template = `/** @grad ${'/** @grad */'} /** @grad */`;",
      "const pattern = /[/]\\/** @grad/;",
      "/** Write `@grad` above it, or mail to someone@grad.example. */",
      "function documented() {}",
      "/**\n * ```\n * @grad W\n * ```\n */",
      "function shown() {}",
    ].join("\n");
    expect(tagsOf(text)).toEqual([]);
    expect(faultsOf(text)).toEqual([]);
  });

  test("comments are found between literals", () => {
    const text =
      "const a = '//' + `/* ${1 /* one */} */` + /\\/*/.source; // two\n/** three */ function f() {} /* four";
    const file = open(text);
    const found = commentsOf(file.compilerNode).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
    expect(found).toEqual(["block /* one */", "line // two", "jsdoc /** three */", "block /* four"]);
  });
});

describe("signatures", () => {
  test("types that are global or exported stay as they are written", () => {
    const { signature } = signatureOf(`
      export interface Params { readonly W: Float32Array; b: number }
      type Pair = readonly [number, Float64Array];
      /** The loss.\n * @grad */
      export function f(p: Params, q: Pair, x: readonly number[], n: 1 | 2, on: boolean, k: Int32Array): number { return 0; }
    `);
    expect(signature?.parameters.map(({ name, typeText }) => `${name}: ${typeText}`)).toEqual([
      "p: Params",
      "q: [number, Float64Array]",
      "x: readonly number[]",
      "n: 1 | 2",
      "on: boolean",
      "k: Int32Array",
    ]);
    expect(signature?.typeImports).toEqual(["Params"]);
    expect(signature?.description).toBe("The loss.");
    expect(signature?.parameters[0]?.shape).toEqual({
      kind: "object",
      members: [
        { name: "W", shape: { kind: "array", element: "f32" } },
        { name: "b", shape: { kind: "number" } },
      ],
    });
  });

  test("destructured parameters are named by their bindings", () => {
    const { signature } = signatureOf(`
      /** @grad a */
      export const f = ({ a, b: c }: { a: number; b: Float64Array }, [u, v]: [number, number], ...rest: number[]) => a;
    `);
    expect(signature?.parameters.map(({ name, bindings }) => ({ name, bindings }))).toEqual([
      {
        name: "params1",
        bindings: [
          { name: "a", path: ["a"] },
          { name: "c", path: ["b"] },
        ],
      },
      {
        name: "params2",
        bindings: [
          { name: "u", path: [0] },
          { name: "v", path: [1] },
        ],
      },
      { name: "rest", bindings: undefined },
    ]);
  });

  test("defaults mean the same in the output", () => {
    const { signature } = signatureOf(`
      const EPS = 1e-8;
      const HALF = 1 / 2;
      /** @grad x */
      export function f(x: number, a = -1, b = EPS, c = 2 * HALF, d = Math.PI, e = Math.sqrt(2), g = x): number { return x; }
    `);
    const defaults = signature?.parameters.map(({ initializer }) => initializer);
    expect(defaults).toEqual([undefined, "-1", "1e-8", "2 * (1 / 2)", "Math.PI", "Math.sqrt(2)", "x"]);
  });

  test.each([
    ["x: symbol", "ADJ1020"],
    ["x: Map<string, number>", "ADJ1020"],
    ["x: bigint", "ADJ1020"],
    ["x: { a?: number[][] }", "ADJ1020"],
    ["x: { f(): number }", "ADJ1020"],
    ["x: { a: number; b?: number }[]", "ADJ1020"],
    ["x: Record<string, number>", "ADJ1020"],
    ["x: unknown", "ADJ1021"],
    ["x", "ADJ1021"],
    ["x?: Float64Array[]", "ADJ1020"],
    ["x = Math.random()", "ADJ1022"],
    ["{ a, ...b }: { a: number; b: number }", "ADJ1022"],
    ["this: void, x: number", "ADJ1022"],
  ])("f(%s) is refused with %s", (parameters, code) => {
    expect(signatureOf(`/** @grad */\nexport function f(${parameters}): number { return 0; }`).codes).toEqual([code]);
  });
});
