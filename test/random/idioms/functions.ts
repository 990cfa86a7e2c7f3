/** Functions: closures, functions as values, recursion, parameters of all kinds. */
import type { Idiom } from "./idiom.ts";

export const functionIdioms: readonly Idiom[] = [
  {
    feature: "closure over a mutable local",
    print: ({ value, name, size }) => {
      const [sum, add, k] = [name("acc", "held"), name("add", "gain"), name("k", "kk")];
      return {
        lines: [
          `let ${sum} = ${value()};`,
          `const ${add} = (by: number): void => {`,
          `  ${sum} = 0.6 * ${sum} + Math.sin(by);`,
          "};",
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${add}(${value()} * ${k});`,
          `${add}(${value()});`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "function that returns a function",
    print: ({ value, name }) => {
      const [make, first] = [name("make", "maker"), name("apply", "applied")];
      return {
        lines: [
          `const ${make} = (a: number) => (b: number) => a * Math.cos(b) - b;`,
          `const ${first} = ${make}(${value()});`,
        ],
        result: `${first}(${value()}) + ${make}(0.3)(${value()})`,
      };
    },
  },
  {
    feature: "function as an argument",
    print: ({ value, name, declare, way }) => {
      declare("twice", ["const twice = (f: (x: number) => number, x: number): number => f(f(x));"]);
      const shift = name("shift1", "moved1");
      const lines = [`const ${shift} = ${value()};`];
      const given = [`(z) => Math.tanh(z + ${shift})`, "Math.sin", `(z) => z * ${shift} * 0.4`][way(3)] ?? "Math.cos";
      return { lines, result: `twice(${given}, ${value()})` };
    },
  },
  {
    feature: "function in an object",
    print: ({ value, name }) => {
      const ops = name("ops", "kit");
      return {
        lines: [
          `const ${ops} = {`,
          "  scale: 0.5,",
          "  soft: (z: number): number => Math.tanh(z),",
          "  mix(p: number, q: number): number {",
          "    return p * q - p;",
          "  },",
          "};",
        ],
        result: `${ops}.mix(${ops}.soft(${value()}), ${value()}) * ${ops}.scale`,
      };
    },
  },
  {
    feature: "function chosen by a branch",
    print: ({ value, condition, name }) => {
      const chosen = name("act", "act2");
      return {
        lines: [`const ${chosen} = ${condition()} ? (z: number) => Math.sin(z) : (z: number) => z * z * 0.3;`],
        result: `${chosen}(${value()})`,
      };
    },
  },
  {
    feature: "default parameter",
    print: ({ value, declare, way }) => {
      declare("damped", [
        "function damped(z: number, by: number = 0.4, at = by * 2): number {",
        "  return z * by - at;",
        "}",
      ]);
      const rest = ["", `, ${value()}`, `, undefined, ${value()}`][way(3)] ?? "";
      return { lines: [], result: `damped(${value()}${rest})` };
    },
  },
  {
    feature: "rest parameter",
    print: ({ value, declare }) => {
      declare("sumOf", [
        "function sumOf(first: number, ...rest: number[]): number {",
        "  let sum = first * first;",
        "  for (let k = 0; k < rest.length; k++) sum += rest[k] * (k + 1);",
        "  return sum;",
        "}",
      ]);
      return { lines: [], result: `sumOf(${value()}, ${value()}, ${value()})` };
    },
  },
  {
    feature: "spread of an array into arguments",
    print: ({ array, way }) => {
      const { text } = array();
      return { lines: [], result: `Math.${way(2) === 0 ? "max" : "min"}(0.2, ...${text})` };
    },
  },
  {
    feature: "spread of a tuple into arguments",
    print: ({ value, name }) => {
      const pair = name("two", "duo");
      return {
        lines: [`const ${pair}: [number, number] = [${value()}, ${value()}];`],
        result: `Math.atan2(...${pair})`,
      };
    },
  },
  {
    feature: "generic helper",
    print: ({ value, declare }) => {
      declare("pickBy", [
        "function pickBy<T extends { readonly gain: number }>(item: T, by: (x: T) => number): number {",
        "  return by(item) * item.gain;",
        "}",
      ]);
      return { lines: [], result: `pickBy({ gain: ${value()}, rest: ${value()} }, (x) => x.rest + 0.5 * x.gain)` };
    },
  },
  {
    feature: "overloaded helper",
    print: ({ value, declare, way }) => {
      declare("span", [
        "function span(a: number): number;",
        "function span(a: number, b: number): number;",
        "function span(a: number, b?: number): number {",
        "  return b === undefined ? Math.sin(a) : a * b;",
        "}",
      ]);
      return { lines: [], result: way(2) === 0 ? `span(${value()})` : `span(${value()}, ${value()})` };
    },
  },
  {
    feature: "recursion over a number",
    print: ({ value, declare, way }) => {
      declare("folded", [
        "function folded(z: number, depth: number): number {",
        "  if (depth <= 0) return Math.sin(z);",
        "  return 0.5 * z + folded(z * 0.8 - 0.1, depth - 1) * 0.7;",
        "}",
      ]);
      return { lines: [], result: `folded(${value()}, ${1 + way(4)})` };
    },
  },
  {
    feature: "recursion that the data ends",
    print: ({ value, declare }) => {
      declare("halved", [
        "function halved(z: number): number {",
        "  if (Math.abs(z) < 0.5) return z * z;",
        "  return halved(z * 0.4) + 0.3 * z;",
        "}",
      ]);
      return { lines: [], result: `halved(${value()})` };
    },
  },
  {
    feature: "recursion over an array",
    print: ({ array, declare }) => {
      declare("treeSum", [
        "function treeSum(list: ArrayLike<number>, from: number, to: number): number {",
        "  if (to - from < 1) return 0;",
        "  if (to - from < 2) return list[from] * list[from];",
        "  const middle = (from + to) >> 1;",
        "  return treeSum(list, from, middle) + 0.5 * Math.sin(treeSum(list, middle, to));",
        "}",
      ]);
      const { text: found, length } = array();
      const text = found.startsWith("[") ? `new Float64Array(${found})` : found;
      return { lines: [], result: `treeSum(${text}, 0, ${length})` };
    },
  },
  {
    feature: "mutual recursion",
    print: ({ value, declare, way }) => {
      declare("evenStep", [
        "function evenStep(z: number, left: number): number {",
        "  return left <= 0 ? z : oddStep(Math.sin(z) + 0.2, left - 1);",
        "}",
        "function oddStep(z: number, left: number): number {",
        "  return left <= 0 ? z * z : evenStep(0.7 * z, left - 1);",
        "}",
      ]);
      return { lines: [], result: `evenStep(${value()}, ${way(5)})` };
    },
  },
];
