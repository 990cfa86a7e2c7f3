/**
 * How a number is computed of what is known before all else: parameters, their lengths, constants. It outlives the round of
 * the lowering in which it was found, so that the next one can compute the number at an earlier place.
 */
import { isOperationName, type OperationName } from "../operations/table.ts";
import { lengthAt, rootLength, valueOf } from "./arrays.ts";
import { isValue, known, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { operate, resolve } from "./emit.ts";

export type Recipe =
  | { readonly kind: "constant"; readonly value: number }
  /** A number that comes in, by its place among them. */
  | { readonly kind: "number"; readonly place: number }
  /** The length of a parameter, or of its first row. */
  | { readonly kind: "length"; readonly leaf: number; readonly isOfRow: boolean }
  | { readonly kind: "operation"; readonly operation: OperationName; readonly operands: readonly Recipe[] };

export function recipeOf(context: Context, value: Value, depth = 6): Recipe | undefined {
  if (value.kind === "known") return { kind: "constant", value: Number(value.value) };
  const id = resolve(context, value.id);
  for (const [root, length] of context.lengths) {
    const leaf = context.leafRoots.indexOf(root);
    if (length === id && leaf >= 0) return { kind: "length", leaf, isOfRow: false };
  }
  const node = context.definitions.get(id);
  if (node === undefined) {
    const place = context.leafValues.indexOf(id);
    return place < 0 ? undefined : { kind: "number", place };
  }
  if (node.kind === "constant") return { kind: "constant", value: Number(node.value) };
  if (node.kind === "length" && node.at !== undefined) {
    const leaf = context.leafRoots.findIndex((root) => root?.allocated === node.array);
    const row = context.definitions.get(node.at);
    const isFirst = row?.kind === "constant" && row.value === 0;
    return leaf >= 0 && isFirst ? { kind: "length", leaf, isOfRow: true } : undefined;
  }
  if (node.kind !== "operation" || depth === 0 || !isOperationName(node.operation)) return undefined;
  const operands = node.operands.map((operand) => recipeOf(context, scalar(operand), depth - 1));
  const found = operands.filter((operand) => operand !== undefined);
  if (found.length < operands.length) return undefined;
  return { kind: "operation", operation: node.operation, operands: found };
}

export function fromRecipe(context: Context, recipe: Recipe): Value {
  switch (recipe.kind) {
    case "constant":
      return known(recipe.value);
    case "number": {
      const id = context.leafValues[recipe.place];
      return id === undefined ? known(NaN) : scalar(id);
    }
    case "length": {
      const root = context.leafRoots[recipe.leaf];
      if (root === undefined) return known(NaN);
      if (!recipe.isOfRow) return rootLength(context, root);
      const isAny = operate(context, "gt", rootLength(context, root), known(0));
      const length = branch(
        context,
        isAny,
        () => lengthAt(context, root, [known(0)]),
        () => known(0),
        "width",
      );
      return isValue(length) ? valueOf(context, length) : known(0);
    }
    default:
      return operate(context, recipe.operation, ...recipe.operands.map((operand) => fromRecipe(context, operand)));
  }
}
