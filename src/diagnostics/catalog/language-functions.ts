import type { CatalogEntry } from "../entry.ts";

/** Functions that call themselves. */
export const functionEntries = {
  ADJ2003: {
    severity: "error",
    kind: "underivable",
    title: "Recursion without an end",
    sentence: "%callee% calls itself on every way through it, so that it never comes back",
    hint: "give it a way that ends without calling itself",
    page: `A function that calls itself needs a way through it that does not: the case in which it ends.

    function power(x: number, n: number): number { return x * power(x, n - 1); }

Mend: \`return n === 0 ? 1 : x * power(x, n - 1);\`.`,
  },
  ADJ2080: {
    severity: "error",
    kind: "unsupported",
    title: "What goes into or out of a recursion",
    sentence: "%callee% calls itself %what%, which is not supported yet",
    hint: "pass and return numbers, arrays, and objects of these",
    page: `A function that calls itself is not taken apart at its call: it stays a function, which takes and gives numbers, arrays, and objects and
tuples of these. What else it is given (a function, a text) must be known at compile time and the same in all its calls of one kind; it cannot
be one of two arrays or functions. A function of a package that hands itself another function in every call is written out four times, and throws
where it calls itself once more.

    function walk(f: (x: number) => number, x: number, n: number): number {
      return n === 0 ? f(x) : walk(x > 0 ? Math.sin : Math.cos, f(x), n - 1);
    }

Mend: pass what decides, and decide where it is used.`,
  },
  ADJ2081: {
    severity: "error",
    kind: "unsupported",
    title: "An array of unknown length from a recursion",
    sentence: "how long the array is that %callee% gives back is not known before it is called",
    hint: "let the caller make the array and pass it, to be filled",
    page: `The array that a recursive function gives back is made by whoever calls it. So its length must follow from what the function is given, in the
same way on each way through it.

    function positive(x: Float64Array, n: number): Float64Array { … return n === 0 ? x.slice(0, count) : positive(…); }

Mend: pass an array with room for all, and give back how many entries of it are used.`,
  },
  ADJ2082: {
    severity: "error",
    kind: "unsupported",
    title: "A variable that a recursion assigns",
    sentence:
      "%callee% calls itself and assigns %name%, which it has from around it or from an object that it is given",
    hint: "return the new value, or keep it in a typed array",
    page: `A recursive function may read the variables of the function around it, and the members of objects that it is given. It may write to arrays, but it
cannot assign those variables or members.

    let count = 0;
    const walk = (n: number): number => { count++; return n === 0 ? x : walk(n - 1); };

Mend: return the count too, or keep it in a typed array of one entry: \`const count = new Float64Array(1);\`.`,
  },
  ADJ2083: {
    severity: "error",
    kind: "unsupported",
    title: "A number of its own in each column",
    sentence: "@%tag% of %function% runs once for each column, and %what% would be another number in each of them",
    hint: "call it before loops, branches and recursion, or pass its numbers as a parameter",
    page: `The Jacobian or Hessian of a function that calls itself is made column by column, each by a run of its own, and all of them must have the same
numbers. One that is asked for once is kept for all columns; in a loop, a branch or the recursion there may be many.

    function walk(x: number, n: number): number { return n <= 0 ? x : Math.sin(walk(x, n - 1) * Math.random()); }
    /** @jacobian x */
    export function f(x: number, n: number) { return walk(x, n); }

Mend: pass an array of random numbers, or \`const r = Math.random()\` in \`f\` and pass \`r\`.`,
  },
} satisfies Record<string, CatalogEntry>;
