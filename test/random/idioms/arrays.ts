/** Arrays: growing ones, methods of all kinds, copies. */
import type { Idiom } from "./idiom.ts";

export const arrayIdioms: readonly Idiom[] = [
  {
    feature: "push in a loop",
    print: ({ value, array, name }) => {
      const { text, length } = array();
      const [kept, k, sum] = [name("kept", "grown"), name("k", "kk"), name("sum1", "sum2")];
      return {
        lines: [
          `const ${kept}: number[] = [];`,
          `for (let ${k} = 0; ${k} < ${length}; ${k}++) {`,
          `  if (${text}[${k}] > -0.2) ${kept}.push(${text}[${k}] * ${value()});`,
          "}",
          `let ${sum} = 0;`,
          `for (const item of ${kept}) ${sum} += Math.sin(item);`,
        ],
        result: `${sum} + 0.1 * ${kept}.length`,
      };
    },
  },
  {
    feature: "push and pop",
    print: ({ value, name, size }) => {
      const [stack, k, top] = [name("stack", "pile"), name("k", "kk"), name("top", "head")];
      return {
        lines: [
          `const ${stack}: number[] = [${value()}];`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${stack}.push(${value()} * (${k} + 1), 0.5 * ${k});`,
          `let ${top} = 0;`,
          `while (${stack}.length > 1) ${top} = 0.5 * ${top} + Math.cos(${stack}.pop()!);`,
        ],
        result: `${top} + ${stack}[0]`,
      };
    },
  },
  {
    feature: "length of an array set",
    print: ({ value, name }) => {
      const list = name("list", "cut");
      return {
        lines: [
          `const ${list} = [${value()}, ${value()}, ${value()}];`,
          `${list}.length = 1;`,
          `${list}.push(${value()});`,
        ],
        result: `${list}[0] * ${list}[1]`,
      };
    },
  },
  {
    feature: "map, filter, reduce",
    print: ({ value, array }) => {
      const { text } = array();
      return {
        lines: [],
        result: `Array.from(${text}, (z) => z * ${value()}).filter((z) => z > -0.5).reduce((s, z, k) => s + z * (k + 1), 0)`,
      };
    },
  },
  {
    feature: "map and reduce",
    print: ({ value, array, name }) => {
      const { text } = array();
      const made = name("mapped", "image");
      return {
        lines: [`const ${made} = ${text}.map((z, k) => Math.sin(z) + ${value()} * k);`],
        result: `${made}.reduce((s, z) => 0.5 * s + z, ${value()})`,
      };
    },
  },
  {
    feature: "forEach",
    print: ({ value, array, name }) => {
      const { text } = array();
      const sum = name("total1", "whole");
      return {
        lines: [`let ${sum} = 0;`, `${text}.forEach((z, k) => {`, `  ${sum} += z * ${value()} + 0.1 * k;`, "});"],
        result: sum,
      };
    },
  },
  {
    feature: "every and some",
    print: ({ value, array }) => {
      const { text } = array();
      return {
        lines: [],
        result: `(${text}.every((z) => z > -1) ? ${value()} : ${value()}) + (${text}.some((z) => z > 1.2) ? ${value()} : 0)`,
      };
    },
  },
  {
    feature: "find and findIndex",
    print: ({ value, array, name }) => {
      const { text } = array();
      const at = name("where", "spot");
      return {
        lines: [`const ${at} = ${text}.findIndex((z) => z > ${value()});`],
        result: `(${text}.find((z) => z < 0.3) ?? ${value()}) + (${at} >= 0 ? ${text}[${at}] * 2 : 0.5)`,
      };
    },
  },
  {
    feature: "indexOf and includes",
    print: ({ value, array, index }) => {
      const { text } = array();
      return {
        lines: [],
        result: `${text}.indexOf(${text}[${index()}]) * ${value()} + (${text}.includes(9) ? 1 : ${value()})`,
      };
    },
  },
  {
    feature: "Array.from with a function",
    print: ({ value, name, size }) => {
      const list = name("line", "row1");
      return {
        lines: [`const ${list} = Array.from({ length: ${size()} }, (_, k) => Math.cos(k + ${value()}));`],
        result: `${list}[0] + ${list}[${list}.length - 1]`,
      };
    },
  },
  {
    feature: "for…of over entries",
    print: ({ value, array, name }) => {
      const { text } = array();
      const sum = name("mass", "heft");
      return {
        lines: [`let ${sum} = 0;`, `for (const [k, z] of ${text}.entries()) ${sum} += z * (k + 1) * ${value()};`],
        result: sum,
      };
    },
  },
  {
    feature: "sort",
    print: ({ value, array, name, way }) => {
      const { text, length } = array();
      const [sorted, k, sum] = [name("sorted", "ranked"), name("k", "kk"), name("sum3", "sum4")];
      const order = ["(p, q) => p - q", "(p, q) => q - p"][way(2)] ?? "(p, q) => p - q";
      return {
        lines: [
          `const ${sorted} = Array.from(${text}, (z) => z * ${value()});`,
          `${sorted}.sort(${order});`,
          `let ${sum} = 0;`,
          `for (let ${k} = 0; ${k} < ${length}; ${k}++) ${sum} += ${sorted}[${k}] * (${k} + 0.5);`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "slice and structuredClone",
    print: ({ value, array, name, way }) => {
      const { text } = array();
      const copy = name("copy1", "clone");
      return {
        lines: [
          `const ${copy} = ${way(2) === 0 ? `${text}.slice()` : `structuredClone(${text}).slice()`};`,
          `${copy}[0] = ${copy}[0] * ${value()};`,
        ],
        result: `${copy}[0] + ${text}[0]`,
      };
    },
  },
  {
    feature: "reverse and concat",
    print: ({ value, name }) => {
      const [list, both] = [name("short", "brief"), name("joined", "chained")];
      return {
        lines: [
          `const ${list} = [${value()}, ${value()}, 0.3];`,
          `const ${both} = ${list}.concat([${value()}]).reverse();`,
        ],
        result: `${both}[0] * ${both}[3] + ${both}.length`,
      };
    },
  },
  {
    feature: "spread in an array literal",
    print: ({ value, array, name }) => {
      const { text } = array();
      const list = name("spreadOut", "wider");
      return {
        lines: [`const ${list} = [${value()}, ...${text}];`],
        result: `${list}[0] * ${list}[${list}.length - 1]`,
      };
    },
  },
  {
    feature: "for…of over a literal",
    print: ({ value, name }) => {
      const sum = name("lot", "heap");
      return {
        lines: [`let ${sum} = 0.1;`, `for (const z of [${value()}, ${value()}, 0.4]) ${sum} = ${sum} * 0.5 + z;`],
        result: sum,
      };
    },
  },
  {
    feature: "arrays of any length change places",
    print: ({ value, name, size }) => {
      const [h, i] = [name("layer", "level1"), name("l1", "l2")];
      return {
        lines: [
          `let ${h} = new Float64Array([${value()}, 0.4]);`,
          `for (let ${i} = 0; ${i} < ${size()}; ${i}++) {`,
          `  const next = new Float64Array(1 + ((${i} * 2) % 3));`,
          `  for (let o = 0; o < next.length; o++) {`,
          "    let s = 0.1 * o;",
          `    for (let q = 0; q < ${h}.length; q++) s += ${h}[q] * (0.3 + 0.1 * q);`,
          "    next[o] = Math.sin(s);",
          "  }",
          `  ${h} = next;`,
          "}",
        ],
        result: `${h}[0] + ${h}[${h}.length - 1]`,
      };
    },
  },
];
