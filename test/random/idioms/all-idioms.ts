/** Every idiom. */
import { arrayIdioms } from "./arrays.ts";
import { functionIdioms } from "./functions.ts";
import type { Idiom } from "./idiom.ts";
import { nestedIdioms } from "./nested.ts";
import { objectIdioms } from "./objects.ts";

const all: readonly Idiom[] = [...functionIdioms, ...arrayIdioms, ...nestedIdioms, ...objectIdioms];

/** Idioms that are refused as yet. */
export const refusedIdioms: ReadonlySet<string> = new Set([
  ...["rest parameter", "spread of an array into arguments", "spread in an array literal", "recursion over a number"],
  ...["recursion that the data ends", "recursion over an array"],
  ...["map, filter, reduce", "find and findIndex", "indexOf and includes", "sort"],
  ...["slice and structuredClone", "reverse and concat", "rows of equal length", "ragged rows"],
  ...["row under another name", "array of objects", "array of tuples"],
]);

/** The idioms that programs are drawn from. */
export const idioms: readonly Idiom[] = all.filter(({ feature }) => !refusedIdioms.has(feature));
