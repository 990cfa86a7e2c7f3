/** Lists that get longer while they are gone through, and as long as a condition holds; texts that go round loops. */
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
