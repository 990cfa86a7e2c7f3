/** Arrays of arrays, of objects and of tuples, and what is left of the arguments. */
import { aFlag, aNumber, floats, listOf, objectOf, type Structure } from "./structure.ts";
import type { Idiom } from "../idioms/idiom.ts";

export const listStructures: readonly Structure[] = [
  {
    feature: "parameter: rows",
    print: ({ name, way, count, array, number }) => {
      const p = name("grid", "image1");
      const form = way(4);
      const isTyped = form === 2;
      const isWritable = form === 0 || form === 2;
      array(`${p}[0]`, isTyped ? "f64" : "number", "m", isWritable);
      number(`${p}[0][0]`, isWritable);
      const types = [
        "number[][]",
        "readonly (readonly number[])[]",
        "Float64Array[]",
        "ReadonlyArray<readonly number[]>",
      ];
      return {
        name: p,
        declared: `${p}: ${types[form]}`,
        input: listOf(count("n"), () => floats(count("m"), isTyped ? "f64" : "number")),
        wrt: [p],
        output: isWritable ? { name: p, place: `${p}[0][0]` } : undefined,
        uses: [...readsOfRows(p), ...(isWritable ? writesOfRows(p) : []), copiedRows(p)],
      };
    },
  },
  {
    feature: "parameter: ragged rows",
    print: ({ name, way, count, number }) => {
      const p = name("ragged1", "chains");
      const form = way(3);
      const isWritable = form < 2;
      const lengths = [count("n"), 1 + way(3), count("m"), way(2) === 0 ? 0 : 2];
      if (isWritable) number(`${p}[0][0]`, way(2) === 0);
      return {
        name: p,
        declared: `${p}: ${["number[][]", "Float64Array[]", "readonly (readonly number[])[]"][form]}`,
        input: listOf(1 + way(4), (k) => floats(lengths[k] ?? 1, form === 1 ? "f64" : "number")),
        wrt: [p],
        output: isWritable ? { name: p, place: `${p}[0][0]` } : undefined,
        uses: [...readsOfRows(p), ...(isWritable ? writesOfRows(p) : [])],
      };
    },
  },
  {
    feature: "parameter: rows of rows",
    print: ({ name, way, count }) => {
      const p = name("cube", "stack1");
      return {
        name: p,
        declared: `${p}: ${way(2) === 0 ? "number[][][]" : "Float64Array[][]"}`,
        input: listOf(count("m"), (k) => listOf(1 + (k % 2), (j) => floats(1 + j, way(2) === 0 ? "number" : "f64"))),
        wrt: [p],
        uses: [
          ({ value, name: fresh }) => {
            const sum = fresh("volume", "room");
            return {
              lines: [
                `let ${sum} = 0.1;`,
                `for (const plane of ${p}) {`,
                `  for (const row of plane) for (const z of row) ${sum} = 0.7 * ${sum} + Math.sin(z * ${value()});`,
                "}",
              ],
              result: sum,
            };
          },
          ({ value }) => ({ lines: [`${p}[0][0][0] *= ${value()};`], result: `${p}[0][0][0] + ${p}.length` }),
        ],
      };
    },
  },
  {
    feature: "parameter: array of objects",
    print: ({ name, way, count, declare, number }) => {
      declare("Body", [
        "export interface Body {",
        "  x: number;",
        "  v: number;",
        "  readonly on: boolean;",
        "  readonly tag: number;",
        "}",
        "function pushed(body: Body, by: number): number {",
        "  body.v = 0.5 * body.v + Math.sin(by);",
        "  return body.v * body.x;",
        "}",
      ]);
      const p = name("bodies", "swarm");
      const isReadonly = way(2) === 0;
      number(`${p}[0].x`, way(2) === 0);
      const tag = (k: number) => ({ kind: "integer", value: k % 3 }) as const;
      return {
        name: p,
        declared: `${p}: ${isReadonly ? "readonly Body[]" : "Body[]"}`,
        input: listOf(count("n"), (k) => objectOf({ x: aNumber, v: aNumber, on: aFlag, tag: tag(k) })),
        wrt: [p],
        output: { name: p, place: `${p}[0].x` },
        uses: usesOfBodies(p),
      };
    },
  },
  {
    feature: "parameter: array of nested objects",
    print: ({ name, way, count }) => {
      const p = name("vertices", "joints");
      return {
        name: p,
        declared: `${p}: { position: [number, number]; inner: { mass: number }; ws: ${way(2) === 0 ? "Float64Array" : "number[]"} }[]`,
        input: listOf(count("m"), (k) =>
          objectOf({
            position: { kind: "tuple", members: [aNumber, aNumber] },
            inner: objectOf({ mass: aNumber }),
            ws: floats(1 + (k % 2), "number"),
          }),
        ),
        wrt: [p],
        uses: [
          ({ value, name: fresh }) => {
            const sum = fresh("moment", "spin");
            return {
              lines: [
                `let ${sum} = 0;`,
                `for (const { position: [px, py], inner: { mass }, ws } of ${p}) {`,
                `  ${sum} += Math.sin(px * mass) - py * ${value()};`,
                `  for (const w of ws) ${sum} = 0.6 * ${sum} + w;`,
                "}",
              ],
              result: sum,
            };
          },
          ({ value, name: fresh }) => {
            const i = fresh("i", "ii");
            return {
              lines: [
                `for (let ${i} = 1; ${i} < ${p}.length; ${i}++) {`,
                `  ${p}[${i}].position[0] = 0.5 * ${p}[${i} - 1].position[0] + ${value()};`,
                `  ${p}[${i}].inner.mass *= Math.cos(${p}[${i} - 1].ws[0]);`,
                "}",
              ],
              result: `${p}[0].inner.mass + ${p}[${p}.length - 1].position[0]`,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: array of tuples",
    print: ({ name, way, count, number }) => {
      const p = name("dots1", "knots");
      const isReadonly = way(2) === 0;
      number(`${p}[0][1]`, !isReadonly);
      return {
        name: p,
        declared: `${p}: ${isReadonly ? "readonly (readonly [number, number])[]" : "[number, number][]"}`,
        input: listOf(count("n"), () => ({ kind: "tuple", members: [aNumber, aNumber] })),
        wrt: [p],
        uses: [
          ({ value, name: fresh }) => {
            const sum = fresh("arc", "curve");
            return {
              lines: [`let ${sum} = 0;`, `for (const [a, b] of ${p}) ${sum} += a * Math.cos(b * ${value()});`],
              result: sum,
            };
          },
          ({ value }) => ({
            lines: [],
            result: `${p}.map(([a, b]) => a * ${value()} - b).reduce((s, z) => 0.5 * s + z, 0)`,
          }),
        ],
      };
    },
  },
  {
    feature: "parameter: rest",
    print: ({ name, way, count, array }) => {
      const p = name("others", "remainder");
      array(p, "number", "n", false);
      return {
        name: p,
        declared: `...${p}: ${way(2) === 0 ? "number[]" : "readonly number[]"}`,
        input: floats(count("n"), "number"),
        wrt: [p],
        isRest: true,
        uses: [({ value }) => ({ lines: [], result: `${p}.reduce((s, z) => 0.5 * s + z * z, ${value()})` })],
      };
    },
  },
];

function readsOfRows(p: string): readonly Idiom["print"][] {
  return [
    ({ value, name }) => {
      const sum = name("lit1", "glow");
      return {
        lines: [`let ${sum} = 0;`, `for (const row of ${p}) for (const z of row) ${sum} += Math.sin(z * ${value()});`],
        result: sum,
      };
    },
    ({ value, name }) => {
      const [sum, i, j] = [name("scan", "sweep"), name("i", "ii"), name("j", "jj")];
      return {
        lines: [
          `let ${sum} = ${value()};`,
          `for (let ${i} = ${p}.length - 1; ${i} >= 0; ${i}--) {`,
          `  for (let ${j} = 0; ${j} < ${p}[${i}].length; ${j}++) {`,
          `    if (${p}[${i}][${j}] > 0.9) continue;`,
          `    ${sum} = 0.5 * ${sum} + ${p}[${i}][${j}] * ${value()};`,
          "  }",
          "}",
        ],
        result: sum,
      };
    },
    ({ value }) => ({
      lines: [],
      result: `${p}.map((row) => row.reduce((s, z) => s + z, ${value()})).reduce((s, z) => 0.5 * s + Math.cos(z), 0)`,
    }),
  ];
}

function writesOfRows(p: string): readonly Idiom["print"][] {
  return [
    ({ value, name }) => {
      const [row, j] = [name("strip1", "line1"), name("j", "jj")];
      return {
        lines: [
          `for (const ${row} of ${p}) {`,
          `  for (let ${j} = 1; ${j} < ${row}.length; ${j}++) ${row}[${j}] = 0.5 * ${row}[${j} - 1] + Math.sin(${row}[${j}] * ${value()});`,
          "}",
        ],
        result: `${p}[0][0]`,
      };
    },
    ({ value, name }) => {
      const [row, i] = [name("strip2", "line2"), name("i", "ii")];
      return {
        lines: [
          `for (let ${i} = 1; ${i} < ${p}.length; ${i}++) {`,
          `  const ${row} = ${p}[${i}];`,
          `  if (${row}.length > 0) ${row}[0] += 0.3 * ${p}[${i} - 1].length + ${value()} * ${p}[0][0];`,
          "}",
        ],
        result: `${p}[0][0] * ${value()}`,
      };
    },
  ];
}

function copiedRows(p: string): Idiom["print"] {
  return ({ value, name, condition }) => {
    const copy = name("own", "mine");
    return {
      lines: [
        `const ${copy} = ${p}.map((row) => Array.from(row));`,
        `if (${condition()}) {`,
        `  [${copy}[0], ${copy}[${copy}.length - 1]] = [${copy}[${copy}.length - 1], ${copy}[0]];`,
        "}",
        `${copy}[0][0] *= ${value()};`,
      ],
      result: `${copy}[0][0] + ${copy}[${copy}.length - 1][0] - ${p}[0][0]`,
    };
  };
}

function usesOfBodies(p: string): readonly Idiom["print"][] {
  return [
    ({ value, name }) => {
      const body = name("body1", "being");
      return {
        lines: [
          `for (const ${body} of ${p}) {`,
          `  ${body}.v += 0.2 * Math.sin(${body}.x * ${value()});`,
          `  if (${body}.on) ${body}.x += 0.1 * ${body}.v;`,
          `  else if (${body}.tag > 1) continue;`,
          `  ${body}.x *= 0.9;`,
          "}",
        ],
        result: `${p}[0].x - ${p}[${p}.length - 1].v`,
      };
    },
    ({ value, name }) => {
      const [sum, i, j] = [name("work1", "effort"), name("i", "ii"), name("j", "jj")];
      return {
        lines: [
          `let ${sum} = 0;`,
          `for (let ${i} = 0; ${i} < ${p}.length; ${i}++) {`,
          `  for (let ${j} = 0; ${j} < ${i}; ${j}++) ${sum} += Math.tanh(${p}[${i}].x - ${p}[${j}].v * ${value()});`,
          "}",
        ],
        result: sum,
      };
    },
    ({ value, name }) => {
      const [top, body] = [name("leader", "first1"), name("body1", "being")];
      return {
        lines: [
          `let ${top} = ${p}[0];`,
          `for (const ${body} of ${p}) if (${body}.x > ${top}.x) ${top} = ${body};`,
          `${top}.v *= ${value()};`,
        ],
        result: `${top}.x * ${top}.v + ${p}[0].v`,
      };
    },
    ({ value }) => ({ lines: [], result: `pushed(${p}[${p}.length - 1], ${value()}) + ${p}[0].v` }),
    ({ value }) => ({
      lines: [],
      result: `${p}.reduce((s, { x, v, tag, on }) => (on ? 0.5 * s + x * v + tag : s), ${value()})`,
    }),
    ({ value, name }) => {
      const [at, k] = [name("found", "met"), name("k", "kk")];
      return {
        lines: [
          `let ${at} = ${p}[0];`,
          `for (let ${k} = 0; ${k} < ${p}.length; ${k}++) {`,
          `  ${at} = ${p}[${k}];`,
          `  if (${at}.x > ${value()}) break;`,
          "}",
        ],
        result: `${at}.x * ${value()} + (${p}.some((b) => b.on) ? ${at}.v : 0.2)`,
      };
    },
    ({ value, name }) => {
      const copy = name("moved2", "swarm2");
      return {
        lines: [
          `const ${copy} = ${p}.map((b) => ({ ...b, x: b.x * ${value()} }));`,
          `${copy}[0] = { ...${copy}[${copy}.length - 1], v: ${value()} };`,
        ],
        result: `${copy}[0].v * ${copy}[${copy}.length - 1].x + ${copy}[0].tag`,
      };
    },
  ];
}
