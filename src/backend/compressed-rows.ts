/** Matrices in compressed rows as they are printed: their type, what stands before them, and the calls of row-calls.ts. */
import { assertNever, present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { CallNode, ElementType, ValueId } from "../ir/graph.ts";
import type { RowCall } from "../ir/row-calls.ts";
import { changedBy } from "../ir/walk.ts";
import { newArray } from "./array-types.ts";
import type { MatrixLeaf } from "./face.ts";
import type { ModuleParts } from "./module-parts.ts";
import { comparison } from "./known-structure.ts";
import { clearName, colourName, compressName, noteName, placeName, startName } from "./row-helpers.ts";
import { bind, type Parts, sameArray, template, type Step } from "./steps.ts";

/** A matrix of a derivative, and what is called how there. */
export interface CompressedMatrix {
  readonly leaf: MatrixLeaf;
  /** `out.hessian` */
  readonly place: string;
  /** The variable, and the member of the scratch, in which its entries are noted. */
  readonly pattern: string;
  /** The same for what decides the structure of all matrices. */
  readonly structure: string;
}

/** The first call finds out how many entries there are. */
export function compressedCreation(element: ElementType, rows: ValueId | undefined, lang: "ts" | "js"): Parts {
  return [
    "{ rowStart: new Int32Array(",
    ...(rows === undefined ? ["1"] : [rows, " + 1"]),
    "), column: new Int32Array(0), value: ",
    ...newArray(element, ["0"], lang),
    " }",
  ];
}

/** What stands before all notes: nothing is noted, nor compared, whatever an earlier call that threw has left there. */
export function patternSteps(names: readonly string[], out: string): readonly Step[] {
  if (names.length === 0) return [];
  return [
    template([`const { ${names.join(", ")} } = ${out}.scratch;`]),
    ...names.map((name) => template([`${name}.count = 0;`])),
  ];
}

/** The number of rows is that of the call. `rows`: it, where it is known when the derivative is made. */
export function compressedChecks({ leaf: { length }, place }: CompressedMatrix, rows: number | undefined): Step {
  const needed: Parts = rows === undefined ? [length, " + 1"] : [String(rows + 1)];
  const text = rows === undefined ? ["${", ...needed, "}"] : needed;
  return template([
    `if (${place}.rowStart.length !== `,
    ...needed,
    `) throw new RangeError(\`${place}.rowStart has length \${${place}.rowStart.length}, but `,
    ...text,
    " entries are needed`);",
  ]);
}

/** `value` is the array of the values of the matrix. */
export function rowCallSteps(
  node: CallNode,
  { verb }: RowCall,
  { leaf, place, pattern, structure }: CompressedMatrix,
  value: ValueId,
  parts: ModuleParts,
  builder: GraphBuilder,
): readonly Step[] {
  const { origin, operands } = node;
  const list = (from: readonly ValueId[]): Parts => from.flatMap((each): Parts => [", ", each]);
  switch (verb) {
    case "note":
      return [template([`${noteName(parts)}(${pattern}`, ...list(operands), ");"])];
    case "compare": {
      const compared = present(operands[0]);
      return [comparison(structure, compared, builder.typeOf(compared), parts)];
    }
    case "isUnknown":
      return [template([`!${structure}.isKnown`], { result: present(node.results[0]), origin })];
    case "keep":
      return [template([`${structure}.isKnown = true;`])];
    case "compress":
      return [template([`${compressName(parts)}(${pattern}`, ...list(operands), ");"])];
    case "colour":
      return [template([`${colourName(parts)}(${pattern}`, ...list(operands), ");"])];
    case "colours": {
      const [colours, count] = node.results;
      return [
        bind(pattern, [
          { key: "colours", value: present(colours) },
          { key: "colourCount", value: present(count) },
        ]),
      ];
    }
    case "start": {
      const [rowStart, column] = node.results;
      return [
        template([`${startName(leaf.element, parts)}(${pattern}, ${place});`]),
        bind(place, [
          { key: "rowStart", value: present(rowStart) },
          { key: "column", value: present(column) },
          { key: "value", value },
        ]),
      ];
    }
    case "place": {
      const [first, ...rest] = operands;
      const found: Parts = [`${placeName(parts)}(`, present(first), ...list(rest), ")"];
      return [template(found, { result: present(node.results[0]), acts: true, origin })];
    }
    case "clear": {
      const [array, ...others] = operands;
      const writes = [present(array)];
      const after = changedBy(node).map(({ array: before, next }) => sameArray(before, next));
      const [rowStart, row, next, ...rest] = others;
      if (rest.length === 0) {
        const start = present(rowStart);
        const range: Parts = [start, "[", present(row), "], ", start, "[", present(next), "]"];
        return [template([present(array), ".fill(0, ", ...range, ");"], { writes, origin }), ...after];
      }
      const call: Parts = [`${clearName(leaf.element, parts)}(`, present(array), ...list(others), ");"];
      return [template(call, { writes, origin }), ...after];
    }
    default:
      return assertNever(verb);
  }
}
