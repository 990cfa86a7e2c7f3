/**
 * The helpers of matrices in compressed rows, which a module has where it uses them. The structure is sorted by columns,
 * then by rows, in time that is proportional to what was noted.
 */
import type { ElementType } from "../ir/graph.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import { helperSignature as signature, type ModuleParts } from "./module-parts.ts";

export function compressedTypeText(element: ElementType): string {
  return `{ rowStart: Int32Array; column: Int32Array; value: ${arrayTypeText(element)} }`;
}

/** Of a matrix that is made colour by colour. */
export function colouredTypeText(parts: ModuleParts): string {
  if (parts.lang === "js") return "object";
  const plain = patternTypeText(parts);
  return parts.helper("colouredPattern", "ColouredPattern", (name) =>
    [
      "/** With a colour for each column that has entries, else -1: columns of one colour have no row in common. */",
      `interface ${name} extends ${plain} {`,
      "colours: Int32Array;",
      "colourCount: number;",
      "/** For each colour the last column that could not have it. */",
      "taken: Int32Array;",
      "}",
    ].join("\n"),
  );
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
    ["The rows that were made of it.", "rowStart: Int32Array"],
    ["", "column: Int32Array"],
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

export function newPattern(parts: ModuleParts, isColoured: boolean): string {
  const empty = "new Int32Array(0)";
  const arrays = ["rows", "columns", "order", "starts", "last", "rowStart", "column"].map(
    (name) => `${name}: ${empty}`,
  );
  const members = [
    "count: 0",
    ...arrays,
    ...(isColoured ? [`colours: ${empty}`, "colourCount: 0", `taken: ${empty}`] : []),
  ];
  const type = isColoured ? colouredTypeText(parts) : patternTypeText(parts);
  const returns = parts.lang === "ts" ? `: ${type}` : "";
  const wish = isColoured ? "createColouredPattern" : "createPattern";
  const name = parts.helper(wish, wish, (own) =>
    [`function ${own}()${returns} {`, `return { ${members.join(", ")} };`, "}"].join("\n"),
  );
  return `${name}()`;
}

export function noteName(parts: ModuleParts): string {
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

export function compressName(parts: ModuleParts): string {
  const own = [
    ["pattern", patternTypeText(parts)],
    ["height", "number"],
    ["width", "number"],
  ] as const;
  return parts.helper("compress", "compress", (name) =>
    [
      "/**",
      " * Makes rows of a matrix of this size from the entries that were noted, each once, row after row and in the order of",
      " * their columns. What is outside of it is left out.",
      " */",
      `function ${name}${signature(parts, own, "void")} {`,
      "if (pattern.rowStart.length !== height + 1) pattern.rowStart = new Int32Array(height + 1);",
      "if (pattern.order.length < pattern.count) pattern.order = new Int32Array(pattern.rows.length);",
      "if (pattern.starts.length < width + 1) pattern.starts = new Int32Array(width + 1);",
      "if (pattern.last.length < height) pattern.last = new Int32Array(height);",
      "const { rows, columns, order, starts, last, rowStart } = pattern;",
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
      "if (pattern.column.length !== size) pattern.column = new Int32Array(size);",
      "",
      "const { column } = pattern;",
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

export function colourName(parts: ModuleParts): string {
  const own = [
    ["pattern", colouredTypeText(parts)],
    ["width", "number"],
  ] as const;
  return parts.helper("colour", "colourColumns", (name) =>
    [
      "/** Gives each column the first colour that no column has with which it has a row in common. */",
      `function ${name}${signature(parts, own, "void")} {`,
      "if (pattern.colours.length !== width) pattern.colours = new Int32Array(width);",
      "if (pattern.taken.length !== width) pattern.taken = new Int32Array(width);",
      "const { rows, order, starts, rowStart, column, colours, taken } = pattern;",
      "colours.fill(-1);",
      "taken.fill(-1);",
      "pattern.colourCount = 0;",
      "let k = 0;",
      "for (let c = 0; c < width; c++) {",
      "// Since they were sorted, it is told where the entries of each column end.",
      "const end = starts[c];",
      "if (k === end) continue;",
      "for (; k < end; k++) {",
      "const row = rows[order[k]];",
      "for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {",
      "const other = colours[column[i]];",
      "if (other >= 0) taken[other] = c;",
      "}",
      "}",
      "let own = 0;",
      "while (taken[own] === c) own++;",
      "colours[c] = own;",
      "if (own === pattern.colourCount) pattern.colourCount++;",
      "}",
      "}",
    ].join("\n"),
  );
}

export function startName(element: ElementType, parts: ModuleParts): string {
  const own = [
    ["pattern", patternTypeText(parts)],
    ["matrix", compressedTypeText(element)],
  ] as const;
  const wish = element === "f64" ? "setRows" : `setRows${arrayTypeText(element).replace("Array", "")}`;
  return parts.helper(`start ${element}`, wish, (name) =>
    [
      "/** Gives a matrix the rows of its pattern, whatever was made of them since, and zeros. */",
      `function ${name}${signature(parts, own, "void")} {`,
      "const { rowStart, column } = pattern;",
      "const size = column.length;",
      "if (matrix.rowStart.length !== rowStart.length) matrix.rowStart = new Int32Array(rowStart.length);",
      "if (matrix.column.length !== size) matrix.column = new Int32Array(size);",
      `if (matrix.value.length !== size) matrix.value = ${newArray(element, ["size"], parts.lang).join("")};`,
      "matrix.rowStart.set(rowStart);",
      "matrix.column.set(column);",
      "matrix.value.fill(0);",
      "}",
    ].join("\n"),
  );
}

export function placeName(parts: ModuleParts): string {
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

export function clearName(element: ElementType, parts: ModuleParts): string {
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
