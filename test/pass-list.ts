import type { Graph } from "../src/ir/graph.ts";
import { fuseLoops } from "../transforms/normalize/fuse-loops.ts";
import { hoistAllocations } from "../transforms/normalize/hoist-allocations.ts";
import { inlineTrivial } from "../transforms/normalize/inline-trivial.ts";
import { pruneCarried } from "../transforms/normalize/prune-carried.ts";
import { scalarReplacement } from "../transforms/normalize/scalar-replacement.ts";
import { sinkAllocations } from "../transforms/normalize/sink-allocations.ts";
import { assignFirstWrites } from "../transforms/optimize/assign-first-writes.ts";
import { commonSubexpressions } from "../transforms/optimize/common-subexpressions.ts";
import { constantCarried } from "../transforms/optimize/constant-carried.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { deadStores } from "../transforms/optimize/dead-stores.ts";
import { forwardCopies } from "../transforms/optimize/forward-copies.ts";
import { forwardStores } from "../transforms/optimize/forward-stores.ts";
import { hoistInvariants } from "../transforms/optimize/hoist-invariants.ts";
import { impliedResults } from "../transforms/optimize/implied-results.ts";
import { impliedTests } from "../transforms/optimize/implied-tests.ts";
import { mergeBranches } from "../transforms/optimize/merge-branches.ts";
import { runForward } from "../transforms/optimize/run-forward.ts";
import { scalarReductions } from "../transforms/optimize/scalar-reductions.ts";
import { shortenIndices } from "../transforms/optimize/shorten-indices.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { skipZeroing } from "../transforms/optimize/skip-zeroing.ts";

/** The passes that change no bit of any result, by the names of their files' functions. */
export const exactPasses: Readonly<Record<string, (graph: Graph) => Graph>> = {
  hoistAllocations,
  inlineTrivial,
  pruneCarried,
  scalarReplacement,
  sinkAllocations,
  commonSubexpressions,
  simplify: simplify({ strictFp: true }).run,
  fuseLoops,
  forwardStores,
  forwardCopies,
  scalarReductions,
  assignFirstWrites,
  deadStores,
  constantCarried,
  runForward: runForward({ strictFp: true }).run,
  skipZeroing,
  shortenIndices,
  hoistInvariants,
  impliedResults,
  impliedTests,
  mergeBranches,
  deadCode,
};
