/**
 * The whole compiler between the two ends, as a list: what happens to the graph of a function, in order. The runner
 * shows the graph after each stage to whoever watches (`--after <pass>`, the tests), and leaves out what is disabled.
 */
import { reverse } from "../transforms/differentiate/reverse.ts";
import { guardActiveUses } from "../transforms/normalize/guard-active-uses.ts";
import { hoistAllocations } from "../transforms/normalize/hoist-allocations.ts";
import { inlineTrivial } from "../transforms/normalize/inline-trivial.ts";
import { pruneCarried } from "../transforms/normalize/prune-carried.ts";
import { scalarReplacement } from "../transforms/normalize/scalar-replacement.ts";
import { assignFirstWrites } from "../transforms/optimize/assign-first-writes.ts";
import { cancelFactors } from "../transforms/optimize/cancel-factors.ts";
import { commonSubexpressions } from "../transforms/optimize/common-subexpressions.ts";
import { constantCarried } from "../transforms/optimize/constant-carried.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { deadStores } from "../transforms/optimize/dead-stores.ts";
import { forwardStores } from "../transforms/optimize/forward-stores.ts";
import { hoistInvariants } from "../transforms/optimize/hoist-invariants.ts";
import { runForward } from "../transforms/optimize/run-forward.ts";
import { scalarReductions } from "../transforms/optimize/scalar-reductions.ts";
import { shareReductions } from "../transforms/optimize/share-reductions.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { sinkAccumulations } from "../transforms/optimize/sink-accumulations.ts";
import { skipZeroing } from "../transforms/optimize/skip-zeroing.ts";
import type { DerivativeGraph, Pass } from "../transforms/pass.ts";
import { present } from "./diagnostics/invariant.ts";
import type { Graph, Output, ValueId } from "./ir/graph.ts";
import type { ModelFunction, TagRequest } from "./ir/signature.ts";

export interface PipelineOptions {
  /** Leaves out every rewrite that changes rounding. */
  readonly strictFp: boolean;
  /** Names of passes to leave out; only `optionalPasses` are. */
  readonly disabled: ReadonlySet<string>;
  readonly onPass?: ((name: string, graph: Graph) => void) | undefined;
}

interface Stage {
  readonly name: string;
  readonly run: (options: PipelineOptions) => (graph: Graph) => Graph;
  /** Changes rounding: left out under `strictFp`. */
  readonly rounds?: boolean;
  /** What the stages after it rely on: never left out. */
  readonly required?: boolean;
  /** Takes gradients to start at zero, which they do not under `{accumulate}`. */
  readonly startsAtZero?: boolean;
}

const plain = (name: string, run: (graph: Graph) => Graph): Stage => ({ name, run: () => run });
const rounding = (name: string, run: (graph: Graph) => Graph): Stage => ({ name, run: () => run, rounds: true });
const configured = (name: string, make: (options: { readonly strictFp: boolean }) => Pass): Stage => ({
  name,
  run: ({ strictFp }) => make({ strictFp }).run,
});

const simplified = configured("simplify", simplify);
const shared = plain("commonSubexpressions", commonSubexpressions);
const pruned = plain("pruneCarried", pruneCarried);

/** Before differentiation. */
const normalization: readonly Stage[] = [
  simplified,
  shared,
  // The reverse transform takes loop-carried arrays to be a permutation of buffers that exist before the loop.
  { ...plain("hoistAllocations", hoistAllocations), required: true },
  plain("inlineTrivial", inlineTrivial),
  plain("scalarReplacement", scalarReplacement),
  plain("scalarReductions", scalarReductions),
  plain("forwardStores", forwardStores),
  plain("hoistInvariants", hoistInvariants),
  shared,
  pruned,
  // Last, since sharing would undo it.
  { ...plain("guardActiveUses", guardActiveUses), required: true },
  plain("deadCode", deadCode),
];

/** After differentiation. */
const optimization: readonly Stage[] = [
  { ...plain("hoistAllocations", hoistAllocations), required: true },
  shared,
  simplified,
  plain("scalarReductions", scalarReductions),
  shared,
  rounding("shareReductions", shareReductions),
  rounding("cancelFactors", cancelFactors),
  simplified,
  plain("constantCarried", constantCarried),
  simplified,
  pruned,
  rounding("sinkAccumulations", sinkAccumulations),
  plain("forwardStores", forwardStores),
  simplified,
  pruned,
  plain("scalarReductions", scalarReductions),
  { ...plain("assignFirstWrites", assignFirstWrites), startsAtZero: true },
  simplified,
  shared,
  rounding("cancelFactors", cancelFactors),
  simplified,
  plain("deadStores", deadStores),
  { ...plain("skipZeroing", skipZeroing), startsAtZero: true },
  configured("runForward", runForward),
  shared,
  plain("hoistInvariants", hoistInvariants),
  pruned,
  simplified,
  plain("deadCode", deadCode),
];

const differentiation = "reverse";
const stages = [...normalization, ...optimization];

/** What `--after` takes, in the order in which it first runs. */
export const passNames: readonly string[] = [
  ...new Set([...normalization.map(({ name }) => name), differentiation, ...optimization.map(({ name }) => name)]),
];

/** The passes that may be left out without harm to the numbers. */
export const optionalPasses: readonly string[] = [
  ...new Set(stages.filter(({ required }) => !required).map(({ name }) => name)),
];

/** Derives one request of a function. */
export function runPipeline(model: ModelFunction, request: TagRequest, options: PipelineOptions): DerivativeGraph {
  const primal = runStages(normalization, model.graph, options);
  const derivative = reverse(primal, request);
  options.onPass?.(differentiation, derivative.graph);
  const list = request.accumulate ? optimization.filter(({ startsAtZero }) => !startsAtZero) : optimization;
  const optimized = runStages(list, withGradients(derivative), options);
  return withoutGradients(derivative, optimized);
}

function runStages(list: readonly Stage[], graph: Graph, options: PipelineOptions): Graph {
  let current = graph;
  for (const { name, run, rounds, required } of list) {
    if (!required && options.disabled.has(name)) continue;
    if (rounds && options.strictFp) continue;
    current = run(options)(current);
    options.onPass?.(name, current);
  }
  return current;
}

/** Passes keep track of what is returned; so the gradients are, while they run. */
function withGradients({ graph, gradients }: DerivativeGraph): Graph {
  const entries = gradients.map((value): Output => {
    return typeof graph.values.get(value)?.type === "object"
      ? { kind: "parameter", parameter: -1, value }
      : { kind: "scalar", value };
  });
  return { ...graph, returned: { kind: "tuple", entries: [graph.returned, { kind: "tuple", entries }] } };
}

function withoutGradients(derivative: DerivativeGraph, graph: Graph): DerivativeGraph {
  const both = graph.returned.kind === "tuple" ? graph.returned.entries : [];
  const gradients = both[1]?.kind === "tuple" ? both[1].entries : [];
  return {
    ...derivative,
    graph: { ...graph, returned: present(both[0], "the returned value") },
    gradients: gradients.map((output): ValueId => {
      if (output.kind === "scalar" || output.kind === "parameter") return output.value;
      throw new TypeError("a gradient is a scalar or an array");
    }),
  };
}
