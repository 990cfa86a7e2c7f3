/** The structure of results: gradients by the paths of their parameters, values by the structure that was returned. */
import { assertNever } from "../diagnostics/invariant.ts";
import { each } from "../ir/nested.ts";
import { rowName, tupleOf } from "./nested.ts";
import { keyText } from "./parameters.ts";
import type { Parts } from "./steps.ts";

export type Tree<Leaf> =
  | { readonly kind: "leaf"; readonly leaf: Leaf }
  | { readonly kind: "object"; readonly entries: readonly { readonly key: string; readonly tree: Tree<Leaf> }[] }
  | { readonly kind: "tuple"; readonly entries: readonly Tree<Leaf>[] }
  /** As many as the parameter has, or `size`. */
  | { readonly kind: "array"; readonly of: Tree<Leaf>; readonly size: number | undefined };

/** Leaves at paths, gathered into one object. Tuples close up over the parts that are left out. */
export function treeOf<Leaf>(
  leaves: readonly { readonly path: readonly (string | number)[]; readonly leaf: Leaf }[],
  sizeOf: (leaf: Leaf, layer: number) => number | undefined = () => undefined,
  layer = 0,
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
  const rows = groups.get(each);
  if (first !== undefined && rows !== undefined) {
    return { kind: "array", of: treeOf(rows, sizeOf, layer + 1), size: sizeOf(first.leaf, layer) };
  }
  if (keys.length > 0 && keys.every((key) => typeof key === "number")) {
    const ascending = [...groups].sort(([a], [b]) => Number(a) - Number(b));
    return { kind: "tuple", entries: ascending.map(([, group]) => treeOf(group, sizeOf, layer)) };
  }
  return {
    kind: "object",
    entries: [...groups].map(([key, group]) => ({ key: String(key), tree: treeOf(group, sizeOf, layer) })),
  };
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
    case "array":
      return leavesOf(tree.of, [...path, each]);
    default:
      return assertNever(tree);
  }
}

/** `isLeftOut` tells which members, by the leaves in them and the depth at which they stand, there need not be. */
export function treeType<Leaf>(
  tree: Tree<Leaf>,
  typeOf: (leaf: Leaf) => string,
  isLeftOut: (leaf: Leaf, depth: number) => boolean = () => false,
  depth = 1,
): string {
  const typeWithin = (inner: Tree<Leaf>): string => treeType(inner, typeOf, isLeftOut, depth + 1);
  switch (tree.kind) {
    case "leaf":
      return typeOf(tree.leaf);
    case "object": {
      const members = tree.entries.map(({ key, tree: inner }) => {
        const isOptional = leavesOf(inner).every(({ leaf }) => isLeftOut(leaf, depth));
        return `${keyText(key)}${isOptional ? "?" : ""}: ${typeWithin(inner)}`;
      });
      return `{ ${members.join("; ")} }`;
    }
    case "tuple":
      return `[${tree.entries.map(typeWithin).join(", ")}]`;
    case "array": {
      const of = typeWithin(tree.of);
      return tree.size === undefined ? `${of}[]` : tupleOf(of, tree.size);
    }
    default:
      return assertNever(tree);
  }
}

/**
 * `textOf` makes a leaf; within arrays, of the entries of those around. `sourceOf` gives the array of a parameter that
 * one of the literal goes along, of the same.
 */
export function treeLiteral<Leaf>(
  tree: Tree<Leaf>,
  textOf: (leaf: Leaf, rows: readonly string[]) => Parts,
  sourceOf: (leaf: Leaf, rows: readonly string[]) => Parts = () => [],
  rows: readonly string[] = [],
): Parts {
  switch (tree.kind) {
    case "leaf":
      return textOf(tree.leaf, rows);
    case "object":
      return [
        "{ ",
        ...tree.entries.flatMap(({ key, tree: inner }) => [
          `${literalKey(key)}: `,
          ...treeLiteral(inner, textOf, sourceOf, rows),
          ", ",
        ]),
        "}",
      ];
    case "tuple":
      return ["[", ...tree.entries.flatMap((inner) => [...treeLiteral(inner, textOf, sourceOf, rows), ", "]), "]"];
    case "array": {
      const [first] = leavesOf(tree);
      if (first === undefined) return ["[]"];
      if (tree.size !== undefined) {
        const source = sourceOf(first.leaf, rows).join("");
        const entries = Array.from({ length: tree.size }, (_, k): Parts => {
          return [...treeLiteral(tree.of, textOf, sourceOf, [...rows, `${source}[${k}]`]), ", "];
        });
        return ["[", ...entries.flat(), "]"];
      }
      const row = rowName(rows.length);
      const inner = treeLiteral(tree.of, textOf, sourceOf, [...rows, row]);
      const isRead = inner.some((part) => typeof part === "string" && new RegExp(`\\b${row}\\b`).test(part));
      const body: Parts = tree.of.kind === "object" ? ["(", ...inner, ")"] : inner;
      return [...sourceOf(first.leaf, rows), `.map((${isRead ? row : ""}) => `, ...body, ")"];
    }
    default:
      return assertNever(tree);
  }
}

/** Plainly written, `__proto__` would be no member, but what the object inherits from. */
function literalKey(key: string | number): string {
  return key === "__proto__" ? '["__proto__"]' : keyText(key);
}
