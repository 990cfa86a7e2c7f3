/**
 * Makes a program that fails smaller, as far as it goes on failing in the same way. fast-check's own shrinking takes
 * things away; this also puts a child in the place of its parent, since every tree is a program.
 */
import type { ProgramTree } from "./program.ts";

type Tree = unknown;
type Place = readonly (string | number)[];

/** `fails` says whether a smaller program shows the same fault. */
export function reduce(tree: ProgramTree, fails: (smaller: ProgramTree) => boolean, budget: number): ProgramTree {
  let best = tree;
  let left = budget;
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const candidate of smallerTrees(best)) {
      if (left-- <= 0) break;
      if (weight(candidate) >= weight(best) || !fails(candidate)) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return best;
}

/** How much there is of a tree: its text, with numbers counted by their size. */
function weight(tree: Tree): number {
  if (typeof tree === "number") return 1 + Math.log2(1 + Math.abs(tree)) / 8;
  if (Array.isArray(tree)) return tree.reduce((sum: number, item) => sum + 2 + weight(item), 0);
  if (typeof tree !== "object" || tree === null) return 0.1;
  return Object.values(tree).reduce((sum: number, item) => sum + weight(item), 1);
}

/** Every tree that is one step smaller, the largest steps first. */
function* smallerTrees(tree: ProgramTree): Generator<ProgramTree> {
  const places = [...placesIn(tree, [])];
  for (const [place, node] of places) {
    if (!Array.isArray(node)) continue;
    for (const item of node.keys()) yield replaced(tree, place, node.toSpliced(item, 1)) as ProgramTree;
  }
  for (const [place, node] of places) {
    if (kindOf(node) === undefined) continue;
    for (const child of childrenOf(node)) yield replaced(tree, place, child) as ProgramTree;
    const isStatement = typeof place.at(-1) === "number";
    const parent = place.slice(0, -1);
    if (!isStatement) continue;
    const siblings = valueAt(tree, parent);
    if (!Array.isArray(siblings)) continue;
    // The body of a loop or branch in the place of the whole.
    for (const body of bodiesOf(node)) {
      yield replaced(tree, parent, siblings.toSpliced(Number(place.at(-1)), 1, ...body)) as ProgramTree;
    }
  }
  for (const [place, node] of places) {
    if (kindOf(node) !== undefined && isExpression(node)) {
      yield replaced(tree, place, { kind: "literal", tenths: 5 }) as ProgramTree;
      yield replaced(tree, place, { kind: "variable", pick: 0 }) as ProgramTree;
    }
    if (typeof node === "number" && node !== 0) {
      yield replaced(tree, place, 0) as ProgramTree;
      if (node > 1) yield replaced(tree, place, 1) as ProgramTree;
    }
    if (node === true) yield replaced(tree, place, false) as ProgramTree;
  }
}

function* placesIn(node: Tree, place: Place): Generator<readonly [Place, Tree]> {
  yield [place, node];
  if (typeof node !== "object" || node === null) return;
  for (const [key, child] of Object.entries(node)) {
    yield* placesIn(child, [...place, Array.isArray(node) ? Number(key) : key]);
  }
}

function valueAt(tree: Tree, place: Place): Tree {
  return place.reduce<Tree>((node, key) => (node as Record<string | number, Tree>)[key], tree);
}

function replaced(tree: Tree, place: Place, value: Tree): Tree {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  if (Array.isArray(tree)) return tree.with(Number(key), replaced(tree[Number(key)], rest, value));
  const record = tree as Record<string, Tree>;
  return { ...record, [key]: replaced(record[key], rest, value) };
}

function kindOf(node: Tree): string | undefined {
  if (typeof node !== "object" || node === null || !("kind" in node)) return undefined;
  return typeof node.kind === "string" ? node.kind : undefined;
}

const expressionKinds = ["variable", "load", "table", "integer", "unary", "binary", "ternary", "apply"];

function isExpression(node: Tree): boolean {
  return expressionKinds.includes(kindOf(node) ?? "");
}

/** Parts of an expression or condition that can stand where it stands. */
function childrenOf(node: Tree): readonly Tree[] {
  const condition = (kind: string | undefined) =>
    ["compare", "integers", "flag", "not", "both", "either"].includes(kind ?? "");
  if (typeof node !== "object" || node === null) return [];
  const own = kindOf(node);
  return Object.values(node).filter((child) => {
    const kind = kindOf(child);
    if (kind === undefined) return false;
    return condition(own) ? condition(kind) : isExpression(node) && !condition(kind);
  });
}

function bodiesOf(node: Tree): readonly (readonly Tree[])[] {
  if (typeof node !== "object" || node === null) return [];
  const lists: (readonly Tree[])[] = [];
  for (const [key, child] of Object.entries(node)) {
    if (["body", "then", "otherwise", "before"].includes(key) && Array.isArray(child)) lists.push(child);
    if (key === "cases" && Array.isArray(child)) {
      for (const one of child as readonly { readonly body: readonly Tree[] }[]) lists.push(one.body);
    }
  }
  return lists;
}
