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
} satisfies Record<string, CatalogEntry>;
