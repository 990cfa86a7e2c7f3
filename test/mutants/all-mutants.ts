/** All mutants, in the order in which they are run. */
import { analysisMutants } from "./analysis-mutants.ts";
import { arrayMutants } from "./array-mutants.ts";
import { matrixMutants } from "./matrix-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { operationMutants } from "./operation-mutants.ts";
import { optimizationMutants } from "./optimization-mutants.ts";
import { reverseMutants } from "./reverse-mutants.ts";

export const mutants: readonly Mutant[] = [
  ...reverseMutants,
  ...analysisMutants,
  ...optimizationMutants,
  ...operationMutants,
  ...arrayMutants,
  ...matrixMutants,
];
