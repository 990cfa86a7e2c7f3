/** The idioms that programs are drawn from. */
import { arrayIdioms } from "./arrays.ts";
import { functionIdioms } from "./functions.ts";
import type { Idiom } from "./idiom.ts";
import { missingIdioms } from "./missing.ts";
import { moreArrayIdioms } from "./more-arrays.ts";
import { moreFunctionIdioms } from "./more-functions.ts";
import { nestedIdioms } from "./nested.ts";
import { objectIdioms } from "./objects.ts";
import { selectionIdioms } from "./selections.ts";
import { syntaxIdioms } from "./syntax.ts";
import { workListIdioms } from "./work-lists.ts";

export const idioms: readonly Idiom[] = [
  ...functionIdioms,
  ...moreFunctionIdioms,
  ...arrayIdioms,
  ...moreArrayIdioms,
  ...missingIdioms,
  ...nestedIdioms,
  ...objectIdioms,
  ...selectionIdioms,
  ...workListIdioms,
  ...syntaxIdioms,
];
