/** The small language of rewrites: terms with variables, matched against the operations of a graph. */
import type { GraphNode, ValueId } from "../../src/ir/graph.ts";
import { rowOf } from "../../src/operations/table.ts";

export type Pattern =
  /** Matches any value; the same name twice matches the same value. */
  | { readonly kind: "variable"; readonly name: string; readonly where: ValueGuard | undefined }
  /** Matches a constant that passes the guard. */
  | { readonly kind: "known"; readonly name: string; readonly where: (value: number) => boolean }
  | { readonly kind: "constant"; readonly value: number | boolean }
  | { readonly kind: "apply"; readonly operation: string; readonly operands: readonly Pattern[] };

/** What a rewrite makes. `compute` is a constant that is worked out from the known ones. */
export type Replacement =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "constant"; readonly value: number | boolean }
  | { readonly kind: "compute"; readonly value: (known: Readonly<Record<string, number>>) => number }
  | { readonly kind: "apply"; readonly operation: string; readonly operands: readonly Replacement[] };

export interface Rewrite {
  readonly name: string;
  readonly from: Pattern;
  readonly to: Replacement;
  /** The same bits for every number, -0, NaN and the infinities among them. */
  readonly exact: boolean;
  /** For an inexact one: what it changes, and why that may be. */
  readonly reason?: string;
  /** Only in the derivative's own statements: the value's NaN and infinities stay as the primal has them. */
  readonly derivativeOnly?: boolean;
  /** What is computed, not the known constants alone, must satisfy this. */
  readonly where?: (known: Readonly<Record<string, number>>) => boolean;
}

/** Answers questions about the values of the graph at hand. */
export interface Lookup {
  readonly nodeOf: (value: ValueId) => GraphNode | undefined;
  readonly isInteger: (value: ValueId) => boolean;
}
export type ValueGuard = (value: ValueId, lookup: Lookup) => boolean;

export interface Match {
  readonly values: Map<string, ValueId>;
  readonly known: Record<string, number>;
  /** Operations below the root that the pattern went through. */
  readonly interior: ValueId[];
}

export const variable = (name: string, where?: ValueGuard): Pattern & Replacement => ({
  kind: "variable",
  name,
  where,
});
export const known = (name: string, where: (value: number) => boolean = () => true): Pattern => ({
  kind: "known",
  name,
  where,
});
export const constant = (value: number | boolean): Pattern & Replacement => ({ kind: "constant", value });
export const compute = (value: (known: Readonly<Record<string, number>>) => number): Replacement => ({
  kind: "compute",
  value,
});
export function apply(operation: string, ...operands: readonly (Pattern & Replacement)[]): Pattern & Replacement;
export function apply(operation: string, ...operands: readonly Pattern[]): Pattern;
export function apply(operation: string, ...operands: readonly Pattern[]): Pattern {
  return { kind: "apply", operation, operands };
}
export const make = (operation: string, ...operands: readonly Replacement[]): Replacement => ({
  kind: "apply",
  operation,
  operands,
});

/** Whether the value matches; what the names stand for is added to `match`. */
export function matches(pattern: Pattern, value: ValueId, lookup: Lookup, match: Match, root = true): boolean {
  switch (pattern.kind) {
    case "variable": {
      const bound = match.values.get(pattern.name);
      if (bound !== undefined) return bound === value;
      if (pattern.where !== undefined && !pattern.where(value, lookup)) return false;
      match.values.set(pattern.name, value);
      return true;
    }
    case "known": {
      const node = lookup.nodeOf(value);
      if (node?.kind !== "constant" || typeof node.value !== "number" || !pattern.where(node.value)) return false;
      match.known[pattern.name] = node.value;
      return true;
    }
    case "constant": {
      const node = lookup.nodeOf(value);
      return node?.kind === "constant" && Object.is(node.value, pattern.value);
    }
    case "apply": {
      const node = lookup.nodeOf(value);
      if (node?.kind !== "operation" || node.operation !== pattern.operation) return false;
      if (node.operands.length !== pattern.operands.length) return false;
      if (!root) match.interior.push(value);
      return node.operands.every((operand, k) => {
        const inner = pattern.operands[k];
        return inner !== undefined && matches(inner, operand, lookup, match, false);
      });
    }
  }
}

/** What a replacement costs to evaluate. */
export function costOf(replacement: Replacement): number {
  if (replacement.kind !== "apply") return 0;
  return rowOf(replacement.operation).cost + replacement.operands.reduce((sum, operand) => sum + costOf(operand), 0);
}
