/** Objects within objects and in tuples, instances of classes, and objects that are taken apart in the parameter list. */
import { aFlag, aNumber, floats, objectOf, type Structure } from "./structure.ts";

export const nestedStructures: readonly Structure[] = [
  {
    feature: "parameter: objects in an object",
    print: ({ name, way, count, declare, number, array, flag }) => {
      declare("Net", [
        "export interface Net {",
        "  layer: { readonly W: Float64Array; bias: number[]; act: { gain: number; order: 1 | 2 } };",
        "  rate: number;",
        "  readonly on: boolean;",
        "}",
        'function forward({ W, bias, act }: Net["layer"], z: number): number {',
        "  let sum = bias[0] * z;",
        "  for (const w of W) sum += 0.3 * Math.sin(w * z);",
        "  return act.order === 2 ? sum * act.gain : sum + act.gain;",
        "}",
      ]);
      const p = name("net", "brain");
      const form = way(3);
      number(`${p}.layer.act.gain`, way(2) === 0);
      number(`${p}.rate`, form !== 1 && way(2) === 0);
      array(`${p}.layer.W`, "f64", "nm");
      array(`${p}.layer.bias`, "number", "m");
      flag(`${p}.on`);
      const act = objectOf({ gain: aNumber, order: { kind: "constant", value: 1 + way(2) } });
      const layer = objectOf({ W: floats(count("nm")), bias: floats(count("m"), "number"), act });
      return {
        name: p,
        declared: `${p}: ${["Net", "Readonly<Net>", "Net & { readonly on: boolean }"][form]}`,
        input: objectOf({ layer, rate: aNumber, on: aFlag }),
        output: [
          { name: `${p}.layer.W`, place: `${p}.layer.W[0]` },
          { name: `${p}.layer.bias`, place: `${p}.layer.bias[0]` },
        ][way(2)],
        wrt: [p, `${p}.layer`, `${p}.layer.W`, `${p}.layer.act.gain`, `${p}.layer.bias`, `${p}.rate`],
        uses: [
          ({ value }) => ({ lines: [], result: `forward(${p}.layer, ${value()})` }),
          ({ value, name: fresh }) => {
            const [gain, weights, rate] = [fresh("gain1", "gain2"), fresh("ws", "wts"), fresh("pace", "tempo")];
            return {
              lines: [
                "const {",
                `  layer: {`,
                `    W: ${weights},`,
                `    act: { gain: ${gain} },`,
                "  },",
                `  rate: ${rate},`,
                `} = ${p};`,
              ],
              result: `${gain} * ${weights}[0] + ${rate} * ${value()}`,
            };
          },
          ({ value, name: fresh, size }) => {
            const [inner, k] = [fresh("inner1", "core"), fresh("k", "kk")];
            return {
              lines: [
                `const ${inner} = ${p}.layer.act;`,
                `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${inner}.gain = 0.5 * ${inner}.gain + Math.sin(${value()});`,
              ],
              result: `${p}.layer.act.gain`,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: tuple of objects",
    print: ({ name, way, count, number, array }) => {
      const p = name("ends", "sides");
      const isReadonly = way(2) === 0;
      number(`${p}[0].x`, !isReadonly);
      number(`${p}[1].x`, !isReadonly);
      array(`${p}[1].ws`, "number", "n");
      const type = "[{ x: number }, { x: number; ws: number[] }, number]";
      const wrt = [p];
      return {
        name: p,
        declared: `${p}: ${isReadonly ? `readonly ${type}` : type}`,
        input: {
          kind: "tuple",
          members: [objectOf({ x: aNumber }), objectOf({ x: aNumber, ws: floats(count("n"), "number") }), aNumber],
        },
        wrt,
        uses: [
          ({ value, name: fresh }) => {
            const [a, b, c] = [fresh("end1", "tip1"), fresh("end2", "tip2"), fresh("end3", "tip3")];
            return {
              lines: [`const [{ x: ${a} }, { x: ${b} }, ${c}] = ${p};`],
              result: `${a} * ${b} - ${c} * ${value()}`,
            };
          },
          ({ value, name: fresh, condition }) => {
            const one = fresh("oneEnd", "someEnd");
            return {
              lines: [`const ${one} = ${condition()} ? ${p}[0] : ${p}[1];`],
              result: `${one}.x * ${value()} + ${p}[1].ws[0]`,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: instance of a class",
    print: ({ name, way, declare, number }) => {
      declare("Arm", [
        "export class Arm {",
        "  constructor(",
        "    public x: number,",
        "    public y: number,",
        "    readonly at: { z: number },",
        "  ) {}",
        "  static blend(a: Arm, b: Arm, t: number): Arm {",
        "    return new Arm(a.x * t + b.x * (1 - t), a.y - b.y, { z: a.at.z * b.at.z });",
        "  }",
        "  get norm(): number {",
        "    return Math.sqrt(0.2 + this.x * this.x + this.y * this.y);",
        "  }",
        "  set angle(by: number) {",
        "    const { norm } = this;",
        "    this.x = norm * Math.cos(by);",
        "    this.y = norm * Math.sin(by);",
        "  }",
        "  bend(by: number): this {",
        "    this.y = 0.5 * this.y + Math.sin(by * this.at.z);",
        "    return this;",
        "  }",
        "  sum(): number {",
        "    return this.x + this.y * this.at.z;",
        "  }",
        "}",
      ]);
      const p = name("limb", "crane");
      number(`${p}.x`, way(2) === 0);
      number(`${p}.at.z`);
      return {
        name: p,
        declared: `${p}: Arm`,
        input: objectOf({ x: aNumber, y: aNumber, at: objectOf({ z: aNumber }) }, "Arm"),
        wrt: [p, `${p}.x`, `${p}.at`, `${p}.at.z`],
        uses: [
          ({ value }) => ({ lines: [], result: `${p}.norm * ${value()} + ${p}.sum()` }),
          ({ value, name: fresh }) => {
            const other = fresh("elbow", "wrist");
            return {
              lines: [`const ${other} = Arm.blend(${p}, new Arm(${value()}, 0.3, { z: ${value()} }), 0.4);`],
              result: `${other}.bend(${value()}).sum()`,
            };
          },
          ({ value, name: fresh, size }) => {
            const k = fresh("k", "kk");
            return {
              lines: [
                `for (let ${k} = 0; ${k} < ${size()}; ${k}++) ${p}.bend(${value()} * ${k});`,
                `${p}.angle = ${value()};`,
              ],
              result: `${p}.sum() + ${p}.norm`,
            };
          },
        ],
      };
    },
  },
  {
    feature: "parameter: destructured",
    print: ({ name, way, count, number, array, flag }) => {
      const [a, first, second, w, on] = [
        name("alpha", "beta"),
        name("lead", "head1"),
        name("trail", "tail1"),
        name("deepW", "lowW"),
        name("lit", "shut"),
      ];
      number(a, way(2) === 0);
      number(first);
      number(second, true);
      array(w, "f64", "n");
      flag(on);
      const input = objectOf({
        a: aNumber,
        list: { kind: "tuple", members: [aNumber, aNumber] },
        deep: objectOf({ w: floats(count("n")) }),
        on: aFlag,
      });
      const type = "{ a: number; list: [number, number]; deep: { w: Float64Array }; on: boolean }";
      return {
        name: a,
        declared: `{ a: ${a}, list: [${first}, ${second}], deep: { w: ${w} }, on: ${on} }: ${type}`,
        input,
        wrt: [a, first, second, w],
        uses: [({ value }) => ({ lines: [], result: `${on} ? ${a} * ${value()} : ${w}[0] * ${second} - ${first}` })],
      };
    },
  },
  {
    feature: "parameter: record, interface that extends, partial",
    print: ({ name, way, declare, number }) => {
      declare("Rates", [
        "interface Base {",
        "  readonly low: number;",
        "}",
        "export interface Rates extends Base {",
        "  readonly high: number;",
        "}",
        'const rateKeys = ["low", "high"] as const;',
      ]);
      const p = name("rates", "tariffs");
      number(`${p}.low`);
      number(`${p}.high`);
      const types = [
        "Rates",
        'Readonly<Record<"low" | "high", number>>',
        'Pick<Rates, "high" | "low">',
        "Required<Partial<Rates>>",
      ];
      return {
        name: p,
        declared: `${p}: ${types[way(4)]}`,
        input: objectOf({ low: aNumber, high: aNumber }),
        wrt: [p, `${p}.low`, `${p}.high`],
        uses: [
          ({ value, name: fresh, condition }) => {
            const key = fresh("which", "side1");
            return {
              lines: [`const ${key} = ${condition()} ? "low" : "high";`],
              result: `${p}[${key}] * ${value()} + ${p}["low"]`,
            };
          },
          ({ value, name: fresh }) => {
            const sum = fresh("fees", "dues");
            return {
              lines: [`let ${sum} = 0.1;`, `for (const key of rateKeys) ${sum} = ${sum} * ${value()} + ${p}[key];`],
              result: sum,
            };
          },
          ({ value, name: fresh }) => {
            const copy = fresh("raised", "shifted");
            return { lines: [`const ${copy} = { ...${p}, low: ${value()} };`], result: `${copy}.low * ${copy}.high` };
          },
        ],
      };
    },
  },
];
