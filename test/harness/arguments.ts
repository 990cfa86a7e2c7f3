import type { Argument } from "../../src/ir/evaluate.ts";
import type { Graph, ValueType } from "../../src/ir/graph.ts";
import type { FunctionSignature, ModelFunction } from "../../src/ir/signature.ts";
import { readPath, type Path } from "./tree.ts";

/** The inputs of a case, with each default in the place of an argument that is left out. */
export function completeInputs(signature: FunctionSignature, inputs: readonly unknown[]): unknown[] {
  return signature.parameters.map(({ initializer }, k) => {
    const given = inputs[k];
    return given === undefined && initializer !== undefined ? evaluateText(initializer) : given;
  });
}

/** What the graph takes: an argument for each leaf. */
export function graphArguments(model: ModelFunction, inputs: readonly unknown[]): readonly Argument[] {
  return model.graph.parameters.map(({ test, absent, leftOut, type }, index) => {
    const found = readPath(inputs, inputPath(model, index));
    if (test?.kind === "count") return Array.isArray(found) ? found.length : 0;
    if (test?.kind === "has") return hasPath(inputs, inputPath(model, index));
    if (test?.kind === "equals") return found === test.text;
    if (test?.kind === "differs") return test.from === "null" ? found !== null : found !== undefined;
    if (absent !== undefined) return (found ?? (type === "boolean" ? false : NaN)) as Argument;
    return (leftOut === undefined ? found : (found ?? insteadOf(type))) as Argument;
  });
}

function hasPath(inputs: readonly unknown[], path: Path): boolean {
  const around = readPath(inputs, path.slice(0, -1));
  return typeof around === "object" && around !== null && String(path.at(-1)) in around;
}

/** What stands for a value that is left out, or stands in what is. */
export function insteadOf(type: ValueType): Argument {
  if (typeof type === "object") return new Float64Array(0);
  return type === "boolean" ? false : 0;
}

/** Where the leaf of the graph's parameter stands in the list of inputs. */
export function inputPath({ signature, graph }: ModelFunction, parameter: number): Path {
  const [name, ...within] = pathOf(graph, parameter);
  return [signature.parameters.findIndex((each) => each.name === name), ...within];
}

/** Where its gradient stands in `grad`, and its seed in `seed`: a destructured parameter goes by its bound names. */
export function resultPath({ signature, graph }: ModelFunction, parameter: number): Path {
  const [name, ...within] = pathOf(graph, parameter);
  const bindings = signature.parameters.find((each) => each.name === name)?.bindings;
  const bound = bindings?.find(({ path }) => path.every((key, k) => String(within[k]) === String(key)));
  return bound === undefined ? [name!, ...within] : [bound.name, ...within.slice(bound.path.length)];
}

function pathOf(graph: Graph, parameter: number): Path {
  return graph.parameters[parameter]!.path;
}

function evaluateText(text: string): unknown {
  return new Function(`return (${text});`)();
}
