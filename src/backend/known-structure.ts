/**
 * What a structure that is kept from call to call was found from: the numbers that decide it, one after the other. Where a
 * call has others it is not known, until it has been found anew.
 */
import type { ValueId, ValueType } from "../ir/graph.ts";
import { helperSignature, type ModuleParts } from "./module-parts.ts";
import { type Step, template } from "./steps.ts";

export function structureTypeText(parts: ModuleParts): string {
  if (parts.lang === "js") return "object";
  return parts.helper("structure", "Structure", (name) =>
    [
      "/** What decides which entries there are, in the order in which it is compared, and whether they are known. */",
      `interface ${name} {`,
      "numbers: Float64Array;",
      "count: number;",
      "isKnown: boolean;",
      "}",
    ].join("\n"),
  );
}

export const newStructure = "{ numbers: new Float64Array(0), count: 0, isKnown: false }";

/** `structure`: the variable. */
export function comparison(structure: string, value: ValueId, type: ValueType, parts: ModuleParts): Step {
  if (typeof type === "object") return template([`${compareAllName(parts)}(${structure}, `, value, ");"]);
  const number = type === "boolean" ? ["Number(", value, ")"] : [value];
  return template([`${compareName(parts)}(${structure}, `, ...number, ");"]);
}

function compareName(parts: ModuleParts): string {
  const own = [
    ["structure", structureTypeText(parts)],
    ["value", "number"],
  ] as const;
  const grow = parts.grow("f64");
  return parts.helper("compare", "compare", (name) =>
    [
      "/** Where this was another number when the structure was found, it is not known. */",
      `function ${name}${helperSignature(parts, own, "void")} {`,
      `if (structure.numbers.length === structure.count) structure.numbers = ${grow}(structure.numbers, structure.count + 1);`,
      "if (structure.numbers[structure.count] !== value) {",
      "structure.numbers[structure.count] = value;",
      "structure.isKnown = false;",
      "}",
      "structure.count++;",
      "}",
    ].join("\n"),
  );
}

function compareAllName(parts: ModuleParts): string {
  const own = [
    ["structure", structureTypeText(parts)],
    ["array", "ArrayLike<number>"],
  ] as const;
  const compare = compareName(parts);
  return parts.helper("compareAll", "compareAll", (name) =>
    [
      `function ${name}${helperSignature(parts, own, "void")} {`,
      `${compare}(structure, array.length);`,
      `for (let i = 0; i < array.length; i++) ${compare}(structure, array[i]);`,
      "}",
    ].join("\n"),
  );
}
