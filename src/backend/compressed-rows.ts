/**
 * Matrices in compressed rows as they are printed: their type, what is noted of them before they are filled, and the
 * calls of row-calls.ts. The structure is sorted by columns, then by rows, in time that is proportional to what was noted.
 */
import { assertNever, present } from "../diagnostics/invariant.ts";
import type { CallNode, ElementType, ValueId } from "../ir/graph.ts";
import type { RowCall } from "../ir/row-calls.ts";
import { changedBy } from "../ir/walk.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import type { MatrixLeaf } from "./face.ts";
import type { ModuleParts } from "./module-parts.ts";
import { bind, type Parts, sameArray, template, type Step } from "./steps.ts";

/** A matrix of a derivative, and what is called how there. */
export interface CompressedMatrix {
  readonly leaf: MatrixLeaf;
  /** `out.hessian` */
  readonly place: string;
  /** The variable, and the member of the scratch, in which its entries are noted. */
  readonly pattern: string;
}

export function compressedTypeText(element: ElementType): string {
  return `{ rowStart: Int32Array; column: Int32Array; value: ${arrayTypeText(element)} }`;
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

/** What stands before all notes: nothing is noted, whatever an earlier call that threw has left there. */
export function patternSteps(matrices: readonly CompressedMatrix[], out: string): readonly Step[] {
  if (matrices.length === 0) return [];
  const names = matrices.map(({ pattern }) => pattern);
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
  { leaf, place, pattern }: CompressedMatrix,
  value: ValueId,
  parts: ModuleParts,
): readonly Step[] {
  const { origin, operands } = node;
  const list = (from: readonly ValueId[]): Parts => from.flatMap((each): Parts => [", ", each]);
  switch (verb) {
    case "note":
      return [template([`${noteName(parts)}(${pattern}`, ...list(operands), ");"])];
    case "compress": {
      const [rowStart, column] = node.results;
      return [
        template([`${compressName(leaf.element, parts)}(${pattern}, ${place}`, ...list(operands), ");"]),
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

export function patternTypeText(parts: ModuleParts): string {
  if (parts.lang === "js") return "object";
  const members = [
    ["The rows and the columns of what was noted, in the order in which it was found.", "rows: Int32Array"],
    ["", "columns: Int32Array"],
    ["How much that is.", "count: number"],
    [
      "What was noted, sorted by columns; where each of them starts; and of each row the last entry.",
      "order: Int32Array",
    ],
    ["", "starts: Int32Array"],
    ["", "last: Int32Array"],
  ];
  return parts.helper("pattern", "Pattern", (name) =>
    [
      "/** Which entries a matrix has. */",
      `interface ${name} {`,
      ...members.flatMap(([doc, member]) => [...(doc === "" ? [] : [`/** ${doc} */`]), `${member};`]),
      "}",
    ].join("\n"),
  );
}

export function newPattern(parts: ModuleParts): string {
  const empty = "new Int32Array(0)";
  const returns = parts.lang === "ts" ? `: ${patternTypeText(parts)}` : "";
  const name = parts.helper("createPattern", "createPattern", (own) =>
    [
      `function ${own}()${returns} {`,
      `return { rows: ${empty}, columns: ${empty}, count: 0, order: ${empty}, starts: ${empty}, last: ${empty} };`,
      "}",
    ].join("\n"),
  );
  return `${name}()`;
}

/** The parameters of a helper, with their types in TypeScript. */
function signature(parts: ModuleParts, parameters: readonly (readonly [string, string])[], returns: string): string {
  if (parts.lang === "js") return `(${parameters.map(([name]) => name).join(", ")})`;
  return `(${parameters.map(([name, type]) => `${name}: ${type}`).join(", ")}): ${returns}`;
}

function noteName(parts: ModuleParts): string {
  const own = [
    ["pattern", patternTypeText(parts)],
    ["row", "number"],
    ["first", "number"],
    ["count", "number"],
  ] as const;
  const grow = parts.grow("i32");
  return parts.helper("note", "note", (name) =>
    [
      "/** Notes so many entries of a row, from a column on. */",
      `function ${name}${signature(parts, own, "void")} {`,
      "if (pattern.rows.length < pattern.count + count) {",
      `pattern.rows = ${grow}(pattern.rows, pattern.count + count);`,
      `pattern.columns = ${grow}(pattern.columns, pattern.count + count);`,
      "}",
      "const { rows, columns } = pattern;",
      "for (let column = first; column < first + count; column++) {",
      "rows[pattern.count] = row;",
      "columns[pattern.count++] = column;",
      "}",
      "}",
    ].join("\n"),
  );
}

function compressName(element: ElementType, parts: ModuleParts): string {
  const own = [
    ["pattern", patternTypeText(parts)],
    ["matrix", compressedTypeText(element)],
    ["height", "number"],
    ["width", "number"],
  ] as const;
  const wish = element === "f64" ? "compress" : `compress${arrayTypeText(element).replace("Array", "")}`;
  return parts.helper(`compress ${element}`, wish, (name) =>
    [
      "/**",
      " * Gives a matrix of this size the entries that were noted, each once, row after row and in the order of their columns,",
      " * all 0. What is outside of it is left out.",
      " */",
      `function ${name}${signature(parts, own, "void")} {`,
      "if (matrix.rowStart.length !== height + 1) matrix.rowStart = new Int32Array(height + 1);",
      "if (pattern.order.length < pattern.count) pattern.order = new Int32Array(pattern.rows.length);",
      "if (pattern.starts.length < width + 1) pattern.starts = new Int32Array(width + 1);",
      "if (pattern.last.length < height) pattern.last = new Int32Array(height);",
      "const { rows, columns, order, starts, last } = pattern;",
      "const { rowStart } = matrix;",
      "starts.fill(0);",
      "let count = 0;",
      "for (let k = 0; k < pattern.count; k++) {",
      "const row = rows[k];",
      "const column = columns[k];",
      "if (row < 0 || row >= height || column < 0 || column >= width) continue;",
      "rows[count] = row;",
      "columns[count++] = column;",
      "starts[column + 1]++;",
      "}",
      "for (let c = 0; c < width; c++) starts[c + 1] += starts[c];",
      "for (let k = 0; k < count; k++) order[starts[columns[k]]++] = k;",
      "",
      "rowStart.fill(0);",
      "last.fill(-1);",
      "for (let k = 0; k < count; k++) {",
      "const row = rows[order[k]];",
      "if (last[row] === columns[order[k]]) continue;",
      "last[row] = columns[order[k]];",
      "rowStart[row + 1]++;",
      "}",
      "for (let r = 0; r < height; r++) rowStart[r + 1] += rowStart[r];",
      "const size = rowStart[height];",
      "if (matrix.column.length !== size) matrix.column = new Int32Array(size);",
      `if (matrix.value.length !== size) matrix.value = ${newArray(element, ["size"], parts.lang).join("")};`,
      "matrix.value.fill(0);",
      "",
      "const { column } = matrix;",
      "for (let r = 0; r < height; r++) last[r] = rowStart[r];",
      "for (let k = 0; k < count; k++) {",
      "const row = rows[order[k]];",
      "const at = last[row];",
      "if (at > rowStart[row] && column[at - 1] === columns[order[k]]) continue;",
      "column[at] = columns[order[k]];",
      "last[row] = at + 1;",
      "}",
      "}",
    ].join("\n"),
  );
}

function placeName(parts: ModuleParts): string {
  const own = [
    ["rowStart", "Int32Array"],
    ["column", "Int32Array"],
    ["row", "number"],
    ["wanted", "number"],
  ] as const;
  return parts.helper("entryAt", "entryAt", (name) =>
    [
      "/** Where the entry of a row in a column stands; one in a column below 0 would stand before the first. Outside of the matrix there is none. */",
      `function ${name}${signature(parts, own, "number")} {`,
      "if (!(row >= 0 && row < rowStart.length - 1)) return NaN;",
      "if (wanted < 0) return rowStart[row] + wanted;",
      "let low = rowStart[row];",
      "let high = rowStart[row + 1];",
      "while (low < high) {",
      "const middle = (low + high) >> 1;",
      "if (column[middle] < wanted) low = middle + 1;",
      "else high = middle;",
      "}",
      "return low;",
      "}",
    ].join("\n"),
  );
}

function clearName(element: ElementType, parts: ModuleParts): string {
  const own = [
    ["value", arrayTypeText(element)],
    ["rowStart", "Int32Array"],
    ["column", "Int32Array"],
    ["row", "number"],
    ["first", "number"],
    ["end", "number"],
  ] as const;
  const wish = element === "f64" ? "clear" : `clear${arrayTypeText(element).replace("Array", "")}`;
  return parts.helper(`clear ${element}`, wish, (name) =>
    [
      "/** The entries of a row from a column up to another are 0. */",
      `function ${name}${signature(parts, own, "void")} {`,
      "for (let k = rowStart[row]; k < rowStart[row + 1]; k++) if (column[k] >= first && column[k] < end) value[k] = 0;",
      "}",
    ].join("\n"),
  );
}
