/** Syntax of all kinds: operators, destructuring, labels, what is known at compile time. */
import type { Idiom } from "./idiom.ts";

export const syntaxIdioms: readonly Idiom[] = [
  {
    feature: "bit operators on integers",
    print: ({ value, name, size }) => {
      const [sum, k, bits] = [name("bitSum", "maskSum"), name("k", "kk"), name("bits", "mask")];
      return {
        lines: [
          `let ${sum} = 0.1;`,
          `let ${bits} = 5;`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) {`,
          `  ${bits} = ((${bits} << 1) ^ (${k} & 3) | (~${k} >>> 29)) % 64;`,
          `  if ((${bits} & 1) === 0) ${sum} += ${value()} * (${bits} >> 2);`,
          "}",
        ],
        result: `${sum} + Math.clz32(${bits}) * 0.1 + (Math.imul(${bits}, 3) % 5)`,
      };
    },
  },
  {
    feature: "logical assignment",
    print: ({ value, name, condition }) => {
      const [a, b] = [name("fallback", "resort"), name("chosen1", "taken1")];
      return {
        lines: [
          `let ${a}: number | undefined = ${condition()} ? ${value()} : undefined;`,
          `${a} ??= ${value()};`,
          `let ${b} = ${a} > 0.1;`,
          `${b} &&= ${value()} > -1;`,
          `${b} ||= ${a} < -0.5;`,
        ],
        result: `(${b} ? ${a} : ${value()})`,
      };
    },
  },
  {
    feature: "assignments within expressions",
    print: ({ value, name, index, array }) => {
      const { text } = array();
      const [a, b, at] = [name("firstly", "primo"), name("then1", "secondo"), name("at1", "pos1")];
      return {
        lines: [
          `let ${a} = 0.2;`,
          `let ${b} = (${a} = ${value()}) * 0.5;`,
          `${a} = ${b} = ${a} - ${b};`,
          `let ${at} = 0;`,
          `${b} += ${text}[${at}++] * ((${at} += 1), ${value()});`,
          `if ((${b} *= 0.5) > 0.2) ${a} -= ${text}[${index()}];`,
        ],
        result: `${a} + ${b} + ${at}`,
      };
    },
  },
  {
    feature: "destructuring with defaults, renames and rest",
    print: ({ value, name, way }) => {
      const [a, b, c, rest, inner] = [
        name("da", "dda"),
        name("db", "ddb"),
        name("dc", "ddc"),
        name("others1", "remain1"),
        name("inside1", "within1"),
      ];
      const given =
        way(2) === 0 ? `{ p: ${value()}, q: { r: ${value()} } }` : `{ p: ${value()}, q: {}, s: ${value()} }`;
      return {
        lines: [
          `const ${inner}: { p: number; q: { r?: number }; s?: number } = ${given};`,
          "const {",
          `  p: ${a},`,
          `  q: { r: ${b} = ${value()} },`,
          `  s: ${c} = ${a} * 0.5,`,
          `} = ${inner};`,
          `const [, ...${rest}] = [${value()}, ${a}, ${b}] as const;`,
        ],
        result: `${a} * ${b} - ${c} + ${rest}[0] * ${rest}.length`,
      };
    },
  },
  {
    feature: "destructuring assignment",
    print: ({ value, name }) => {
      const [a, b, target] = [name("swapA", "turnA"), name("swapB", "turnB"), name("target1", "goal1")];
      return {
        lines: [
          `let ${a} = ${value()};`,
          `let ${b} = ${value()};`,
          `[${a}, ${b}] = [${b} * 0.5, ${a} + ${b}];`,
          `const ${target} = { x: ${a}, list: [${b}, 0.3] };`,
          `({ x: ${target}.list[1], y: ${a} = ${value()} } = { x: ${b} } as { x: number; y?: number });`,
        ],
        result: `${target}.list[1] * ${a} + ${target}.x`,
      };
    },
  },
  {
    feature: "labelled block and labelled continue",
    print: ({ value, name, size, condition }) => {
      const [sum, i, j, outer, block] = [
        name("walked", "strode"),
        name("i", "ii"),
        name("j", "jj"),
        name("outer1", "rows1"),
        name("block1", "part1"),
      ];
      return {
        lines: [
          `let ${sum} = 0.1;`,
          `${outer}: for (let ${i} = 0; ${i} < ${size()}; ${i}++) {`,
          `  for (let ${j} = 0; ${j} <= ${i}; ${j}++) {`,
          `    if (${condition()} && ${j} % 2 === 1) continue ${outer};`,
          `    ${sum} = 0.6 * ${sum} + ${value()} * (${i} - ${j});`,
          "  }",
          `  ${sum} += 0.05;`,
          "}",
          `${block}: {`,
          `  if (${sum} > 0.7) break ${block};`,
          `  ${sum} *= ${value()};`,
          "}",
        ],
        result: sum,
      };
    },
  },
  {
    feature: "switch with fall-through of texts",
    print: ({ value, name, condition, way }) => {
      const [kind, sum] = [name("mode2", "word"), name("fallen", "sunk")];
      const between = way(2) === 0 ? ["  default:", `    ${sum} -= 0.1;`] : ['  case "never":'];
      return {
        lines: [
          `const ${kind} = ${condition()} ? "up" : ${condition()} ? "down" : "level";`,
          `let ${sum} = ${value()};`,
          `switch (${kind} as string) {`,
          '  case "up":',
          `    ${sum} += ${value()};`,
          ...between,
          '  case "down":',
          `    ${sum} *= 0.5;`,
          "    break;",
          '  case "level":',
          `    ${sum} = Math.sin(${sum});`,
          "}",
        ],
        result: sum,
      };
    },
  },
  {
    feature: "for…in over a known object",
    print: ({ value, name }) => {
      const [o, sum, key] = [name("parts1", "pieces1"), name("joint", "whole1"), name("key", "slot")];
      return {
        lines: [
          `const ${o}: Record<string, number> = { a: ${value()}, b: ${value()} };`,
          `${o}.c = ${value()};`,
          `let ${sum} = 0;`,
          `for (const ${key} in ${o}) ${sum} = 0.5 * ${sum} + ${o}[${key}];`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "Object.keys, values and entries",
    print: ({ value, name, way }) => {
      const [o, sum] = [name("parts2", "pieces2"), name("joint2", "whole2")];
      const over =
        [
          [`for (const key of Object.keys(${o}) as ("a" | "b")[]) ${sum} = 0.5 * ${sum} + ${o}[key];`],
          [`for (const z of Object.values(${o})) ${sum} = 0.5 * ${sum} + z;`],
          [`for (const [key, z] of Object.entries(${o})) ${sum} = 0.5 * ${sum} + z * (key === "a" ? 2 : 1);`],
        ][way(3)] ?? [];
      return { lines: [`const ${o} = { a: ${value()}, b: ${value()} };`, `let ${sum} = 0;`, ...over], result: sum };
    },
  },
  {
    feature: "members added to an object and to a function",
    print: ({ value, name, declare }) => {
      declare("scaled1", [
        "function scaled1(z: number): number {",
        "  return z * scaled1.rate + scaled1.at(z);",
        "}",
        "scaled1.rate = 0.4;",
        "scaled1.at = (z: number): number => Math.cos(z);",
      ]);
      const o = name("grownUp", "added1");
      return {
        lines: [
          `const ${o}: { a: number; b?: number; f?: (z: number) => number } = { a: ${value()} };`,
          `${o}.b = ${value()};`,
          `${o}.f = (z) => z * ${o}.a;`,
        ],
        result: `${o}.b * scaled1(${value()}) + ${o}.f(0.5)`,
      };
    },
  },
  {
    feature: "dates and texts known at compile time",
    print: ({ value, declare, name, way }) => {
      declare("unit", [
        'const unit = "kilo-metre";',
        'const factor1 = unit.startsWith("kilo") ? 1.5 : 0.5;',
        "const label1 = `m${1 + 1}-${unit.slice(0, 2)}`;",
      ]);
      const days = name("days1", "span3");
      const text = ["unit.length", 'unit.indexOf("m")', 'unit.toUpperCase().indexOf("M")', "label1.length"][way(4)];
      return {
        lines: [`const ${days} = (new Date(172800000).valueOf() - +new Date(86400000)) / 86400000;`],
        result: `${days} * ${value()} + factor1 * ${value()} + 0.1 * ${text}`,
      };
    },
  },
  {
    feature: "casts, satisfies and non-null",
    print: ({ value, name, array }) => {
      const { text } = array();
      const o = name("cast1", "typed1");
      return {
        lines: [
          `const ${o} = { a: ${value()}, w: ${value()} as number | undefined } satisfies { a: number; w?: number };`,
        ],
        result: `(${o}.w! as number) * ${o}.a + (${text} as ArrayLike<number>)[0]! * <number>${value()}`,
      };
    },
  },
  {
    feature: "typeof, void and comma",
    print: ({ value, declare, way }) => {
      declare("either1", [
        "function either1(z: number | (() => number) | { z: number }): number {",
        '  if (typeof z === "number") return z;',
        '  return typeof z === "function" ? z() : (void 0, z.z * 2);',
        "}",
      ]);
      const given = [value(), `() => ${value()}`, `{ z: ${value()} }`][way(3)] ?? "";
      return { lines: [], result: `either1(${given}) * ${value()}` };
    },
  },
  {
    feature: "constants of Number and Math",
    print: ({ value, name }) => {
      const low = name("lowest", "least");
      return {
        lines: [
          `let ${low} = Infinity;`,
          `for (const z of [${value()}, ${value()}]) if (z < ${low}) ${low} = z;`,
          `if (!Number.isFinite(${low}) || Number.isNaN(${low})) ${low} = Number.EPSILON;`,
        ],
        result: `${low} * Math.PI + Math.SQRT1_2 * ${value()} + Math.min(Number.MAX_SAFE_INTEGER, Math.LN2) + (NaN > 1 ? 1 : 0)`,
      };
    },
  },
  {
    feature: "throw with a template",
    print: ({ value, name }) => {
      const checked = name("checked", "sound");
      return {
        lines: [
          `const ${checked} = ${value()};`,
          `if (${checked} > 1e4) throw new RangeError(\`too large: \${${checked}} of \${1e4}\`);`,
        ],
        result: checked,
      };
    },
  },
  {
    feature: "var, hoisted functions and immediate calls",
    print: ({ value, name, condition }) => {
      const [v, f] = [name("hoisted", "lifted"), name("later", "below1")];
      return {
        lines: [
          `if (${condition()}) {`,
          `  var ${v}: number | undefined = ${value()};`,
          "}",
          `const ${v}Call = ((z: number) => {`,
          `  return ${f}(z) + 0.1;`,
          `  function ${f}(y: number): number {`,
          "    return y * y * 0.5;",
          "  }",
          `})(${value()});`,
        ],
        result: `(${v} ?? 0.3) * ${v}Call`,
      };
    },
  },
];
