/**
 * Arrays within arrays. A parameter of a nested type stays nested in the emitted code; in the graph each leaf of it that
 * holds numbers is one array value all the same, and one index names an entry of it: `pair` makes one of the indices of
 * all layers. Its type says how many there are, and which members stand between them.
 *
 *     A: number[][]                                A[i][j]              index pair(i, j)
 *     cubes: number[][][]                          cubes[i][j][k]       index pair(pair(i, j), k)
 *     bodies: { mass: number; pos: number[] }[]    bodies[i].mass       index i
 *                                                  bodies[i].pos[k]     index pair(i, k)
 *
 * Rows are other memory than each other, whatever their lengths: no two pairs of indices name one entry.
 */
import type { ArrayType, ValueType } from "./graph.ts";

/** In the path of a parameter: whatever entry of the array that stands there. */
export const each = -1;

/** The operation that makes one index of two. */
export const pairing = "pair";

/** How many indices name an entry. */
export function depthOf(type: ValueType): number {
  return typeof type === "object" ? (type.layers?.length ?? 1) : 0;
}

/** Whether an access reads something of the array before the entry itself, which may not be there. */
export function isNested(
  type: ValueType | undefined,
): type is ArrayType & { readonly layers: NonNullable<ArrayType["layers"]> } {
  return typeof type === "object" && type.layers !== undefined;
}

/** Whether the last index is that of an object or tuple, so that each place holds one number. */
export function endsInNumber(type: ArrayType): boolean {
  return (type.layers?.at(-1)?.length ?? 0) > 0;
}

const width = 2 ** 17;

/** The pair as a number, for the evaluators: columns from -65536 to 65535. */
export function pairOf(row: number, column: number): number {
  return row * width + column + width / 2;
}

/** The indices that a number pairs, outermost first. */
export function indicesOf(index: number, depth: number): readonly number[] {
  const indices: number[] = [];
  let rest = index;
  for (let k = 1; k < depth; k++) {
    const row = Math.floor(rest / width);
    indices.unshift(rest - row * width - width / 2);
    rest = row;
  }
  return [rest, ...indices];
}
