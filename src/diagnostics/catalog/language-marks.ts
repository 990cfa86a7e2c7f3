/** ADJ207x: marks that say what the derivative is. What is wrong with the tag of a rule is in tags.ts. */
import type { CatalogEntry } from "../entry.ts";

export const markEntries = {
  ADJ2070: {
    severity: "error",
    kind: "unsupported",
    title: "A store into what is held still",
    sentence: "%name% is written by a name that is for reading it as a constant",
    hint: "write to the array itself",
    page: `\`stopGradient(x)\` of an array is x itself, read as a constant to the derivative. Whether a store through it is a constant for those too that read the
array under its own name, it does not say; so there is none. The same goes for an array that a function marked with \`@nondiff\` was given and gives back.

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
    hint: "leave the rule out, and its function is differentiated as it is written; of arrays, a @jvpOf may mix the entries",
    page: `A function with a rule gives a number, an array of numbers, or an object or tuple of numbers, and writes nothing that it is given. It may be
given numbers, arrays, and objects and tuples of these. Of an array that it gives, a \`@vjpOf\` takes each entry for itself: the gradient
at k is a multiple of the seed at k. A \`@jvpOf\` may make each entry of the tangent of all that it is given.

    function softmax(x: Float64Array): Float64Array { … }
    /** @vjpOf softmax */
    function softmaxVjp(x: Float64Array, seed: Float64Array): Float64Array { … }

Mend: a \`@jvpOf softmax\`, which serves reverse mode too; or no rule.`,
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
  ADJ2075: {
    severity: "error",
    kind: "unsupported",
    title: "A derivative that a rule does not say",
    sentence: "@%tag% of %function% goes through a call with %what%",
    page: `A \`@vjpOf\` that does something else with its seed than to multiply it (clips it, say) has no counterpart in forward mode, and none in second
derivatives. A \`@jvpOf\` of arrays is run backwards for \`@grad\` and \`@vjp\`; for \`@hvp\` that is not supported yet.

    /** @vjpOf clip */
    function clipVjp(x: number, seed: number) { return Math.max(-1, Math.min(1, seed)); }
    /** @jvp x */
    export function loss(x: number) { return clip(x) ** 2; }

Mend: a \`@jvpOf clip\` beside it, for \`@jvp\`.`,
  },
  ADJ2076: {
    severity: "error",
    kind: "unsupported",
    title: "A loop that cannot be run again",
    sentence: "the loop cannot be run again from a snapshot, since %why%",
    hint: "leave @checkpoint out, and what the reverse needs of each round is kept",
    page: `A loop with \`@checkpoint\` is run again, in part, when it is reversed. So it must do the same each time, and what it changes must have a size
that is known before it runs: no \`Math.random()\` or \`Date.now()\`, no array that grows, and (in this version) no array of arrays that it writes.

    // @checkpoint 20
    for (let t = 0; t < steps; t++) x += Math.sqrt(dt) * Math.random();

Mend: draw the numbers before the loop.

    for (let t = 0; t < steps; t++) noise[t] = Math.random();
    // @checkpoint 20
    for (let t = 0; t < steps; t++) x += Math.sqrt(dt) * noise[t];`,
  },
  ADJ2077: {
    severity: "error",
    kind: "unsupported",
    title: "A fixed point whose derivative cannot be solved for",
    sentence: "the derivative at the fixed point cannot be solved for, since %why%",
    hint: "write a round that always does the same, and leave the loop by its condition or by one break",
    page: `The derivative of a loop with \`@fixedpoint\` is solved for from one round of it, at the solution. So a round must do the same each time, what it
changes must have a size that is known before the loop, and what the loop gives must be what its rounds give: one \`return\` or \`break\` may
give something more.

    // @fixedpoint
    while (true) {
      const next = 0.5 * (x + a / x);
      if (next === x) return next;
      if (Math.abs(next - x) < 1e-14) return 0.5 * (next + x);
      x = next;
    }

Mend: leave it in one way.

    // @fixedpoint
    while (Math.abs(x * x - a) > 1e-14) x = 0.5 * (x + a / x);`,
  },
} satisfies Record<string, CatalogEntry>;
