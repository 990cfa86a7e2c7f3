/** Every idiom. */
import { arrayIdioms } from "./arrays.ts";
import { functionIdioms } from "./functions.ts";
import type { Idiom } from "./idiom.ts";
import { nestedIdioms } from "./nested.ts";
import { objectIdioms } from "./objects.ts";

const all: readonly Idiom[] = [...functionIdioms, ...arrayIdioms, ...nestedIdioms, ...objectIdioms];

/** Idioms that are refused as yet. */
const refusedIdioms: ReadonlySet<string> = new Set(["recursion over an array", "ragged rows"]);

/** The idioms that programs are drawn from. */
export const idioms: readonly Idiom[] = all.filter(({ feature }) => !refusedIdioms.has(feature));
