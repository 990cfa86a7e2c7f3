import type { CatalogEntry } from "../entry.ts";

/** ADJ3xxx: legal, and often not what is meant. The output is written all the same. */
export const trapEntries = {
  ADJ3001: {
    severity: "warning",
    kind: "trap",
    title: "A gradient that is always 0",
    sentence: "the gradient of %function% in %name% is 0, whatever comes in",
    hint: "leave %name% out of the tag, or look for where the dependence ends: a rounding, a comparison, an integer array",
    page: `The function does not depend on a parameter that is asked for, or only by ways that have derivative 0: roundings,
comparisons, integers, indices. Steps of an optimiser would never change it. A parameter without names in the tag whose name begins with
\`_\` is taken to be unused on purpose.

    /** @grad x, y */
    export function f(x: number, y: number) { return x * Math.round(y); }

Mend: take the rounding out, or ask for \`@grad x\` alone.`,
  },
  ADJ3002: {
    severity: "warning",
    kind: "trap",
    title: "Floats compared for equality",
    sentence: "%what% compares floats for equality, which holds by chance alone",
    hint: "compare with a tolerance: Math.abs(%left% - %right%) < 1e-12",
    page: `Two numbers that are computed are hardly ever equal to the last bit, and where they are, the derivative is that of the branch
taken, which may be another than the derivative beside it. Comparisons with a constant (\`x === 0\` before a division) are how singular
points are guarded, and \`x !== x\` is a test for NaN: neither is reported.

    return a === b ? a : (a - b) / Math.log(a / b); // by a: 1 where they are equal, and close to 0.5 beside it

Mend: \`Math.abs(a - b) < 1e-9 ? 0.5 * (a + b) : (a - b) / Math.log(a / b)\`.`,
  },
  ADJ3003: {
    severity: "warning",
    kind: "trap",
    title: "A derivative that is infinite at 0",
    sentence: "the derivative of %what% is infinite where %argument% is 0%reason%",
    hint: "%mend%",
    page: `A root is finite at 0, and its derivative is not: one such point makes the gradient infinite, or NaN. It is reported where the
argument is a parameter itself, or a sum of squares of parameters (or of differences of them) to which nothing is added, unless a condition
of the function looks at it. Logarithms, quotients and negative powers show by their value that they are singular, and are reported where
the defaults of the parameters make them so.

    /** @grad x, y */
    export function length(x: number, y: number) { return Math.sqrt(x * x + y * y); }

Mend: \`Math.hypot(x, y)\`, whose derivative at 0 is 0; or add a small number, \`Math.sqrt(x * x + y * y + 1e-12)\`; or branch, since the
derivative is that of the branch taken: \`x > 0 ? Math.sqrt(x) : 0\`.`,
  },
  ADJ3004: {
    severity: "warning",
    kind: "trap",
    title: "A float hidden in an integer",
    sentence: "%what% is a whole number, and what goes on through it has derivative 0",
    hint: "leave the rounding out where the derivative is to go on; it is right for indices, and for x - Math.floor(x)",
    page: `\`Math.round(x)\`, \`Math.floor(x)\`, \`x | 0\` and a store into an integer array are flat between their steps, so their derivative
is 0, and none of what depends on \`x\` through them has a share in the gradient. Not reported: what is only an index, a bound or a condition,
and what rounds to take a fraction, \`x - Math.floor(x)\`.

    /** @grad price */
    export function cost(price: number, amount: number) { return Math.round(price * 100) / 100 * amount; }

Mend: round outside of what is differentiated.`,
  },
  ADJ3005: {
    severity: "warning",
    kind: "trap",
    title: "A loop that keeps more than the limit",
    sentence: "the reverse sweep keeps %size% of this loop, and the limit is %limit%",
    hint: "put // @checkpoint before the loop, and its rounds are run again from a few that are kept; or allow more: --max-scratch",
    page: `What the reverse of a loop needs of each round is kept in arrays as long as the loop has rounds. Where their length is known
before the function runs, and they take more bytes together than \`--max-scratch\` allows (256 MiB without it), this is said: a call would
take that memory, or fail. Where lengths are parameters nothing is known, and nothing said. The output is the same whatever the limit is.

    /** @grad x */
    export function wander(x: number) {
      for (let t = 0; t < 100_000_000; t++) x = Math.sin(x) + 0.1;
      return x;
    }

Mend: a mark before the loop, \`// @checkpoint\` (about as many snapshots as the square root of the rounds) or \`// @checkpoint 500\`, has
the reverse run rounds again and keep no more than these.`,
  },
} satisfies Record<string, CatalogEntry>;
