/** Entries that there may not be, asked for it at once and later; arrays that lose entries while they are gone through. */
import type { Idiom } from "./idiom.ts";

export const missingIdioms: readonly Idiom[] = [
  {
    feature: "a stack until it is empty",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [stack, top, sum] = [name("pile2", "heap2"), name("peak", "crown"), name("drained", "emptied1")];
      const loops = [
        `for (;;) { const ${top} = ${stack}.pop(); if (${top} === undefined) break; ${sum} = 0.5 * ${sum} + Math.cos(${top}); }`,
        `let ${top}: number | undefined; while ((${top} = ${stack}.pop()) !== undefined) ${sum} = 0.5 * ${sum} + Math.cos(${top});`,
        `let ${top} = ${stack}.shift(); while (${top} !== undefined) { ${sum} = 0.5 * ${sum} + Math.cos(${top}); ${top} = ${stack}.shift(); }`,
      ];
      return {
        lines: [
          `const ${stack}: number[] = [${value()}];`,
          `for (const z of ${text}) if (z > -0.2) ${stack}.push(z * 0.7);`,
          `let ${sum} = 0;`,
          loops[way(3)] ?? "",
        ],
        result: sum,
      };
    },
  },
  {
    feature: "an entry and the next, in the round after",
    print: ({ value, name, array, way }) => {
      const { text, length } = array();
      const [before, next, i, sum] = [
        name("earlier", "former"),
        name("ahead", "coming"),
        name("i", "ii"),
        name("steps1", "walk1"),
      ];
      const test = [`${next} !== undefined`, `typeof ${next} === "number"`, `${next} != null`][way(3)] ?? "";
      return {
        lines: [
          `let ${before}: number | undefined;`,
          `let ${sum} = 0;`,
          `for (let ${i} = 0; ${i} < ${length}; ${i}++) {`,
          `  const ${next} = ${text}[${i} + 1];`,
          `  if (${test}) ${sum} += Math.sin(${next} * ${value()});`,
          `  if (${before} !== undefined) ${sum} = 0.5 * ${sum} + ${before};`,
          `  ${before} = ${next};`,
          "}",
        ],
        result: `(${sum} + (${before} ?? 0.3))`,
      };
    },
  },
  {
    feature: "an entry of a helper that there may not be",
    print: ({ value, name, array }) => {
      const { text, length } = array();
      const [look, k, sum] = [name("glance", "peek1"), name("k", "kk"), name("sights", "views2")];
      return {
        lines: [
          `const ${look} = (at: number): number | undefined => (at < 0 ? 0.2 : ${text}[at]);`,
          `let ${sum} = 0;`,
          `for (let ${k} = -1; ${k} <= ${length}; ${k}++) ${sum} = 0.5 * ${sum} + (${look}(${k}) ?? ${value()});`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "an entry that was there before the array was cut",
    print: ({ value, name, array }) => {
      const { text } = array();
      const [kept, last] = [name("chosen1", "picked1"), name("newest", "latest")];
      return {
        lines: [
          `const ${kept}: number[] = [];`,
          `for (const z of ${text}) if (z > 0) ${kept}.push(z * ${value()});`,
          `const ${last} = ${kept}[${kept}.length - 1];`,
          `${kept}.length = 0;`,
        ],
        result: `((${last} ?? ${value()}) + ${kept}.length)`,
      };
    },
  },
  {
    feature: "defaults of a pattern of an array",
    print: ({ value, name, array }) => {
      const { text } = array();
      const [p, q, r] = [name("lead", "head1"), name("mid1", "core1"), name("tail1", "rear1")];
      return {
        lines: [`const [${p} = 0.1, ${q} = ${value()}, ${r} = ${p} * 0.5] = ${text};`],
        result: `(${p} * ${q} + ${r})`,
      };
    },
  },
  {
    feature: "for of over what gets shorter",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [rest, sum] = [name("rest1", "left1"), name("eaten", "used1")];
      const head = [`for (const z of ${rest})`, `for (const [, z] of ${rest}.entries())`][way(2)] ?? "";
      return {
        lines: [
          `const ${rest} = [...${text}, ${value()}];`,
          `let ${sum} = 0;`,
          `${head} { ${sum} = 0.5 * ${sum} + z * ${rest}.length; if (${rest}.length > 2) ${rest}.pop(); }`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "rows that have names of their own",
    print: ({ value, name, size }) => {
      const [p, q, both, k, sum] = [
        name("east", "north"),
        name("west", "south"),
        name("sides", "poles"),
        name("k", "kk"),
        name("wind", "breeze"),
      ];
      return {
        lines: [
          `const ${p} = [${value()}, 0.4];`,
          `const ${q} = [0.6, ${value()}];`,
          `const ${both} = [${p}, ${q}];`,
          `let ${sum} = 0;`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${sum} = 0.5 * ${sum} + ${both}[${k} % 2][0] * ${both}[(${k} + 1) % 2][1];`,
        ],
        result: `(${sum} + ${p}[0])`,
      };
    },
  },
];
