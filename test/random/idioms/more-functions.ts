/** Functions of further kinds: recursion over structures, methods of functions, static and generic ones. */
import type { Idiom } from "./idiom.ts";

export const moreFunctionIdioms: readonly Idiom[] = [
  {
    feature: "recursion over a structure",
    print: ({ value, declare, name }) => {
      declare("Tree", [
        "interface Tree {",
        "  readonly at: number;",
        "  readonly left?: Tree;",
        "  readonly right?: Tree;",
        "}",
        "function folded2(tree: Tree | undefined, z: number): number {",
        "  if (tree === undefined) return z;",
        "  return 0.5 * folded2(tree.left, z * tree.at) + Math.sin(folded2(tree.right, z + tree.at));",
        "}",
      ]);
      const t = name("tree1", "plant");
      return {
        lines: [
          `const ${t}: Tree = { at: ${value()}, left: { at: ${value()} }, right: { at: 0.3, left: { at: 0.2 } } };`,
        ],
        result: `folded2(${t}, ${value()})`,
      };
    },
  },
  {
    feature: "recursion of a closure",
    print: ({ value, name, way }) => {
      const [f, by] = [name("again1", "repeat1"), name("held1", "bound1")];
      return {
        lines: [
          `const ${by} = ${value()};`,
          `const ${f} = (z: number, k: number): number => (k <= 0 ? z : 0.5 * ${f}(Math.sin(z * ${by}), k - 1) + 0.1 * k);`,
        ],
        result: `${f}(${value()}, ${1 + way(3)})`,
      };
    },
  },
  {
    feature: "call, apply and bind",
    print: ({ value, declare, way }) => {
      declare("turn1", [
        "function turn1(this: { by: number }, z: number, w: number): number {",
        "  return z * this.by - w;",
        "}",
        "function plain1(z: number, w: number): number {",
        "  return z * w + 0.2;",
        "}",
      ]);
      const forms = [
        `plain1.call(undefined, ${value()}, ${value()})`,
        `plain1.apply(undefined, [${value()}, ${value()}])`,
        `plain1.bind(null, ${value()})(${value()})`,
        `turn1.call({ by: ${value()} }, ${value()}, 0.3)`,
      ];
      return { lines: [], result: forms[way(4)] ?? "0" };
    },
  },
  {
    feature: "static members and accessors",
    print: ({ value, declare }) => {
      declare("Scale", [
        "class Scale {",
        "  static readonly base = 0.5;",
        "  static #twice(z: number): number {",
        "    return 2 * z;",
        "  }",
        "  static get rate(): number {",
        "    return Scale.base * 1.5;",
        "  }",
        "  static of(z: number): number {",
        "    return Scale.#twice(z) * Scale.rate;",
        "  }",
        "}",
      ]);
      return { lines: [], result: `Scale.of(${value()}) - Scale.base * ${value()}` };
    },
  },
  {
    feature: "generic class",
    print: ({ value, declare, name }) => {
      declare("Pair", [
        "class Pair<A, B> {",
        "  readonly #second: B;",
        "  constructor(",
        "    readonly first: A,",
        "    second: B,",
        "  ) {",
        "    this.#second = second;",
        "  }",
        "  with<R>(f: (a: A, b: B) => R): R {",
        "    return f(this.first, this.#second);",
        "  }",
        "}",
      ]);
      const p = name("couple", "match1");
      return {
        lines: [`const ${p} = new Pair(${value()}, { z: ${value()} });`],
        result: `${p}.with((a, b) => a * b.z) + ${p}.first`,
      };
    },
  },
  {
    feature: "abstract class and interface",
    print: ({ value, declare, name, condition }) => {
      declare("Layer", [
        "interface Applied {",
        "  apply(z: number): number;",
        "}",
        "abstract class Layer implements Applied {",
        "  protected readonly bias = 0.1;",
        "  abstract shape(z: number): number;",
        "  apply(z: number): number {",
        "    return this.shape(z) + this.bias;",
        "  }",
        "}",
        "class Wave extends Layer {",
        "  constructor(private readonly by: number) {",
        "    super();",
        "  }",
        "  override shape(z: number): number {",
        "    return Math.sin(z * this.by);",
        "  }",
        "}",
        "class Bend extends Layer {",
        "  override shape(z: number): number {",
        "    return z * z * 0.3;",
        "  }",
        "}",
      ]);
      const layers = name("layers1", "levels1");
      return {
        lines: [`const ${layers}: readonly Applied[] = [new Wave(${value()}), new Bend()];`],
        result: `${layers}.reduce((z, layer) => layer.apply(z), ${value()}) + (${condition()} ? ${layers}[0] : ${layers}[1]).apply(0.4)`,
      };
    },
  },
  {
    feature: "functions in an array and in a table",
    print: ({ value, declare, name }) => {
      declare("stages1", [
        "const stages1: readonly ((z: number) => number)[] = [Math.sin, (z) => z * 0.5, Math.tanh];",
        "const bends: Record<string, (z: number) => number> = { none: (z) => z, soft: Math.tanh };",
        "const compose = (...fs: readonly ((z: number) => number)[]) => (z: number): number => fs.reduce((y, f) => f(y), z);",
      ]);
      const f = name("chained1", "piped");
      return {
        lines: [`const ${f} = compose(Math.cos, (z) => z * ${value()});`],
        result: `${f}(${value()}) + stages1.reduce((z, step) => step(z), ${value()}) - bends.soft(${value()})`,
      };
    },
  },
  {
    feature: "helper that throws and returns early",
    print: ({ value, declare }) => {
      declare("guarded1", [
        "function guarded1(z: number, limit: number): number {",
        '  if (limit < 0) throw new Error("no limit");',
        "  for (let k = 0; k < 4; k++) {",
        "    if (z * k > limit) return z * k;",
        "    z = 0.5 * z + 0.1;",
        "  }",
        "  return Math.cos(z);",
        "}",
      ]);
      return { lines: [], result: `guarded1(${value()}, 0.6) - guarded1(${value()}, 1.1)` };
    },
  },
];
