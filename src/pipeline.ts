/**
 * The whole compiler between the two ends, as a list: what happens to the graph of a function, in order. The runner
 * shows the graph after each stage to whoever watches (`--after <pass>`, the tests), and leaves out what is disabled.
 */
import { costOf } from "../transforms/analyze/cost.ts";
import { colouredStructure, compressColours } from "../transforms/compress/compress-colours.ts";
import { compressRows } from "../transforms/compress/compress-rows.ts";
import { cheapestMode } from "../transforms/modes/cheapest-mode.ts";
import { withStandIns } from "../transforms/compress/stand-ins.ts";
import { unknownStructure } from "../transforms/compress/unknown-structure.ts";
import { forward } from "../transforms/differentiate/forward.ts";
import {
  forwardOverReverse,
  gradientRequest,
  reverseOverForward,
} from "../transforms/differentiate/hessian-product.ts";
import { hessianByColours, hessianByColumns, hessianOf } from "../transforms/differentiate/hessian.ts";
import {
  jacobianByColours,
  jacobianByColumns,
  jacobianForward,
  jacobianReverse,
} from "../transforms/differentiate/jacobian.ts";
import { reverse, type ReverseOptions } from "../transforms/differentiate/reverse.ts";
import { fuseLoops } from "../transforms/normalize/fuse-loops.ts";
import { fillUnset } from "../transforms/normalize/fill-unset.ts";
import { guardActiveUses } from "../transforms/normalize/guard-active-uses.ts";
import { guardGrowth } from "../transforms/normalize/guard-growth.ts";
import { guardResults } from "../transforms/normalize/guard-results.ts";
import { hoistAllocations } from "../transforms/normalize/hoist-allocations.ts";
import { inlineCalls } from "../transforms/normalize/inline-calls.ts";
import { inlineTrivial } from "../transforms/normalize/inline-trivial.ts";
import { pruneCarried } from "../transforms/normalize/prune-carried.ts";
import { rerunCalls } from "../transforms/normalize/rerun-calls.ts";
import { scalarReplacement } from "../transforms/normalize/scalar-replacement.ts";
import { settleMarks } from "../transforms/normalize/settle-marks.ts";
import { settleRanges } from "../transforms/normalize/settle-ranges.ts";
import { settleParameters } from "../transforms/normalize/settle-parameters.ts";
import { sinkAllocations } from "../transforms/normalize/sink-allocations.ts";
import { unrollShort } from "../transforms/normalize/unroll-short.ts";
import { assignFirstWrites } from "../transforms/optimize/assign-first-writes.ts";
import { cancelFactors } from "../transforms/optimize/cancel-factors.ts";
import { commonSubexpressions } from "../transforms/optimize/common-subexpressions.ts";
import { constantCarried } from "../transforms/optimize/constant-carried.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { deadStores } from "../transforms/optimize/dead-stores.ts";
import { eraseCheckpoints } from "../transforms/optimize/erase-checkpoints.ts";
import { eraseMarks } from "../transforms/optimize/erase-marks.ts";
import { eraseVanishing } from "../transforms/optimize/erase-vanishing.ts";
import { exchangeEntries } from "../transforms/optimize/exchange-entries.ts";
import { forwardCopies } from "../transforms/optimize/forward-copies.ts";
import { forwardStores } from "../transforms/optimize/forward-stores.ts";
import { guardAdjoints } from "../transforms/optimize/guard-adjoints.ts";
import { guardSingularities } from "../transforms/optimize/guard-singularities.ts";
import { hoistInvariants } from "../transforms/optimize/hoist-invariants.ts";
import { impliedResults } from "../transforms/optimize/implied-results.ts";
import { impliedTests } from "../transforms/optimize/implied-tests.ts";
import { keepResults } from "../transforms/optimize/keep-results.ts";
import { mergeBranches } from "../transforms/optimize/merge-branches.ts";
import { runIdle } from "../transforms/optimize/run-idle.ts";
import { runForward } from "../transforms/optimize/run-forward.ts";
import { scalarReductions } from "../transforms/optimize/scalar-reductions.ts";
import { settleStack } from "../transforms/optimize/settle-stack.ts";
import { shareReductions } from "../transforms/optimize/share-reductions.ts";
import { shortenIndices } from "../transforms/optimize/shorten-indices.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { sinkAccumulations } from "../transforms/optimize/sink-accumulations.ts";
import { skipZeroing } from "../transforms/optimize/skip-zeroing.ts";
import { largeStashes, type ScratchLimit } from "../transforms/analyze/large-stashes.ts";
import { opaqueInColumns, repeatedOpaque } from "../transforms/analyze/opaque-in-columns.ts";
import { hasFixedPoint, hasMarkedLoop, rerunRefusals } from "../transforms/analyze/rerun-loops.ts";
import { ruleReach } from "../transforms/analyze/rule-reach.ts";
import { traps } from "../transforms/analyze/traps.ts";
import type { DerivativeGraph } from "../transforms/pass.ts";
import { withDerivatives, withoutDerivatives } from "../transforms/returned-derivatives.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { assertNever, invariant } from "./diagnostics/invariant.ts";
import { dottedName } from "./ir/differential-name.ts";
import type { Graph, GraphNode } from "./ir/graph.ts";
import { walkNodes } from "./ir/walk.ts";
import type { Mode, ModelFunction, TagRequest } from "./ir/signature.ts";
import { accumulating, configured, type Kind, type PipelineOptions, type Stage, stage } from "./pipeline-stage.ts";
import { observed, runAll, unobserved, withFunctions } from "./run-stages.ts";

export type { PipelineOptions };

/** For what is asked before anything is made. */
const plainOptions: PipelineOptions = { strictFp: false, disabled: new Set() };

const loops: readonly Kind[] = ["for", "while"];

const simplified = configured(simplify, { mindsCalls: true });
const shared = stage(commonSubexpressions, { mindsCalls: true });
const cancelled = stage(cancelFactors, { rounds: true, mindsCalls: true });
const pruned = stage(pruneCarried, { on: [...loops, "if"], mindsCalls: true });
const forwarded = stage(forwardStores, { on: ["store"], mindsCalls: true });
const reduced = stage(scalarReductions, { on: loops, mindsCalls: true });
const hoisted = stage(hoistInvariants, { on: loops, mindsCalls: true });
const allocatedFirst = stage(hoistAllocations, { on: ["allocate"], required: true, mindsCalls: true });
const sunk = stage(sinkAllocations, { on: ["allocate"] });
const merged = stage(mergeBranches, { on: ["if"], mindsCalls: true });
const guarded = stage(guardAdjoints, { on: ["if"], mindsCalls: true });
const withoutDead = stage(deadCode, { mindsCalls: true });

/** Before differentiation. */
const normalization: readonly Stage[] = [
  stage(guardResults, { required: true, mindsCalls: true }),
  simplified,
  shared,
  // What asks whether a view has an entry is to be gone before anything looks at loops; what it decides, too.
  stage(settleRanges, { on: ["if"], mindsCalls: true }),
  simplified,
  // Before an array that is made in a loop is one for all rounds.
  stage(fillUnset, { on: ["allocate"], required: true, mindsCalls: true }),
  // While indices and lengths are as the source has them.
  stage(guardGrowth, { on: ["store"], required: true, mindsCalls: true }),
  // The reverse transform takes loop-carried arrays to be a permutation of buffers that exist before the loop.
  allocatedFirst,
  stage(inlineTrivial, { on: ["for"] }),
  stage(scalarReplacement, { on: ["allocate"] }),
  reduced,
  forwarded,
  sunk,
  allocatedFirst,
  // Zeros in a buffer of the round before: what is stored over them need not be kept.
  stage(deadStores, { on: ["store"] }),
  hoisted,
  shared,
  // When equal bounds are one value; what was handed over in an array is a number then.
  stage(fuseLoops, { on: ["for"] }),
  forwarded,
  shared,
  pruned,
  // Last, since sharing would undo it.
  stage(guardActiveUses, { on: ["if"], required: true, mindsCalls: true }),
  withoutDead,
];

/** Before differentiation, where compressed rows are asked for: an array that many entries flow into makes rows whole. */
const normalizationForRows: readonly Stage[] = normalization.flatMap((each) =>
  each.name === scalarReplacement.name ? [stage(unrollShort, { on: ["for"] }), simplified, each] : [each],
);

/** After differentiation. */
const optimization: readonly Stage[] = [
  // Before anything looks at the sums: without it a derivative that is 0 may be NaN.
  stage(guardSingularities, { on: ["if"], required: true, mindsCalls: true }),
  // Early, so that what stands behind the marks is seen as what it is.
  stage(eraseMarks, { required: true, isLast: true, mindsCalls: true }),
  // The reverse has been made as the marks say.
  stage(eraseCheckpoints, { on: loops, required: true, mindsCalls: true }),
  shared,
  simplified,
  // Calls that are run again were put into loops of one round.
  stage(inlineTrivial, { on: ["for"], mindsCalls: true }),
  merged,
  reduced,
  shared,
  stage(shareReductions, { on: loops, rounds: true }),
  cancelled,
  simplified,
  stage(constantCarried, { on: loops, mindsCalls: true }),
  simplified,
  pruned,
  stage(sinkAccumulations, { on: ["allocate"], rounds: true }),
  forwarded,
  simplified,
  pruned,
  reduced,
  accumulating(assignFirstWrites, { on: ["store"] }),
  simplified,
  shared,
  guarded,
  merged,
  // What came into a branch with a branch of its own may go into that.
  guarded,
  merged,
  stage(impliedResults, { on: ["if"], mindsCalls: true }),
  cancelled,
  simplified,
  forwarded,
  stage(exchangeEntries, { on: ["store"] }),
  stage(deadStores, { on: ["store"] }),
  pruned,
  stage(forwardCopies, { on: ["allocate"] }),
  sunk,
  accumulating(skipZeroing, { on: ["allocate"] }),
  allocatedFirst,
  configured(runForward, { on: ["for"] }),
  stage(shortenIndices, { mindsCalls: true }),
  shared,
  hoisted,
  shared,
  pruned,
  stage(impliedTests, { required: true, mindsCalls: true }),
  simplified,
  pruned,
  // When it shows what the reverse sweep makes of what is kept.
  stage(keepResults, { on: ["allocate"] }),
  withoutDead,
];

/** What a gradient is simplified by before its own derivative is taken in all directions: no sum becomes a store. */
const beforeDirections: readonly Stage[] = [
  stage(guardSingularities, { on: ["if"], required: true, mindsCalls: true }),
  shared,
  simplified,
  merged,
  reduced,
  shared,
  simplified,
  pruned,
  withoutDead,
];

/** What a vector-Jacobian product is simplified by before it is taken for all seeds. */
const beforeRows: readonly Stage[] = [
  ...beforeDirections,
  forwarded,
  simplified,
  stage(deadStores, { on: ["store"] }),
  pruned,
  stage(forwardCopies, { on: ["allocate"] }),
];

/** What a parameter of a called function that is always the same number makes plain. */
const afterSettling: readonly Stage[] = [
  simplified,
  stage(impliedTests, { required: true, mindsCalls: true }),
  withoutDead,
];

/** After two derivatives have been put into branches of one. */
const afterJoining: readonly Stage[] = [shared, simplified, withoutDead];

/** After matrices have been put into compressed rows. */
const lowering: readonly Stage[] = [shared, withoutDead];

/** A choice of the differentiation itself, which may be left out as a pass may. */
const cancellingShifts = "cancellingShifts";
const stages = [...normalizationForRows, ...optimization];

/** The modes whose graph is made at once, of several sweeps. */
const matrixModes: readonly Mode[] = ["jacobian", "hessian"];

/** What `--after` takes, in the order in which it first runs. */
export const passNames: readonly string[] = [
  ...new Set([
    ...normalizationForRows.map(({ name }) => name),
    reverse.name,
    forward.name,
    ...matrixModes,
    ...optimization.map(({ name }) => name),
  ]),
];

/** The passes that may be left out without harm to the numbers. */
export const optionalPasses: readonly string[] = [
  ...new Set([...stages.filter(({ required }) => !required).map(({ name }) => name), cancellingShifts]),
];

/** Derives one request of a function. */
export function runPipeline(model: ModelFunction, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const primal = primalOf(model.graph, request, options);
  switch (request.mode) {
    case "grad":
    case "vjp":
      return optimize(observed(reversed(primal, request, options), reverse.name, options), options);
    case "jvp":
      return optimize(observed(forward(primal, request), forward.name, options), options);
    case "hvp":
      return hessianProduct(primal, request, options);
    case "jacobian":
    case "hessian":
      return request.sparse === true ? inRows(primal, request, options) : matrix(primal, request, options);
    default:
      return assertNever(request.mode);
  }
}

function primalOf(given: Graph, request: TagRequest, options: PipelineOptions): Graph {
  const list = request.sparse === true ? normalizationForRows : normalization;
  const settledMarks = options.keepsMarks === true ? given : settleMarks(given, request);
  const rerun = rerunCalls(settledMarks);
  const normalized = runAll(list, request.sparse === true ? inlineCalls(rerun) : rerun, options);
  const settled = settleParameters(normalized);
  return settled === normalized ? normalized : runAll(list, settled, unobserved(options));
}

function reversed(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  return onGraph(reverse(primal, request, reverseOptions(options)), runIdleEverywhere);
}

/** What only guarded the reverse (guard-idle-loops.ts) needs no test in the forward sweep. */
function runIdleEverywhere(graph: Graph): Graph {
  return withFunctions(runIdle(graph), runIdle);
}

function reverseOptions({ strictFp, disabled }: PipelineOptions): ReverseOptions {
  return { cancelsShifts: !strictFp && !disabled.has(cancellingShifts) };
}

/** The cheaper of the two compositions; where functions are called, values go on a stack, and there is one. */
function hessianProduct(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const alone = unobserved(options);
  const overReverse = (at: PipelineOptions): DerivativeGraph => {
    const gradient = optimize(reversed(primal, gradientRequest(request), options), alone, true);
    return optimize(observed(forwardOverReverse(gradient, request), forward.name, at), at);
  };
  const overTangent = (at: PipelineOptions): DerivativeGraph => {
    return optimize(observed(overForward(primal, request, options), reverse.name, at), at);
  };
  if (primal.functions !== undefined) return overTangent(options);
  const [first, second] = [overReverse(alone), overTangent(alone)];
  const isFirst = costOf(first.graph) <= costOf(second.graph);
  if (options.onPass === undefined) return isFirst ? first : second;
  return isFirst ? overReverse(options) : overTangent(options);
}

/** Reverse over forward. */
function overForward(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const asked: TagRequest = { ...request, mode: "hvp" };
  const tangent = onGraph(forward(primal, asked, dottedName), (graph) => {
    return runAll(normalization, graph, unobserved(options));
  });
  return onGraph(reverseOverForward(tangent, asked, reverseOptions(options)), runIdleEverywhere);
}

/** The cheaper mode, or both, where the sizes decide; where functions are called, column by column. */
function jacobian(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const alone = unobserved(options);
  const made = jacobiansAtOnce(primal, request, options);
  const optimized = made.map((each) => optimize(each, alone));
  const cheapest = cheapestMode(optimized, options.keepsMarks === true);
  if (cheapest.kind === "both") {
    return onGraph(observed(cheapest.derivative, request.mode, options), (graph) =>
      runAll(afterJoining, graph, options),
    );
  }
  const found = options.onPass === undefined ? optimized[cheapest.place] : undefined;
  const unoptimized = made[cheapest.place] ?? jacobianByColumns(primal, request);
  return found ?? optimize(observed(unoptimized, request.mode, options), options);
}

/** The vector-Jacobian product, with its seeds read where they are needed. */
function adjointsOf(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const product = reverse(primal, { ...request, mode: "vjp" }, reverseOptions(options));
  return onGraph(product, (graph) => runAll(beforeRows, graph, unobserved(options)));
}

/** In each mode that makes it in one sweep. */
function jacobiansAtOnce(primal: Graph, request: TagRequest, options: PipelineOptions): readonly DerivativeGraph[] {
  const isPossible = ({ name }: { readonly name: string }): boolean => {
    return primal.functions === undefined && !options.disabled.has(name);
  };
  const made = [
    isPossible(jacobianForward) ? jacobianForward(primal, request) : undefined,
    isPossible(jacobianReverse) ? jacobianReverse(adjointsOf(primal, request, options), request) : undefined,
  ];
  return made.flatMap((each) => (each === undefined ? [] : [onGraph(each, runIdleEverywhere)]));
}

/** Forward over reverse for all columns; where functions are called, column by column. */
function hessian(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const gradient = reversed(primal, gradientRequest(request), options);
  const whole =
    hessianAtOnce(gradient, request, options) ??
    hessianByColumns(gradient, overForward(primal, request, options), request);
  return optimize(observed(whole, request.mode, options), options);
}

function hessianAtOnce(
  gradient: DerivativeGraph,
  request: TagRequest,
  options: PipelineOptions,
): DerivativeGraph | undefined {
  if (gradient.primal.functions !== undefined || options.disabled.has(hessianOf.name)) return undefined;
  const plain = onGraph(gradient, (graph) => runAll(beforeDirections, graph, unobserved(options)));
  return hessianOf(plain, request);
}

function matrix(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const make = request.mode === "jacobian" ? jacobian : hessian;
  return make(primal, request, options);
}

/** Matrices in compressed rows: no pass to watch, since only the back end knows what its calls do. */
function inRows(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const rows =
    primal.functions === undefined
      ? compressRows(matrix(primal, request, options))
      : byColours(primal, request, options);
  invariant(rows !== undefined && !("fault" in rows), "what has no known structure is refused");
  return onGraph(rows, (graph) => runAll(lowering, graph, unobserved(options)));
}

/**
 * Where functions are called: a run for each colour of the columns. None where the structure is not known. No pass to watch
 * either: what is found before is a parameter until it is there.
 */
function byColours(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph | undefined {
  const alone = unobserved(options);
  // What cannot be seen into has one value for all colours.
  const standIns = repeatedOpaque(primal).length === 0 ? withStandIns(primal, request.wrt) : undefined;
  const others = standIns && runAll(normalizationForRows, standIns, alone);
  if (others === undefined || !isMadeAtOnce(others, request)) return undefined;
  const structure = colouredStructure(matrix(others, request, alone));
  if (structure === undefined) return undefined;
  const coloured =
    request.mode === "jacobian" ? jacobianByColours(primal, request) : hessianInColours(primal, request, options);
  if (coloured === undefined) return undefined;
  return compressColours(optimize(coloured, alone), structure);
}

function hessianInColours(primal: Graph, request: TagRequest, options: PipelineOptions): DerivativeGraph | undefined {
  const gradient = reversed(primal, gradientRequest(request), options);
  return hessianByColours(gradient, overForward(primal, request, options), request);
}

/** What comes after differentiation; `goesOn`: the result is differentiated once more. */
function optimize(derivative: DerivativeGraph, options: PipelineOptions, goesOn = false): DerivativeGraph {
  const isOver = !goesOn && options.keepsMarks !== true;
  const list = isOver ? optimization : optimization.filter(({ isLast }) => isLast !== true);
  return onGraph(derivative, (given) => {
    // No stage: what the list starts from is the derivative as it is meant, with no more to be taken of the graph.
    const graph = goesOn ? given : withFunctions(eraseVanishing(given), eraseVanishing);
    const optimized = runAll(list, graph, { ...options, accumulates: derivative.request.accumulate });
    const called = withFunctions(settleStack(optimized), deadCode);
    const settled = settleParameters(called);
    return settled === called ? settled : runAll(afterSettling, settled, unobserved(options));
  });
}

function onGraph(derivative: DerivativeGraph, change: (graph: Graph) => Graph): DerivativeGraph {
  return withoutDerivatives(derivative, change(withDerivatives(derivative)));
}

/** What the derivative asks for, and the function does not give: errors, which are known before it is made. */
export function refusals(model: ModelFunction, request: TagRequest): readonly Diagnostic[] {
  const isForward = request.mode === "jvp";
  const isRerun = isForward ? hasFixedPoint(model.graph) : hasMarkedLoop(model.graph);
  const unrepeatable = isRerun ? rerunRefusals(primalOf(model.graph, request, plainOptions), isForward) : [];
  const outOfReach = [...ruleReach(model, request), ...unrepeatable];
  if (outOfReach.length > 0 || !matrixModes.includes(request.mode)) return outOfReach;
  if (request.sparse === true) return sparseRefusals(model, request);
  if (repeatedOpaque(model.graph).length === 0) return [];
  const primal = primalOf(model.graph, request, plainOptions);
  const opaque = repeatedOpaque(primal);
  if (opaque.length === 0 || isMadeAtOnce(primal, request)) return [];
  return opaqueInColumns(opaque, model, request);
}

/** Where a matrix is made column by column, or its structure is not known before, there are no compressed rows. */
function sparseRefusals({ graph, signature }: ModelFunction, request: TagRequest): readonly Diagnostic[] {
  const primal = primalOf(graph, request, plainOptions);
  const refused = (reason: string, place?: GraphNode): readonly Diagnostic[] => {
    return [unknownStructure(signature, request, reason, place)];
  };
  if (primal.functions !== undefined) {
    if (byColours(primal, request, plainOptions) !== undefined) return [];
    const calls: GraphNode[] = [];
    walkNodes(primal.body, (node) => node.kind === "call" && calls.push(node));
    return refused("it calls a function that is not made part of it", calls[0]);
  }
  if (!isMadeAtOnce(primal, request)) return refused("it is differentiated column by column");
  const rows = compressRows(matrix(primal, request, plainOptions));
  return "fault" in rows ? refused("what it depends on is written by the function itself", rows.fault) : [];
}

/** Whether a matrix needs no run for each column. */
function isMadeAtOnce(primal: Graph, request: TagRequest): boolean {
  if (primal.functions !== undefined) return false;
  if (request.mode === "jacobian") return jacobiansAtOnce(primal, request, plainOptions).length > 0;
  const gradient = reversed(primal, gradientRequest(request), plainOptions);
  return hessianAtOnce(gradient, request, plainOptions) !== undefined;
}

/** What is legal in the function, and often not meant, where this derivative is taken of it. */
export function warnings(
  model: ModelFunction,
  derivative: DerivativeGraph,
  limit: ScratchLimit,
): readonly Diagnostic[] {
  return [...traps(model, derivative), ...largeStashes(model.graph, derivative, limit)];
}
