/** Objects, classes, and what decides between them. */
import type { Idiom } from "./idiom.ts";

export const objectIdioms: readonly Idiom[] = [
  {
    feature: "class with methods",
    print: ({ value, name, declare, size }) => {
      declare("Vec", [
        "class Vec {",
        "  constructor(",
        "    public x: number,",
        "    public y: number = 0.5,",
        "  ) {}",
        "  add(o: Vec): Vec {",
        "    return new Vec(this.x + o.x, this.y + o.y);",
        "  }",
        "  turn(by: number): void {",
        "    this.x = Math.cos(by) * this.x;",
        "    this.y += Math.sin(by);",
        "  }",
        "  get norm(): number {",
        "    return this.x * this.x + this.y * this.y;",
        "  }",
        "  static of(z: number): Vec {",
        "    return new Vec(z, -z);",
        "  }",
        "}",
      ]);
      const [v, k] = [name("vec", "arm"), name("k", "kk")];
      return {
        lines: [
          `const ${v} = new Vec(${value()}).add(Vec.of(${value()}));`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${v}.turn(${value()} + ${k});`,
        ],
        result: `${v}.norm * 0.1 + ${v}.x`,
      };
    },
  },
  {
    feature: "class with fields and a setter",
    print: ({ value, declare, name }) => {
      declare("Gauge", [
        "class Gauge {",
        "  level = 0.5;",
        "  #rate = 0.25;",
        "  set rate(r: number) {",
        "    this.#rate = r * 0.5;",
        "  }",
        "  step(by: number): this {",
        "    this.level += this.#rate * by;",
        "    return this;",
        "  }",
        "}",
      ]);
      const g = name("gauge", "meter");
      return {
        lines: [`const ${g} = new Gauge();`, `${g}.rate = ${value()};`, `${g}.step(${value()}).step(${value()});`],
        result: `${g}.level`,
      };
    },
  },
  {
    feature: "class that extends another",
    print: ({ value, declare, condition, name }) => {
      declare("Shape", [
        "class Shape {",
        "  constructor(readonly size: number) {}",
        "  area(): number {",
        "    return this.size;",
        "  }",
        "}",
        "class Disc extends Shape {",
        "  area(): number {",
        "    return Math.sin(this.size) * 2 + super.area();",
        "  }",
        "}",
      ]);
      const s = name("figure", "form1");
      return {
        lines: [`const ${s}: Shape = ${condition()} ? new Disc(${value()}) : new Shape(${value()});`],
        result: `${s}.area()`,
      };
    },
  },
  {
    feature: "nested object with an optional member",
    print: ({ value, declare, name, way }) => {
      declare("Setup", [
        "interface Setup {",
        "  readonly at: { x: number; y?: number };",
        "  gain?: number;",
        "}",
        "function settle(s: Setup): number {",
        "  const { gain = 0.7, at: { x, y } } = s;",
        "  return gain * x + (y ?? 0.2) * (s.at?.x ?? 1);",
        "}",
      ]);
      const s = name("setup", "plan");
      const [x, y, gain] = [value(), value(), value()];
      const text = [`{ at: { x: ${x} } }`, `{ at: { x: ${x}, y: ${y} }, gain: ${gain} }`][way(2)] ?? "";
      return { lines: [`const ${s}: Setup = ${text};`], result: `settle(${s})` };
    },
  },
  {
    feature: "object changed in a loop",
    print: ({ value, name, size }) => {
      const [s, k] = [name("state", "status"), name("k", "kk")];
      return {
        lines: [
          `const ${s} = { p: ${value()}, q: { r: ${value()} } };`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) {`,
          `  ${s}.p += 0.3 * ${s}.q.r;`,
          `  ${s}.q.r = Math.sin(${s}.p) * ${value()};`,
          "}",
        ],
        result: `${s}.p + ${s}.q.r`,
      };
    },
  },
  {
    feature: "object replaced in a loop",
    print: ({ value, name, size }) => {
      const [s, k] = [name("mode1", "phase"), name("k", "kk")];
      return {
        lines: [
          `let ${s} = { p: ${value()}, q: 0.4 };`,
          `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${s} = { p: ${s}.q * ${value()}, q: Math.cos(${s}.p) };`,
        ],
        result: `${s}.p - ${s}.q`,
      };
    },
  },
  {
    feature: "spread of an object",
    print: ({ value, name }) => {
      const [a, b] = [name("plain", "bare"), name("fuller", "richer")];
      return {
        lines: [
          `const ${a} = { u: ${value()}, w: ${value()} };`,
          `const ${b} = { ...${a}, w: ${value()}, z: ${a}.u * 2 };`,
        ],
        result: `${b}.u * ${b}.w + ${b}.z`,
      };
    },
  },
  {
    feature: "record with constant keys",
    print: ({ value, name, condition }) => {
      const [table, key] = [name("byKey", "ledger"), name("key", "label")];
      return {
        lines: [
          `const ${table}: Record<"low" | "high", number> = { low: ${value()}, high: ${value()} };`,
          `const ${key} = ${condition()} ? "low" : "high";`,
          `${table}["low"] *= 0.5;`,
        ],
        result: `${table}[${key}] + ${table}.high`,
      };
    },
  },
  {
    feature: "enum",
    print: ({ value, declare, condition, name }) => {
      declare("Way", [
        "enum Way {",
        "  Flat,",
        "  Round,",
        '  Named = "named",',
        "}",
        "function along(way: Way, z: number): number {",
        "  switch (way) {",
        "    case Way.Flat:",
        "      return z;",
        "    case Way.Round:",
        "      return Math.sin(z);",
        "    default:",
        "      return z * z * 0.2;",
        "  }",
        "}",
      ]);
      const w = name("course", "route");
      return {
        lines: [`const ${w} = ${condition()} ? Way.Round : Way.Named;`],
        result: `along(${w}, ${value()}) + along(Way.Flat, ${value()})`,
      };
    },
  },
  {
    feature: "union of string literals",
    print: ({ value, declare, condition, name }) => {
      declare("bend", [
        'function bend(kind: "relu" | "tanh" | "none", z: number): number {',
        '  if (kind === "relu") return Math.max(0, z);',
        '  return kind === "tanh" ? Math.tanh(z) : z;',
        "}",
      ]);
      const k = name("kind", "sort1");
      return {
        lines: [`const ${k} = ${condition()} ? "tanh" : "relu";`],
        result: `bend(${k}, ${value()}) + bend("none", ${value()})`,
      };
    },
  },
  {
    feature: "discriminated union",
    print: ({ value, declare, condition, name }) => {
      declare("Term", [
        'type Term = { kind: "line"; slope: number } | { kind: "wave"; height: number; rate: number };',
        "function evaluate(term: Term, z: number): number {",
        '  if (term.kind === "line") return term.slope * z;',
        "  return term.height * Math.sin(term.rate * z);",
        "}",
      ]);
      const t = name("term1", "piece1");
      return {
        lines: [
          `const ${t}: Term = ${condition()}`,
          `  ? { kind: "line", slope: ${value()} }`,
          `  : { kind: "wave", height: ${value()}, rate: 0.5 };`,
        ],
        result: `evaluate(${t}, ${value()})`,
      };
    },
  },
  {
    feature: "number or undefined",
    print: ({ value, name, array }) => {
      const { text } = array();
      const best = name("best", "most");
      return {
        lines: [
          `let ${best}: number | undefined;`,
          `for (const z of ${text}) if (${best} === undefined || z > ${best}) ${best} = z;`,
        ],
        result: `(${best} ?? 0) * ${value()}`,
      };
    },
  },
  {
    feature: "object or undefined in a loop",
    print: ({ value, name, array, condition, way }) => {
      const { text } = array();
      const [last, sum] = [name("last", "before"), name("gone", "way1")];
      const forgets = way(2) === 0 ? [`  if (${condition()}) ${last} = undefined;`] : [];
      return {
        lines: [
          `let ${last} = undefined as { z: number; w: number } | undefined;`,
          `let ${sum} = 0.1;`,
          `for (const z of ${text}) {`,
          `  if (${last} !== undefined) ${sum} += 0.2 * Math.sin(z - ${last}.z) * ${last}.w;`,
          `  if (${last} === undefined || z * z > ${last}.w) ${last} = { z, w: z * ${value()} };`,
          ...forgets,
          "}",
        ],
        result: `${sum} + (${last}?.z ?? 0.3)`,
      };
    },
  },
  {
    feature: "object or null in a nested loop",
    print: ({ value, name, array, size }) => {
      const { text } = array();
      const [best, i] = [name("closest", "pick1"), name("round", "turn1")];
      return {
        lines: [
          `let ${best} = null as [number, number] | null;`,
          `for (let ${i} = 0; ${i} < ${size()}; ${i}++) {`,
          `  for (const z of ${text}) {`,
          `    const gap = Math.abs(z - ${value()});`,
          `    if (${best} === null || gap < ${best}[1]) ${best} = [Math.sin(z) + ${i}, gap];`,
          "  }",
          `  if (${best} !== null && ${best}[1] > 0.8) ${best} = null;`,
          "}",
        ],
        result: `(${best} === null ? 0.2 : ${best}[0] * ${best}[1])`,
      };
    },
  },
];
