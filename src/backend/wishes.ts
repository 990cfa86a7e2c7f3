/** What a variable without a name of its own would be called: after what it holds. */
import type { Expression, Variable } from "./code.ts";
import { partsOf } from "./code.ts";

/** `loops`: how many counted loops stand around, for an index. */
export function wishFor(
  variable: Variable,
  definition: Expression | undefined,
  nameOf: (variable: Variable) => string,
  loops: number,
): string {
  if (variable.hint !== undefined) return variable.hint;
  if (typeof variable.type === "object") return "buffer";
  if (definition === undefined) return variable.type === "boolean" ? "flag" : (["i", "j", "k", "l"][loops - 1] ?? "i");
  if (definition.kind === "element") {
    const letters = indexLetters(definition.index, nameOf);
    const array = nameOf(definition.array);
    if (letters !== "" && letters.length <= 3) return array + letters;
    return array.length > 2 && array.endsWith("s") ? array.slice(0, -1) : `${array}Entry`;
  }
  if (definition.kind === "length") return `${nameOf(definition.array)}Length`;
  if (definition.kind === "operation")
    return operationNames[definition.operation] ?? (variable.type === "boolean" ? "test" : "t");
  return variable.type === "boolean" ? "flag" : "t";
}

const operationNames: Readonly<Record<string, string>> = {
  exp: "e",
  sqrt: "root",
  sin: "sine",
  cos: "cosine",
  tanh: "tanh",
  log: "logarithm",
  pow: "power",
  hypot: "norm",
  floor: "whole",
  trunc: "whole",
  sign: "sign",
  abs: "size",
};

/** `i * n + j` → "ij": the names of one letter that stand in the index. */
function indexLetters(index: Expression, nameOf: (variable: Variable) => string): string {
  if (index.kind === "constant" && Number(index.value) >= 0) return String(index.value);
  const letters = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.kind === "variable" && /^[i-l]$/.test(nameOf(expression.variable)))
      letters.add(nameOf(expression.variable));
    partsOf(expression).forEach(visit);
  };
  visit(index);
  return [...letters].join("");
}
