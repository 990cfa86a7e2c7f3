/** What the printing of one function carries along. */
import { emptyScope, type ArrayBinding, type Element, type Range, type Scope, type Size } from "./scope.ts";

export interface HelperParameter {
  readonly kind: "number" | "integer" | "flag" | "array" | "object" | "size";
  readonly element?: Element;
  readonly size?: Size;
  readonly root?: { written: boolean };
}

/** A helper that can be called. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly HelperParameter[];
  readonly result: HelperResult;
  /** About how many statements a call runs, and how many it stands for when it is inlined. */
  readonly cost: number;
  readonly length: number;
}
export type HelperResult = "number" | "none" | "tuple" | "array" | "flag";

/** What a `return` at any place in the function says. */
export type ReturnForm =
  | { readonly kind: "none" }
  | { readonly kind: "number" }
  | { readonly kind: "flag" }
  | { readonly kind: "tuple" }
  | { readonly kind: "object" }
  | { readonly kind: "array"; readonly array: ArrayBinding }
  | { readonly kind: "objectWithArray"; readonly array: ArrayBinding }
  | { readonly kind: "nested"; readonly form: NestedResult };

/** A result of a structured type, from two numbers and a length. */
export interface NestedResult {
  readonly type: string;
  readonly text: (first: string, second: string, length: string) => string;
}

export interface Frame {
  readonly kind: "loop" | "switch" | "closed";
  label: string | undefined;
  continued: boolean;
}

/** Counts for the whole function, shared by all its contexts. */
export interface Tally {
  cost: number;
  length: number;
  readonly usedSizes: Set<"n" | "m">;
}

export interface Context {
  readonly scope: Scope;
  readonly sizes: { readonly n: number; readonly m: number };
  /** How the two sizes are written here. */
  readonly sizeTexts: { readonly n: string; readonly m: string };
  readonly helpers: readonly Helper[];
  /** Object parameter, for helpers that take one. */
  readonly objectText: string | undefined;
  readonly returns: ReturnForm;
  readonly frames: readonly Frame[];
  /** How often this place runs at most in one call. */
  readonly trips: number;
  readonly tally: Tally;
  readonly features: Set<string>;
  /** What stands before all functions, by name. */
  readonly declarations: Map<string, readonly string[]>;
}

export function emptyContext(): Context {
  return {
    scope: emptyScope(),
    sizes: { n: 2, m: 2 },
    sizeTexts: { n: "n", m: "m" },
    helpers: [],
    objectText: undefined,
    returns: { kind: "number" },
    frames: [],
    trips: 1,
    tally: { cost: 0, length: 0, usedSizes: new Set() },
    features: new Set(),
    declarations: new Map(),
  };
}

/** An expression in text. Precedence as in MDN's table. */
export interface Piece {
  readonly text: string;
  readonly precedence: number;
  readonly range: Range;
}

export function sizeText(context: Context, size: Size): string {
  const { usedSizes } = context.tally;
  if (size === "n" || size === "nm" || size === "2n") usedSizes.add("n");
  if (size === "m" || size === "nm") usedSizes.add("m");
  const { n, m } = context.sizeTexts;
  switch (size) {
    case "n":
      return n;
    case "m":
      return m;
    case "nm":
      return `${n} * ${m}`;
    case "2n":
      return `2 * ${n}`;
    case "three":
      return "3";
  }
}

export function sizeValue({ sizes: { n, m } }: Context, size: Size): number {
  switch (size) {
    case "n":
      return n;
    case "m":
      return m;
    case "nm":
      return n * m;
    case "2n":
      return 2 * n;
    case "three":
      return 3;
  }
}
