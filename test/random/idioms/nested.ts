/** Arrays of arrays, and of objects. */
import type { Idiom } from "./idiom.ts";

export const nestedIdioms: readonly Idiom[] = [
  {
    feature: "rows of equal length",
    print: ({ value, name, size }) => {
      const [rows, i, j, sum] = [name("rows", "grid"), name("i", "ii"), name("j", "jj"), name("trace", "trace2")];
      const [n, m] = [size(), size()];
      return {
        lines: [
          `const ${rows} = Array.from({ length: ${n} }, () => new Array<number>(${m}).fill(0));`,
          `for (let ${i} = 0; ${i} < ${n}; ${i}++) {`,
          `  for (let ${j} = 0; ${j} < ${m}; ${j}++) ${rows}[${i}][${j}] = ${value()} * ${i} + Math.sin(${value()} + ${j});`,
          "}",
          `let ${sum} = 0;`,
          `for (const row of ${rows}) for (const z of row) ${sum} = 0.6 * ${sum} + z;`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "rows swapped",
    print: ({ value, name, condition, way }) => {
      const [rows, kept] = [name("swapped", "turned"), name("spare", "hold")];
      const swap =
        way(2) === 0
          ? [`  [${rows}[0], ${rows}[1]] = [${rows}[1], ${rows}[0]];`]
          : [`  const ${kept} = ${rows}[0];`, `  ${rows}[0] = ${rows}[1];`, `  ${rows}[1] = ${kept};`];
      return {
        lines: [
          `const ${rows} = [[${value()}, ${value()}], [${value()}, 0.2]];`,
          `if (${condition()}) {`,
          ...swap,
          "}",
          `${rows}[0][1] *= ${value()};`,
        ],
        result: `${rows}[0][0] * ${rows}[0][1] - ${rows}[1][1]`,
      };
    },
  },
  {
    feature: "row under another name",
    print: ({ value, name, size }) => {
      const [rows, row, i] = [name("table1", "sheet"), name("row", "strip"), name("i", "ii")];
      const n = size();
      return {
        lines: [
          `const ${rows} = Array.from({ length: ${n} }, (_, k) => [${value()}, 0.1 * k]);`,
          `for (let ${i} = 0; ${i} < ${n}; ${i}++) {`,
          `  const ${row} = ${rows}[${i}];`,
          `  ${row}[0] = ${row}[0] * ${row}[1] + ${value()};`,
          `  ${row}[1] += Math.sin(${rows}[${i}][0]);`,
          "}",
        ],
        result: `${rows}[0][0] + ${rows}[${n} - 1][1]`,
      };
    },
  },
  {
    feature: "array of objects",
    print: ({ value, name, size }) => {
      const [bodies, body, other, sum] = [
        name("bodies", "points"),
        name("body", "point"),
        name("other1", "mate"),
        name("energy", "action"),
      ];
      const n = size();
      return {
        lines: [
          `const ${bodies} = Array.from({ length: ${n} }, (_, k) => ({ x: ${value()} + 0.2 * k, v: ${value()}, on: k % 2 === 0 }));`,
          `for (const ${body} of ${bodies}) {`,
          `  ${body}.v += Math.sin(${body}.x);`,
          `  if (${body}.on) ${body}.x += 0.1 * ${body}.v;`,
          "}",
          `let ${sum} = 0;`,
          `for (const ${body} of ${bodies}) for (const ${other} of ${bodies}) ${sum} += Math.tanh(${body}.x - ${other}.v);`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "array of tuples",
    print: ({ value, name, array }) => {
      const { text } = array();
      const [pairs, sum] = [name("pairs", "dots"), name("dist", "reach")];
      return {
        lines: [
          `const ${pairs} = Array.from(${text}, (z, k): [number, number] => [z * ${value()}, k * 0.3]);`,
          `let ${sum} = 0;`,
          `for (const [p, q] of ${pairs}) ${sum} += p * Math.cos(q);`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "rows copied",
    print: ({ value, name }) => {
      const [rows, copy] = [name("base", "ground"), name("copied", "twin")];
      return {
        lines: [
          `const ${rows} = [[${value()}, ${value()}], [0.3, ${value()}]];`,
          `const ${copy} = ${rows}.map((r) => r.slice());`,
          `${copy}[1][1] *= ${copy}[0][0];`,
        ],
        result: `${copy}[1][1] - ${rows}[1][1]`,
      };
    },
  },
];
