/** Leaves of arguments and of gradients: a number or an array of the graph each, whatever holds it in the program. */
import type { Argument } from "../../src/ir/evaluate.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { completeInputs, graphArguments, inputPath, resultPath } from "../harness/arguments.ts";
import { pathsOfNumbers, readPath, type Path } from "../harness/tree.ts";
import { numbersIn } from "./execute.ts";
import type { Input } from "./inputs.ts";

/** What the graph of the program takes. */
export function leavesOf(model: ModelFunction, inputs: readonly Input[]): readonly Argument[] {
  return graphArguments(model, completeInputs(model.signature, inputs));
}

/** The gradient in all that is differentiated by, leaf by leaf. */
export function gradientIn(grad: unknown, model: ModelFunction, { wrt }: TagRequest): readonly number[] {
  return wrt.flatMap((leaf) => numbersIn(readPath(grad, resultPath(model, leaf))));
}

/** Where the arguments have the numbers that it is differentiated by, in the order of the gradient; none for what is left out. */
export function placesOf(
  model: ModelFunction,
  { wrt }: TagRequest,
  inputs: readonly Input[],
): readonly (Path | undefined)[] {
  const complete = completeInputs(model.signature, inputs);
  return wrt.flatMap((leaf): readonly (Path | undefined)[] => {
    const path = inputPath(model, leaf);
    const isLeftOut = (readPath(complete, path) ?? undefined) === undefined;
    if (isLeftOut) return typeof model.graph.parameters[leaf]?.type === "object" ? [] : [undefined];
    return pathsOfNumbers(complete, path);
  });
}

/** What a parameter of the graph is called in a fault. */
export function nameOf({ graph }: ModelFunction, leaf: number): string {
  return graph.parameters[leaf]?.path.join(".") ?? "?";
}
