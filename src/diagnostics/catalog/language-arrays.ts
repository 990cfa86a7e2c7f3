import type { CatalogEntry } from "../entry.ts";

/** ADJ203x: arrays that the lowering cannot follow. */
export const arrayEntries = {
  ADJ2030: {
    severity: "error",
    kind: "unsupported",
    title: "Array method",
    sentence: "the array method %method% is not supported yet",
    hint: "write the loop",
    page: `Supported are \`at\`, \`concat\`, \`copyWithin\`, \`entries\`, \`every\`, \`fill\`, \`filter\`, \`find\`, \`findIndex\`, \`findLast\`, \`findLastIndex\`,
\`flatMap\`, \`forEach\`, \`includes\`, \`indexOf\`, \`keys\`, \`lastIndexOf\`, \`map\`, \`reduce\`, \`reduceRight\`, \`reverse\`, \`set\`, \`slice\`, \`some\`,
\`sort\`, \`subarray\`, \`toReversed\`, \`toSorted\`, \`values\`, \`with\`; and \`push\`, \`pop\`, \`shift\`, \`unshift\` of local arrays.

    const sorted = x.sort();

A \`number[]\` is sorted as text where no comparison is given.

Mend: \`x.sort((a, b) => a - b)\`. What no method does, write as a loop.`,
  },
  ADJ2031: {
    severity: "error",
    kind: "unsupported",
    title: "An array whose length changes",
    sentence: "the length of %name% changes here, which is not supported yet",
    hint: "change a copy: [...x], or x.slice()",
    page: `Local arrays may grow and shrink. Parameters keep their length, so that a gradient has the length of its parameter; so do the
arrays that change places in a loop.

    export function f(x: number[]) { x.push(1); … }

Mend: \`const y = [...x, 1];\`.`,
  },
  ADJ2032: {
    severity: "error",
    kind: "unsupported",
    title: "An array of arrays",
    sentence: "%what% holds something other than numbers, which is not supported yet",
    hint: "push the rows one after the other, or keep them in one array, indexed by i * columns + j",
    page: `An array of rows starts with its rows, or gets one after the other, by \`push\` or at the next index. What it holds are new rows of
numbers, or objects.

    const rows = [x.subarray(0, 2), x.subarray(2, 4)];
    return rows[i][j];

Mend: \`x[2 * i + j]\`.`,
  },
  ADJ2033: {
    severity: "error",
    kind: "unsupported",
    title: "An array that cannot be followed through a branch",
    sentence: "which array %name% is after this branch cannot be followed yet",
    hint: "allocate the array before the branch, and fill it within",
    page: `A variable may stand for one of two arrays after a branch, if both exist before it or have a length that is known before it.

    let y = x;
    if (c) { const m = count(x); y = new Float64Array(m); }

Mend: allocate it before the branch.`,
  },
  ADJ2034: {
    severity: "error",
    kind: "unsupported",
    title: "An array that cannot be followed through a loop",
    sentence: "which array %name% is in the next round of this loop cannot be followed yet",
    hint: "swap two arrays with [a, b] = [b, a] in every round, outside of branches, or copy with a.set(b)",
    page: `Arrays may change places in a loop: \`[h, next] = [next, h]\`, or \`h = next\` with a new \`next\` in each round, of whatever length. Each
variable must hold an array of its own at the end of a round. The swap has to happen in every round: under a condition (\`if (i % 2 === 0) [a, b] = [b, a]\`) it is not followed. Arrays that come in as parameters do not change places: copies
of them may (\`let src = x.slice()\`).

    for (let t = 0; t < n; t++) { previous = current; current = table; }

Mend: \`previous.set(current); current.set(table);\`.`,
  },
  ADJ2035: {
    severity: "error",
    kind: "unsupported",
    title: "An array that was lost in a loop",
    sentence: "which array %name% is, is not known here: it changed places in a loop",
    hint: "use it under the name that the loop gives to it, or copy it before the loop with slice()",
    page: `After a loop in which arrays change places, it depends on the number of rounds which of them a name from before the loop stands for.

    const first = h;
    for (let t = 0; t < n; t++) [h, next] = [next, h];
    return first[0];

Mend: \`const first = h.slice();\`.`,
  },
  ADJ2037: {
    severity: "error",
    kind: "unsupported",
    title: "Arrays that grow without a bound and change places",
    sentence:
      "how long %name% becomes is not known before it is filled, and it changes places with another, which is not supported yet",
    hint: "keep the arrays in their places and copy what is in them, or fill them in loops that count",
    page: `A local array may grow in a loop of whatever kind: \`while (queue.length > 0) { …; queue.push(v); }\`. Where arrays change places, how long
they become must be told where they are made: entries are added in loops that count, under conditions or not.

    while (x > tolerance) { now.push(x); next.push(x * x); x /= 2; }
    for (let k = 0; k < n; k++) [now, next] = [next, now];

Mend: \`for (let i = 0; i < limit && x > tolerance; i++) { now.push(x); … }\`.`,
  },
  ADJ2038: {
    severity: "error",
    kind: "unsupported",
    title: "An entry that may not be set",
    sentence: "%what% depends on which entries of a new array are set, which is not followed",
    hint: "fill the array where it is made: new Array<number>(n).fill(0)",
    page: `\`new Array(n)\` has a length and no entries: until one is set it is \`undefined\`, and \`map\`, \`forEach\` and their like pass over it. Here
the entries are zeros, which is the same where each is set before it is read. A test for \`undefined\` or NaN is refused unless it is known that
all are set: by \`fill\`, or by a loop over all of them.

    const seen = new Array<number>(n);
    for (let i = 0; i < n; i++) sum += seen[index[i]] ??= f(i);

Mend: \`const seen = new Array<number>(n).fill(-1);\`, and ask whether the entry is below 0; or \`Array.from({ length: n }, fn)\`.`,
  },
  ADJ2036: {
    severity: "error",
    kind: "unsupported",
    title: "Making an array",
    sentence: "%what% is not supported yet as a way to make an array",
    hint: "use new Float64Array(n), or a literal",
    page: `Arrays are made with \`new Float64Array(n)\` (or of another element type, or from an array), \`new Array(n).fill(0)\`, \`Array.from({ length: n }, fn)\`,
\`Float64Array.from(x)\`, \`Float64Array.of(1, 2)\`, or as a literal.

    const x = new Float64Array(buffer, 8);

Mend: pass \`x\` as a parameter.`,
  },
} satisfies Record<string, CatalogEntry>;
