/** Further methods of arrays, and arrays of arrays and objects. */
import type { Idiom } from "./idiom.ts";

export const moreArrayIdioms: readonly Idiom[] = [
  {
    feature: "ragged rows of a literal",
    print: ({ value, name }) => {
      const [rows, sum] = [name("stairs", "slopes1"), name("climb", "ascent")];
      return {
        lines: [
          `const ${rows}: number[][] = [[${value()}], [${value()}, 0.3], []];`,
          `${rows}[2].push(${value()});`,
          `let ${sum} = 0;`,
          `for (const row of ${rows}) for (const z of row) ${sum} = 0.5 * ${sum} + Math.cos(z) * row.length;`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "rows that are pushed",
    print: ({ value, name, size }) => {
      const [rows, i, j, row, sum] = [
        name("pushed1", "piled"),
        name("i", "ii"),
        name("j", "jj"),
        name("own1", "fresh1"),
        name("mass1", "bulk3"),
      ];
      const [n, m] = [size(), size()];
      return {
        lines: [
          `const ${rows}: number[][] = [];`,
          `for (let ${i} = 0; ${i} < ${n}; ${i}++) {`,
          `  const ${row}: number[] = [];`,
          `  for (let ${j} = 0; ${j} < ${m}; ${j}++) ${row}.push(${value()} + 0.2 * ${j} * ${i});`,
          `  ${rows}.push(${row});`,
          "}",
          `let ${sum} = 0;`,
          `for (const each of ${rows}) ${sum} = 0.5 * ${sum} + each.reduce((s, z) => s + Math.sin(z), 0);`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "array of objects that grows",
    print: ({ value, name, array }) => {
      const { text } = array();
      const [kept, sum] = [name("kept1", "held1"), name("weigh", "load1")];
      return {
        lines: [
          `const ${kept}: { at: number; w: number }[] = [];`,
          `for (const z of ${text}) if (z > -0.3) ${kept}.push({ at: z, w: z * ${value()} });`,
          `let ${sum} = 0.1 * ${kept}.length;`,
          `for (const { at, w } of ${kept}) ${sum} += Math.sin(at) * w;`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "objects of an array replaced",
    print: ({ value, name, size }) => {
      const [orbit, k, sum] = [name("orbit", "track"), name("k", "kk"), name("span2", "reach2")];
      const n = size();
      return {
        lines: [
          `const ${orbit} = Array.from({ length: ${n} }, (_, q) => ({ x: ${value()} + q, y: 0.5 }));`,
          `for (let ${k} = 0; ${k} < ${n}; ${k}++) {`,
          `  const { x, y } = ${orbit}[${k}];`,
          `  ${orbit}[${k}] = { x: x * 0.5 + y, y: Math.cos(x) * ${value()} };`,
          "}",
          `const ${sum} = ${orbit}.reduce((s, { x, y }) => 0.5 * s + x * y, 0);`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "reduceRight, at and lastIndexOf",
    print: ({ value, array }) => {
      const { text } = array();
      return {
        lines: [],
        result: `${text}.reduceRight((s, z) => 0.5 * s + z * ${value()}, 0.1) + ${text}.at(-1)! * ${value()} + ${text}.lastIndexOf(9)`,
      };
    },
  },
  {
    feature: "flatMap",
    print: ({ value }) => {
      const text = `[${value()}, ${value()}].flatMap((z) => [z, z * 0.5])`;
      return { lines: [], result: `${text}.reduce((s, z) => 0.5 * s + Math.sin(z), 0)` };
    },
  },
  {
    feature: "shift and unshift",
    print: ({ value, name, way }) => {
      const list = name("queue", "deque");
      const forms = [`${list}.shift();`, `${list}.unshift(${value()});`];
      return {
        lines: [`const ${list} = [${value()}, ${value()}, 0.4];`, forms[way(2)] ?? ""],
        result: `${list}[0] * ${list}[1] + ${list}.length`,
      };
    },
  },
  {
    feature: "structuredClone of a structure",
    print: ({ value, name }) => {
      const [a, b] = [name("source1", "origin1"), name("copied1", "double1")];
      return {
        lines: [
          `const ${a} = { p: ${value()}, list: [${value()}, 0.3], deep: { q: ${value()} } };`,
          `const ${b} = structuredClone(${a});`,
          `${b}.list[0] *= 2;`,
          `${b}.deep.q += ${a}.p;`,
        ],
        result: `${b}.list[0] * ${b}.deep.q - ${a}.list[0] + ${a}.deep.q`,
      };
    },
  },
  {
    feature: "sort of a copy and of indices",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [order, sum] = [name("ranks", "places1"), name("ranked1", "tidy1")];
      const made =
        way(2) === 0
          ? `Array.from(${text}, (_, k) => k).sort((a, b) => ${text}[a] - ${text}[b])`
          : `[...${text}.keys()].sort((a, b) => ${text}[b] - ${text}[a])`;
      return {
        lines: [
          `const ${order} = ${made};`,
          `let ${sum} = 0;`,
          `for (let k = 0; k < ${order}.length; k++) ${sum} += ${text}[${order}[k]] * (k + 1) * ${value()};`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "typed arrays from literals, arrays and views",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [a, b] = [name("typedA", "packedA"), name("typedB", "packedB")];
      const made = [`Float64Array.from(${text})`, `new Float64Array(${text})`, `Float64Array.of(${value()}, 0.2)`];
      return {
        lines: [`const ${a} = ${made[way(3)]};`, `const ${b} = ${a}.subarray(0, 1);`, `${b}[0] *= ${value()};`],
        result: `${a}[0] + ${b}.length * ${value()}`,
      };
    },
  },
  {
    feature: "Math.max and min over mapped arrays",
    print: ({ value, array, way }) => {
      const { text } = array();
      const forms = [
        `Math.max(...${text})`,
        `Math.min(...Array.from(${text}, (z) => z * ${value()}))`,
        `Math.max.apply(null, [${value()}, ${value()}, 0.1])`,
      ];
      return { lines: [], result: forms[way(3)] ?? "0" };
    },
  },
  {
    feature: "conditions that do not depend on floats",
    print: ({ value, name, size }) => {
      const [flags, list] = [name("marks", "ticks"), name("picked1", "culled")];
      const n = size();
      return {
        lines: [
          `const ${flags} = Array.from({ length: ${n} }, (_, k) => k % 2 === 0);`,
          `const ${list} = Array.from({ length: ${n} }, (_, k) => ${value()} * (k + 1));`,
        ],
        result: `${list}.filter((_, k) => ${flags}[k]).reduce((s, z) => 0.5 * s + z, 0) + ${list}[${flags}.findIndex((on) => on)] + (${flags}.every((on) => on) ? ${value()} : 0) + (${flags}.some((on) => !on) ? 0.1 : 0.2)`,
      };
    },
  },
];
