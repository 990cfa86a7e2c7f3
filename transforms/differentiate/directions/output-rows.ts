/**
 * Which rows of a Jacobian belong to an output: the outputs in order, each flattened in the order of its structure. Where
 * arrays hold objects, the numbers of one object stand together.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import { each } from "../../../src/ir/nested.ts";
import type { SeedLeaf } from "../seeds.ts";
import { type EntryIndex } from "./linear-form.ts";
import { none, one, plus, times } from "./sizes.ts";

export interface OutputRows {
  /** The row of its first number. */
  readonly first: EntryIndex;
  /** How many numbers the arrays of each layer have, and how many rows lie from one to the next; none of a number. */
  readonly layers: readonly { readonly length: EntryIndex; readonly stride: EntryIndex }[];
  readonly count: EntryIndex;
}

interface Branch {
  readonly leaf: number;
  readonly path: readonly (string | number)[];
  readonly lengths: readonly EntryIndex[];
}

interface Placed {
  readonly leaf: number;
  readonly first: EntryIndex;
  readonly layers: OutputRows["layers"];
}

/** `lengthOf` gives the lengths of the layers of a leaf. */
export function outputRows(
  build: GraphBuilder,
  leaves: readonly SeedLeaf[],
  lengthsOf: (leaf: SeedLeaf) => readonly EntryIndex[],
): { readonly rows: readonly OutputRows[]; readonly total: EntryIndex } {
  const place = (branches: readonly Branch[]): { readonly placed: readonly Placed[]; readonly size: EntryIndex } => {
    const [head] = branches;
    if (head === undefined) return { placed: [], size: none };
    if (head.path.length === 0 && branches.length === 1) {
      const [length] = head.lengths;
      if (length === undefined) return { placed: [{ leaf: head.leaf, first: none, layers: [] }], size: one };
      return {
        placed: [{ leaf: head.leaf, first: none, layers: [{ length, stride: one }] }],
        size: length,
      };
    }
    const keys = [...new Set(branches.map(({ path }) => path[0]))];
    let size: EntryIndex = none;
    const placed: Placed[] = [];
    for (const key of keys) {
      const own = branches.filter(({ path }) => path[0] === key);
      const isLayer = key === each;
      const inner = place(
        own.map(({ leaf, path, lengths }) => ({
          leaf,
          path: path.slice(1),
          lengths: isLayer ? lengths.slice(1) : lengths,
        })),
      );
      const length = isLayer ? present(own[0]?.lengths[0], "the length of a layer") : one;
      for (const part of inner.placed) {
        const layers = isLayer ? [{ length, stride: inner.size }, ...part.layers] : part.layers;
        placed.push({ leaf: part.leaf, first: plus(build, size, part.first), layers });
      }
      size = plus(build, size, times(build, length, inner.size));
    }
    return { placed, size };
  };
  const branches = leaves.map((leaf, k) => ({
    leaf: k,
    path: [String(leaf.output), ...leaf.path],
    lengths: lengthsOf(leaf),
  }));
  const { placed, size } = place(branches);
  const rows = leaves.map((_, k): OutputRows => {
    const { first, layers } = present(
      placed.find(({ leaf }) => leaf === k),
      "the rows of an output",
    );
    const count = layers.reduce<EntryIndex>((product, { length }) => times(build, product, length), one);
    return { first, layers, count };
  });
  return { rows, total: size };
}
