/**
 * The nested values that models take and give: numbers, booleans, arrays of numbers, and objects and tuples of these.
 * A plain array of numbers is an array to some functions and a tuple to others; here that makes no difference.
 */
import { each } from "../../src/ir/nested.ts";

export type Path = readonly (string | number)[];

export interface Leaf {
  readonly path: Path;
  readonly value: number | boolean | null | undefined;
}

/** Every number (or boolean) within, with its path, in order. */
export function leavesOf(tree: unknown, path: Path = []): readonly Leaf[] {
  if (tree === undefined || tree === null) return [{ path, value: tree }];
  if (typeof tree === "number" || typeof tree === "boolean") return [{ path, value: tree }];
  if (isTypedArray(tree)) return Array.from(tree, (value, k) => ({ path: [...path, k], value }));
  if (typeof tree !== "object") throw new Error(`a ${typeof tree} at ${path.join(".")}`);
  const entries = Array.isArray(tree) ? [...tree.entries()] : Object.entries(tree);
  return entries.flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

export function numbersOf(tree: unknown): readonly number[] {
  return leavesOf(tree).map(({ value }) => Number(value));
}

/** What stands at the path; where it goes through every entry of an array, the array of what stands there in each. */
export function readPath(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const [k, key] of path.entries()) {
    if (key === each) return Array.from(value as ArrayLike<unknown>, (entry) => readPath(entry, path.slice(k + 1)));
    value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  }
  return value;
}

/** The path of each number at the path, in the order of `numbersOf`. */
export function pathsOfNumbers(tree: unknown, path: Path): readonly Path[] {
  const at = path.indexOf(each);
  if (at < 0) return leavesOf(readPath(tree, path), path).map((leaf) => leaf.path);
  const outer = path.slice(0, at);
  const { length } = readPath(tree, outer) as ArrayLike<unknown>;
  return Array.from({ length }, (_, k) => pathsOfNumbers(tree, [...outer, k, ...path.slice(at + 1)])).flat();
}

/** Changes the tree itself. */
export function writePath(tree: unknown, path: Path, value: unknown): void {
  const last = path.at(-1);
  if (last === undefined) throw new Error("a path to write has a last part");
  (readPath(tree, path.slice(0, -1)) as Record<string | number, unknown>)[last] = value;
}

/** The largest magnitude of the finite numbers within. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest), 0);
}

/** Where two trees differ by more than `bound`, in words; NaN equals NaN and infinities themselves. */
export function differencesOf(actual: unknown, expected: unknown, bound: number): readonly string[] {
  const wanted = leavesOf(expected);
  const found = leavesOf(actual);
  if (wanted.length !== found.length) return [`${found.length} numbers where ${wanted.length} are expected`];
  return wanted.flatMap(({ path, value }, k) =>
    isWithin(found[k]?.value, value, bound) ? [] : [`${path.join(".") || "it"} is ${found[k]?.value}, not ${value}`],
  );
}

export function isWithin(actual: unknown, expected: unknown, bound: number): boolean {
  if (typeof actual !== "number" || typeof expected !== "number") return actual === expected;
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= bound;
}

function isTypedArray(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
