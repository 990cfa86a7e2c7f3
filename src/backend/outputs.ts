/** The returned value as a tree of leaves. */
import { assertNever, present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { ElementType, Graph, Instead, Output, RowsLeaf, ValueId } from "../ir/graph.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import type { EntryValues } from "./entry-values.ts";
import type { ModuleParts } from "./module-parts.ts";
import { lengthsOfRows, newRows, rowsTypeText } from "./rows.ts";
import type { Parts } from "./steps.ts";
import type { Tree } from "./trees.ts";

export type ValueLeaf =
  | {
      readonly kind: "scalar";
      readonly value: ValueId;
      readonly type: "number" | "boolean";
      readonly instead: readonly Instead[];
    }
  | { readonly kind: "array"; readonly value: ValueId; readonly element: ElementType; readonly length: ValueId }
  | { readonly kind: "rows"; readonly leaves: readonly RowsLeaf[] }
  | {
      readonly kind: "parameter";
      readonly value: ValueId;
      readonly parameter: ValueId;
      readonly element: ElementType;
      readonly instead: readonly Instead[];
    };

export function valueTree(output: Output, graph: Graph, builder: GraphBuilder): Tree<ValueLeaf> | undefined {
  switch (output.kind) {
    case "none":
      return undefined;
    case "scalar": {
      const type = builder.typeOf(output.value) === "boolean" ? "boolean" : "number";
      return { kind: "leaf", leaf: { kind: "scalar", value: output.value, type, instead: output.instead ?? [] } };
    }
    case "array":
    case "rows":
      return { kind: "leaf", leaf: output };
    case "parameter": {
      const { type, value } = present(graph.parameters[output.parameter], "returned parameter");
      const element = typeof type === "object" ? type.element : "f64";
      return { kind: "leaf", leaf: { kind: "parameter", value: output.value, parameter: value, element, instead: [] } };
    }
    case "object": {
      const entries = output.entries.flatMap(({ key, output: inner }) => {
        const tree = valueTree(inner, graph, builder);
        return tree === undefined ? [] : [{ key, tree }];
      });
      return { kind: "object", entries };
    }
    case "tuple": {
      const entries = output.entries.map((inner) => valueTree(inner, graph, builder));
      return { kind: "tuple", entries: entries.filter((entry) => entry !== undefined) };
    }
    case "mixed": {
      const tree = valueTree(output.of, graph, builder);
      const { instead } = output;
      return tree?.kind === "leaf" && tree.leaf.kind === "parameter"
        ? { kind: "leaf", leaf: { ...tree.leaf, instead } }
        : tree;
    }
    default:
      return assertNever(output);
  }
}

/** What stands in the place of all that is returned, on some ways; that of a parameter stands in its leaf. */
export function insteadOfWhole(output: Output): readonly Instead[] {
  return output.kind === "mixed" && output.of.kind !== "parameter" ? output.instead : [];
}

export function valueTypeText(leaf: ValueLeaf): string {
  if (leaf.kind === "rows") return rowsTypeText(leaf.leaves);
  const type = leaf.kind === "scalar" ? leaf.type : arrayTypeText(leaf.element);
  return leaf.kind === "array" ? type : mixedTypeText(type, leaf.instead);
}

/** `Float64Array | null` */
export function mixedTypeText(type: string, instead: readonly Instead[]): string {
  return [...new Set([type, ...instead.map(({ as }) => (typeof as === "string" ? as : "boolean"))])].join(" | ");
}

/** `isEmpty ? null : value` */
export function mixedValue(instead: readonly Instead[], value: Parts): Parts {
  return [...instead.flatMap(({ when, as }) => [when, " ? ", as, " : "]), ...value];
}

/** What `createF` puts there. */
export function valueCreation(leaf: ValueLeaf, entry: EntryValues, parts: ModuleParts): Parts {
  switch (leaf.kind) {
    case "scalar":
      return [leaf.type === "boolean" ? "false" : "0"];
    case "parameter":
      return [leaf.parameter];
    case "array":
      return newArray(leaf.element, [entry.has(leaf.length) ? leaf.length : "0"], parts.lang);
    case "rows":
      return lengthsOfRows(leaf.leaves).every(entry.has) ? newRows(leaf.leaves, parts) : ["[]"];
    default:
      return assertNever(leaf);
  }
}
