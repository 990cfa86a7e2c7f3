/** ADJ206x: arrays of arrays and objects. */
import type { CatalogEntry } from "../entry.ts";

export const nestedEntries = {
  ADJ2060: {
    severity: "error",
    kind: "unsupported",
    title: "A row or object that is replaced in a parameter",
    sentence:
      "%what% is replaced in an array that comes in, which is not supported yet: only its numbers may be written",
    hint: "write its entries one by one",
    page: `What stands in a nested parameter stays the same array or object for the derivative: numbers within may be written, rows and objects may not be
replaced or change places.

    [A[k], A[p]] = [A[p], A[k]];

Mend: swap the rows of a copy, \`const M = A.map((row) => row.slice());\`.`,
  },
  ADJ2061: {
    severity: "error",
    kind: "unsupported",
    title: "Rows or objects that cannot be kept one after the other",
    sentence: "these rows or objects are not supported yet: %reason%",
    hint: "make each row or object where it is put into the array, all alike, and write their entries",
    page: `An array of rows or objects that the function makes is kept in one array for each of their members, entry after entry. So arrays in them
have one length, each is new and used under the array's name alone from then on. Some members may be missing: numbers and booleans. One is
replaced by another of the same array, or by a new one of the same length; then the old one is not used under a name that it had before.
Rows of numbers may have different lengths, \`L[i] = new Float64Array(i + 1)\`, and get longer by themselves, \`groups[k].push(x)\`, where they
do not change places; these are not given back.

    const shared = new Array(m).fill(0);
    const rows = Array.from({ length: n }, () => shared);

Mend: \`Array.from({ length: n }, () => new Array(m).fill(0))\`; to replace a row, \`for (let j = 0; j < m; j++) rows[i][j] = next[j];\`.`,
  },
} satisfies Record<string, CatalogEntry>;
