import type { CatalogEntry } from "../entry.ts";

/** ADJ29xx: syntax that the fence (src/frontend/fence.ts) refuses before anything is lowered. */
export const syntaxEntries = {
  ADJ2901: {
    severity: "error",
    kind: "underivable",
    title: "Asynchronous function or generator",
    sentence: "%what% cannot be differentiated: a derivative needs a function that runs to its end at once",
    hint: "fetch the data first, and tag a plain function of it",
    page: `\`async\` functions, \`await\` and \`for await\` stop in the middle. The reverse sweep runs from the end of a function to its
begin, so the function has to reach its end. So does a tagged generator. One that the tagged function calls is fine, where it is
gone through at once and once: in \`for … of\`, in a spread, or in \`Array.from\`, with \`yield\` as statements.

    /** @grad w */
    export async function loss(w: number) { return w * (await label()); }

Mend:

    /** @grad w */
    export function loss(w: number, label: number) { return w * label; }`,
  },
  ADJ2902: {
    severity: "error",
    kind: "unsupported",
    title: "try and catch",
    sentence: "try is not supported in a differentiated function",
    hint: "test for the condition with if, or catch around the call of the generated function",
    page: `Where an exception leaves the middle of an expression, the state that the reverse sweep would start from is not known.

    try { s += solve(x); } catch { s += 0; }

Mend: test before, \`if (canSolve(x)) s += solve(x);\`. A \`throw\` is fine: it reaches the caller of the generated function.`,
  },
  ADJ2903: {
    severity: "error",
    kind: "unsupported",
    title: "Parts of classes",
    sentence: "%what% is not supported in a differentiated function yet",
    hint: "pass the object to a plain function",
    page: `Small classes are followed: fields, constructors, methods, accessors, static members, \`extends\`. Not supported yet are static
blocks, classes that extend one of JavaScript's own, and \`this\` where no object is known: in the tagged function itself, and
in a function that is called by its name alone.

    class Weights extends Array<number> { sum() { return this.reduce((a, b) => a + b, 0); } }

Mend: \`const sum = (weights: number[]) => weights.reduce((a, b) => a + b, 0);\`.`,
  },
  ADJ2904: {
    severity: "error",
    kind: "underivable",
    title: "bigint",
    sentence: "a bigint has no derivative",
    hint: "use numbers",
    page: `Integers of arbitrary size are not real numbers that could be differentiated, and they do not mix with numbers.

    const scale = 10n;

Mend: \`const scale = 10;\`.`,
  },
  ADJ2905: {
    severity: "error",
    kind: "unsupported",
    title: "Syntax that is not differentiated",
    sentence: "%what% is not supported in a differentiated function",
    hint: "write the same with plain statements, loops and functions",
    page: `Numeric code does not need it, so adjoint-gen does not differentiate it: \`with\`, \`delete\`, \`for … in\` over arrays, tagged
templates, JSX, \`import()\`, decorators, namespaces.

    for (const k in x) s += x[k];

Mend: write the same with arrays, loops over indices, and plain functions.`,
  },
} satisfies Record<string, CatalogEntry>;
