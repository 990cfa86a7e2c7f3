import type { CatalogEntry } from "../entry.ts";
import { arrayEntries } from "./language-arrays.ts";
import { functionEntries } from "./language-functions.ts";
import { markEntries } from "./language-marks.ts";
import { nestedEntries } from "./language-nested.ts";

/** ADJ20xx: what the lowering (src/frontend/lower-*.ts) meets and cannot express, or may not. Arrays are in language-arrays.ts, recursion in language-functions.ts. */
export const languageEntries = {
  ...arrayEntries,
  ...functionEntries,
  ...nestedEntries,
  ...markEntries,
  ADJ2001: {
    severity: "error",
    kind: "underivable",
    title: "An active value flows into the unknown",
    sentence: "%value% flows into %callee%, which cannot be seen into",
    hint: "give %callee% a body in the program, or pass it only what does not depend on the parameters",
    page: `A function without source (a declaration, a built-in that is no mathematics) may do anything with its arguments, so what it
does to the derivative is not known. A call with values that do not depend on number or float array parameters is fine.

    declare function record(x: number): void;
    /** @grad x */
    export function f(x: number) { record(x * x); return x * x; }

Mend: take the call out of the function, or write the function in TypeScript.`,
  },
  ADJ2002: {
    severity: "error",
    kind: "unsupported",
    title: "The result of an unknown function",
    sentence: "the result of %callee% is not known: there is no source of it to look into",
    hint: "compute it outside, and pass it as a parameter",
    page: `The generated file stands alone: it imports nothing. So it cannot call a function that adjoint-gen has no source of.

    import { table } from "./native.js";
    /** @grad x */
    export function f(x: number) { return x * table(3); }

Mend: pass \`table(3)\` as a parameter.`,
  },
  ADJ2004: {
    severity: "error",
    kind: "unsupported",
    title: "A name that cannot be followed",
    sentence: "what %name% stands for is not known at compile time",
    hint: "pass it as a parameter",
    page: `A name has to be a parameter, a local, a constant or function of a module of the program, or a part of JavaScript that is
mathematics. Other globals, and values of packages that have declarations alone, cannot be followed.

    /** @grad x */
    export function f(x: number) { return x * settings.scale; } // declare const settings: { scale: number }

Mend: \`export function f(x: number, scale: number) { return x * scale; }\`.`,
  },
  ADJ2005: {
    severity: "error",
    kind: "underivable",
    title: "Writing to the state of a module",
    sentence: "%name% belongs to the module, and a differentiated function may not change it",
    hint: "return the value, or write it to an array parameter",
    page: `The generated function holds no state, and its calls do not depend on each other.

    let calls = 0;
    /** @grad x */
    export function f(x: number) { calls++; return x * x; }

Mend: take the write out of the function.`,
  },
  ADJ2006: {
    severity: "error",
    kind: "underivable",
    title: "Reading a module variable that changes",
    sentence: "%name% of the module is changed elsewhere, so its value is not known",
    hint: "let nothing change it, or pass it as a parameter",
    page: `The value of a module-level \`let\` or \`var\` that is assigned somewhere depends on what ran before.

    let rate = 0.1;
    export function setRate(r: number) { rate = r; }
    /** @grad x */
    export function f(x: number) { return rate * x; }

Mend: pass \`rate\` as a parameter.`,
  },
  ADJ2007: {
    severity: "error",
    kind: "underivable",
    title: "Not a number",
    sentence: "%what% is not a number, and stands where one is needed",
    hint: "compute with numbers and booleans alone",
    page: `Arithmetic and comparisons take numbers and booleans. Strings, objects, functions and \`undefined\` are only known at compile time.

    const name = "w";
    return x * name.length;

Mend: compute with numbers alone.`,
  },
  ADJ2008: {
    severity: "error",
    kind: "unsupported",
    title: "A member that is not known",
    sentence: "which member of %what% is meant is not known at compile time",
    hint: "name the member, or use an array",
    page: `Objects and tuples are taken apart at compile time, so each access has to name its member.

    const pair = { a: x, b: y };
    return pair[key];

Mend: \`key === "a" ? pair.a : pair.b\`.`,
  },
  ADJ2009: {
    severity: "error",
    kind: "unsupported",
    title: "No such member",
    sentence: "%what% has no member %member% that can be followed",
    hint: "use a member that it has from where it is made on",
    page: `The member is not one of the object's, or not one of JavaScript's that adjoint-gen knows.

    const point = { x: 1 };
    return point.y;

Mend: write a member that the object has.`,
  },
  ADJ2010: {
    severity: "error",
    kind: "unsupported",
    title: "A structure that is not the same on all ways",
    sentence: "%name% has another structure on another way to this place, which is not supported yet",
    hint: "give it the same members on all ways",
    page: `Objects, tuples, strings and functions exist at compile time alone. Where two ways of a branch or two rounds of a loop meet, they must
agree in all but numbers, booleans and arrays: an object or tuple may be replaced by one that has the same members.

    let p: unknown = { x: 1 };
    for (let i = 0; i < n; i++) p = { x: 1, next: p };

Mend: keep numbers in an array.`,
  },
  ADJ2011: {
    severity: "error",
    kind: "unsupported",
    title: "An object that is shared and changed",
    sentence: "%name% may be known under another name, and is changed here, which is not supported yet",
    hint: "make a new object with the changed member: { ...p, x }",
    page: `Where a variable may stand for one of several objects, or is given a new object in a loop, a change of a member would have to be seen
under every name of that object.

    const p = first ? a : b;
    p.x = 1;

Mend: \`if (first) a.x = 1; else b.x = 1;\`.`,
  },
  ADJ2012: {
    severity: "error",
    kind: "unsupported",
    title: "Spread of an array whose length is not known",
    sentence: "the length of what is spread here is not known at compile time",
    hint: "pass the entries that it needs one by one",
    page: `In an array literal, and where a rest parameter takes it, an array of any length may be spread, and so in \`Math.max\`, \`Math.min\`,
\`Math.hypot\` and \`push\`. Elsewhere a spread is written out, one entry after the other, so the number of entries must be known.

    return Math.pow(...x);

Mend: \`return Math.pow(x[0], x[1]);\`.`,
  },
  ADJ2013: {
    severity: "error",
    kind: "unsupported",
    title: "Results of several kinds",
    sentence: "%function% gives results of different kinds on different ways, which is not supported yet",
    hint: "return the same kind of value everywhere",
    page: `All \`return\`s of a tagged function have to give the same: a number, a boolean, an array, or an object or tuple of the same structure.

    if (n === 0) return null;
    return { loss, count: n };

Mend: return \`{ loss: 0, count: 0 }\` there.`,
  },
  ADJ2014: {
    severity: "error",
    kind: "unsupported",
    title: "A construct that is not supported yet",
    sentence: "%what% is not supported yet in a differentiated function",
    hint: "write it in other words: plain statements, loops over indices, functions of numbers and arrays",
    page: `This construct is right, but adjoint-gen does not follow it yet.

    const { length, ...rest } = makeLayers();

Mend: write it in other words: plain statements, loops over indices, functions of numbers and arrays.`,
  },
  ADJ2015: {
    severity: "error",
    kind: "unsupported",
    title: "A function that is not known",
    sentence: "which function %what% is, is not known at compile time",
    hint: "call the function by its name",
    page: `A called function has to be known where it is called: a function of the program, a local one, or one that was passed as an argument by
a caller that is known.

    export function f(x: number, g: (x: number) => number) { return g(x); } // tagged itself

Mend: tag a function that calls \`f(x, Math.sin)\`.`,
  },
  ADJ2016: {
    severity: "error",
    kind: "underivable",
    title: "A value that is read before it is set",
    sentence: "%name% has no value here",
    hint: "give it a value where it is declared",
    page: `The variable is read on a way on which nothing was assigned to it.

    let best: number;
    return best;

Mend: \`let best = 0;\`.`,
  },
  ADJ2017: {
    severity: "error",
    kind: "unsupported",
    title: "A result that cannot be given back",
    sentence: "%function% returns %what%, which is not supported yet",
    hint: "return a number, a boolean, an array, or an object or tuple of these",
    page: `What a tagged function returns is differentiated or given back as it is, so it must be a number, a boolean, an array, an object or
tuple of these, or an array of arrays or objects that it makes.

    return (t: number) => a * t;

Mend: return \`a\`.`,
  },
  ADJ2018: {
    severity: "error",
    kind: "underivable",
    title: "The unknown may change it",
    sentence: "%value% is handed to %callee%, which cannot be seen into and may change it",
    hint: "take the call out of the function, or pass it only numbers",
    page: `A function without source may store into the arrays and objects that it gets, call the functions, and keep all of them for later, so
what they hold afterwards is not known.

    declare function prepare(work: Float64Array): void;
    /** @grad x */
    export function f(x: number) { const y = new Float64Array(2); prepare(y); return x * y[0]; }

Mend: call \`prepare\` outside, and pass \`y\` as a parameter. Calls of \`console\` are left out of the derivative, and are fine.`,
  },
  ADJ2019: {
    severity: "error",
    kind: "underivable",
    title: "A module constant that is another in each run",
    sentence: "%what% gives the module a number of its own in each run, which the generated function cannot know",
    hint: "pass it as a parameter",
    page: `The generated file stands alone: it has the constants of the module that can be computed from its text.

    const start = Date.now();
    /** @grad x */
    export function f(x: number) { return x * start; }

Mend: \`export function f(x: number, start: number) { return x * start; }\`.`,
  },
} satisfies Record<string, CatalogEntry>;
