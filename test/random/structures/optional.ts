/** What may be left out, what has a default, and what decides: literals and enums. */
import { aFlag, aNumber, floats, nothing, objectOf, type Structure } from "./structure.ts";
import type { InputSpec } from "../print-parameters.ts";

const text = (value: string | number): InputSpec => ({ kind: "constant", value });
const none: InputSpec = { kind: "constant", value: null };

export const optionalStructures: readonly Structure[] = [
  {
    feature: "parameter: object with optional members",
    print: ({ name, way, count, declare, number }) => {
      declare("Options", [
        "export interface Options {",
        "  readonly gain?: number;",
        "  readonly bias?: number | null;",
        "  readonly weights?: Float64Array;",
        "  readonly range?: { readonly low: number; readonly high?: number };",
        "  readonly signed?: boolean;",
        '  readonly kind?: "plain" | "squashed";',
        "}",
        "function configured(z: number, options?: Options): number {",
        '  const { gain = 0.6, kind = "plain", range } = options ?? {};',
        "  let y = gain * z + (options?.bias ?? 0.2);",
        "  if (options?.signed) y = -y;",
        "  if (range) y = Math.max(y, range.low);",
        '  return kind === "squashed" ? Math.tanh(y) : y;',
        "}",
        "function configuredBy(options: Options | undefined): Options {",
        "  return { signed: true, ...options };",
        "}",
      ]);
      const p = name("options", "settings");
      const members: Record<string, InputSpec> = {};
      if (way(2) === 0) members["gain"] = aNumber;
      if (way(3) < 2) members["bias"] = way(2) === 0 ? aNumber : none;
      if (way(2) === 0) members["weights"] = floats(count("n"));
      if (way(2) === 0) members["range"] = objectOf(way(2) === 0 ? { low: aNumber, high: aNumber } : { low: aNumber });
      if (way(2) === 0) members["signed"] = aFlag;
      if (way(3) === 0) members["kind"] = text(way(2) === 0 ? "plain" : "squashed");
      const form = way(4);
      const chain = form === 1 || form === 3 ? `${p}?.` : `${p}.`;
      number(`(${chain}gain ?? 0.7)`);
      number(`(${chain}range?.high ?? 0.4)`);
      const isGone = form > 0 && way(3) === 0;
      return {
        name: p,
        declared: [`${p}: Options`, `${p}?: Options`, `${p}: Options = {}`, `${p}: Options | null`][form] ?? "",
        input: isGone ? (form === 3 ? none : nothing) : objectOf(members),
        wrt: [p, `${p}.gain`, `${p}.range`, `${p}.weights`, `${p}.range.low`],
        uses: [
          ({ value }) => ({ lines: [], result: `configured(${value()}, ${p}${form === 3 ? " ?? undefined" : ""})` }),
          ({ value }) => ({
            lines: [],
            result: `(${chain}weights ? ${chain.replace("?", "!")}weights![0] * ${value()} : ${value()})`.replace(
              "!.weights!",
              "!.weights",
            ),
          }),
          ({ value, name: fresh }) => {
            const range = fresh("band", "span1");
            return {
              lines: [`const ${range} = ${chain}range;`],
              result: `(${range} === undefined ? ${value()} : ${range}.low * (${range}.high ?? ${value()}))`,
            };
          },
          ({ value, name: fresh }) => {
            const all = fresh("complete", "filled1");
            const part = [`...${p}`, `...(${p} ?? {})`, `...configuredBy(${p}${form === 3 ? " ?? undefined" : ""})`];
            const bias = `(${all}.bias ?? ${value()})`;
            return {
              lines: [
                `const ${all} = { gain: ${value()}, bias: 0.3, kind: "squashed", range: { low: -0.4, high: 0.9 }, ${part[way(3)] ?? ""} };`,
              ],
              result: `(${all}.kind === "plain" ? ${all}.gain : ${bias} + Math.max(${all}.gain, ${all}.range.low))`,
            };
          },
          ({ value }) => ({ lines: [], result: `("gain" in (${p} ?? {}) ? ${value()} : ${value()})` }),
          ({ value, name: fresh, array }) => {
            const { text: x } = array();
            const sum = fresh("fit", "misfit");
            return {
              lines: [
                `let ${sum} = 0;`,
                `for (const z of ${x}) {`,
                `  let entry1 = z * ${value()};`,
                `  if (${chain}range) entry1 = Math.min(Math.max(entry1, ${p}.range.low), ${p}.range.high ?? 1.1);`,
                `  ${sum} += entry1;`,
                "}",
              ],
              result: sum,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: optional number",
    print: ({ name, way, number }) => {
      const p = name("factor", "scale1");
      const isGone = way(2) === 0;
      const form = way(4);
      number(form === 3 ? p : `(${p} ?? 0.5)`);
      const gone = form === 1 ? none : nothing;
      return {
        name: p,
        declared: [`${p}?: number`, `${p}: number | null`, `${p}: number | undefined`, `${p} = 0.8`][form] ?? "",
        input: isGone ? gone : aNumber,
        wrt: [p],
        uses: [
          ({ value }) => ({
            lines: [],
            result: form === 3 ? `${p} * ${value()}` : `(${p} == null ? ${value()} : ${p} * 2)`,
          }),
        ],
      };
    },
  },
  {
    feature: "parameter: optional array",
    print: ({ name, way, count }) => {
      const p = name("weights", "heights");
      const isGone = way(2) === 0;
      const form = way(3);
      const element = way(2) === 0 ? "f64" : "number";
      const type = element === "f64" ? "Float64Array" : "number[]";
      return {
        name: p,
        declared: [`${p}?: ${type}`, `${p}: ${type} | null`, `${p}: ${type} | undefined`][form] ?? "",
        input: isGone ? (form === 1 ? none : nothing) : floats(count("n"), element),
        wrt: [p],
        uses: [
          ({ value }) => ({ lines: [], result: `(${p} ? ${p}[0] * ${value()} : ${value()})` }),
          ({ value, name: fresh, size }) => {
            const [sum, k] = [fresh("weighed", "massed"), fresh("k", "kk")];
            return {
              lines: [
                `let ${sum} = 0;`,
                `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${sum} += ${value()} * (${p}?.[0] ?? 0.3);`,
                `if (${p}) for (const w of ${p}) ${sum} = 0.5 * ${sum} + Math.sin(w);`,
              ],
              result: sum,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: optional tuple",
    print: ({ name, way }) => {
      const p = name("limits", "edges");
      const isGone = way(2) === 0;
      return {
        name: p,
        declared: way(2) === 0 ? `${p}?: [number, number]` : `${p}?: readonly [number, number] | null`,
        input: isGone ? nothing : { kind: "tuple", members: [aNumber, aNumber] },
        wrt: [p],
        uses: [
          ({ value, name: fresh }) => {
            const [low, high] = [fresh("low1", "low2"), fresh("high1", "high2")];
            return {
              lines: [`const [${low}, ${high}] = ${p} ?? [${value()}, 0.3];`],
              result: `${low} * ${high}`,
            };
          },
          ({ value }) => ({ lines: [], result: `(${p} == null ? ${value()} : ${p}[0] + Math.cos(${p}[1]))` }),
        ],
      };
    },
  },
  {
    feature: "parameter: tuple that may lack entries",
    print: ({ name, way, number }) => {
      const p = name("reach", "extent");
      const count = 1 + way(3);
      number(`${p}[0]`);
      number(`(${p}[1] ?? 0.4)`);
      return {
        name: p,
        declared: `${p}: ${["[number, number?, number?]", "readonly [from: number, to?: number, by?: number]"][way(2)] ?? ""}`,
        input: { kind: "tuple", members: Array.from({ length: count }, () => aNumber) },
        wrt: [p],
        uses: [
          ({ value, name: fresh }) => {
            const [from, to, by] = [fresh("from1", "start1"), fresh("to1", "stop1"), fresh("by1", "pace")];
            return {
              lines: [`const [${from}, ${to} = ${value()}, ${by} = ${from} * 0.5] = ${p};`],
              result: `(${from} * ${to} + ${by})`,
            };
          },
          ({ value, name: fresh, way: form }) => {
            const sum = fresh("reached", "went");
            const body =
              [`if (z !== undefined && z > 0.9) break;`, `if (z === undefined) continue;`, ""][form(3)] ?? "";
            return {
              lines: [
                `let ${sum} = 0.2;`,
                `for (const z of ${p}) { ${body} ${sum} = 0.5 * ${sum} + (z ?? 0.1) * ${value()}; }`,
              ],
              result: `(${sum} + ${p}.length)`,
            };
          },
          ({ value }) => ({ lines: [], result: `(${p}.length > 2 ? ${p}[2]! * ${value()} : ${value()})` }),
        ],
      };
    },
  },
  {
    feature: "parameter: enum",
    print: ({ name, way, declare }) => {
      declare("Norm", [
        "export enum Norm {",
        "  Sum,",
        "  Root,",
        "  Most = 7,",
        "}",
        "export enum Side {",
        '  Left = "left",',
        '  Right = "right",',
        "}",
        "function measured(norm: Norm, a: number, b: number): number {",
        "  switch (norm) {",
        "    case Norm.Sum:",
        "      return Math.abs(a) + Math.abs(b);",
        "    case Norm.Root:",
        "      return Math.hypot(a, b + 0.1);",
        "    default:",
        "      return Math.max(Math.abs(a), Math.abs(b));",
        "  }",
        "}",
      ]);
      const isText = way(2) === 0;
      const p = isText ? name("side2", "hand") : name("norm", "metric");
      const type = isText ? "Side" : "Norm";
      const form = way(3);
      const [first, other] = isText ? ["Side.Left", "Side.Right"] : ["Norm.Root", "Norm.Most"];
      const values = isText ? ["left", "right"] : [0, 1, 7];
      return {
        name: p,
        declared: [`${p}: ${type}`, `${p}?: ${type}`, `${p}: ${type} = ${first}`][form] ?? "",
        input: form > 0 && way(2) === 0 ? nothing : text(values[way(values.length)] ?? "left"),
        wrt: [],
        uses: [
          ({ value }) => ({ lines: [], result: `(${p} === ${other} ? ${value()} : ${value()})` }),
          ({ value, name: fresh }) => {
            const sum = fresh("turned1", "felt");
            return {
              lines: [
                `let ${sum} = 0.2;`,
                `switch (${p}) {`,
                `  case ${first}:`,
                `    ${sum} += ${value()};`,
                `  case ${other}:`,
                `    ${sum} *= ${value()};`,
                "    break;",
                "  default:",
                `    ${sum} = ${value()};`,
                "}",
              ],
              result: isText ? sum : `${sum} + measured(${p}${form === 1 ? " ?? Norm.Sum" : ""}, ${sum}, ${value()})`,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: union of literals",
    print: ({ name, way, declare, integer }) => {
      declare("Kind", [
        'export type Kind = "relu" | "tanh" | "soft";',
        "const slopes: Record<Kind, number> = { relu: 0.9, tanh: 1.2, soft: 0.5 };",
        "const activations: Record<Kind, (z: number) => number> = {",
        "  relu: (z) => Math.max(0, z),",
        "  tanh: Math.tanh,",
        "  soft: (z) => Math.log1p(Math.exp(z)),",
        "};",
      ]);
      const isText = way(3) < 2;
      const p = isText ? name("kind1", "shape1") : name("order1", "degree");
      const form = way(3);
      const type = isText ? "Kind" : "1 | 2 | 3";
      const value1 = isText ? (["relu", "tanh", "soft"][way(3)] ?? "relu") : 1 + way(3);
      if (!isText && form !== 1) integer(p);
      const given = form === 1 ? `(${p} ?? ${isText ? '"soft"' : "2"})` : p;
      return {
        name: p,
        declared: [`${p}: ${type}`, `${p}?: ${type}`, `${p}: ${type} = ${isText ? '"tanh"' : "2"}`][form] ?? "",
        input: form > 0 && way(2) === 0 ? nothing : text(value1),
        wrt: [],
        uses: isText
          ? [
              ({ value }) => ({ lines: [], result: `activations[${given}](${value()}) * slopes[${given}]` }),
              ({ value }) => ({ lines: [], result: `(${p} === "relu" || ${p} === "soft" ? ${value()} : ${value()})` }),
            ]
          : [({ value }) => ({ lines: [], result: `(${given} === 2 ? ${value()} * 2 : ${given} * ${value()})` })],
      };
    },
  },
];
