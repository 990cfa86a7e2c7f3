/** Sources that are nested deeply, or long, in every way that the grammar allows: each with what it is made of and how deep. */

export interface DeepSource {
  readonly name: string;
  readonly text: (depth: number) => string;
  /** How deep it goes in the long run of the script, where that is not 2,000. */
  readonly depth?: number;
}

const repeat = (depth: number, make: (k: number) => string): string =>
  Array.from({ length: depth }, (_, k) => make(k)).join("");
const around = (depth: number, open: string, inner: string, close: string): string =>
  open.repeat(depth) + inner + close.repeat(depth);

/** `f(x)` with this body. */
const body = (...lines: readonly string[]): string =>
  `/** @grad x */\nexport function f(x: number): number {\n${lines.join("\n")}\n}\n`;
const returned = (expression: string): string => body(`  return ${expression};`);

export const deepSources: readonly DeepSource[] = [
  { name: "parentheses", text: (n) => returned(around(n, "(", "x * x", ")")) },
  { name: "a sum that leans to the left", text: (n) => returned(`x${repeat(n, (k) => ` + x * ${k}`)}`) },
  { name: "a sum that leans to the right", text: (n) => returned(around(n, "x + (", "x * x", ")")) },
  { name: "a product", text: (n) => returned(`x${repeat(n, () => " * x")}`) },
  { name: "quotients that lean to the right", text: (n) => returned(around(n, "1 / (1 + ", "x", ")")) },
  { name: "powers", text: (n) => returned(`x${repeat(n, () => " ** 1")}`) },
  { name: "calls of a built-in", text: (n) => returned(around(n, "Math.sin(", "x", ")")) },
  {
    name: "calls of a helper",
    text: (n) => `const g = (x: number): number => x * 0.5;\n${returned(around(n, "g(", "x", ")"))}`,
  },
  {
    name: "helpers that call one another",
    text: (n) =>
      `const g0 = (x: number): number => x * x;\n${repeat(n, (k) => `const g${k + 1} = (x: number): number => g${k}(x) + 1;\n`)}${returned(`g${n}(x)`)}`,
  },
  { name: "ternaries in the last part", text: (n) => returned(`${repeat(n, (k) => `x > ${k} ? x * ${k} : `)}x`) },
  {
    name: "ternaries in the middle part",
    text: (n) => returned(`${repeat(n, (k) => `x > ${k} ? `)}x${repeat(n, (k) => ` : ${k}`)}`),
  },
  {
    name: "ternaries in the condition",
    text: (n) => returned(`${around(n, "(", "x > 0", " ? x > 1 : x < 2)")} ? x : 2 * x`),
  },
  { name: "signs", text: (n) => returned(around(n, "- ", "x", "")) },
  { name: "plus signs", text: (n) => returned(around(n, "+ ", "x", "")) },
  { name: "negations", text: (n) => returned(`${"!".repeat(n)}(x > 0) ? x : 2 * x`) },
  { name: "conditions joined by and", text: (n) => returned(`x > 0${repeat(n, (k) => ` && x > ${k}`)} ? x : 2 * x`) },
  {
    name: "conditions that lean to the right",
    text: (n) => returned(`${around(n, "x > 0 && (", "x > 1", ")")} ? x : 2 * x`),
  },
  { name: "defaults", text: (n) => returned(`x${repeat(n, () => " ?? 1")}`) },
  { name: "commas", text: (n) => returned(`(x${repeat(n, () => ", x")})`) },
  { name: "array literals", text: (n) => body(`  const a = ${around(n, "[", "x", "]")};`, "  return x;") },
  {
    name: "entries of array literals",
    text: (n) => returned(`${around(n, "[", "x", "]")}${"[0]".repeat(n)} as number`),
  },
  { name: "object literals", text: (n) => body(`  const a = ${around(n, "{ a: ", "x", " }")};`, "  return x;") },
  {
    name: "members of object literals",
    text: (n) => body(`  const a = ${around(n, "{ a: ", "x", " }")};`, `  return a${".a".repeat(n)};`),
  },
  {
    name: "destructured array literals",
    text: (n) => body(`  const ${around(n, "[", "y", "]")} = ${around(n, "[", "x", "]")};`, "  return y;"),
  },
  { name: "assertions", text: (n) => returned(`x${" as number".repeat(n)}`) },
  { name: "exclamation marks", text: (n) => returned(`x${"!".repeat(n)}`) },
  { name: "assignments in a chain", text: (n) => body("  let a = 0;", `  ${"a = ".repeat(n)}x * x;`, "  return a;") },
  { name: "arrow functions", text: (n) => body(`  const g = ${"(y: number) => ".repeat(n)}y;`, "  return x;") },
  { name: "arrow functions that are called", text: (n) => returned(around(n, "(() => ", "x * x", ")()")) },
  {
    name: "template literals",
    text: (n) => body(`  if (x < 0) throw new Error(${around(n, "`${", "x", "}`")});`, "  return x;"),
  },
  {
    name: "a template literal with many parts",
    text: (n) => body(`  if (x < 0) throw new Error(\`${"${x}".repeat(n)}\`);`, "  return x;"),
  },
  { name: "blocks", text: (n) => body("  let y = x;", around(n, "{", "y *= x;", "}"), "  return y;") },
  {
    name: "ifs",
    text: (n) => body("  let y = x;", around(n, "if (x > 0) {\n", "y *= x;", "}\n"), "  return y;"),
    depth: 200,
  },
  {
    name: "ifs with returns",
    text: (n) =>
      body(
        repeat(n, (k) => `  if (x > ${k}) {\n`),
        "return x * x;\n",
        repeat(n, (k) => `} else return x + ${k};\n`),
      ),
    depth: 200,
  },
  {
    name: "else-ifs",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, (k) => `if (x > ${k}) y = x * ${k};\nelse `),
        "y = 2 * x;",
        "  return y;",
      ),
  },
  {
    name: "else-ifs that return",
    text: (n) =>
      body(
        repeat(n, (k) => `if (x > ${k}) return x * ${k};\nelse `),
        "return 2 * x;",
      ),
  },
  {
    name: "early returns",
    text: (n) =>
      body(
        repeat(n, (k) => `  if (x > ${k}) return x * ${k};\n`),
        "  return 2 * x;",
      ),
  },
  {
    name: "ifs in a row",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, (k) => `  if (y > ${k}) y = y * 0.5;\n`),
        "  return y;",
      ),
  },
  {
    name: "loops",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, (k) => `for (let i${k} = 0; i${k} < 1; i${k}++) {\n`),
        "y *= x;",
        "}\n".repeat(n),
        "  return y;",
      ),
    depth: 200,
  },
  {
    name: "while loops",
    text: (n) => body("  let y = x;", around(n, "while (y < 3) {\n", "y *= 2;", "}\n"), "  return y;"),
    depth: 200,
  },
  {
    name: "loops in a row",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, () => "for (let i = 0; i < 2; i++) y *= x;\n"),
        "  return y;",
      ),
    depth: 500,
  },
  {
    name: "labels",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, (k) => `l${k}: `),
        "{ y *= x; }",
        "  return y;",
      ),
    depth: 200,
  },
  {
    name: "a switch with many cases",
    text: (n) =>
      body(
        "  switch (Math.floor(x)) {",
        repeat(n, (k) => `    case ${k}: return x * ${k};\n`),
        "    default: return x;",
        "  }",
      ),
  },
  {
    name: "a switch that falls through",
    text: (n) =>
      body(
        "  let y = 0;",
        "  switch (Math.floor(x)) {",
        repeat(n, (k) => `    case ${k}: y += x;\n`),
        "  }",
        "  return y;",
      ),
  },
  {
    name: "switches",
    text: (n) => body("  let y = x;", around(n, "switch (y > 0) { case true: ", "y *= x;", " }"), "  return y;"),
    depth: 200,
  },
  {
    name: "try blocks",
    text: (n) => body("  let y = x;", around(n, "try {", "y *= x;", "} finally {}"), "  return y;"),
  },
  {
    name: "functions in functions",
    text: (n) =>
      body(
        repeat(n, (k) => `function g${k}(): number {\n`),
        "return x * x;",
        Array.from({ length: n }, (_, k) => `}\nreturn g${n - 1 - k}();`).join("\n"),
      ),
    depth: 200,
  },
  { name: "a member chain", text: (n) => returned(`x${".a".repeat(n)}`) },
  { name: "an optional chain", text: (n) => returned(`x${"?.a".repeat(n)}`) },
  { name: "a chain of calls", text: (n) => returned(`x${".a()".repeat(n)}`) },
  {
    name: "object types",
    text: (n) =>
      `/** @grad p */\nexport function f(p: ${around(n, "{ a: ", "number", " }")}): number {\n  return p${".a".repeat(n)};\n}\n`,
  },
  {
    name: "tuple types",
    text: (n) =>
      `/** @grad p */\nexport function f(p: ${around(n, "[", "number", "]")}): number {\n  return p${"[0]".repeat(n)};\n}\n`,
  },
  {
    name: "array types",
    text: (n) => `/** @grad p */\nexport function f(p: number${"[]".repeat(n)}): number {\n  return 1;\n}\n`,
  },
  {
    name: "a union type",
    text: (n) =>
      `type T = ${repeat(n, (k) => `"k${k}" | `)}"last";\n/** @grad x */\nexport function f(x: number, t: T): number {\n  return x;\n}\n`,
  },
  {
    name: "conditional types",
    text: (n) =>
      `type T = ${"number extends string ? string : ".repeat(n)}number;\n/** @grad x */\nexport function f(x: T): number {\n  return x;\n}\n`,
  },
  { name: "namespaces", text: (n) => `${around(n, "namespace a { ", "export const b = 1;", " }")}\n${returned("x")}` },
  {
    name: "classes that extend one another",
    text: (n) => `class C0 { a = 1; }\n${repeat(n, (k) => `class C${k + 1} extends C${k} {}\n`)}${returned("x")}`,
  },
  {
    name: "statements",
    text: (n) =>
      body(
        "  let y = x;",
        repeat(n, (k) => `  y = Math.sin(y) + ${k} * x;\n`),
        "  return y;",
      ),
  },
  {
    name: "constants of the module",
    text: (n) => `const c0 = 1;\n${repeat(n, (k) => `const c${k + 1} = c${k} * 1.001;\n`)}${returned(`x * c${n}`)}`,
  },
  {
    name: "parameters",
    text: (n) =>
      `/** @grad */\nexport function f(${repeat(n, (k) => `x${k}: number, `)}): number {\n  return x0 * x${n - 1};\n}\n`,
  },
  {
    name: "a table of the module",
    text: (n) =>
      `const t = [${repeat(n, (k) => `${k}, `)}];\n/** @grad x */\nexport function f(x: number, i: number): number {\n  return x * t[i];\n}\n`,
  },
  {
    name: "an array literal with many entries",
    text: (n) =>
      body(
        `  const t = [${repeat(n, (k) => `x * ${k}, `)}];`,
        "  let s = 0;",
        "  for (let i = 0; i < t.length; i++) s += t[i] * t[i];",
        "  return s;",
      ),
  },
  {
    name: "variables of a loop",
    text: (n) =>
      body(
        repeat(n, (k) => `  let y${k} = x;\n`),
        "  for (let i = 0; i < 3; i++) {",
        repeat(n, (k) => `    y${k} = y${k} * y${(k + 1) % n};\n`),
        "  }",
        "  return y0;",
      ),
    depth: 500,
  },
  {
    name: "tags",
    text: (n) =>
      `/**\n${repeat(n, (k) => ` * @grad {as: g${k}} x\n`)} */\nexport function f(x: number): number {\n  return x * x;\n}\n`,
    depth: 200,
  },
  {
    name: "the same tag",
    text: (n) => `/**\n${" * @grad x\n".repeat(n)} */\nexport function f(x: number): number {\n  return x * x;\n}\n`,
  },
  {
    name: "names to differentiate by",
    text: (n) => `/** @grad ${"x ".repeat(n)} */\nexport function f(x: number): number {\n  return x * x;\n}\n`,
  },
  { name: "open parentheses", text: (n) => returned("(".repeat(n)) },
  { name: "open brackets", text: (n) => returned("[".repeat(n)) },
  { name: "open braces", text: (n) => `${"{".repeat(n)}\n${returned("x")}` },
  { name: "open template literals", text: (n) => returned("`${".repeat(n)) },
  { name: "angle brackets", text: (n) => returned(`x${"<x".repeat(n)}`) },
  { name: "decorators", text: (n) => `${"@d ".repeat(n)}class C {}\n${returned("x")}` },
];
