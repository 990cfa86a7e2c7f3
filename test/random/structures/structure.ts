/**
 * Parameters of structured types: objects in objects, arrays of arrays and of objects, instances of classes, what may be
 * left out, and what decides. Each comes with uses, a few lines each, that stand wherever a statement may.
 */
import { sizeValue, type Context } from "../context.ts";
import type { Idiom } from "../idioms/idiom.ts";
import type { InputSpec, PrintedParameter, StructureOutput } from "../print-parameters.ts";
import { stored } from "../print-expression.ts";
import { freshName, type Element, type Size } from "../scope.ts";

export interface Structure {
  /** What it stands for in the table of coverage. */
  readonly feature: string;
  readonly print: (tools: StructureTools) => PrintedStructure;
}

export interface PrintedStructure {
  readonly name: string;
  /** How it stands in the list of parameters: `options: Options = {}`. */
  readonly declared: string;
  readonly input: InputSpec;
  /** What may stand in a tag. */
  readonly wrt: readonly string[];
  readonly uses: readonly Idiom["print"][];
  readonly output?: StructureOutput | undefined;
  /** It is the last parameter, and takes what is left of the arguments. */
  readonly isRest?: boolean;
}

/** What a structure is made from. */
export interface StructureTools {
  /** A name that nothing here has. */
  readonly name: (...candidates: readonly string[]) => string;
  /** A number below `count` that says which form to take. */
  readonly way: (count: number) => number;
  readonly count: (size: Size) => number;
  /** Lines before all functions, once. */
  readonly declare: (name: string, lines: readonly string[]) => void;
  /** Lets every statement read a number of it, and write it too. */
  readonly number: (text: string, mutable?: boolean) => void;
  readonly flag: (text: string) => void;
  readonly integer: (text: string) => void;
  /** Lets every statement read an array of it, and write it too. */
  readonly array: (text: string, element: Element, size: Size, writable?: boolean) => void;
}

export const aNumber: InputSpec = { kind: "number" };
export const aFlag: InputSpec = { kind: "flag" };
export const nothing: InputSpec = { kind: "constant", value: undefined };

export function floats(length: number, element: Element = "f64"): InputSpec {
  return { kind: "array", element, length, below: undefined };
}

export function listOf(length: number, item: (k: number) => InputSpec): InputSpec {
  return { kind: "tuple", members: Array.from({ length }, (_, k) => item(k)) };
}

export function objectOf(members: Readonly<Record<string, InputSpec>>, className?: string): InputSpec {
  return { kind: "object", members: Object.entries(members), ...(className === undefined ? {} : { class: className }) };
}

export function printStructure({ feature, print }: Structure, pick: number, context: Context): PrintedParameter {
  const { scope, features, declarations } = context;
  features.add(feature);
  let rest = pick;
  const printed = print({
    name: (...candidates) => freshName(scope, candidates),
    way: (count) => {
      const way = rest % count;
      rest = Math.floor(rest / count) + 7 * way;
      return way;
    },
    count: (size) => sizeValue(context, size),
    declare: (name, lines) => declarations.set(name, lines),
    number: (text, mutable = false) => scope.numbers.push({ text, range: stored, mutable }),
    flag: (text) => scope.flags.push({ text, mutable: false }),
    integer: (text) => scope.integers.push({ text, below: undefined, mutable: false }),
    array: (text, element, size, writable = true) => {
      scope.arrays.push({ text, element, size, roots: [{ written: false }], writable, isParameter: true });
    },
  });
  for (const [k, use] of printed.uses.entries()) scope.uses.push({ feature: `${feature}, use ${k + 1}`, print: use });
  return { ...printed, type: "", array: undefined };
}
