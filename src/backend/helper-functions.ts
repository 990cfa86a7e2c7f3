/** Operations that JavaScript has no word for: each is a function that the module defines once, where it is used. */
import { present } from "../diagnostics/invariant.ts";
import type { ModuleParts } from "./module-parts.ts";

export function helperName(operation: string, parts: ModuleParts): string {
  const text = present(texts[operation], `the helper ${operation}`);
  return parts.helper(operation, operation, (own) => text(own, parts.lang));
}

const texts: Readonly<Record<string, (name: string, lang: "ts" | "js") => string>> = {
  stepsToSnapshot: (name, lang) => {
    const number = lang === "ts" ? ": number" : "";
    return [
      "/**",
      " * How many of `steps` to run to the next snapshot, with room for so many of them, that of the first step among these:",
      " * no other way to reverse all steps runs fewer of them again (Griewank & Walther, Algorithm 799: Revolve).",
      " */",
      `function ${name}(steps${number}, snapshots${number})${number} {`,
      "let runs = 1;",
      "let before = 1;",
      "// C(snapshots + runs, runs): as many can be reversed where none is run again more often than that.",
      "let reach = snapshots + 1;",
      "while (reach < steps) {",
      "runs++;",
      "before = reach;",
      "reach = (reach * (snapshots + runs)) / runs;",
      "}",
      "return Math.min(before, steps - (before * snapshots) / (snapshots + runs - 1));",
      "}",
    ].join("\n");
  },
};
