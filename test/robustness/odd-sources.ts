/** Small sources with odd text in them: names, numbers, white space, comments. `code`: what refuses them; none: they compile. */

export interface OddSource {
  readonly name: string;
  readonly text: string;
  readonly code?: string;
}

const square = "/** @grad x */\nexport function f(x: number): number {\n  return x * x;\n}\n";
const returned = (expression: string, parameter = "x"): string =>
  `/** @grad ${parameter} */\nexport function f(${parameter}: number): number {\n  return ${expression};\n}\n`;
const named = (name: string): string => returned(`Math.sin(${name}) * ${name}`, name);
const local = (name: string): string =>
  `/** @grad x */\nexport function f(x: number): number {\n  const ${name} = Math.sin(x);\n  return ${name} * ${name} + ${name};\n}\n`;
const array = (name: string): string =>
  `/** @grad x */\nexport function f(x: number): number {\n  const ${name} = new Float64Array(3);\n  for (let i = 0; i < 3; i++) ${name}[i] = x * i;\n  let s = 0;\n  for (let i = 0; i < 3; i++) s += ${name}[i] * ${name}[i];\n  return s;\n}\n`;
const dot = (name: string): string =>
  `/** @grad */\nexport function f(${name}: Float64Array, ${name}s: readonly number[]): number {\n  let s = 0;\n  for (let i = 0; i < ${name}.length; i++) s += ${name}[i] * ${name}s[i];\n  return s;\n}\n`;
const member = (name: string): string =>
  `/** @grad */\nexport function f(p: { ${name}: number; b: Float64Array }): number {\n  return p.${name} * p.${name} * p.b[0];\n}\n`;
const literal = (name: string): string =>
  `/** @grad x */\nexport function f(x: number): { ${name}: number } {\n  const p = { ${name}: x * x };\n  return { ${name}: p.${name} * x };\n}\n`.replace(
    "@grad",
    "@vjp",
  );
const functionOf = (name: string): string =>
  `/** @grad x */\nexport function ${name}(x: number): number {\n  return x * x;\n}\n`;
const helper = (name: string): string =>
  `function ${name}(y: number): number {\n  return y * y;\n}\n/** @grad x */\nexport function f(x: number): number {\n  return ${name}(x) * x;\n}\n`;

/** Reserved only in some places, names of globals, members of every object, and names that emitted code is fond of. */
const contextual = [
  "as async from get set of type declare module namespace abstract readonly is keyof unique infer asserts satisfies",
  "accessor override out global require exports constructor prototype toString hasOwnProperty valueOf __proto__ length",
  "name caller apply call bind Float64Array Float32Array Int32Array Array Object Math Number RangeError Error Symbol",
  "value grad seed undefined$ i n s dx dout scratch create FGrad fGrad createFGrad x1 dx1 _ $ __dirname self window",
  "globalThis any number string boolean never unknown object symbol bigint",
]
  .join(" ")
  .split(" ");
const reserved =
  "arguments eval await yield let static implements interface package private protected public undefined NaN Infinity".split(
    " ",
  );
const keywords = "class for if this new null true typeof void with delete enum super default".split(" ");

const unicode: readonly (readonly [string, string])[] = [
  ["accents", "été"],
  ["Greek", "θ"],
  ["an astral letter", "𝒙"],
  ["a combining mark", "e\u0301"],
  ["Arabic", "س"],
  ["Chinese", "权重"],
  ["an escape", "\\u0061"],
  ["an escape in braces", "\\u{61}b"],
  ["a joiner", "a\u200db"],
  ["a dotless i", "ı"],
  ["a long s", "ſ"],
];

const numbers = [
  "0x1F",
  "0X1f",
  "1_000",
  ".5",
  "5.",
  "1e3",
  "1E-3",
  "1e400",
  "0b11",
  "0o17",
  "1_0.0_1e1_0",
  "5..valueOf()",
  "1e-400",
  "9007199254740993",
  "0.1e-6",
  "1e21",
  "-0",
  "00",
  "08",
  "017",
  "1__0",
  "0x",
  "1e",
  "3in x",
  "10n",
  "0b2",
];

export const oddSources: readonly OddSource[] = [
  ...[...contextual, ...reserved, ...keywords].flatMap((name) => [
    { name: `a parameter called ${name}`, text: named(name) },
    { name: `a variable called ${name}`, text: local(name) },
    { name: `members called ${name}`, text: member(name) + literal(name).replace("f(", "g(") },
    { name: `a function called ${name}`, text: functionOf(name) },
    { name: `a helper called ${name}`, text: helper(name) },
  ]),
  ...contextual.map((name) => ({ name: `an array called ${name}`, text: array(name) })),
  ...unicode.flatMap(([name, text]) => [
    { name: `a parameter with ${name}`, text: named(text) },
    { name: `a variable with ${name}`, text: local(text) },
    { name: `an array parameter with ${name}`, text: dot(text) },
    { name: `a member with ${name}`, text: member(text) },
    { name: `a function with ${name}`, text: functionOf(text) },
  ]),
  ...numbers.map((text) => ({ name: `the number ${text}`, text: returned(`x * ${text}`) })),
  {
    name: "names that differ in their normal form alone",
    text: "/** @grad */\nexport function f(\u00e9: number, e\u0301: number): number {\n  return \u00e9 * e\u0301 * e\u0301;\n}\n",
  },
  {
    name: "one name written in two ways",
    text: "/** @grad \\u0078 */\nexport function f(\\u0078: number): number {\n  return x * x;\n}\n",
  },
  {
    name: "a member in quotes",
    text: '/** @grad */\nexport function f(p: { "a-b": number; "": number; "1": number; "it\'s": number; "\\n": number }): number {\n  return p["a-b"] * p[""] * p["1"] * p["it\'s"] * p["\\n"];\n}\n',
  },
  { name: "CRLF", text: square.replaceAll("\n", "\r\n") },
  { name: "CR", text: square.replaceAll("\n", "\r") },
  { name: "line separators", text: square.replaceAll("\n", "\u2028") },
  { name: "paragraph separators", text: square.replaceAll("\n", "\u2029") },
  { name: "tabs", text: square.replaceAll("  ", "\t") },
  { name: "no-break spaces", text: square.replaceAll("  ", "\u00a0") },
  { name: "form feeds", text: square.replaceAll("  ", "\f\v") },
  { name: "a byte-order mark", text: `\ufeff${square}` },
  { name: "two byte-order marks", text: `\ufeff\ufeff${square}` },
  { name: "a byte-order mark and CRLF", text: `\ufeff${square.replaceAll("\n", "\r\n")}` },
  { name: "a shebang", text: `#!/usr/bin/env node\n${square}` },
  { name: "no final line end", text: square.trimEnd() },
  { name: "nothing", text: "" },
  { name: "blanks", text: "  \n\t\n" },
  { name: "comments alone", text: "// @grad x\n/* */\n/** @grad x */\n" },
  { name: "an open comment", text: `${square}/** @grad x` },
  { name: "an open text", text: `${square}const a = "` },
  { name: "a tag at the end of the file", text: `${square}/** @grad x */` },
  { name: "a null character", text: square.replace("x * x", "x \0* x") },
  { name: "null characters", text: "\0".repeat(1000) },
  { name: "a half of a pair", text: square.replace("x * x", "x * x + '\ud800'.length") },
  { name: "replacement characters", text: `\ufffd\ufffd${square}` },
  { name: "HTML comments", text: `<!-- a\n${square}--> b\n` },
  { name: "a merge conflict", text: `<<<<<<< a\n${square}=======\n${square}>>>>>>> b\n` },
  { name: "a tag twice", text: square.replace("@grad x", "@grad x\n * @grad x") },
  { name: "a tag twice on a line", text: square.replace("@grad x", "@grad x @grad x") },
  { name: "a tag without a star", text: square.replace("/** @grad x */", "/**\n@grad x\n*/") },
  { name: "two comments with tags", text: `/** @grad x */\n${square}` },
  {
    name: "a tag with everything",
    text: square.replace("@grad x", "@grad {accumulate, as: g, , as: ;} x,,y x.y.z.[0] -> value -> x {"),
  },
  { name: "a tag with braces", text: square.replace("@grad x", "@grad {{{}}} x") },
  { name: "a tag with Unicode", text: square.replace("@grad x", "@grad θ 😀 \u2028 x") },
  { name: "a tag with backquotes", text: square.replace("@grad x", "@grad `x` \\ ${x}") },
  { name: "a long comment", text: square.replace("@grad x", `${"word ".repeat(200_000)}\n * @grad x`) },
  {
    name: "a long line",
    text: `${`const a${"b".repeat(50_000)} = 1; `.repeat(3)}`.replace(/;[^;]*;[^;]*; $/, ";") + square,
  },
  { name: "a text of a megabyte", text: `const a = "${"a".repeat(1_000_000)}";\n${square}` },
  { name: "a name of ten thousand letters", text: named("a".repeat(10_000)) },
  {
    name: "a type parameter of its own",
    text: "type T<U> = { x: number; next?: T<T<U>> };\n/** @grad */\nexport function f(p: T<number>): number {\n  return p.x * p.x;\n}\n",
  },
  {
    name: "a recursive type",
    text: "type T = { x: number; next?: T };\n/** @grad */\nexport function f(p: T): number {\n  return p.x * p.x;\n}\n",
  },
  {
    name: "a recursive interface",
    text: "interface T { readonly x: number; readonly next: T | undefined }\n/** @grad p.x */\nexport function f(p: T): number {\n  return p.x * (p.next === undefined ? 1 : p.next.x);\n}\n",
  },
  {
    name: "a recursive tuple",
    text: "type T = [number, T?];\n/** @grad */\nexport function f(p: T): number {\n  return p[0] * p[0];\n}\n",
  },
  {
    name: "a recursive array",
    text: 'type T = number | T[];\n/** @grad */\nexport function f(p: T): number {\n  return typeof p === "number" ? p * p : 0;\n}\n',
  },
  {
    name: "a type that is itself",
    text: "type T = T;\n/** @grad */\nexport function f(p: T): number {\n  return p;\n}\n",
  },
  {
    name: "types that are one another",
    text: "interface A { b: B; x: number }\ninterface B { a: A; y: number }\n/** @grad */\nexport function f(p: A): number {\n  return p.x * p.b.y;\n}\n",
  },
  {
    name: "an interface that extends itself",
    text: "interface A extends A { x: number }\n/** @grad */\nexport function f(p: A): number {\n  return p.x;\n}\n",
  },
  {
    name: "a class of itself",
    text: "class A { constructor(readonly x: number, readonly next?: A) {} }\n/** @grad */\nexport function f(p: A): number {\n  return p.x * p.x;\n}\n",
  },
  {
    name: "a mapped recursive type",
    text: "type D<T> = { [K in keyof T]: D<T[K]> };\n/** @grad */\nexport function f(p: D<{ a: { b: number } }>): number {\n  return p.a.b as unknown as number;\n}\n",
  },
  {
    name: "a type without end",
    text: "type N<T> = { a: N<[T]> };\n/** @grad x */\nexport function f(x: number, p: N<1>): number {\n  return x * x;\n}\n",
  },
  {
    name: "a parameter of a large type",
    text: "/** @grad x */\nexport function f(x: number, m: typeof globalThis): number {\n  return x * x;\n}\n",
  },
  {
    name: "a parameter that is the Math object",
    text: "/** @grad x */\nexport function f(x: number, m: typeof Math): number {\n  return m.sin(x);\n}\n",
  },
  {
    name: "a result that holds itself",
    text: "type R = { x: number; me?: R };\n/** @vjp x */\nexport function f(x: number): R {\n  const r: R = { x: x * x };\n  r.me = r;\n  return r;\n}\n",
  },
  {
    name: "constants that need one another",
    text: "const a: number = b + 1;\nconst b: number = a + 1;\n/** @grad x */\nexport function f(x: number): number {\n  return x * a;\n}\n",
  },
  {
    name: "an object that holds itself",
    text: "const a: { x: number; me?: unknown } = { x: 1 };\na.me = a;\n/** @grad x */\nexport function f(x: number): number {\n  return x * a.x;\n}\n",
  },
  {
    name: "an arrow function that returns itself",
    text: "type F = (x: number) => F;\nconst g: F = (x) => g;\n/** @grad x */\nexport function f(x: number): number {\n  g(x)(x)(x);\n  return x * x;\n}\n",
  },
  {
    name: "a function that applies itself",
    text: "type W = (w: W, x: number) => number;\nconst g: W = (w, x) => w(w, x);\n/** @grad x */\nexport function f(x: number): number {\n  return g(g, x);\n}\n",
  },
  {
    name: "a default that needs itself",
    text: "/** @grad x */\nexport function f(x: number, y: number = y): number {\n  return x * y;\n}\n",
  },
  {
    name: "a default that calls the function",
    text: "/** @grad x */\nexport function f(x: number, y: number = f(x)): number {\n  return x * y;\n}\n",
  },
  { name: "an infinite loop", text: "/** @grad x */\nexport function f(x: number): number {\n  for (;;) x *= 2;\n}\n" },
  {
    name: "an infinite loop that returns",
    text: "/** @grad x */\nexport function f(x: number): number {\n  for (;;) {\n    x *= 2;\n    if (x > 10) return x;\n  }\n}\n",
  },
  {
    name: "a loop that does nothing",
    text: "/** @grad x */\nexport function f(x: number): number {\n  while (true) break;\n  do; while (false);\n  for (;false;);\n  return x * x;\n}\n",
  },
  {
    name: "code after the end",
    text: "/** @grad x */\nexport function f(x: number): number {\n  return x * x;\n  return 2 * x;\n}\n",
  },
  {
    name: "a huge constant loop",
    text: "const t = Array.from({ length: 1e9 }, (_, k) => k);\n/** @grad x */\nexport function f(x: number): number {\n  return x * t[3];\n}\n",
  },
  {
    name: "a huge constant array",
    text: "const t = new Float64Array(1e9);\n/** @grad x */\nexport function f(x: number): number {\n  return x * t[3];\n}\n",
  },
  {
    name: "a huge literal index",
    text: "/** @grad x */\nexport function f(x: number): number {\n  const t = [x, 2];\n  return t[1e9];\n}\n",
  },
  { name: "a module that is a loop", text: `for (;;) {}\n${square}` },
  {
    name: "labels without use",
    text: "/** @grad x */\nexport function f(x: number): number {\n  a: b: c: return x * x;\n}\n",
  },
  { name: "use strict", text: `"use strict";\n${square.replace("return", '"use strict"; return')}` },
  { name: "a debugger statement", text: square.replace("return", "debugger; return") },
  { name: "empty statements", text: square.replace("return", ";;;;return") },
  { name: "an overload without body", text: "/** @grad x */\nexport function f(x: number): number;\n" },
  {
    name: "overloads",
    text: "export function f(x: number): number;\n/** @grad x */\nexport function f(x: number): number {\n  return x * x;\n}\n",
  },
  { name: "two functions of one name", text: square + square },
  { name: "a merged namespace", text: `${square}export namespace f { export const a = 1; }\n` },
  { name: "a default export", text: square.replace("function", "default function") },
  { name: "a nameless default export", text: square.replace("function f", "default function ") },
  { name: "an export assignment", text: `${square.replace("export ", "")}export = f;\n` },
  {
    name: "a generic function",
    text: "/** @grad x */\nexport function f<T extends number>(x: T): number {\n  return x * x;\n}\n",
  },
  {
    name: "a this parameter",
    text: "/** @grad x */\nexport function f(this: void, x: number): number {\n  return x * x;\n}\n",
  },
  {
    name: "a rest parameter",
    text: "/** @grad */\nexport function f(...x: number[]): number {\n  return x[0] * x[1];\n}\n",
  },
  {
    name: "a rest tuple",
    text: "/** @grad */\nexport function f(...x: [number, number]): number {\n  return x[0] * x[1];\n}\n",
  },
  { name: "an import of itself", text: `import { f as g } from "./model.ts";\n${square.replace("x * x", "g(x)")}` },
  { name: "an import of nothing", text: `import { g } from "./nowhere.ts";\n${square}` },
  { name: "an import of a file that is no module", text: `import g from "./model.json";\n${square}` },
  { name: "a tag on a class", text: "/** @grad x */\nexport class A {}\n" },
  { name: "a tag on an import", text: `/** @grad x */\nimport "./a.ts";\n` },
  { name: "a tag on a type", text: "/** @grad x */\ntype T = number;\n" },
  { name: "a tag on a variable without value", text: "/** @grad x */\nlet f: (x: number) => number;\n" },
  { name: "a tag on an enum", text: "/** @grad x */\nenum E { A }\n" },
  { name: "JSX", text: square.replace("x * x", "<a>{x}</a>") },
  { name: "a member that is not there", text: square.replace("x * x", "x.y.z") },
  { name: "a name that is not there", text: square.replace("x * x", "y * z") },
];
