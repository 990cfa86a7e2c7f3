/** All mutants, in the order in which they are run. */
import type { Mutant } from "./mutant.ts";

export const mutants: readonly Mutant[] = [];
