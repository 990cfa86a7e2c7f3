/** Some of an array of objects, or all in another order: they stay the same objects. */
import type { Idiom } from "./idiom.ts";

export const selectionIdioms: readonly Idiom[] = [
  {
    feature: "objects that are filtered, and written",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [all, some, sum] = [name("stars", "planets"), name("bright", "near1"), name("glow", "shine1")];
      const test = ["k % 2 === 0", "k > 0", "v > -0.3"][way(3)] ?? "";
      return {
        lines: [
          `const ${all} = Array.from(${text}, (v, k) => ({ v, m: v * ${value()}, k }));`,
          `const ${some} = ${all}.filter(({ v, k }) => k >= 0 && v < 9 && ${test});`,
          `for (const one of ${some}) one.m = Math.tanh(one.m + one.v);`,
          `let ${sum} = 0;`,
          `for (const { m, v } of ${all}) ${sum} = 0.5 * ${sum} + m * v;`,
        ],
        result: `(${sum} + ${some}.length)`,
      };
    },
  },
  {
    feature: "objects that are sorted",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [all, some, sum] = [name("runners", "swimmers"), name("ranked1", "placed"), name("medals", "scores1")];
      const sorted =
        [`[...${all}].sort(`, `${all}.toSorted(`, `${all}.sort(`, `${all}.slice().reverse().sort(`][way(4)] ?? "";
      return {
        lines: [
          `const ${all} = Array.from(${text}, (v, k) => ({ v, w: [v * ${value()}, k] }));`,
          `const ${some} = ${sorted}(p, q) => p.v - q.v);`,
          `let ${sum} = 0;`,
          `for (let k = 0; k < ${some}.length; k++) ${sum} = 0.5 * ${sum} + ${some}[k].w[0] * (k + 1) + ${all}[k].v;`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "an object that is found",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [all, one] = [name("books", "pages1"), name("book", "page")];
      const method = way(2) === 0 ? "find" : "findLast";
      const use = [
        `(${one} === undefined ? ${value()} : ${one}.v * ${one}.w)`,
        `((${one}?.w ?? ${value()}) + ${all}.findIndex(({ k }) => k === 1))`,
      ];
      return {
        lines: [
          `const ${all} = Array.from(${text}, (v, k) => ({ v, w: v * ${value()}, k }));`,
          `const ${one} = ${all}.${method}(({ k }) => k % 3 === ${way(3)});`,
        ],
        result: use[way(2)] ?? "",
      };
    },
  },
];
