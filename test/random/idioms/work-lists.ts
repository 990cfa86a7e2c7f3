/** Lists that get longer while they are gone through, and as long as a condition holds; rows that do; texts that go round loops. */
import type { Idiom } from "./idiom.ts";

export const workListIdioms: readonly Idiom[] = [
  {
    feature: "a queue that grows while it is gone through",
    print: ({ value, name, way }) => {
      const [queue, head, v, sum] = [
        name("queue1", "line1"),
        name("head2", "front"),
        name("v", "vv"),
        name("served", "heard"),
      ];
      const more = way(3) === 0 ? `${queue}.push(0.6 * ${v}, ${v} - 0.4)` : `${queue}.push(0.7 * ${v})`;
      const loops = [
        `for (let ${head} = 0; ${head} < ${queue}.length && ${head} < 40; ${head}++) { const ${v} = ${queue}[${head}]; BODY }`,
        `for (const ${v} of ${queue}) { if (${queue}.length > 40) break; BODY }`,
        `let ${head} = 0; while (${head} < ${queue}.length && ${head} < 40) { const ${v} = ${queue}[${head}++]; BODY }`,
      ];
      const body = `${sum} = 0.5 * ${sum} + Math.sin(${v}); if (${v} > 0.35) ${more};`;
      return {
        lines: [
          `const ${queue}: number[] = [${value()}, ${value()}];`,
          `let ${sum} = 0;`,
          (loops[way(3)] ?? "").replace("BODY", body),
        ],
        result: `(${sum} + ${queue}.length)`,
      };
    },
  },
  {
    feature: "a stack that is worked off",
    print: ({ value, name, way }) => {
      const [stack, v, sum, rounds] = [
        name("todo", "agenda"),
        name("v", "vv"),
        name("worked", "earned"),
        name("turn", "tour"),
      ];
      const take = way(2) === 0 ? "pop" : "shift";
      return {
        lines: [
          `const ${stack} = [${value()}];`,
          `let [${sum}, ${rounds}] = [0, 0];`,
          `while (${stack}.length > 0 && ${rounds}++ < 40) {`,
          `  const ${v} = ${stack}.${take}()!;`,
          `  if (${v} > 0.3) ${stack}.push(0.5 * ${v}, 0.3 * ${v} * ${v});`,
          `  else ${sum} = 0.5 * ${sum} + ${v} * ${v} + ${value()};`,
          "}",
        ],
        result: sum,
      };
    },
  },
  {
    feature: "a list that grows as long as a condition holds",
    print: ({ value, name, way }) => {
      const [list, rest, sum] = [name("halves", "parts2"), name("left2", "fuel"), name("burnt", "spent")];
      const add = [
        `${list}.push(${rest} * ${rest})`,
        `${list}.unshift(${rest} + 0.1)`,
        `${list}[${list}.length] = ${rest}`,
      ];
      const use = [
        `${list}.reduce((s, z) => 0.5 * s + z, 0)`,
        `${list}.slice(0, 2).reduce((s, z) => s + z * z, 0.1)`,
        `${list}.toSorted((p, q) => p - q).reduce((s, z, k) => 0.5 * s + z * k, 0)`,
      ];
      return {
        lines: [
          `const ${list}: number[] = [];`,
          `let ${rest} = Math.abs(${value()});`,
          `while (${rest} > 0.05 && ${list}.length < 30) { ${add[way(3)] ?? ""}; ${rest} *= 0.6; }`,
          `let ${sum} = ${use[way(3)] ?? ""};`,
          `if (${list}.length > 1) ${sum} += ${list}[1] * ${value()};`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "rows that get longer by themselves",
    print: ({ value, name, array, condition, way }) => {
      const { text } = array();
      const [groups, own, sum] = [name("groups2", "bins"), name("bin", "heap"), name("binned", "heaped")];
      const make = [
        `const ${groups}: number[][] = Array.from({ length: 3 }, () => []);`,
        `const ${groups}: number[][] = []; for (let g = 0; g < 3; g++) ${groups}.push([]);`,
        `const ${groups}: number[][] = [[${value()}], [], []];`,
      ];
      const add = [
        `${groups}[k % 3].push(z);`,
        `if (${condition()}) ${groups}[z > 0 ? 1 : 2].push(z * ${value()}, 0.5 * z); else ${own}.push(z);`,
        `{ const row = ${groups}[k % 2]; row.push(z); row[0] = 0.5 * row[0] + Math.sin(z); }`,
      ];
      const use = [
        `for (const row of ${groups}) { let p = 0.3; for (const z of row) p = 0.5 * p + Math.sin(z) * row.length; ${sum} += p; }`,
        `for (let g = 0; g < 3; g++) for (let k = 0; k < ${groups}[g].length; k++) ${sum} += 0.3 * ${groups}[g][k] ** 2 / (1 + k);`,
        `while (${own}.length > 0) ${sum} = 0.5 * ${sum} + ${own}.pop()! * ${own}.length;`,
      ];
      return {
        lines: [
          make[way(3)] ?? "",
          `const ${own} = ${groups}[${way(3)}];`,
          `let ${sum} = 0;`,
          `for (const [k, z] of ${text}.entries()) { ${add[way(3)] ?? ""} }`,
          use[way(3)] ?? "",
        ],
        result: `(${sum} + ${own}.length)`,
      };
    },
  },
  {
    feature: "members that only some objects have",
    print: ({ value, name, array, condition, way }) => {
      const { text } = array();
      const [points, sum] = [name("marked", "noted"), name("weighed", "scored")];
      const add = [
        `${points}.push(k % 2 === 0 ? { at: z } : { at: z, weight: z * ${value()} });`,
        `const p: { at: number; weight?: number } = { at: z }; if (${condition()}) p.weight = ${value()}; ${points}.push(p);`,
        `${points}.push({ at: z }); if (z > 0) ${points}[k].weight = 0.5 * z * (${points}[k >> 1].weight ?? 1);`,
      ];
      const use = [
        `${sum} += p.at * (p.weight ?? 0.7);`,
        `if (p.weight !== undefined) ${sum} += Math.sin(p.weight) * p.at; else ${sum} = 0.5 * ${sum} + p.at;`,
        `const { at, weight = at * at } = p; ${sum} += 0.5 * at * weight;`,
      ];
      return {
        lines: [
          `const ${points}: { at: number; weight?: number }[] = [];`,
          `for (const [k, z] of ${text}.entries()) { ${add[way(3)] ?? ""} }`,
          `let ${sum} = 0;`,
          `for (const p of ${points}) { ${use[way(3)] ?? ""} }`,
        ],
        result: sum,
      };
    },
  },
  {
    feature: "a queue of pairs or objects",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [queue, sum, rounds] = [name("line3", "crowd"), name("passed2", "gone2"), name("lap", "leg")];
      const isPair = way(2) === 0;
      const entry = (w: string, k: string): string => (isPair ? `[${w}, ${k}]` : `{ w: ${w}, k: ${k} }`);
      const taken = isPair ? "[w, k]" : "{ w, k }";
      const first = isPair ? `${queue}[0][0]` : `${queue}[0].w`;
      const take = ["shift", "pop", way(3) === 0 ? "pop" : "shift"][way(3)] ?? "shift";
      return {
        lines: [
          `const ${queue}: ${isPair ? "[number, number][]" : "{ w: number; k: number }[]"} = [];`,
          `for (const z of ${text}) ${queue}.push(${entry("z", "1")});`,
          `let [${sum}, ${rounds}] = [0, 0];`,
          `while (${queue}.length > 0 && ${rounds}++ < 20) {`,
          `  const ${taken} = ${queue}.${take}()!;`,
          `  ${sum} = 0.5 * ${sum} + Math.sin(w) * k;`,
          `  if (k < 3) ${queue}.push(${entry(`0.5 * w * ${value()}`, "k + 1")});`,
          `  if (${queue}.length > 0 && k > 1) ${sum} += ${first};`,
          "}",
        ],
        result: sum,
      };
    },
  },
  {
    feature: "a machine of states",
    print: ({ value, name, array, way }) => {
      const { text } = array();
      const [state, sum] = [name("phase1", "mood"), name("ticks", "beats")];
      const next = [`z > 0.2 ? "high" : "low"`, `${state} === "low" ? "high" : "off"`][way(2)] ?? "";
      return {
        lines: [
          `let ${state} = "low" as "low" | "high" | "off";`,
          `let ${sum} = 0.1;`,
          `for (const z of ${text}) {`,
          `  switch (${state}) {`,
          `    case "low":`,
          `      ${sum} = 0.5 * ${sum} + z * ${value()};`,
          `      ${state} = ${next};`,
          "      break;",
          `    case "high":`,
          `      ${sum} = Math.sin(${sum} + z);`,
          `      if (z < 0) ${state} = "off";`,
          "      break;",
          "    default:",
          `      ${state} = "low";`,
          "  }",
          "}",
        ],
        result: `(${state} === "off" ? ${sum} : ${sum} * ${value()})`,
      };
    },
  },
];
