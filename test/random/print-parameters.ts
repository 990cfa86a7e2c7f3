/** The parameters of the tagged function and of helpers: types, bindings, and what values they take. */
import type { Context, HelperParameter } from "./context.ts";
import { freshName, pickFrom, type ArrayBinding, type Element, type Root, type Scope, type Size } from "./scope.ts";
import { stored } from "./print-expression.ts";
import type { ParameterTree } from "./program.ts";
import { sizeValue } from "./context.ts";
import { structures } from "./structures/all-structures.ts";
import { printStructure } from "./structures/structure.ts";

/** What to call the tagged function with. */
export type InputSpec =
  | { readonly kind: "number" }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "flag" }
  | { readonly kind: "array"; readonly element: Element; readonly length: number; readonly below: number | undefined }
  /** What decides, or what stands for something that is left out. */
  | { readonly kind: "constant"; readonly value: number | string | undefined | null }
  /** `class`: it is an instance of this class, which the program exports. */
  | { readonly kind: "object"; readonly members: readonly (readonly [string, InputSpec])[]; readonly class?: string }
  | { readonly kind: "tuple"; readonly members: readonly InputSpec[] };

export interface PrintedParameter {
  readonly name: string;
  readonly type: string;
  readonly input: InputSpec;
  /** What may stand in a tag: the name, or dotted paths. None where it holds no floats. */
  readonly wrt: readonly string[];
  /** The array that it is, if it is one of floats that can be written. */
  readonly array: (ArrayBinding & { readonly root: Root }) | undefined;
  /** How it stands in the list of parameters, where that is more than its name and type. */
  readonly declared?: string;
  readonly isRest?: boolean;
  readonly output?: StructureOutput | undefined;
}

/** What a vjp can be asked for that the function writes, and a number of it. */
export interface StructureOutput {
  readonly name: string;
  readonly place: string;
}

const sizes: readonly Size[] = ["n", "n", "n", "m", "n", "nm", "2n", "three"];
const typeOf: Record<Element, string> = {
  f64: "Float64Array",
  f32: "Float32Array",
  number: "number[]",
  i32: "Int32Array",
};

export function printParameter({ kind, size: pick }: ParameterTree, context: Context): PrintedParameter {
  const { scope, features } = context;
  const plain = { wrt: [], array: undefined };
  const structure = kind < 60 ? undefined : pickFrom(structures, kind - 60);
  if (structure !== undefined) return printStructure(structure, pick, context);
  const array = (element: Element, size: Size, names: readonly string[], writable = true): PrintedParameter => {
    features.add(`parameter ${writable ? "" : "readonly "}${typeOf[element]}`);
    const name = freshName(scope, names);
    const { binding, input } = declareArray(name, element, size, writable, context);
    const type = `${writable ? "" : "readonly "}${typeOf[element]}`;
    return { name, type, input, wrt: [name], array: writable ? binding : undefined };
  };
  const size = pickFrom(sizes, pick) ?? "n";
  switch (kind % 15) {
    case 3:
    case 4: {
      const name = freshName(scope, ["a", "b", "c"]);
      scope.numbers.push({ text: name, range: stored, mutable: pick % 3 === 0 });
      return { ...plain, name, type: "number", input: { kind: "number" }, wrt: [name] };
    }
    case 5:
      return array("f64", "nm", ["W", "V", "U"]);
    case 6:
      return array("f32", size, ["f", "g"]);
    case 7:
      return array("number", size, ["xs", "ys"]);
    case 8:
      return array("number", size, ["zs", "ws"], false);
    case 9:
    case 14:
      return printObject(pick, context);
    case 10: {
      features.add("tuple parameter");
      const name = freshName(scope, ["pair", "range"]);
      for (const k of [0, 1]) scope.numbers.push({ text: `${name}[${k}]`, range: stored, mutable: false });
      const input: InputSpec = { kind: "tuple", members: [{ kind: "number" }, { kind: "number" }] };
      return {
        ...plain,
        name,
        type: pick % 2 === 0 ? "[number, number]" : "readonly [number, number]",
        input,
        wrt: [name],
      };
    }
    case 11: {
      features.add("boolean parameter");
      const name = freshName(scope, ["on", "open"]);
      scope.flags.push({ text: name, mutable: false });
      return { ...plain, name, type: "boolean", input: { kind: "flag" } };
    }
    case 12: {
      features.add("integer parameter");
      const name = freshName(scope, ["shift", "offset"]);
      scope.integers.push({ text: name, below: undefined, mutable: false });
      return { ...plain, name, type: "number", input: { kind: "integer", value: pick % 4 } };
    }
    case 13: {
      features.add("parameter Int32Array");
      const name = freshName(scope, ["index", "links"]);
      const below = pick % 2 === 0 ? "n" : "m";
      scope.arrays.push({ text: name, element: "i32", size, roots: [{ written: false }], writable: true, below });
      const [length, limit] = [sizeValue(context, size), sizeValue(context, below)];
      return { ...plain, name, type: "Int32Array", input: { kind: "array", element: "i32", length, below: limit } };
    }
    default:
      return array("f64", size, ["data", "signal", "field", "series", "input"]);
  }
}

function declareArray(text: string, element: Element, size: Size, writable: boolean, context: Context) {
  const root: Root = { written: false };
  const binding = { text, element, size, roots: [root], root, writable, isParameter: true };
  context.scope.arrays.push(binding);
  const length = sizeValue(context, size);
  return { binding, input: { kind: "array", element, length, below: undefined } satisfies InputSpec };
}

/** Members of the three object types that a program may take. */
function printObject(pick: number, context: Context): PrintedParameter {
  const { scope, features } = context;
  features.add("object parameter");
  const name = freshName(scope, ["params", "model"]);
  const number = (member: string): readonly [string, InputSpec] => {
    scope.numbers.push({ text: `${name}.${member}`, range: stored, mutable: false });
    return [member, { kind: "number" }];
  };
  const array = (member: string, element: Element, size: Size): readonly [string, InputSpec] => [
    member,
    declareArray(`${name}.${member}`, element, size, true, context).input,
  ];
  const integer = (member: string, value: number): readonly [string, InputSpec] => {
    scope.integers.push({ text: `${name}.${member}`, below: undefined, mutable: false });
    return [member, { kind: "integer", value }];
  };
  const variants = [
    () => [number("a"), number("b")],
    () => [array("w", "f64", "n"), number("scale")],
    () => [number("scale"), array("W", "f64", "nm"), array("bias", "number", "m"), integer("stride", pick % 3)],
  ];
  const members = (pickFrom(variants, pick) ?? variants[0])?.() ?? [];
  const types = members.map(([member, input]) => `${member}: ${memberType(input)}`);
  const wrt = members.filter(([, { kind }]) => kind !== "integer").map(([member]) => `${name}.${member}`);
  return { name, type: `{ ${types.join("; ")} }`, input: { kind: "object", members }, wrt, array: undefined };
}

function memberType(input: InputSpec): string {
  return input.kind === "array" ? typeOf[input.element] : "number";
}

/** Declares a helper's parameter in its own scope. */
export function printHelperParameter(
  { kind, size: pick }: ParameterTree,
  context: Context,
  object: PrintedParameter | undefined,
): { readonly text: string; readonly parameter: HelperParameter } {
  const { scope } = context;
  const size = pickFrom(sizes, pick) ?? "n";
  const array = (element: Element) => {
    const name = freshName(scope, ["given", "source", "taken"]);
    const { binding } = declareArray(name, element, size, true, context);
    const parameter: HelperParameter = { kind: "array", element, size, root: binding.root };
    return { text: `${name}: ${typeOf[element]}`, parameter };
  };
  switch (kind % 15) {
    case 0:
    case 1:
    case 2:
    case 5:
      return array("f64");
    case 6:
      return array(pick % 3 === 0 ? "f32" : "f64");
    case 7:
      return array("number");
    case 9:
    case 14:
      if (object === undefined || context.objectText !== undefined) break;
      return { text: `${object.name}: ${object.type}`, parameter: { kind: "object" } };
    case 11: {
      const name = freshName(scope, ["flip", "keep"]);
      scope.flags.push({ text: name, mutable: false });
      return { text: `${name}: boolean`, parameter: { kind: "flag" } };
    }
    case 12: {
      const name = freshName(scope, ["at", "from"]);
      scope.integers.push({ text: name, below: undefined, mutable: false });
      return { text: `${name}: number`, parameter: { kind: "integer" } };
    }
  }
  const name = freshName(scope, ["a", "b", "c"]);
  scope.numbers.push({ text: name, range: stored, mutable: pick % 2 === 0 });
  return { text: `${name}: number`, parameter: { kind: "number" } };
}

/** Lets a helper see the members of an object that it takes, as the tagged function does. */
export function declareObject({ name, input }: PrintedParameter, scope: Scope, root: Scope): void {
  if (input.kind !== "object") return;
  const own = ({ text }: { readonly text: string }) => text.startsWith(`${name}.`);
  scope.names.add(name);
  scope.numbers.push(...root.numbers.filter(own));
  scope.integers.push(...root.integers.filter(own));
  scope.arrays.push(...root.arrays.filter(own));
}
