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
  ADJ2073: {
    severity: "error",
    kind: "unsupported",
    title: "A call that its rule cannot be attached to",
    sentence: "%function% has a rule, and %what%, which is not supported yet",
    hint: "let the function give numbers, and take numbers, arrays, and objects and tuples of these",
    page: `A function with a rule (\`@vjpOf\`, \`@jvpOf\`) gives a number, or an object or tuple of numbers, and writes nothing. It may be given numbers, arrays,
and objects and tuples of these; a \`@jvpOf\` numbers alone.

    function softmax(x: Float64Array): Float64Array { … }
    /** @vjpOf softmax */
    function softmaxVjp(x: Float64Array, seed: Float64Array): Float64Array { … }

Mend: give the rule to a function that gives one number, such as the loss; or leave the rule out: the body is differentiated then.`,
  },
  ADJ2074: {
    severity: "error",
    kind: "unsupported",
    title: "A rule that is not linear",
    sentence: "%rule% is not seen to be linear in %by%",
    hint: "multiply by it, and compute what it is multiplied with from the other parameters alone",
    page: `What a rule gives is a multiple of its seed, or a sum of multiples of its tangents. It is computed once, for a seed of 1, where the call stands;
so each of them has to be a factor, outside of conditions and of functions that are not linear. A \`@vjpOf\` of numbers may do anything with its
seed that takes no loop and no array (clip it, for instance); it is for reverse mode alone then.

    /** @jvpOf relu */
    function reluJvp(x: number, dx: number) { return dx > 0 ? dx : 0; }

Mend: \`return x > 0 ? dx : 0\`.`,
  },
} satisfies Record<string, CatalogEntry>;
