/** Leaves of arguments and of gradients, by their paths. */
import type { Argument } from "../../src/ir/evaluate.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { numbersIn } from "./execute.ts";
import type { Input } from "./inputs.ts";
import type { PrintedProgram } from "./print-program.ts";

export function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** The numbers of the entry at the path, in order. */
export function entriesAt(value: unknown, path: readonly (string | number)[]): number[] {
  return numbersIn(at(value, path));
}

export function leafOf(
  inputs: readonly Input[],
  names: readonly string[],
  path: readonly (string | number)[],
): Argument {
  const [name, ...rest] = path;
  return at(inputs[names.indexOf(String(name))], rest) as Argument;
}

/** How many numbers an argument holds. */
export function arrayEntries(value: Argument | undefined): number {
  return typeof value === "object" ? value.length : 1;
}

/** Paths of all floats in the arguments, in the order in which `moved` meets them. */
export function floatLeaves({ parameters }: PrintedProgram): readonly (readonly (string | number)[])[] {
  return parameters.flatMap(({ name, input }): (readonly (string | number)[])[] => {
    switch (input.kind) {
      case "number":
        return [[name]];
      case "array":
        return input.element === "i32" ? [] : [[name]];
      case "tuple":
        return input.members.map((_, k) => [name, k]);
      case "object":
        return input.members.filter(([, { kind }]) => kind !== "integer").map(([member]) => [name, member]);
      default:
        return [];
    }
  });
}

export function pathOf(graph: Graph, leaf: number): readonly (string | number)[] {
  return graph.parameters[leaf]?.path ?? [];
}
