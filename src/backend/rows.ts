/**
 * Results that are arrays of arrays, objects or tuples. In the graph the numbers of each leaf lie one after the other in an
 * array; at the very end they are put into `out.value`, of which the arrays have the right lengths or are made anew.
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { RowsLeaf, ValueId } from "../ir/graph.ts";
import { depthOf, endsInNumber, pairing } from "../ir/nested.ts";
import { newArray } from "./array-types.ts";
import type { ModuleParts } from "./module-parts.ts";
import { memberText } from "./names.ts";
import { innermostTypeText, sizeAt } from "./nested.ts";
import { template, type Parts, type Step } from "./steps.ts";
import { leavesOf, treeLiteral, treeOf, treeType, type Tree } from "./trees.ts";

function rowsTree(leaves: readonly RowsLeaf[]): Tree<RowsLeaf> {
  const entries = leaves.map((leaf) => ({ path: leaf.path, leaf }));
  return treeOf(entries, ({ type }, layer) => sizeAt(type, layer));
}

export function rowsTypeText(leaves: readonly RowsLeaf[]): string {
  return treeType(rowsTree(leaves), innermostText);
}

function innermostText({ type, isBoolean }: RowsLeaf): string {
  return isBoolean === true ? "boolean" : innermostTypeText(type, type.element);
}

/** An array within the result that is not of a fixed size: where it is from the array around on, and how long. */
interface Layer {
  readonly path: string;
  readonly length: ValueId;
  readonly inner: readonly Layer[];
}

function layersOf(leaves: readonly RowsLeaf[]): readonly Layer[] {
  const found = new Map<string, Layer & { inner: Layer[] }>();
  const add = (list: Layer[], key: string, path: string, length: ValueId): Layer[] => {
    const layer = found.get(key) ?? { path, length, inner: [] };
    if (!found.has(key)) list.push(layer);
    found.set(key, layer);
    return layer.inner;
  };
  const outermost: Layer[] = [];
  for (const { type, lengths } of leaves) {
    let list = outermost;
    let key = "";
    const depth = endsInNumber(type) ? depthOf(type) : depthOf(type) - 1;
    for (let layer = 0; layer <= depth && layer < lengths.length; layer++) {
      const path = layer === 0 ? "" : memberText(type.layers[layer - 1] ?? []);
      key += `${path}[]`;
      const fixed = sizeAt(type, layer) !== undefined && layer > 0;
      if (!fixed) list = add(list, key, path, present(lengths[layer]));
    }
  }
  return outermost;
}

/** The lengths that make such a result, each once. */
export function lengthsOfRows(leaves: readonly RowsLeaf[]): readonly ValueId[] {
  const lengths = (layers: readonly Layer[]): readonly ValueId[] =>
    layers.flatMap(({ length, inner }) => [length, ...lengths(inner)]);
  return [...new Set(lengths(layersOf(leaves)))];
}

/** A new result with these lengths. */
export function newRows(leaves: readonly RowsLeaf[], parts: ModuleParts): Parts {
  const lengths = lengthsOfRows(leaves);
  const name = parts.helper(keyOf(leaves, lengths), "createRows", (own) =>
    createText(own, leaves, lengths, parts.lang),
  );
  return [`${name}(`, ...listed(lengths), ")"];
}

/** Makes the result at the place anew where it has other lengths. */
export function rowsRoom(leaves: readonly RowsLeaf[], place: string, parts: ModuleParts): Step {
  const lengths = lengthsOfRows(leaves);
  const [outer] = layersOf(leaves);
  const isPlain = outer === undefined || outer.inner.length === 0;
  const test: Parts = isPlain
    ? [`${place}.length !== `, ...lengths]
    : [
        `!${parts.helper(`fits ${keyOf(leaves, lengths)}`, "haveLengths", (own) => fitText(own, leaves, lengths, parts.lang))}(${place}, `,
        ...listed(lengths),
        ")",
      ];
  return template(["if (", ...test, `) ${place} = `, ...newRows(leaves, parts), ";"]);
}

function listed(values: readonly ValueId[]): Parts {
  return values.flatMap((value, k): Parts => (k === 0 ? [value] : [", ", value]));
}

function keyOf(leaves: readonly RowsLeaf[], lengths: readonly ValueId[]): string {
  const places = leaves.map(({ lengths: own }) => own.map((length) => lengths.indexOf(length)).join());
  return `rows ${rowsTypeText(leaves)} ${places.join(" ")}`;
}

function lengthName(length: ValueId, lengths: readonly ValueId[]): string {
  const place = lengths.indexOf(length);
  return place === 0 ? "length" : `length${place + 1}`;
}

function typedLengths(lengths: readonly ValueId[], lang: "ts" | "js"): string {
  return lengths.map((length) => lengthName(length, lengths) + (lang === "ts" ? ": number" : "")).join(", ");
}

function createText(name: string, leaves: readonly RowsLeaf[], lengths: readonly ValueId[], lang: "ts" | "js"): string {
  const tree = rowsTree(leaves);
  const literal = (of: Tree<RowsLeaf>, layer: number): string => {
    if (of.kind === "array") {
      const first = present(leavesOf(of)[0]).leaf;
      const inner = literal(of.of, layer + 1);
      if (of.size !== undefined) return `[${new Array<string>(of.size).fill(inner).join(", ")}]`;
      const body = of.of.kind === "object" ? `(${inner})` : inner;
      const name = lengthName(present(first.lengths[layer]), lengths);
      return `Array.from({ ${name === "length" ? name : `length: ${name}`} }, () => ${body})`;
    }
    if (of.kind !== "leaf") {
      return treeLiteral(
        asLeaves(of, (inner) => literal(inner, layer)),
        (text) => [text],
      ).join("");
    }
    const { type, isBoolean, lengths: own } = of.leaf;
    if (endsInNumber(type)) return isBoolean === true ? "false" : "0";
    const size = sizeAt(type, layer);
    if (size !== undefined && type.element === "number") return `[${new Array<string>(size).fill("0").join(", ")}]`;
    return newArray(type.element, [lengthName(present(own[layer]), lengths)], lang).join("");
  };
  const returns = lang === "ts" ? `: ${rowsTypeText(leaves)}` : "";
  return [
    "/** A result with arrays of these lengths. */",
    `function ${name}(${typedLengths(lengths, lang)})${returns} {`,
    `return ${literal(tree, 0)};`,
    "}",
  ].join("\n");
}

/** An object or tuple with the text of each entry as its leaf. */
function asLeaves(tree: Tree<RowsLeaf>, textOf: (inner: Tree<RowsLeaf>) => string): Tree<string> {
  const leaf = (inner: Tree<RowsLeaf>): Tree<string> => ({ kind: "leaf", leaf: textOf(inner) });
  if (tree.kind === "object") {
    return { kind: "object", entries: tree.entries.map(({ key, tree: inner }) => ({ key, tree: leaf(inner) })) };
  }
  return tree.kind === "tuple" ? { kind: "tuple", entries: tree.entries.map(leaf) } : leaf(tree);
}

function fitText(name: string, leaves: readonly RowsLeaf[], lengths: readonly ValueId[], lang: "ts" | "js"): string {
  const test = (layers: readonly Layer[], at: string, depth: number): string =>
    layers
      .map(({ path, length, inner }) => {
        const own = at + path;
        const here = `if (${own}.length !== ${lengthName(length, lengths)}) return false;`;
        const row = depth === 0 ? "row" : `row${depth + 1}`;
        const within = inner.length === 0 ? "" : `for (const ${row} of ${own}) { ${test(inner, row, depth + 1)} }`;
        return `${here} ${within}`;
      })
      .join(" ");
  const type = lang === "ts" ? `: ${rowsTypeText(leaves)}` : "";
  return [
    "/** Whether the arrays of a result have these lengths. */",
    `function ${name}(rows${type}, ${typedLengths(lengths, lang)})${lang === "ts" ? ": boolean" : ""} {`,
    test(layersOf(leaves), "rows", 0),
    "return true;",
    "}",
  ].join("\n");
}

export interface Filling {
  readonly steps: readonly Step[];
  /** All leaves are in the variable of the first. */
  readonly aliases: ReadonlyMap<ValueId, ValueId>;
}

/** Puts the numbers of the leaves into the arrays and objects at the place. */
export function fillRows(builder: GraphBuilder, leaves: readonly RowsLeaf[], place: string): Filling {
  const aliases = new Map<ValueId, ValueId>();
  const targets = leaves.map(({ type }) => builder.fresh(type, "value"));
  const first = present(targets[0], "a leaf of a result");
  const note = (version: ValueId): ValueId => {
    if (version !== first) aliases.set(version, first);
    return version;
  };
  targets.forEach(note);
  const current = new Map(leaves.map((leaf, k) => [leaf, present(targets[k])] as const));

  const store = (leaf: RowsLeaf, at: ValueId, index: ValueId): void => {
    const entry = builder.load(leaf.value, at);
    const value = leaf.isBoolean === true ? builder.operation("truthy", [entry], "boolean") : entry;
    current.set(leaf, note(builder.store(present(current.get(leaf)), index, value)));
  };
  const loopOver = (
    within: readonly RowsLeaf[],
    layer: number,
    outer: { readonly at: ValueId; readonly index: ValueId } | undefined,
    fill: (at: ValueId, index: ValueId) => void,
  ): void => {
    const bound = present(present(within[0]).lengths[layer]);
    const range = { start: builder.constant(0), bound, step: 1, inclusive: false };
    const before = within.map((leaf) => present(current.get(leaf)));
    const loop = builder.for(range, before, (own, carried) => {
      within.forEach((leaf, k) => current.set(leaf, note(present(carried[k]))));
      const at = outer && builder.operation("add", [builder.operation("mul", [outer.at, bound]), own]);
      fill(at ?? own, outer === undefined ? own : builder.operation(pairing, [outer.index, own]));
      return within.map((leaf) => present(current.get(leaf)));
    });
    within.forEach((leaf, k) => current.set(leaf, note(present(loop.results[k]))));
  };
  const visit = (tree: Tree<RowsLeaf>, layer: number, outer?: { at: ValueId; index: ValueId }): void => {
    switch (tree.kind) {
      case "array":
        return loopOver(
          leavesOf(tree).map(({ leaf }) => leaf),
          layer,
          outer,
          (at, index) => visit(tree.of, layer + 1, { at, index }),
        );
      case "leaf":
        if (outer !== undefined && endsInNumber(tree.leaf.type)) return store(tree.leaf, outer.at, outer.index);
        return loopOver([tree.leaf], layer, outer, (at, index) => store(tree.leaf, at, index));
      case "object":
        return tree.entries.forEach(({ tree: inner }) => visit(inner, layer, outer));
      default:
        return tree.entries.forEach((inner) => visit(inner, layer, outer));
    }
  };
  const region = builder.region([], () => {
    visit(rowsTree(leaves), 0);
    return [];
  });
  return { steps: [template([place], { result: first }), ...region.nodes], aliases };
}

/** Statements that throw where the seed of a leaf has other lengths than the result; `names`: for the indices. */
export function rowsSeedChecks(
  seed: ValueId,
  place: string,
  { type, lengths }: RowsLeaf,
  names: readonly string[],
): readonly Parts[] {
  const last = endsInNumber(type) ? depthOf(type) - 1 : depthOf(type);
  const check = (layer: number, own: Parts, ownName: string): readonly Parts[] => {
    const wanted = present(lengths[layer]);
    const isFixed = layer > 0 && sizeAt(type, layer) !== undefined;
    const told: Parts = [`.length}, but the value has \${`, wanted, "}`);"];
    const here: Parts = [
      "if (",
      ...own,
      ".length !== ",
      wanted,
      `) throw new RangeError(\`${ownName} has length \${`,
      ...own,
      ...told,
    ];
    const tests = isFixed ? [] : [here];
    if (layer + 1 >= lengths.length || layer >= last) return tests;
    const k = names[layer] ?? `k${layer}`;
    const members = memberText(type.layers[layer] ?? []);
    const inner = check(layer + 1, [...own, `[${k}]${members}`], `${ownName}[\${${k}}]${members}`);
    if (inner.length === 0) return tests;
    return [...tests, [`for (let ${k} = 0; ${k} < `, wanted, `; ${k}++) {`, ...inner.flat(), "}"]];
  };
  return check(0, [seed], place);
}
