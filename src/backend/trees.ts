/** The structure of results: gradients by the paths of their parameters, values by the structure that was returned. */
import { assertNever } from "../diagnostics/invariant.ts";
import { keyText } from "./parameters.ts";
import type { Parts } from "./steps.ts";

export type Tree<Leaf> =
  | { readonly kind: "leaf"; readonly leaf: Leaf }
  | { readonly kind: "object"; readonly entries: readonly { readonly key: string; readonly tree: Tree<Leaf> }[] }
  | { readonly kind: "tuple"; readonly entries: readonly Tree<Leaf>[] };

/** Leaves at paths, gathered into one object. Tuples close up over the parts that are left out. */
export function treeOf<Leaf>(
  leaves: readonly { readonly path: readonly (string | number)[]; readonly leaf: Leaf }[],
): Tree<Leaf> {
  const [first] = leaves;
  if (first !== undefined && first.path.length === 0) return { kind: "leaf", leaf: first.leaf };
  const groups = new Map<string | number, { path: readonly (string | number)[]; leaf: Leaf }[]>();
  for (const { path, leaf } of leaves) {
    const [key = "", ...rest] = path;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ path: rest, leaf }]);
    else group.push({ path: rest, leaf });
  }
  const keys = [...groups.keys()];
  if (keys.length > 0 && keys.every((key) => typeof key === "number")) {
    const ascending = [...groups].sort(([a], [b]) => Number(a) - Number(b));
    return { kind: "tuple", entries: ascending.map(([, group]) => treeOf(group)) };
  }
  return { kind: "object", entries: [...groups].map(([key, group]) => ({ key: String(key), tree: treeOf(group) })) };
}

/** Every leaf with the path at which it stands in the printed structure. */
export function leavesOf<Leaf>(
  tree: Tree<Leaf>,
  path: readonly (string | number)[] = [],
): readonly { readonly path: readonly (string | number)[]; readonly leaf: Leaf }[] {
  switch (tree.kind) {
    case "leaf":
      return [{ path, leaf: tree.leaf }];
    case "object":
      return tree.entries.flatMap(({ key, tree: inner }) => leavesOf(inner, [...path, key]));
    case "tuple":
      return tree.entries.flatMap((inner, k) => leavesOf(inner, [...path, k]));
    default:
      return assertNever(tree);
  }
}

export function treeType<Leaf>(tree: Tree<Leaf>, typeOf: (leaf: Leaf) => string): string {
  switch (tree.kind) {
    case "leaf":
      return typeOf(tree.leaf);
    case "object":
      return `{ ${tree.entries.map(({ key, tree: inner }) => `${keyText(key)}: ${treeType(inner, typeOf)}`).join("; ")} }`;
    case "tuple":
      return `[${tree.entries.map((inner) => treeType(inner, typeOf)).join(", ")}]`;
    default:
      return assertNever(tree);
  }
}

export function treeLiteral<Leaf>(tree: Tree<Leaf>, textOf: (leaf: Leaf) => Parts): Parts {
  switch (tree.kind) {
    case "leaf":
      return textOf(tree.leaf);
    case "object":
      return [
        "{ ",
        ...tree.entries.flatMap(({ key, tree: inner }) => [`${keyText(key)}: `, ...treeLiteral(inner, textOf), ", "]),
        "}",
      ];
    case "tuple":
      return ["[", ...tree.entries.flatMap((inner) => [...treeLiteral(inner, textOf), ", "]), "]"];
    default:
      return assertNever(tree);
  }
}
