import { defaultOptions } from "../../src/compile-file.ts";
import { evaluate, type Argument } from "../../src/ir/evaluate.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { ModelFunction } from "../../src/ir/signature.ts";
import { verify } from "../../src/ir/verify.ts";
import { runPipeline } from "../../src/pipeline.ts";
import { completeInputs, graphArguments, insteadOf, resultPath } from "./arguments.ts";
import { seedOf } from "./check-case.ts";
import { requestsOf } from "./compile.ts";
import type { Subject } from "./subject.ts";
import { defaultTolerance } from "./model-case.ts";
import { isSeedOfValue } from "./oracle.ts";
import { differencesOf, largestOf, numbersOf, readPath } from "./tree.ts";

interface Step {
  readonly pass: string;
  readonly graph: Graph;
}

/** The passes that change a graph of these functions, once at least; undefined where they change what is not seen: calls. */
export function passesThatChange(functions: readonly ModelFunction[]): ReadonlySet<string> | undefined {
  if (functions.some(({ graph }) => graph.functions !== undefined)) return undefined;
  const changing = new Set<string>();
  for (const [model, request] of requestsOf(functions)) {
    let before: Graph | undefined;
    runPipeline(model, request, {
      ...defaultOptions,
      disabled: new Set(),
      onPass: (pass, graph) => {
        if (graph !== before) changing.add(pass);
        before = graph;
      },
    });
  }
  return changing;
}

/**
 * Translation validation: after every pass the graph is sound, and it gives the numbers that it gave before (to rounding,
 * since some passes may change that).
 */
export function stepFaults(subject: Subject): readonly string[] {
  const { model, request, modelCase } = subject;
  const steps: Step[] = [];
  const options = { ...defaultOptions, disabled: new Set<string>() };
  const { seeds } = runPipeline(model, request, {
    ...options,
    onPass: (pass, graph) => steps.push({ pass, graph }),
  });
  const unsound = steps.flatMap(({ pass, graph }, k) => verify(graph).map((text) => `after ${pass} (${k}): ${text}`));
  if (unsound.length > 0 || modelCase.throws !== undefined) return unsound;

  const args = graphArguments(model, completeInputs(model.signature, modelCase.inputs()));
  const [seed] = seedOf(subject);
  const seedArgs = seeds.map(({ output, path }) => {
    if (request.mode === "vjp" && isSeedOfValue(request)) return readPath(seed, path) as Argument;
    const found = readPath(seed, [...(output === "value" ? ["value"] : resultPath(model, output)), ...path]);
    // The tangent of what is left out may be left out with it.
    const type = output === "value" ? undefined : model.graph.parameters[output]?.type;
    return (found ?? (type && insteadOf(type))) as Argument;
  });
  const passes = ["reverse", "forward", "jacobian", "hessian"];
  const place = steps.findIndex(({ pass }) => passes.includes(pass));
  // What is made colour by colour is not watched.
  const differentiated = place < 0 ? steps.length : place;
  const tolerance = modelCase.tolerance ?? defaultTolerance;
  const primal = resultOf(model.graph, args, false);
  let gradient: unknown;
  return steps.flatMap(({ pass, graph }, k) => {
    const result = resultOf(graph, k < differentiated ? args : [...args, ...seedArgs], k > differentiated);
    gradient ??= result.gradient;
    const values = differing(result.values, primal.values, defaultTolerance);
    const gradients = result.gradient === undefined ? [] : differing(result.gradient, gradient, tolerance);
    return [...values, ...gradients].map((text) => `after ${pass} (${k}): ${text}`);
  });

  /** What is returned and what is left in the parameters; and the derivatives, which the later graphs return beside it. */
  function resultOf(graph: Graph, given: readonly Argument[], hasGradient: boolean) {
    const { returned, final } = evaluate(graph, given);
    const [value, ...found] = hasGradient ? (returned as readonly unknown[]) : [returned];
    const left = model.graph.parameters.map((_, index) => final.get(index));
    return { values: [value, left], gradient: hasGradient ? found : undefined };
  }
}

function differing(actual: unknown, expected: unknown, tolerance: number): readonly string[] {
  return differencesOf(actual, expected, tolerance * largestOf(numbersOf(expected)));
}
