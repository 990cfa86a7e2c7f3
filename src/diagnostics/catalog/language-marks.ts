/** ADJ207x: marks that say what the derivative is. What is wrong with the tag of a rule is in tags.ts. */
import type { CatalogEntry } from "../entry.ts";

export const markEntries = {
  ADJ2070: {
    severity: "error",
    kind: "unsupported",
    title: "A store through stopGradient",
    sentence: "%name% is written through stopGradient, which gives it to be read",
    hint: "write to the array itself",
    page: `\`stopGradient(x)\` of an array is x itself, read as a constant to the derivative. Whether a store through it is a constant for those too that read the
array under its own name, it does not say; so there is none.

    const fixed = stopGradient(x);
    fixed[0] = y;

Mend: \`x[0] = y\`, or \`x[0] = stopGradient(y)\`.`,
  },
  ADJ2071: {
    severity: "error",
    kind: "unsupported",
    title: "What stopGradient cannot hold still",
    sentence: "%what% is no number, array, object or tuple: what it would give is not stopped by stopGradient",
    hint: "put stopGradient around what the function gives: stopGradient(f(x))",
    page: `\`stopGradient\` takes numbers, arrays, and objects and tuples of these. What a function gives depends on what it is called with and what it closes
over, and so does a class.

    const f = stopGradient((t: number) => t * w);

Mend: \`const f = (t: number) => stopGradient(t * w)\`; or mark the function with \`@nondiff\`.`,
  },
} satisfies Record<string, CatalogEntry>;
