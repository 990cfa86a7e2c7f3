import type { Absent, ElementType, Graph, Span, ValueId } from "./graph.ts";

/** The face of a source function: what the back end needs to print a function beside it. Its graph has the leaves. */

/** The structure of a parameter or a result, as far as it is known at compile time. */
export type Shape =
  /** `isControl`: an enum or a union of literals, which decides and is nothing to differentiate. */
  | { readonly kind: "number"; readonly isControl?: true }
  | { readonly kind: "boolean" }
  /** `size`: it is a tuple of so many numbers, which is kept as an array since it stands in one. */
  | { readonly kind: "array"; readonly element: ElementType; readonly size?: number }
  /** An array of arrays, objects or tuples. */
  | { readonly kind: "rows"; readonly of: Shape; readonly size?: number }
  /** A union of string literals; any string, where the values are not known. `isEnum`: they are written as an enum. */
  | { readonly kind: "text"; readonly values: readonly string[] | undefined; readonly isEnum?: true }
  /** A number, boolean or text that may be left out. */
  | { readonly kind: "optional"; readonly of: Shape; readonly absent: Absent }
  | { readonly kind: "object"; readonly members: readonly { readonly name: string; readonly shape: Shape }[] }
  /** `least`: those from here on may be left out. */
  | { readonly kind: "tuple"; readonly elements: readonly Shape[]; readonly least?: number };

export interface SignatureParameter {
  /** The name that stands in the parameter list. A destructured parameter has one made up from its position (`params`). */
  readonly name: string;
  /** How its type is written in the output: as in the source where that is self-contained, else expanded. */
  readonly typeText: string;
  readonly shape: Shape;
  /** The default, as source text that means the same in the output: `0.5`. */
  readonly initializer: string | undefined;
  /**
   * For a destructured parameter: the bound names of its leaves, which name them in `wrt` and in the result.
   * `function f({ a, b: c }: P)` binds `a` to `["a"]` and `c` to `["b"]`.
   */
  readonly bindings: readonly { readonly name: string; readonly path: readonly (string | number)[] }[] | undefined;
}

export interface FunctionSignature {
  readonly name: string;
  readonly parameters: readonly SignatureParameter[];
  readonly returns: Shape | undefined;
  /** The description in the function's JSDoc, without tags; empty if there is none. */
  readonly description: string;
  /** Types that the texts above name and the model's module exports: `import type { Params } from "./model.ts"`. */
  readonly typeImports: readonly string[];
  readonly span: Span;
}

/** Gradient, vector-Jacobian product, Jacobian-vector product, Hessian-vector product, and both matrices whole. */
export type Mode = "grad" | "vjp" | "jvp" | "hvp" | "jacobian" | "hessian";

/** One tag of a function, resolved against its parameters. */
export interface TagRequest {
  readonly mode: Mode;
  /** `lossGrad`, or what `{as: name}` says. */
  readonly functionName: string;
  /** Indices into the graph's parameters, each with float leaves only, in the order asked for. */
  readonly wrt: readonly number[];
  /** For a product: indices of written parameter arrays, or "value". For a number that is returned: ["value"]. */
  readonly outputs: readonly (number | "value")[];
  readonly accumulate: boolean;
  /** Matrices come in compressed rows. */
  readonly sparse?: boolean;
  readonly span: Span;
  /** The names that the tag has, and which of the graph's parameters each stands for; undefined where it has none. */
  readonly asked?:
    readonly { readonly name: string; readonly span: Span; readonly leaves: readonly number[] }[] | undefined;
}

/** Where a value stands in the source: of operations that may be traps. */
export interface Place {
  readonly span: Span;
  readonly text: string;
  /** The texts of what it is computed from. */
  readonly operands: readonly string[];
}

/** A tagged function, lowered: what the front end gives to the pipeline. */
export interface ModelFunction {
  readonly signature: FunctionSignature;
  readonly graph: Graph;
  readonly requests: readonly TagRequest[];
  readonly places: ReadonlyMap<ValueId, Place>;
}
